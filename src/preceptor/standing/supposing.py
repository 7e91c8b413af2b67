"""What the rules would say of a panel with other seats, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from datetime import date, timedelta

from preceptor.training.models import Panel, PanelSeat

from .packs import in_force_in
from .queries import PanelStanding, panel_standings
from .repair.candidate import Candidate


def supposed_panel(
    panel: Panel, seats: Sequence[PanelSeat], on: date, language: str
) -> PanelStanding:
    """Where the panel would stand with exactly these seats, saved or not, each with its person.

    Judged by the packs in force on the day of the sitting (planned, else `on`), as on its eve:
    what follows a sitting is not asked before it. `panel` comes with its enrolment and is not
    changed. The same number of queries for any number of seats; nothing is written.
    """
    day = panel.sits_on or panel.planned_on or on
    supposed = copy(panel)
    known = getattr(panel, "_prefetched_objects_cache", {})
    rows = PanelSeat.objects.none()
    rows._result_cache = list(seats)
    supposed._prefetched_objects_cache = known | {"seats": rows}  # type: ignore[attr-defined]
    packs = in_force_in(panel.institution_id, panel.enrolment.unit_id, day)
    eve = min(on, day - timedelta(days=1))
    return panel_standings([supposed], eve, language, packs)[0]


def supposed_seats(
    panel: Panel, pool: Mapping[int, Candidate], roles: Mapping[int, str]
) -> list[PanelSeat]:
    """The seats of the persons, by key, in their roles; none is saved. What a kept seat states
    stays. Everybody holds a seat of the panel, read with its person, or is in the pool."""
    kept = {seat.person_id: Candidate(seat.person, seat) for seat in panel.seats.all()}
    found = []
    for key, role in roles.items():
        seat = (pool[key] if key in pool else kept[key]).seated(role)
        seat.panel = panel
        found.append(seat)
    return found
