"""What the requests about a laboratory share, whatever is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from django.utils.translation import gettext_lazy as _

from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.cases.models import Case
from preceptor.cases.registry import Subject
from preceptor.people.models import Person

from ..models import CharterCase, ClosingCase, LabCase
from .words import DIRECTOR, HEAD, Faults, of_laboratory, unknown_settings

R = TypeVar("R", LabCase, CharterCase, ClosingCase)


class AboutLaboratory(Generic[R]):
    """A request whose subject is a laboratory: it takes no settings, asks no rules of the packs, and
    is neither composed nor judged by experts. `rows` are those that say what a case asks for."""

    rows: type[R]
    words: frozenset[str] = frozenset({HEAD, DIRECTOR})

    def faults(self, settings: Mapping[str, Any]) -> Faults:
        """The port takes no settings."""
        return unknown_settings(settings)

    def subjects(self, cases: Sequence[Case]) -> dict[int, Subject]:
        """The laboratory of each case; one query."""
        rows = self.rows.objects.filter(case__in=[case.pk for case in cases])
        return {row.case_id: _subject(row) for row in rows.select_related("laboratory__unit")}

    def judged(self, case: Case) -> dict[str, set[int]]:
        """No rules of the packs are asked."""
        return {}

    def persons(self, case: Case, word: str) -> list[Person]:
        """The head, who decides above the head, or the members of today."""
        return of_laboratory(self.row(case).laboratory, word)

    def may_submit(self, case: Case, settings: Mapping[str, Any]) -> Permit:
        """Whether the laboratory is open."""
        if self.row(case).laboratory.closed_on is not None:
            return refused(_("The laboratory is closed; nothing is decided in it any more."))
        return GRANTED

    def may_finish_composing(self, case: Case) -> Permit:
        """Nothing is composed."""
        return GRANTED

    def experts(self, case: Case) -> set[int]:
        """No experts judge it."""
        return set()

    def row(self, case: Case) -> R:
        """What the case asks for, with its laboratory and who stands above the head."""
        rows = self.rows.objects.select_related(
            "case", "laboratory__unit", "laboratory__head", "laboratory__institution",
            "laboratory__programme__director", "laboratory__programme__institution",
            "laboratory__programme__unit",
        )  # fmt: skip
        return rows.get(case=case.pk)


def _subject(row: R) -> Subject:
    unit = row.laboratory.unit
    return Subject("laboratory", row.laboratory_id, unit.name_zh, unit.name_en)
