"""The next step of a trainee, what holds it back, and who acts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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

#: Training has ended, and the degree is still to be decided.
AWAITING_AWARD = (EnrolmentState.GRADUATED, EnrolmentState.DEFERRED)

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
    """The next step, with what holds it back; None when the enrolment has ended."""
    state = EnrolmentState(enrolment.state)
    if state == EnrolmentState.ADMITTED:
        return Step("register", _("Registration"), _("The graduate school registers the trainee."))
    if state == EnrolmentState.SUSPENDED:
        return Step(
            "return", _("Return from suspension"), _("The trainee asks the secretary to return.")
        )
    following = next_kind(milestones, on)
    if state in AWAITING_AWARD or (state not in ENDED and following is None):
        return Step(
            "award", _("Award of the degree"), _("The degree committee decides."),
            _held_back_by("award", requirements),
        )  # fmt: skip
    if state in ENDED or following is None:
        return None
    kind = MilestoneKind(following)
    return Step(
        kind=kind.value,
        title=kind.label,
        actor=_actor(kind),
        held_back_by=_held_back_by(kind.value, requirements),
        attempt=1 + _decided(kind, milestones, on),
    )


def _held_back_by(gate: str, requirements: Iterable[Explanation]) -> list[Explanation]:
    return [known for known in requirements if known.gate == gate and known.verdict in _NOT_PASSED]


def _decided(kind: str, milestones: Iterable[Milestone], on: date) -> int:
    """How many attempts at the step were decided by the day."""
    return sum(
        row.kind == kind and row.outcome is not None and (row.held_on is None or row.held_on <= on)
        for row in milestones
    )


def _actor(kind: MilestoneKind) -> str | Promise:
    if kind in (MilestoneKind.PROPOSAL, MilestoneKind.PREDEFENCE):
        return _("The trainee applies, the supervisor agrees, the secretary calls the panel.")
    if kind == MilestoneKind.DEFENCE:
        return _("The supervisor agrees, the graduate school approves the committee.")
    return _("The secretary of the hospital calls the panel.")
