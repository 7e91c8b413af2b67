"""A station on its way to opening stands where its request is."""

from __future__ import annotations

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.today import today

from ..choices import StationState
from ..models import StationCase
from .requests import reason_of
from .station import locked_station, put_in_state

#: The way to an open station, in its order.
WAY = (
    StationState.NEED, StationState.PREPARING, StationState.DEMONSTRATED, StationState.SUBMITTED,
    StationState.APPROVED,
)  # fmt: skip


def follow_request(*, row: StationCase, to: StationState, by: Actor) -> None:
    """Put a station that is to be opened into the state that its request has reached, today.

    A state that was recorded further on by hand, or one off the way, stays as it is. The right to
    do so is that of the step of the request.
    """
    with deed(by, reason_of(row.case)) as act:
        held = locked_station(row.station)
        state = StationState(held.state)
        if row.opens and state in WAY and WAY.index(state) < WAY.index(to):
            put_in_state(act, held, to, today())
