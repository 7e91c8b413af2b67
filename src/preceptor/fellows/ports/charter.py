"""A limit of a laboratory's charter that is to be set or changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Mandate
from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.cases.models import Case, Item
from preceptor.cases.registry import Subject
from preceptor.people.models import Person

from ..models import CharterCase
from .laboratory import laboratory_subject
from .words import DIRECTOR, HEAD, Faults, of_laboratory, unknown_settings


class CharterPort:
    """A change of the charter; the head is its subject, so that nobody changes the own authority."""

    name: str = "fellows.charter"
    words: frozenset[str] = frozenset({HEAD, DIRECTOR})

    def faults(self, settings: Mapping[str, Any]) -> Faults:
        """The port takes no settings."""
        return unknown_settings(settings)

    def subjects(self, cases: Sequence[Case]) -> dict[int, Subject]:
        """The laboratory of each case; one query."""
        rows = CharterCase.objects.filter(case__in=[case.pk for case in cases])
        rows = rows.select_related("laboratory__unit")
        return {row.case_id: laboratory_subject(row.laboratory) for row in rows}

    def judged(self, case: Case) -> dict[str, set[int]]:
        """No rules of the packs are asked."""
        return {}

    def persons(self, case: Case, word: str) -> list[Person]:
        """The head, or who decides above the head."""
        return of_laboratory(_row(case).laboratory, word)

    def may_submit(self, case: Case, settings: Mapping[str, Any]) -> Permit:
        """Whether the laboratory is open."""
        if _row(case).laboratory.closed_on is not None:
            return refused(_("The laboratory is closed; nothing is decided in it any more."))
        return GRANTED

    def may_finish_composing(self, case: Case) -> Permit:
        """Nothing is composed."""
        return GRANTED

    def experts(self, case: Case) -> set[int]:
        """No experts judge it."""
        return set()

    def effect(self, case: Case, outcome: str, by: Mandate, item: Item | None) -> None:
        """Set the limit; any other end changes nothing."""
        from ..actions.charter import end_limit_request

        end_limit_request(row=_row(case), outcome=outcome, by=by)


def _row(case: Case) -> CharterCase:
    rows = CharterCase.objects.select_related(
        "case", "laboratory__unit", "laboratory__head", "laboratory__programme__director",
        "laboratory__programme__institution",
    )  # fmt: skip
    return rows.get(case=case.pk)
