"""The assessment of a principal investigator; `settings` may say of which kind (`kind`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Mandate
from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.cases.choices import BodyKind
from preceptor.cases.models import Case, Item
from preceptor.cases.registry import Subject
from preceptor.people.models import Person

from ..choices import ReviewKind
from ..models import AssessmentCase
from .words import DIRECTOR, HEAD, Faults, above, one_of, unknown_settings


class AssessmentPort:
    """An assessment: evidence frozen, a verdict proposed, the committee's vote carried out."""

    name: str = "fellows.assessment"
    words: frozenset[str] = frozenset({HEAD, DIRECTOR})
    has_panel: bool = True

    def faults(self, settings: Mapping[str, Any]) -> Faults:
        """Settings that name no assessment, or that nobody reads; without `kind` it is for all."""
        wrong = one_of(settings, "kind", ReviewKind.values) if "kind" in settings else []
        return [*wrong, *unknown_settings(settings, ["kind"])]

    def subjects(self, cases: Sequence[Case]) -> dict[int, Subject]:
        """The appointment of each case under the person's name; one query."""
        rows = AssessmentCase.objects.filter(case__in=[case.pk for case in cases])
        found = {}
        for row in rows.select_related("appointment__person"):
            person = row.appointment.person
            found[row.case_id] = Subject(
                "appointment", row.appointment_id, person.name_zh, person.name_en
            )
        return found

    def judged(self, case: Case) -> dict[str, set[int]]:
        """The appointment."""
        return {"appointment": {_row(case).appointment_id}}

    def persons(self, case: Case, word: str) -> list[Person]:
        """Who is assessed, or who decides above."""
        row = _row(case)
        if word == HEAD:
            return [row.appointment.person]
        if word == DIRECTOR:
            return above(row.appointment.programme, row.appointment.person_id)
        return []

    def may_submit(self, case: Case, settings: Mapping[str, Any]) -> Permit:
        """Whether the appointment can be assessed, as this kind, on evidence that is up to date."""
        from ..actions.assessment import allows_assessment, is_frozen

        row = _row(case)
        permit = allows_assessment(row.appointment)
        if not permit:
            return permit
        if settings.get("kind", row.kind) != row.kind:
            return refused(_("This procedure is for another kind of assessment."))
        if not is_frozen(row):
            return refused(
                _("The records changed since the evidence was taken together. Do it once more.")
            )
        return GRANTED

    def may_finish_composing(self, case: Case) -> Permit:
        """Whether a verdict is proposed, where the assessment has one."""
        from ..actions.assessment import may_vote

        return may_vote(_row(case))

    def body_for(self, case: Case, kind: str) -> int | None:
        """The academic committee of the programme."""
        programme = _row(case).appointment.programme
        return programme.academic_committee_id if kind == BodyKind.ACADEMIC else None

    def experts(self, case: Case) -> set[int]:
        """No experts judge it: the committee does."""
        return set()

    def effect(self, case: Case, outcome: str, by: Mandate, item: Item | None) -> None:
        """Carry the verdict out, hold the next tranche back, or restore what stood before."""
        from ..actions.assessment import end_assessment

        end_assessment(row=_row(case), outcome=outcome, by=by, item=item)


def _row(case: Case) -> AssessmentCase:
    rows = AssessmentCase.objects.select_related(
        "case", "appointment__person", "appointment__programme__director",
        "appointment__programme__institution", "appointment__laboratory",
    )  # fmt: skip
    return rows.get(case=case.pk)
