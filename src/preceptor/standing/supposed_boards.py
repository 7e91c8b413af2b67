"""What the rules would say of a board with these members, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from preceptor.cases.choices import SittingState
from preceptor.cases.models import Case, Sitting, SittingSeat
from preceptor.cases.registry import Boarding, port_of
from preceptor.people.models import Person
from preceptor.policy import Explanation

from .boards import agenda_of, board_records
from .packs import in_force_in
from .queries import explanations
from .records import Record

SUBJECT = "board"
#: The key of no sitting.
NONE = 0


@dataclass(frozen=True)
class SupposedBoard:
    """What the rules say of the board, and its members as they read them, in their order."""

    explanations: list[Explanation]
    members: list[Record]


def supposed_board(
    case: Case, roles: Mapping[Person, str], starts_at: datetime | None, on: date, language: str
) -> SupposedBoard:
    """What the rules in force say of a board of exactly these persons, by their roles, that decides
    the request alone; judged by the registers of the day of the sitting, as on its eve. Nothing is
    written; a fixed number of queries.

    `case` comes with its kind and institution. Without a day the rules are asked for `on`. Raises
    PackError when packs in force cannot be read.
    """
    port = port_of(case)
    sitting = Sitting(
        pk=NONE, institution=case.institution, unit=case.unit, starts_at=starts_at,
        board=port.board if isinstance(port, Boarding) else "", state=SittingState.PLANNED,
    )  # fmt: skip
    seats = SittingSeat.objects.none()
    seats._result_cache = [
        SittingSeat(sitting=sitting, person=person, role=role) for person, role in roles.items()
    ]
    sitting._prefetched_objects_cache = {"seats": seats}  # type: ignore[attr-defined]
    eve = on if starts_at is None else _eve(timezone.localdate(starts_at), on)
    records = board_records([sitting], eve, {NONE: agenda_of(case.pk)})
    packs = in_force_in(case.institution_id, case.unit_id, on)
    found = explanations(lambda _unit: packs, SUBJECT, [sitting], eve, language, None, records)
    return SupposedBoard(found[0], list(records[0]["members"]))


def _eve(day: date, on: date) -> date:
    return min(on, day - timedelta(days=1))
