"""Which state of an enrolment may follow which (domain specification 6.4)."""

from __future__ import annotations

from .choices import EnrolmentState as State

#: The states that end an enrolment's training; nothing is suspended from here on.
ENDED = frozenset(
    {State.AWARDED, State.WITHDRAWN, State.LAPSED, State.CLOSED, State.REVOKED, State.DEFERRED,
     State.GRADUATED}
)  # fmt: skip

#: The states of a trainee who is enrolled and studying.
ENROLLED = frozenset(set(State) - ENDED - {State.ADMITTED})
#: The states in which the award of the degree can still be deferred.
DEFERRABLE = ENROLLED | {State.GRADUATED, State.DEFERRED}

_FORWARD: dict[State, frozenset[State]] = {
    State.ADMITTED: frozenset({State.REGISTERED, State.LAPSED}),
    State.REGISTERED: frozenset({State.TRAINING}),
    State.TRAINING: frozenset({State.CANDIDATE}),
    State.CANDIDATE: frozenset({State.MIDTERM_PASSED}),
    State.MIDTERM_PASSED: frozenset({State.CLINICAL_PASSED, State.PREDEFENCE_PASSED}),
    State.CLINICAL_PASSED: frozenset({State.PREDEFENCE_PASSED, State.THESIS_IN_REVIEW}),
    State.PREDEFENCE_PASSED: frozenset({State.THESIS_IN_REVIEW, State.CLINICAL_PASSED}),
    State.THESIS_IN_REVIEW: frozenset({State.DEFENCE_READY, State.REVISING}),
    State.REVISING: frozenset({State.THESIS_IN_REVIEW}),
    State.DEFENCE_READY: frozenset({State.DEFENDED, State.REVISING}),
    State.DEFENDED: frozenset({State.GRADUATED}),
    State.GRADUATED: frozenset({State.AWARDED, State.DEFERRED}),
    State.DEFERRED: frozenset({State.AWARDED, State.CLOSED}),
    State.AWARDED: frozenset({State.REVOKED}),
}


def following(state: State, before_suspension: State | None = None) -> frozenset[State]:
    """The states that may follow; a suspended trainee returns only to the state left behind."""
    if state == State.SUSPENDED:
        back = {before_suspension} if before_suspension else set()
        return frozenset(back | {State.WITHDRAWN})
    onward = _FORWARD.get(state, frozenset())
    if state in ENROLLED:
        onward = onward | {State.SUSPENDED, State.WITHDRAWN}
    return onward
