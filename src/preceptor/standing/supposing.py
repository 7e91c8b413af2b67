"""What the rules would say of a panel with other seats, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from preceptor.policy import whole
from preceptor.training.models import Panel, PanelSeat

from .packs import in_force_in
from .population import is_judged
from .queries import PanelStanding, explanations
from .records import Record, panel_records
from .repair.candidate import Candidate
from .repair.problem import with_seats


def supposed_panel(
    panel: Panel, seats: Sequence[PanelSeat], on: date, language: str
) -> PanelStanding:
    """Where the panel would stand with exactly these seats, saved or not, each with its person.

    Judged by the packs in force on the day of the sitting (planned, else `on`), as on its eve:
    what follows a sitting is not asked before it. `panel` comes with its enrolment and is not
    changed. The same number of queries for any number of seats; nothing is written.
    """
    return supposed_beside(panel, seats, (), on, language)[0]


def supposed_beside(
    panel: Panel, seats: Sequence[PanelSeat], others: Sequence[PanelSeat], on: date, language: str
) -> tuple[PanelStanding, list[Record]]:
    """What `supposed_panel` gives; and what is true on the day of whoever has one of the seats or of
    the `others`, who are not judged, in their order."""
    day = panel.sits_on or panel.planned_on or on
    eve = min(on, day - timedelta(days=1))
    supposed = with_seats(panel, [*seats, *others])
    record = panel_records([supposed], eve)[0]
    members: list[Record] = record["members"]
    judged = {**record, "members": members[: len(seats)]}
    packs = in_force_in(panel.institution_id, panel.enrolment.unit_id, day)
    rows = [supposed] if is_judged(panel.enrolment) else []
    told = explanations(lambda _unit: packs, "panel", rows, eve, language, records=[judged])
    found = told[0] if told else []
    return PanelStanding(supposed, whole(found), found, judged["members"]), members


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
