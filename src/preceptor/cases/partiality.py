"""Who does not vote on a case: whom it is about, who judged what is appealed, and, in a standing body,
whom a declared tie binds to the person concerned. On a panel the radar of conflicts judges ties."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from preceptor.base.permits import GRANTED, Permit, refused

from .access.holding import is_tied
from .appeals import barred
from .models import Case, Item, Sitting, SittingSeat
from .seating import VOTERS, voting_seats


def _barred_from(case: Case) -> frozenset[int]:
    own = frozenset() if case.person_id is None else frozenset({case.person_id})
    return own | barred(case)


def impartial(case: Case, seats: Iterable[SittingSeat]) -> Permit:
    """Whether nobody with a vote on these seats is the person concerned or, in an appeal, judged
    before; else their names. The seats come with their persons, or each costs a query."""
    out = _barred_from(case)
    names = [s.person.name_zh for s in seats if s.role in VOTERS and s.person_id in out]
    if not names:
        return GRANTED
    return refused(
        _(
            "%(names)s cannot vote on “%(case)s”: it is about them, or they judged before what is "
            "appealed. Seat others."
        )
        % {"names": "、".join(names), "case": case.title_zh}
    )


def to_recuse(item: Item, sitting: Sitting) -> list[SittingSeat]:
    """The seats with a vote whose holders must be recused from the item before it is voted on, and
    are not yet; empty for an item without a case."""
    case = item.case
    if case is None:
        return []
    recused = set(item.recusals.values_list("seat", flat=True))
    out = _barred_from(case)
    return [
        seat
        for seat in voting_seats(sitting)
        if seat.pk not in recused and (seat.person_id in out or _is_bound(case, sitting, seat))
    ]


def _is_bound(case: Case, sitting: Sitting, seat: SittingSeat) -> bool:
    if sitting.body_id is None or case.person_id is None:
        return False
    return is_tied(seat.person_id, [case.person_id])
