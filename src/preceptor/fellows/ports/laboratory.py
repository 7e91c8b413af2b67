"""What a laboratory wants to do under its charter: decided by the head up to the limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor, Mandate
from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.cases.models import Case, CaseStep, Item
from preceptor.cases.queries import kind_of
from preceptor.cases.registry import Subject
from preceptor.people.models import Account, Person

from ..models import LabCase, Laboratory
from .words import DIRECTOR, HEAD, MEMBER, Faults, of_laboratory, unknown_settings


def laboratory_subject(laboratory: Laboratory) -> Subject:
    """The laboratory as what a case is about; it comes with its unit."""
    unit = laboratory.unit
    return Subject("laboratory", laboratory.pk, unit.name_zh, unit.name_en)


class LaboratoryPort:
    """A request of a laboratory: to hire, spend, enrol or buy."""

    name: str = "fellows.laboratory"
    words: frozenset[str] = frozenset({HEAD, DIRECTOR, MEMBER})

    def faults(self, settings: Mapping[str, Any]) -> Faults:
        """The port takes no settings."""
        return unknown_settings(settings)

    def subjects(self, cases: Sequence[Case]) -> dict[int, Subject]:
        """The laboratory of each case; one query."""
        rows = LabCase.objects.filter(case__in=[case.pk for case in cases])
        rows = rows.select_related("laboratory__unit")
        return {row.case_id: laboratory_subject(row.laboratory) for row in rows}

    def judged(self, case: Case) -> dict[str, set[int]]:
        """No rules of the packs are asked: the limit is the charter's."""
        return {}

    def persons(self, case: Case, word: str) -> list[Person]:
        """The head, who decides above the head, or the members of today."""
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

    def is_within(self, case: Case, stage: str, by: Actor) -> bool:
        """Whether the head may agree alone: the limit of the charter covers the amount. The laboratory
        is locked until the step is written. Who stands above the head decides without the limit,
        should the request wait on both; without a limit nothing is the head's to decide."""
        from ..actions.charter import mark_climbed, stays_within

        row = _row(case)
        if _is_above(row, by) or stays_within(row):
            return True
        mark_climbed(row)
        return False

    def effect(self, case: Case, outcome: str, by: Mandate, item: Item | None) -> None:
        """Write the decision into the ledger, or return it after an appeal."""
        from ..actions.charter import end_lab_request

        row = _row(case)
        end_lab_request(row=row, outcome=outcome, by=by, is_heads=_is_heads(case, row, by))


def _row(case: Case) -> LabCase:
    rows = LabCase.objects.select_related(
        "case", "laboratory__unit", "laboratory__head", "laboratory__institution",
        "laboratory__programme__director", "laboratory__programme__institution",
        "laboratory__programme__unit",
    )  # fmt: skip
    return rows.get(case=case.pk)


def _is_above(row: LabCase, by: Actor) -> bool:
    """Whether the actor is who decides above the head, and not the head."""
    persons = of_laboratory(row.laboratory, DIRECTOR)
    accounts = Account.objects.filter(person__in=[person.pk for person in persons])
    return by.actor_key in {account.actor_key for account in accounts}


def _is_heads(case: Case, row: LabCase, by: Mandate) -> bool:
    """Whether the decision was the head's alone: taken at a stage of the head, not above it."""
    step = CaseStep.objects.filter(case=case.pk).order_by("-revision").first()
    stages = kind_of(case).stages
    words = {
        actor.word
        for stage in stages
        if step is not None and stage.id == step.stage
        for actor in stage.by
    }
    return HEAD in words and not _is_above(row, by)
