"""The closing of a laboratory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from preceptor.base.actors import Mandate
from preceptor.base.permits import GRANTED, Permit
from preceptor.cases.models import Case, Item
from preceptor.cases.registry import Subject
from preceptor.people.models import Person

from ..models import ClosingCase
from .laboratory import laboratory_subject
from .words import DIRECTOR, HEAD, Faults, of_laboratory, unknown_settings


class ClosingPort:
    """The closing of a laboratory; what is left in it holds the request back."""

    name: str = "fellows.closing"
    words: frozenset[str] = frozenset({HEAD, DIRECTOR})

    def faults(self, settings: Mapping[str, Any]) -> Faults:
        """The port takes no settings."""
        return unknown_settings(settings)

    def subjects(self, cases: Sequence[Case]) -> dict[int, Subject]:
        """The laboratory of each case; one query."""
        rows = ClosingCase.objects.filter(case__in=[case.pk for case in cases])
        rows = rows.select_related("laboratory__unit")
        return {row.case_id: laboratory_subject(row.laboratory) for row in rows}

    def judged(self, case: Case) -> dict[str, set[int]]:
        """No rules of the packs are asked."""
        return {}

    def persons(self, case: Case, word: str) -> list[Person]:
        """The head, or who decides above the head."""
        return of_laboratory(_row(case).laboratory, word)

    def may_submit(self, case: Case, settings: Mapping[str, Any]) -> Permit:
        """Whether nobody, nothing and no money is left; the reason names what is."""
        from ..actions.closing import may_close

        return may_close(_row(case))

    def may_finish_composing(self, case: Case) -> Permit:
        """Nothing is composed."""
        return GRANTED

    def experts(self, case: Case) -> set[int]:
        """No experts judge it."""
        return set()

    def effect(self, case: Case, outcome: str, by: Mandate, item: Item | None) -> None:
        """Close the laboratory; any other end changes nothing."""
        from ..actions.closing import end_closing

        end_closing(row=_row(case), outcome=outcome, by=by)


def _row(case: Case) -> ClosingCase:
    rows = ClosingCase.objects.select_related(
        "case", "laboratory__unit", "laboratory__head", "laboratory__programme__director",
        "laboratory__programme__institution",
    )  # fmt: skip
    return rows.get(case=case.pk)
