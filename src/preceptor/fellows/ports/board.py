"""What the requests of this room share that a board decides: who sits on it, and who judged before."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.cases.boards import board_seated as board_seated
from preceptor.cases.boards import who_judged as who_judged
from preceptor.cases.models import Case, SittingSeat
from preceptor.cases.queries import board_of
from preceptor.cases.seating import VOTERS
from preceptor.people.models import Person

#: How a board of this room is named on its sitting.
BOARD = "fellows.board"


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
