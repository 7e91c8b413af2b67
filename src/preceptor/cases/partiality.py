"""Who does not vote on a case: whom it is about, who judged what is appealed, on a board and among the
new experts of an appeal whom a conflict of interest keeps from it, and, in a standing body, whom a
declared tie binds to the person concerned. Who sits on the panel of a step is judged by the radar of
conflicts when the panel is composed, called and votes."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.utils.translation import gettext_lazy as _

from preceptor.base.permits import GRANTED, Permit, refused

from .access.holding import is_tied
from .appeals import barred
from .interests import free_to_decide, stopped
from .models import Case, Item, Sitting, SittingSeat
from .registry import Boarding, port_of
from .seating import VOTERS, voting_seats


def _barred_from(case: Case) -> frozenset[int]:
    own = frozenset() if case.person_id is None else frozenset({case.person_id})
    return own | barred(case)


def impartial(case: Case, seats: Iterable[SittingSeat]) -> Permit:
    """Whether nobody with a vote on these seats is the person concerned or judged before what is
    appealed, or is kept from it by a conflict of interest on a board or in an appeal; else their names. The seats come with their
    persons, or each costs a query."""
    out = _barred_from(case)
    voters = [seat.person for seat in seats if seat.role in VOTERS]
    names = [person.name_zh for person in voters if person.pk in out]
    if not names:
        return free_to_decide(case, voters) if _weighs_conflicts(case) else GRANTED
    return refused(
        _(
            "%(names)s cannot vote on “%(case)s”: it is about them, or they judged before what is "
            "appealed. Seat others."
        )
        % {"names": "、".join(names), "case": case.title_zh}
    )


def _weighs_conflicts(case: Case) -> bool:
    """Whether a board decides the request: an appeal, or one whose panel is the sitting itself."""
    return case.appeal_of_id is not None or is_boarded(case)


def is_boarded(case: Case) -> bool:
    """Whether the request is of a port whose panel is the sitting itself."""
    return isinstance(port_of(case), Boarding)


def to_recuse(item: Item, sitting: Sitting) -> list[SittingSeat]:
    """The seats with a vote whose holders must be recused from the item before it is voted on, and
    are not yet; empty for an item without a case."""
    case = item.case
    if case is None:
        return []
    recused = set(item.recusals.values_list("seat", flat=True))
    seats = [seat for seat in voting_seats(sitting) if seat.pk not in recused]
    out = _barred_from(case) | _conflicted(case, sitting, seats)
    return [seat for seat in seats if seat.person_id in out or _is_bound(case, sitting, seat)]


def _conflicted(case: Case, sitting: Sitting, seats: Collection[SittingSeat]) -> set[int]:
    """Whom a conflict keeps off the board or panel that votes now, also one that came to be known since
    it was called. In a standing body the same holds for what a board could decide, such as an application;
    for other requests it recuses whom a declared tie binds."""
    if sitting.body_id is None:
        weighs = bool(sitting.board) or _weighs_conflicts(case)
    else:
        weighs = is_boarded(case)
    if not weighs:
        return set()
    return stopped(case, [seat.person for seat in seats])


def _is_bound(case: Case, sitting: Sitting, seat: SittingSeat) -> bool:
    if sitting.body_id is None or case.person_id is None:
        return False
    return is_tied(seat.person_id, [case.person_id])
