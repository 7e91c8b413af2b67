"""The next step of a trainee: what comes next, who acts, what holds it back."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from preceptor.policy import Verdict
from preceptor.standing.steps import ORDER, next_kind, next_step
from preceptor.training.choices import EnrolmentState as State
from preceptor.training.choices import MilestoneKind as Kind
from preceptor.training.models import Enrolment, Milestone
from preceptor.training.states import ENDED, ENROLLED

TODAY = date(2024, 6, 1)
STUDYING = sorted(ENROLLED - {State.SUSPENDED})


def passed(*kinds: Kind, outcome: str | None = "pass", on: date | None = TODAY) -> list[Milestone]:
    return [Milestone(kind=kind, held_on=on, outcome=outcome) for kind in kinds]


def step(state: str, milestones: list[Milestone], requirements: Any = ()) -> Any:
    return next_step(Enrolment(state=state), milestones, list(requirements), TODAY)


def requirement(gate: str | None, verdict: Verdict, kind: str = "block") -> Any:
    return SimpleNamespace(gate=gate, verdict=verdict, kind=kind)


@pytest.mark.parametrize("place", range(len(ORDER)))
@pytest.mark.parametrize("state", STUDYING)
def test_the_first_step_not_passed_comes_next_and_somebody_acts(state: str, place: int) -> None:
    found = step(state, passed(*ORDER[:place]))
    assert found.kind == ORDER[place]
    assert str(found.title) == str(ORDER[place].label)
    assert str(found.actor)
    assert found.attempt == 1


def test_a_step_left_out_comes_next_whatever_was_passed_after_it() -> None:
    done = passed(*(kind for kind in ORDER if kind != Kind.MIDTERM))
    assert step(State.DEFENDED, done).kind == Kind.MIDTERM


@pytest.mark.parametrize("state", STUDYING)
def test_when_all_steps_are_passed_the_degree_is_awarded_next(state: str) -> None:
    assert step(state, passed(*ORDER)).kind == "award"


@pytest.mark.parametrize("state", [State.GRADUATED, State.DEFERRED])
def test_a_graduate_waits_for_the_award_whatever_steps_are_on_record(state: str) -> None:
    assert step(state, []).kind == "award"


@pytest.mark.parametrize("state", sorted(ENDED - {State.GRADUATED, State.DEFERRED}))
def test_an_enrolment_that_ended_has_no_next_step(state: str) -> None:
    assert step(state, []) is None
    assert step(state, passed(*ORDER)) is None


def test_a_suspended_trainee_returns_before_anything_else() -> None:
    assert step(State.SUSPENDED, passed(*ORDER)).kind == "return"


def test_an_admitted_trainee_registers_before_anything_else() -> None:
    assert step(State.ADMITTED, []).kind == "register"


def test_a_failed_attempt_makes_the_next_one_the_second() -> None:
    failed = passed(Kind.PROPOSAL, outcome="fail")
    assert (step(State.TRAINING, failed).kind, step(State.TRAINING, failed).attempt) == (
        Kind.PROPOSAL, 2,
    )  # fmt: skip


def test_an_attempt_not_decided_or_still_to_come_is_no_attempt_yet() -> None:
    waiting = passed(Kind.PROPOSAL, outcome=None)
    ahead = passed(Kind.PROPOSAL, outcome="fail", on=date(2024, 6, 2))
    assert step(State.TRAINING, waiting + ahead).attempt == 1


def test_what_is_passed_after_the_day_is_not_passed_on_it() -> None:
    assert next_kind(passed(Kind.PROPOSAL, on=date(2024, 6, 2)), TODAY) == Kind.PROPOSAL
    assert next_kind(passed(Kind.PROPOSAL, on=None), TODAY) == Kind.PROPOSAL
    assert next_kind(passed(Kind.PROPOSAL), TODAY) == Kind.MIDTERM


def test_only_what_is_not_met_and_concerns_the_step_holds_it_back() -> None:
    failing = requirement("defence", Verdict.FAIL)
    pending = requirement("defence", Verdict.PENDING)
    others = [
        requirement("defence", Verdict.PASS),
        requirement("defence", Verdict.WAIVED),
        requirement("midterm", Verdict.FAIL),
        requirement(None, Verdict.FAIL),
    ]
    done = passed(*(kind for kind in ORDER if kind != Kind.DEFENCE))
    found = step(State.DEFENCE_READY, done, [*others, failing, pending])
    assert found.held_back_by == [failing, pending]
    assert not found.is_open
    assert step(State.DEFENCE_READY, done, others).is_open


def test_a_warning_does_not_hold_a_step_back() -> None:
    found = step(State.TRAINING, [], [requirement("proposal", Verdict.FAIL, kind="warn")])
    assert found.is_open
    assert found.held_back_by


def test_what_the_award_waits_for_holds_it_back() -> None:
    open_one = requirement("award", Verdict.PENDING)
    found = step(State.GRADUATED, [], [open_one, requirement("defence", Verdict.FAIL)])
    assert found.held_back_by == [open_one]
