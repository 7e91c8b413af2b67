"""What the requests to open and close stations are about, and what they change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from preceptor.base.actors import Mandate
from preceptor.base.permits import Permit
from preceptor.cases.models import Case, Item
from preceptor.cases.queries import board_of
from preceptor.cases.registry import Subject
from preceptor.people.models import Person

from ..asking import allows_closing, allows_opening
from ..models import StationCase
from .board import BOARD, board_seated, known_settings, who_judged


class StationPort:
    """The opening or closing of a station; the experts who demonstrate it are a board."""

    name: str = "fellows.station"
    words: frozenset[str] = frozenset()
    board: str = BOARD

    def faults(self, settings: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The port takes no settings."""
        return known_settings(settings, [])

    def subjects(self, cases: Sequence[Case]) -> dict[int, Subject]:
        """The station of each case; one query."""
        rows = StationCase.objects.filter(case__in=[case.pk for case in cases])
        return {row.case_id: _subject(row) for row in rows.select_related("station")}

    def judged(self, case: Case) -> dict[str, set[int]]:
        """The station, and the board once it is called."""
        found = {"station": {case.station_case.station_id}}
        sitting = board_of(case)
        return found | ({"board": {sitting.pk}} if sitting else {})

    def persons(self, case: Case, word: str) -> list[Person]:
        """The port has no words of its own."""
        return []

    def may_submit(self, case: Case, settings: Mapping[str, Any]) -> Permit:
        """Whether the state of the station allows it."""
        row = case.station_case
        return allows_opening(row.station) if row.opens else allows_closing(row.station)

    def may_finish_composing(self, case: Case) -> Permit:
        """Whether the board has members who vote."""
        return board_seated(case)

    def experts(self, case: Case) -> set[int]:
        """Who sat on a board of any round."""
        return who_judged(case)

    def effect(self, case: Case, outcome: str, by: Mandate, item: Item | None) -> None:
        """Open or close the station."""
        from ..actions.ending import end_station_request

        row = StationCase.objects.select_related("station", "case").get(case=case)
        end_station_request(row=row, outcome=outcome, by=by)


def _subject(row: StationCase) -> Subject:
    return Subject("station", row.station_id, row.station.name_zh, row.station.name_en)
