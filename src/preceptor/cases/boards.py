"""The boards of requests: panels that are their sitting, and who reads a request because of one."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.base.today import today
from preceptor.people.models import Person

from .choices import ItemState, SittingState
from .models import Case, CaseParty, Sitting, SittingSeat
from .queries import board_of
from .seating import VOTERS

#: The word by which a member of a board follows a request.
WORD = "board"


def let_read(sitting: Sitting, person: Person) -> None:
    """Let who was seated at the sitting of a board read what is still to be decided there."""
    for case in _ahead(sitting):
        CaseParty.objects.update_or_create(
            case=case, person=person, word=WORD, defaults={"until": None}
        )


def let_go(sitting: Sitting, person: Person) -> None:
    """Who has no seat any more reads it no longer, but for what the person may see otherwise."""
    rows = CaseParty.objects.filter(case__in=_ahead(sitting), person=person, word=WORD)
    rows.update(until=today() - timedelta(days=1))


def _ahead(sitting: Sitting) -> list[Case]:
    """The requests for which the sitting was called as a board and that wait for it."""
    if sitting.body_id is not None or not sitting.board:
        return []
    states = (ItemState.LISTED, ItemState.OPEN)
    held = CaseParty.objects.filter(word=WORD).values("case")
    rows = Case.objects.filter(items__sitting=sitting, items__state__in=states, pk__in=held)
    return list(rows.distinct())


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


def who_judged(case: Case) -> set[int]:
    """The persons who had a vote at a sitting of the case in any round."""
    seats = SittingSeat.objects.filter(sitting__items__case=case, role__in=VOTERS)
    kept = seats.exclude(sitting__state=SittingState.CANCELLED).order_by()
    return set(kept.values_list("person", flat=True))
