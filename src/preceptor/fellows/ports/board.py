"""What the requests share that a board decides: who sits on it, and who judged before."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.cases.choices import SittingState
from preceptor.cases.models import Case, SittingSeat
from preceptor.cases.queries import board_of
from preceptor.cases.seating import VOTERS
from preceptor.people.models import Person

#: How a board of this room is named on its sitting.
BOARD = "fellows.board"


def board_seated(case: Case) -> Permit:
    """Whether a board is called with at least one member who votes; how it must be composed the
    rules behind the gate say."""
    sitting = board_of(case)
    if sitting is None:
        return refused(_("Choose the members of the board first."))
    seats = SittingSeat.objects.filter(sitting=sitting, released_at=None, role__in=VOTERS)
    if not seats.exists():
        return refused(_("The board has no member who votes."))
    return GRANTED


def none_of(case: Case, persons: Collection[Person]) -> Permit:
    """Whether none of the persons has a vote on the board; names those who have."""
    sitting = board_of(case)
    keys = {one.pk for one in persons}
    seats = SittingSeat.objects.filter(sitting=sitting, released_at=None, role__in=VOTERS)
    rows = seats.filter(person__in=keys).select_related("person").order_by("pk")
    names = "、".join(seat.person.name_zh for seat in rows)
    if not names:
        return GRANTED
    return refused(
        _("A supervisor of the postdoc has no vote on the board: %(names)s. Choose others.")
        % {"names": names}
    )


def who_judged(case: Case) -> set[int]:
    """The persons who had a vote at a sitting of the case in any round."""
    seats = SittingSeat.objects.filter(sitting__items__case=case, role__in=VOTERS)
    kept = seats.exclude(sitting__state=SittingState.CANCELLED).order_by()
    return set(kept.values_list("person", flat=True))
