"""What the requests to open and close stations are about, and what they change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Mandate
from preceptor.base.permits import Permit, refused
from preceptor.cases.models import Case, Item
from preceptor.cases.queries import board_of
from preceptor.cases.registry import Subject
from preceptor.people.models import Person

from ..asking import allows_closing, allows_opening
from ..choices import StationState
from ..models import StationCase
from .board import BOARD, board_seated, who_judged
from .words import unknown_settings

#: The settings of a kind: at which stage of the request the station was demonstrated before experts,
#: and at which it is submitted.
STAGES = {"demonstrated": StationState.DEMONSTRATED, "submitted": StationState.SUBMITTED}


class StationPort:
    """The opening or closing of a station; the experts who demonstrate it are a board.

    `settings` may name the stage by which experts were convinced (`demonstrated`), and the one by
    which the station was submitted (`submitted`).
    """

    name: str = "fellows.station"
    words: frozenset[str] = frozenset()
    board: str = BOARD

    def faults(self, settings: Mapping[str, Any]) -> list[tuple[str, str]]:
        """A setting that is not known, or names no stage."""
        found = unknown_settings(settings, STAGES)
        for name in STAGES.keys() & settings.keys():
            if not settings[name] or not isinstance(settings[name], str):
                found.append((f"“{name}”须填写阶段的代号", f"{name} names a stage by its id"))
        return found

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
        """Whether the dossier of a station to be opened is kept, and the board has members who vote."""
        row = case.station_case
        if row.opens and not row.dossier:
            return refused(_("Keep the dossier first: the experts judge its figures."))
        return board_seated(case)

    def experts(self, case: Case) -> set[int]:
        """Who sat on a board of any round."""
        return who_judged(case)

    def entered(self, case: Case, stage: str, settings: Mapping[str, Any], by: Mandate) -> None:
        """Let the station stand where its request is."""
        from ..actions.following import follow_request

        for name, state in STAGES.items():
            if settings.get(name) == stage:
                row = StationCase.objects.select_related("station", "case").get(case=case)
                follow_request(row=row, to=state, by=by)

    def effect(self, case: Case, outcome: str, by: Mandate, item: Item | None) -> None:
        """Open or close the station."""
        from ..actions.ending import end_station_request

        row = StationCase.objects.select_related("station", "case").get(case=case)
        end_station_request(row=row, outcome=outcome, by=by)


def _subject(row: StationCase) -> Subject:
    return Subject("station", row.station_id, row.station.name_zh, row.station.name_en)
