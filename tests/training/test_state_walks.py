"""Any order of changes, by anybody, on any day: the records stay those of a real course."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.people.models import Account
from preceptor.training.actions import NewEnrolment, change_state, enrol
from preceptor.training.choices import EnrolmentState as State
from preceptor.training.choices import PeriodKind
from preceptor.training.models import Enrolment, StateSpan, StudyPeriod

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]

BEGUN = date(2021, 9, 1)
A_DAY = timedelta(days=1)
ACTORS = ("secretary", "office", "leader", "neighbour", "supervisor", "trainee", "stranger")
MAY = {"secretary", "office"}

#: The course of training as the domain specification draws it, written down once more.
ONWARD = {
    "admitted": {"registered", "lapsed"},
    "registered": {"training"},
    "training": {"candidate"},
    "candidate": {"midterm_passed"},
    "midterm_passed": {"clinical_passed", "predefence_passed"},
    "clinical_passed": {"predefence_passed", "thesis_in_review"},
    "predefence_passed": {"thesis_in_review", "clinical_passed"},
    "thesis_in_review": {"defence_ready", "revising"},
    "revising": {"thesis_in_review"},
    "defence_ready": {"defended", "revising"},
    "defended": {"graduated"},
    "graduated": {"awarded", "deferred"},
    "deferred": {"awarded", "closed_without_degree"},
    "awarded": {"revoked"},
}
STUDYING = {
    "registered", "training", "candidate", "midterm_passed", "clinical_passed",
    "predefence_passed", "thesis_in_review", "revising", "defence_ready", "defended",
}  # fmt: skip


@dataclass
class Course:
    """What should be so: the state of each day since the beginning, and the state left behind."""

    state: str
    since: int = 0
    left: str | None = None
    days: dict[int, str] = field(default_factory=dict)

    def allowed(self) -> set[str]:
        if self.state == "suspended":
            return {str(self.left), "withdrawn"}
        more = {"suspended", "withdrawn"} if self.state in STUDYING else set()
        return ONWARD.get(self.state, set()) | more

    def go(self, to: str, day: int) -> None:
        if to == "suspended":
            self.left = self.state
        self.state, self.since, self.days[day] = to, day, to

    def on(self, day: int) -> str:
        return self.days[max(known for known in self.days if known <= day)]


def known(model: type, enrolment: Enrolment, **columns: str) -> list:
    rows = model.objects.known().filter(enrolment=enrolment, **columns)  # type: ignore[attr-defined]
    return list(rows.order_by("valid_from"))


def check(course: Course, enrolment: Enrolment, changes: int) -> None:
    """The spans cover every day from the first on, once, with the state of that day."""
    spans = known(StateSpan, enrolment)
    assert spans[0].valid_from == BEGUN
    for span, following in itertools.pairwise(spans):
        assert span.valid_to == following.valid_from - A_DAY
        assert span.state != following.state
    assert spans[-1].valid_to is None
    for day in range(max(course.days) + 2):
        when = BEGUN + day * A_DAY
        of_day = [row.state for row in StateSpan.objects.on(when).filter(enrolment=enrolment)]
        assert of_day == [course.on(day)]
    stored = Enrolment.objects.get(pk=enrolment.pk)
    assert stored.state == spans[-1].state == course.state
    assert (stored.awarded_on is not None) == (course.state in ("awarded", "revoked"))
    for state, kind in (("suspended", PeriodKind.SUSPENSION), ("deferred", PeriodKind.DEFERRAL)):
        dated = [(row.valid_from, row.valid_to) for row in spans if row.state == state]
        periods = known(StudyPeriod, enrolment, kind=kind)
        assert [(row.valid_from, row.valid_to) for row in periods] == dated
    lines = JournalEntry.objects.filter(verb="enrolment.state", subject_key=str(enrolment.pk))
    assert lines.count() == changes


def walk(
    begin: str, steps: list[tuple[str, str, int]], cast: Cast, actors: dict[str, Account]
) -> None:
    entry = NewEnrolment(
        student_number="W1", person=cast.persons["S1"], unit=cast.general,
        direction=cast.medicine, cohort=2021, cohort_on=BEGUN, state=begin, mode="full_time",
    )  # fmt: skip
    enrolment = enrol(institution=cast.institution, entries=[entry], by=OPERATOR)[0]
    course, changes = Course(begin, days={0: begin}), 0
    for who, to, day in steps:
        before = course.state
        try:
            change_state(
                enrolment=enrolment, to=State(to), on=BEGUN + day * A_DAY, reason="依据申请",
                by=actors[who],
            )  # fmt: skip
        except NotPermitted:
            assert who not in MAY or not course.allowed()
            continue
        except RuleBroken:
            assert to not in course.allowed() or day < course.since
            continue
        assert who in MAY
        if to != before:
            assert to in course.allowed()
            assert day >= course.since
            course.go(to, day)
            changes += 1
    check(course, enrolment, changes)


@pytest.fixture
def actors(request: pytest.FixtureRequest) -> dict[str, Account]:
    return {name: request.getfixturevalue(name) for name in ACTORS}


LIKELY = st.sampled_from(["secretary", "office", "secretary", "office", *ACTORS])
STEPS = st.lists(
    st.tuples(LIKELY, st.sampled_from(sorted(State.values)), st.integers(0, 8)), max_size=14
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(begin=st.sampled_from(sorted(STUDYING | {"admitted", "graduated"})), steps=STEPS)
@example("training", [("office", "suspended", 0), ("office", "training", 0)])
@example(
    "training", [("office", "candidate", 3), ("office", "suspended", 3), ("office", "candidate", 5)]
)
@example(
    "training",
    [("office", "suspended", 2), ("office", "training", 4), ("office", "suspended", 4)],
)
@example(
    "graduated", [("office", "deferred", 1), ("office", "awarded", 1), ("office", "revoked", 3)]
)
def test_no_order_of_changes_by_anybody_leads_where_the_rules_do_not(
    cast: Cast, actors: dict[str, Account], begin: str, steps: list[tuple[str, str, int]]
) -> None:
    with transaction.atomic():
        walk(begin, steps, cast, actors)
        transaction.set_rollback(True)


def directed(begin: str) -> list[tuple[str, str, int]]:
    """To suspension and back from a state, twice, a day apart each time and on one day."""
    return [
        ("secretary", "suspended", 2), ("secretary", begin, 4), ("office", "suspended", 4),
        ("office", begin, 5), ("office", "suspended", 7), ("secretary", begin, 7),
    ]  # fmt: skip


@pytest.mark.parametrize("begin", sorted(STUDYING))
def test_from_any_state_of_study_a_trainee_is_suspended_and_returns_to_it(
    cast: Cast, actors: dict[str, Account], begin: str
) -> None:
    walk(begin, directed(begin), cast, actors)
    enrolment = Enrolment.objects.get(student_number="W1")
    assert enrolment.state == begin
    lines = JournalEntry.objects.filter(verb="enrolment.state", subject_key=str(enrolment.pk))
    assert lines.count() == 6
    for other in sorted(STUDYING - {begin}):
        change_state(
            enrolment=enrolment, to=State.SUSPENDED, on=today(), reason="休养", by=OPERATOR
        )
        with pytest.raises(RuleBroken):
            change_state(
                enrolment=enrolment, to=State(other), on=today(), reason="复学", by=OPERATOR
            )
        change_state(enrolment=enrolment, to=State(begin), on=today(), reason="复学", by=OPERATOR)
