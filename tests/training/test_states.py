"""Which state may follow which (domain specification 6.4)."""

from __future__ import annotations

import pytest

from preceptor.training.choices import EnrolmentState as State
from preceptor.training.states import ENDED, ENROLLED, following

BEFORE_AWARD = sorted(ENROLLED - {State.SUSPENDED})


def test_every_state_is_admitted_enrolled_or_ended_and_only_one_of_these() -> None:
    assert {State.ADMITTED} | ENROLLED | ENDED == set(State)
    assert not ENROLLED & ENDED
    assert State.ADMITTED not in ENROLLED | ENDED


@pytest.mark.parametrize("state", BEFORE_AWARD)
def test_whoever_studies_may_be_suspended_and_returns_to_the_same_state_only(state: State) -> None:
    assert State.SUSPENDED in following(state)
    assert following(State.SUSPENDED, state) == {state, State.WITHDRAWN}


def test_a_suspended_trainee_of_whom_no_earlier_state_is_known_can_only_withdraw() -> None:
    assert following(State.SUSPENDED) == {State.WITHDRAWN}


@pytest.mark.parametrize("state", sorted(ENDED | {State.ADMITTED}))
def test_nobody_is_suspended_or_withdrawn_who_does_not_study(state: State) -> None:
    assert not following(state) & {State.SUSPENDED, State.WITHDRAWN}


@pytest.mark.parametrize("state", sorted(ENROLLED))
def test_whoever_studies_may_withdraw(state: State) -> None:
    assert State.WITHDRAWN in following(state)


@pytest.mark.parametrize("state", [State.LAPSED, State.WITHDRAWN, State.CLOSED, State.REVOKED])
def test_nothing_follows_an_end(state: State) -> None:
    assert following(state) == frozenset()


def test_an_awarded_degree_can_only_be_revoked() -> None:
    assert following(State.AWARDED) == {State.REVOKED}


def test_every_state_can_be_reached_from_admission_and_none_follows_itself() -> None:
    reached, left = {State.ADMITTED}, [State.ADMITTED]
    while left:
        for state in following(left.pop()) - reached:
            reached.add(state)
            left.append(state)
    assert reached == set(State)
    assert not [state for state in State if state in following(state)]


def test_an_award_comes_after_graduation_or_deferral_and_never_else() -> None:
    assert {state for state in State if State.AWARDED in following(state)} == {
        State.GRADUATED, State.DEFERRED,
    }  # fmt: skip
