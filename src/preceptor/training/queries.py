"""Named reads of the steps of training: attempts, the cases about them, and who judged before."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from preceptor.base.today import today
from preceptor.cases.choices import CaseState, SittingState
from preceptor.cases.models import Case
from preceptor.people.models import Person

from .choices import MilestoneKind, Outcome, SeatRole, SupervisionRole
from .models import Enrolment, Milestone, MilestoneCase, Panel, PanelSeat, Supervision

#: A request in one of these states has not ended.
ALIVE = (CaseState.DRAFT, CaseState.RUNNING, CaseState.RETURNED)
#: The seats that judge; a secretary keeps the record, an adviser has no vote.
JUDGING = (SeatRole.CHAIR, SeatRole.MEMBER)


def attempts_of(enrolment: Enrolment, kind: str) -> list[Milestone]:
    """The attempts at a step, in their order; one query."""
    rows = Milestone.objects.filter(enrolment=enrolment, kind=kind)
    return list(rows.order_by("attempt"))


def decided_attempts(attempts: Sequence[Milestone], outcome: Outcome) -> list[Milestone]:
    """Those of the attempts that ended so."""
    return [row for row in attempts if row.outcome == outcome]


def next_attempt(attempts: Sequence[Milestone]) -> int:
    """The number of the next attempt: one more than those failed; a planned one is it already."""
    failed = decided_attempts(attempts, Outcome.FAIL)
    return max((row.attempt for row in failed), default=0) + 1


def alive_request(enrolment: Enrolment, milestone: str) -> MilestoneCase | None:
    """The request for the step that has not ended; None where there is none."""
    rows = MilestoneCase.objects.filter(
        enrolment=enrolment, milestone=milestone, case__state__in=ALIVE
    )
    return rows.select_related("case").first()


def supervisors_of(enrolment: Enrolment) -> list[Person]:
    """The supervisors of today, the main supervisor first."""
    rows = Supervision.objects.on(today()).filter(enrolment=enrolment).select_related("person")
    ordered = sorted(rows, key=lambda row: (row.role != SupervisionRole.MAIN, row.pk))
    return [row.person for row in ordered]


def former_panels(row: MilestoneCase) -> QuerySet[Panel]:
    """The panels that judged the case in earlier rounds: their sitting had it on the agenda."""
    panels = Panel.objects.filter(enrolment=row.enrolment_id, sitting__items__case=row.case_id)
    panels = panels.exclude(sitting__state=SittingState.CANCELLED)
    return panels.exclude(pk=row.panel_id) if row.panel_id else panels


def earlier_panels(row: MilestoneCase) -> QuerySet[Panel]:
    """The panels that sat on earlier attempts at the step, with those recorded before there were
    cases."""
    held = Q(sitting__state=SittingState.CLOSED) | Q(
        sitting=None, milestone_case=None, sits_on__lte=today()
    )
    panels = Panel.objects.filter(held, enrolment=row.enrolment_id, stage=row.milestone)
    return panels.exclude(pk=row.panel_id) if row.panel_id else panels


def judges(panels: QuerySet[Panel]) -> set[int]:
    """The persons who judged on these panels; one query."""
    seats = PanelSeat.objects.filter(panel__in=panels.values("pk"))
    judging = seats.filter(Q(role__in=JUDGING) | Q(role=None))
    return set(judging.values_list("person_id", flat=True))


def steps_of(cases: Sequence[Case]) -> dict[int, MilestoneCase]:
    """The step that each case is about, with trainee and panel; one query."""
    rows = MilestoneCase.objects.filter(case__in=[case.pk for case in cases])
    related = rows.select_related("enrolment__person", "enrolment__unit", "panel__sitting")
    return {row.case_id: row for row in related}


def step_title(milestone: str) -> str:
    """The step in the reader's language."""
    return str(MilestoneKind(milestone).label)
