"""What a hearing is about, and which are still to be told to the persons concerned."""

from __future__ import annotations

from collections.abc import Collection

from preceptor.base.today import today

from .kinds.kind import REFUSED, Kind
from .models import Hearing


def untold(cases: Collection[int]) -> set[int]:
    """Of these cases those with a hearing whose facts, grounds and basis nobody told yet; one query,
    none for no cases."""
    if not cases:
        return set()
    rows = Hearing.objects.filter(case__in=cases, decided_at=None, told_at=None)
    return set(rows.values_list("case", flat=True))


def intends_refusal(kind: Kind, stage: str) -> bool:
    """Whether at this hearing a refusal of what is asked for is intended. Else it is intended to
    grant what somebody else asked for about the person: where that is given up, the request is
    refused."""
    return kind.goal(stage, "changed") != REFUSED


def may_be_decided(hearing: Hearing) -> bool:
    """Whether the person was told, and answered or let the time pass."""
    if not hearing.is_told or hearing.answer_until is None:
        return False
    return hearing.stated_at is not None or today() > hearing.answer_until
