"""What of a station's states is recorded by hand beside its requests, and what is history."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.errors import RuleBroken
from preceptor.cases.choices import ItemState, VoteResult
from preceptor.cases.models import Item
from preceptor.cases.queries import UNDER_WAY
from preceptor.institutions.models import Unit

from ..access import may_keep_fellows
from ..choices import StationState
from ..models import Station, StationCase, StationSpan

#: How far a request to open a station has come; each is shown by what the request holds.
ON_THE_WAY = (StationState.DEMONSTRATED, StationState.SUBMITTED, StationState.APPROVED)


def demand_by_hand(
    held: Station, to: StationState, on: date, by: Actor, *, paper: str, reason: str
) -> bool:
    """Raise RuleBroken, or NotPermitted, where the state of a locked station is not recorded by hand.
    Gives whether it is recorded as history."""
    rows = StationCase.objects.filter(station=held, case__state__in=UNDER_WAY)
    running = rows.select_related("case").first()
    if running is not None:
        _demand_reached(running, to)
        return False
    is_opening = to in (StationState.PREPARING, *ON_THE_WAY)
    is_opening = is_opening or (to == StationState.OPEN and held.opened_on is None)
    if not is_opening:
        return False
    demand_history(held.institution, by, paper, reason)
    _demand_before(held, on)
    return True


def _demand_reached(running: StationCase, to: StationState) -> None:
    case = running.case
    if not running.opens or to not in ON_THE_WAY:
        raise RuleBroken(
            _(
                "The request %(number)s is under way: it decides on the state of the station. Wait "
                "for it, or let who made it take it back."
            )
            % {"number": case.number}
        )
    passed = Item.objects.filter(case=case, state=ItemState.DECIDED, result=VoteResult.PASSED)
    if not passed.exists():
        raise RuleBroken(
            _("The experts have not agreed yet in the request %(number)s.")
            % {"number": case.number}
        )
    if to == StationState.APPROVED and not running.national_number:
        raise RuleBroken(
            _("Enter the number of the national approval in the request %(number)s first.")
            % {"number": case.number}
        )


def demand_history(institution: Unit, by: Actor, paper: str, reason: str) -> None:
    """Raise NotPermitted, or RuleBroken, unless who keeps the postdocs of the whole institution
    records with reason and document what happened before."""
    may_keep_fellows(by, institution).demand()
    if not paper.strip() or not reason.strip():
        raise RuleBroken(
            _(
                "A station is opened by a request: ask for its opening. What happened before it was "
                "entered here is recorded with the reason and the document of its approval."
            )
        )


def _demand_before(held: Station, on: date) -> None:
    first = StationSpan.objects.filter(station=held).order_by("recorded_at").first()
    if first is None:
        return
    entered = timezone.localtime(first.recorded_at).date()
    if on >= entered:
        raise RuleBroken(
            _(
                "The station was entered on %(entered)s; what happens since is decided by a request. "
                "Ask for its opening."
            )
            % {"entered": entered}
        )
