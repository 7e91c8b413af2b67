"""What a laboratory wants to do under its charter: decided by the head up to the limit."""

from __future__ import annotations

from preceptor.base.actors import Actor, Mandate
from preceptor.cases.models import Case, CaseStep, Item
from preceptor.cases.queries import kind_of
from preceptor.people.models import Account

from ..models import LabCase
from .about import AboutLaboratory
from .words import DIRECTOR, HEAD, MEMBER, of_laboratory


class LaboratoryPort(AboutLaboratory[LabCase]):
    """A request of a laboratory: to hire, spend, enrol or buy. The limit is the charter's."""

    name: str = "fellows.laboratory"
    rows = LabCase
    words: frozenset[str] = frozenset({HEAD, DIRECTOR, MEMBER})

    def is_within(self, case: Case, stage: str, by: Actor) -> bool:
        """Whether the head may agree alone: the limit of the charter covers the amount. The laboratory
        is locked until the step is written. Who stands above the head decides without the limit,
        should the request wait on both; without a limit nothing is the head's to decide."""
        from ..actions.charter import mark_climbed, stays_within

        row = self.row(case)
        if _is_above(row, by) or stays_within(row):
            return True
        mark_climbed(row)
        return False

    def effect(self, case: Case, outcome: str, by: Mandate, item: Item | None) -> None:
        """Write the decision into the ledger, or return it after an appeal."""
        from ..actions.charter import end_lab_request

        row = self.row(case)
        end_lab_request(row=row, outcome=outcome, by=by, is_heads=_is_heads(case, row, by))


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
