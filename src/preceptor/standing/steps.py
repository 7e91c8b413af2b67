"""The next step of a trainee, what holds it back, and who acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from preceptor.policy import Explanation, Verdict
from preceptor.training.choices import EnrolmentState, MilestoneKind, Outcome
from preceptor.training.models import Enrolment, Milestone
from preceptor.training.states import ENDED

#: The steps in the order in which the 2023 report's programme takes them.
ORDER = (
    MilestoneKind.PROPOSAL,
    MilestoneKind.MIDTERM,
    MilestoneKind.CLINICAL_EXAM,
    MilestoneKind.PREDEFENCE,
    MilestoneKind.DEFENCE,
)

_NOT_PASSED = (Verdict.FAIL, Verdict.PENDING)


@dataclass(frozen=True)
class Step:
    """What comes next for a trainee; `held_back_by` are the requirements that are not met."""

    kind: str
    title: str | Promise
    actor: str | Promise
    held_back_by: list[Explanation] = field(default_factory=list)
    attempt: int = 1

    @property
    def is_open(self) -> bool:
        """Whether nothing that blocks stands in the way."""
        return not any(known.kind == "block" for known in self.held_back_by)


def _passed(milestones: Sequence[Milestone], on: date) -> set[str]:
    return {
        row.kind
        for row in milestones
        if row.outcome == Outcome.PASS and row.held_on is not None and row.held_on <= on
    }


def next_kind(milestones: Sequence[Milestone], on: date) -> str | None:
    """The kind of the first step not yet passed by the day; None when all are."""
    passed = _passed(milestones, on)
    return next((known.value for known in ORDER if known not in passed), None)


def next_step(
    enrolment: Enrolment, milestones: Sequence[Milestone], requirements: list[Explanation], on: date
) -> Step | None:
    """The next step; None when the enrolment has ended."""
    state = EnrolmentState(enrolment.state)
    if state in ENDED:
        return None
    if state == EnrolmentState.SUSPENDED:
        return Step(
            "return", _("Return from suspension"), _("The trainee asks the secretary to return.")
        )
    following = next_kind(milestones, on)
    if following is None:
        return Step("award", _("Award of the degree"), _("The degree committee decides."))
    kind = MilestoneKind(following)
    return Step(
        kind=kind.value,
        title=kind.label,
        actor=_actor(kind),
        held_back_by=[
            known
            for known in requirements
            if known.gate == kind.value and known.verdict in _NOT_PASSED
        ],
        attempt=1 + sum(1 for row in milestones if row.kind == kind and row.outcome is not None),
    )


def _actor(kind: MilestoneKind) -> str | Promise:
    if kind in (MilestoneKind.PROPOSAL, MilestoneKind.PREDEFENCE):
        return _("The trainee applies, the supervisor agrees, the secretary calls the panel.")
    if kind == MilestoneKind.DEFENCE:
        return _("The supervisor agrees, the graduate school approves the committee.")
    return _("The secretary of the hospital calls the panel.")
