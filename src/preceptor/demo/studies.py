"""How far each trainee has come by the census day, and with how many clinical months."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from preceptor.training.choices import EnrolmentState as State
from preceptor.training.choices import MilestoneKind, Outcome

from .careers import (
    AWARD_DAYS,
    CENSUS,
    STEP,
    Attempt,
    Career,
    career,
    defer,
    interrupt,
    revise,
    suspend,
    withdraw,
)
from .rotations import ClinicalMonths, months_from
from .stories import Story, Turn
from .workdays import after

#: The states of those enrolled by cohort, and how common each is (invented).
STATES: dict[int, tuple[tuple[State, ...], tuple[int, ...]]] = {
    2023: ((State.TRAINING,), (1,)),
    2022: ((State.TRAINING, State.CANDIDATE, State.MIDTERM_PASSED), (10, 72, 18)),
    2021: (
        (State.CANDIDATE, State.MIDTERM_PASSED, State.CLINICAL_PASSED, State.PREDEFENCE_PASSED),
        (8, 57, 27, 8),
    ),
}
LATE_STATES = (
    (State.CLINICAL_PASSED, State.PREDEFENCE_PASSED, State.THESIS_IN_REVIEW, State.REVISING,
     State.DEFENCE_READY),
    (2, 3, 4, 2, 4),
)  # fmt: skip
SUSPENDED_ON = date(2023, 11, 6)


def enrolled(random: Random, cohort: int, story: Story | None) -> Career:
    """The study of one who is enrolled on the census day."""
    states, weights = STATES.get(cohort, LATE_STATES)
    state = story.state if story else random.choices(states, weights)[0]
    reached = State.THESIS_IN_REVIEW if state is State.REVISING else state
    made = career(random, cohort, reached, _expected_award(random, cohort, state), bool(story))
    if state is State.REVISING:
        revise(made, after(made.spans[-1].since, 20))
    if story and story.turn:
        _turn(made, story.turn)
    if story and story.planned:
        made.attempts.append(Attempt(story.planned, 1, story.planned_on, None, None))
    return made


def _expected_award(random: Random, cohort: int, state: State) -> date:
    """The day of award that the study is on its way to."""
    if cohort <= 2020:
        return date(2024, 1, 29) + timedelta(days=random.randint(0, 16))
    if cohort == 2021 and STEP.get(state, 0) >= STEP[State.PREDEFENCE_PASSED]:
        return date(2024, 4, 15)
    return date(cohort + 3, 6, 29)


def _turn(made: Career, turn: Turn) -> None:
    if turn is Turn.SUSPENDED:
        suspend(made, SUSPENDED_ON, "因病休学")
    elif turn is Turn.INTERRUPTED:
        interrupt(made, date(2023, 3, 1), date(2023, 9, 1), "生育休学")
    elif turn is Turn.FAILED_MIDTERM:
        day = after(made.started_on, 500)
        made.attempts.append(Attempt(MilestoneKind.MIDTERM, 1, day, day, Outcome.FAIL))
    elif turn is Turn.FAILED_PROPOSAL:
        _fail_proposal(made)


def _fail_proposal(made: Career) -> None:
    """A first proposal that failed; a second one passed if the study went on."""
    passed = made.reached(State.CANDIDATE)
    day = after(passed, -62) if passed else after(made.started_on, 340)
    rest = [row._replace(number=2) if row.kind is MilestoneKind.PROPOSAL else row
            for row in made.attempts]  # fmt: skip
    made.attempts = [Attempt(MilestoneKind.PROPOSAL, 1, day, day, Outcome.FAIL), *rest]


def awarded(random: Random, cohort: int, year: int, is_deferred: bool = False) -> Career:
    """The study of one whose degree was awarded in the year."""
    summer, winter = AWARD_DAYS[year]
    award = summer if is_deferred or random.random() < 0.66 else winter
    made = career(random, cohort, State.AWARDED, award)
    if is_deferred:
        defer(made)
    return made


def withdrawn(random: Random, cohort: int) -> Career:
    """The study of one who gave up."""
    return withdraw(random, cohort)


def clinical_months(
    random: Random, made: Career, story: Story | None
) -> tuple[int, ClinicalMonths]:
    """The months there were, and those trained in, in keeping with what has been passed."""
    available = _available(made)
    if story and story.months:
        return available, story.months
    if made.awarded_on or (made.cohort <= 2020 and made.left_on is None):
        clinical = random.randint(25, available)
        return available, ClinicalMonths(clinical, random.randint(6, 11))
    if made.reached(State.CLINICAL_PASSED):
        return available, ClinicalMonths(available - random.randint(0, 1), random.randint(9, 12))
    if made.cohort == 2021 and available > 20:
        clinical = random.randint(18, available)
        return available, ClinicalMonths(clinical, random.choice((0, 0, 2, 3, 4, 5, 6, 7, 8)))
    gap = min(available, random.choice((0, 0, 0, 0, 1, 1, 2)))
    chief = random.randint(1, 3) if available > 12 and random.random() < 0.06 else 0
    return available, ClinicalMonths(available - gap, chief)


def _available(made: Career) -> int:
    """Whole months from the start to the leaving, suspension or census; at most three years."""
    last = made.left_on or CENSUS
    if made.state is State.SUSPENDED:
        last = made.spans[-1].since
    return min(33 if made.awarded_on else 36, months_from(made.started_on, last))
