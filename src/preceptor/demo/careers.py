"""The course of one trainee's study: states with their days, and attempts at milestones.

Source of the states and their order: domain specification 6.4.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import NamedTuple

from preceptor.training.choices import EnrolmentState as State
from preceptor.training.choices import MilestoneKind, Outcome

from .workdays import after

CENSUS = date(2023, 12, 31)
AWARD_DAYS = {2022: (date(2022, 6, 29), date(2022, 12, 20)),
              2023: (date(2023, 6, 29), date(2023, 12, 21))}  # fmt: skip


#: The states on the way to the degree, in their order.
WAY = (
    State.ADMITTED,
    State.REGISTERED,
    State.TRAINING,
    State.CANDIDATE,
    State.MIDTERM_PASSED,
    State.CLINICAL_PASSED,
    State.PREDEFENCE_PASSED,
    State.THESIS_IN_REVIEW,
    State.DEFENCE_READY,
    State.DEFENDED,
    State.GRADUATED,
    State.AWARDED,
)
STEP = {state: place for place, state in enumerate(WAY)}
_MILESTONE_OF = {
    State.CANDIDATE: MilestoneKind.PROPOSAL,
    State.MIDTERM_PASSED: MilestoneKind.MIDTERM,
    State.CLINICAL_PASSED: MilestoneKind.CLINICAL_EXAM,
    State.PREDEFENCE_PASSED: MilestoneKind.PREDEFENCE,
    State.DEFENDED: MilestoneKind.DEFENCE,
}


class Span(NamedTuple):
    state: State
    since: date
    reason: str = ""


class Attempt(NamedTuple):
    kind: MilestoneKind
    number: int
    planned_on: date | None
    held_on: date | None
    outcome: Outcome | None


@dataclass
class Career:
    """Spans in order, the last one open; attempts; and the day on which the trainee left."""

    cohort: int
    spans: list[Span] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    left_on: date | None = None
    awarded_on: date | None = None

    @property
    def state(self) -> State:
        """The state of the last span."""
        return self.spans[-1].state

    @property
    def started_on(self) -> date:
        """The first day of study."""
        return date(self.cohort, 9, 1)

    def reached(self, state: State) -> date | None:
        """The day on which the state was first reached; None if never."""
        return next((span.since for span in self.spans if span.state == state), None)

    def held(self, kind: MilestoneKind) -> date | None:
        """The day of the last sitting of a kind; None when none was held."""
        days = [row.held_on for row in self.attempts if row.kind == kind and row.held_on]
        return max(days, default=None)


def timetable(random: Random, cohort: int, award: date) -> dict[State, date]:
    """When each state would be reached by one whose degree is awarded on the day."""
    start = date(cohort, 9, 1)
    predefence = after(award, -random.randint(112, 125))
    clinical = after(start, random.randint(762, 840))
    return {
        State.ADMITTED: date(cohort, 7, 10),
        State.REGISTERED: start,
        State.TRAINING: date(cohort, 9, 11),
        State.CANDIDATE: after(start, random.randint(255, 380)),
        State.MIDTERM_PASSED: after(start, random.randint(455, 540)),
        State.CLINICAL_PASSED: min(clinical, after(predefence, -14)),
        State.PREDEFENCE_PASSED: predefence,
        State.THESIS_IN_REVIEW: after(predefence, random.randint(12, 20)),
        State.DEFENCE_READY: after(award, -random.randint(50, 56)),
        State.DEFENDED: after(award, -random.randint(22, 42)),
        State.GRADUATED: after(award, -9),
        State.AWARDED: award,
    }


def career(
    random: Random, cohort: int, state: State, award: date, flawless: bool = False
) -> Career:
    """A study that has come as far as `state`, with a failed first attempt now and then."""
    days = timetable(random, cohort, award)
    if STEP[state] < STEP[State.DEFENDED] and days[state] > CENSUS:
        days[state] = after(CENSUS, -random.randint(4, 24))
    made = Career(cohort)
    for step in WAY[: STEP[state] + 1]:
        made.spans.append(Span(step, days[step]))
        if step in _MILESTONE_OF:
            failed = not flawless and random.random() < _FAILS.get(step, 0)
            _pass(made, _MILESTONE_OF[step], days[step], failed)
    if state is State.AWARDED:
        made.awarded_on = made.left_on = award
    return made


#: The share of first attempts that fail (invented).
_FAILS = {State.CANDIDATE: 0.06, State.MIDTERM_PASSED: 0.03, State.PREDEFENCE_PASSED: 0.02}


def _pass(made: Career, kind: MilestoneKind, day: date, failed_before: bool) -> None:
    if failed_before:
        first = after(day, -45)
        made.attempts.append(Attempt(kind, 1, first, first, Outcome.FAIL))
    number = 2 if failed_before else 1
    made.attempts.append(Attempt(kind, number, day, day, Outcome.PASS))


def suspend(made: Career, since: date, reason: str) -> None:
    """Suspended from the state held; open until the return."""
    made.spans.append(Span(State.SUSPENDED, since, reason))


def interrupt(made: Career, since: date, until: date, reason: str) -> None:
    """Suspended for a time within a span, and back in the same state."""
    place = max(i for i, span in enumerate(made.spans) if span.since < since)
    state = made.spans[place].state
    made.spans[place + 1 : place + 1] = [Span(State.SUSPENDED, since, reason), Span(state, until)]


def revise(made: Career, day: date) -> None:
    """An adverse review: the thesis goes back to its author."""
    made.spans.append(Span(State.REVISING, day, "评阅意见要求修改论文"))


def withdraw(random: Random, cohort: int) -> Career:
    """A study given up in its first fourteen months."""
    state = random.choice((State.TRAINING, State.TRAINING, State.CANDIDATE))
    made = career(random, cohort, state, date(cohort + 3, 6, 29), flawless=True)
    last = made.spans[-1].since
    day = min(after(last, random.randint(30, 90)), after(date(cohort, 9, 1), 480))
    made.spans.append(Span(State.WITHDRAWN, day, "本人申请退学"))
    made.left_on = day
    return made


def defer(made: Career) -> None:
    """Graduated in June, deferred by the committee, awarded in December."""
    summer, winter = AWARD_DAYS[2023]
    made.spans[-1:] = [
        Span(State.DEFERRED, summer, "学位论文需补充材料，缓授学位"),
        Span(State.AWARDED, winter),
    ]
    made.awarded_on = made.left_on = winter
