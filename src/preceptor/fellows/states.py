"""How stations and postdocs may move from state to state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import Q

from .choices import PostdocState, StationState

#: From a state of a station to those that may follow it.
_AFTER: Mapping[StationState, frozenset[StationState]] = {
    StationState.NEED: frozenset({StationState.PREPARING, StationState.DROPPED}),
    StationState.PREPARING: frozenset({StationState.DEMONSTRATED, StationState.DROPPED}),
    StationState.DEMONSTRATED: frozenset(
        {StationState.SUBMITTED, StationState.PREPARING, StationState.DROPPED}
    ),
    StationState.SUBMITTED: frozenset(
        {StationState.APPROVED, StationState.PREPARING, StationState.DROPPED}
    ),
    StationState.APPROVED: frozenset({StationState.OPEN, StationState.DROPPED}),
    StationState.OPEN: frozenset({StationState.RECTIFYING, StationState.CLOSED}),
    StationState.RECTIFYING: frozenset({StationState.OPEN, StationState.CLOSED}),
    StationState.CLOSED: frozenset(),
    StationState.DROPPED: frozenset({StationState.NEED}),
}
#: A station that was not opened yet.
PLANNED = frozenset(
    {
        StationState.NEED, StationState.PREPARING, StationState.DEMONSTRATED,
        StationState.SUBMITTED, StationState.APPROVED,
    }
)  # fmt: skip
#: A station at which postdocs can be.
RUNNING = frozenset({StationState.OPEN, StationState.RECTIFYING})
#: Postdocs who are counted in station.
PRESENT = frozenset({PostdocState.IN_STATION, PostdocState.ON_LEAVE})


def present(on: date) -> Q:
    """The condition on postdocs that they are in station on the day: entered, and not left; also
    where a later entry, or an end ahead, is recorded already."""
    return Q(entered_on__lte=on) & (Q(left_on=None) | Q(left_on__gt=on))


def in_state(state: str, on: date) -> Q:
    """The condition on postdocs that they are in the state today (`on`): who is entered already for a
    day to come is not in station yet."""
    return Q(state=state) & present(on) if state in PRESENT else Q(state=state)


def following(state: StationState) -> frozenset[StationState]:
    """The states that may follow that of a station."""
    return _AFTER[state]
