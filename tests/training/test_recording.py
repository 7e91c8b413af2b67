"""Recording what happens in training: who may, what the journal says, what is refused whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.institutions.actions import open_unit
from preceptor.people.models import Account, Person
from preceptor.standing.models import Finding
from preceptor.training.actions import (
    NewEnrolment,
    NewSeat,
    change_check,
    change_milestone,
    change_rotation,
    change_seat,
    change_thesis,
    compose_panels,
    enrol,
    record_checks,
    record_course_results,
    record_milestones,
    record_reviews,
    record_rotations,
    record_theses,
    reschedule_panel,
    take_seat,
)
from preceptor.training.models import (
    Course,
    CourseRecord,
    Enrolment,
    Milestone,
    Panel,
    PanelSeat,
    Rotation,
    SimilarityCheck,
    Thesis,
    ThesisReview,
)

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]

DAY = date(2023, 5, 10)
TABLES = (
    Rotation,
    Milestone,
    Thesis,
    SimilarityCheck,
    ThesisReview,
    CourseRecord,
    Panel,
    PanelSeat,
)


@dataclass
class Stage:
    """The cast, with a thesis, a course and a stored row of each kind."""

    cast: Cast
    thesis: Thesis
    check: SimilarityCheck
    course: Course


@pytest.fixture
def stage(cast: Cast) -> Stage:
    thesis = Thesis(enrolment=cast.lin, title_zh="秘密题目")
    record_theses(institution=cast.institution, theses=[thesis], by=OPERATOR)
    check = SimilarityCheck(thesis=thesis, similarity_e4=3001, checked_on=DAY)
    record_checks(institution=cast.institution, checks=[check], by=OPERATOR)
    course = Course.objects.create(
        institution=cast.institution, code="C1", name_zh="课程", name_en="Course", hours=36,
        credits=Decimal("2"),
    )  # fmt: skip
    return Stage(cast, thesis, check, course)


def rotation(enrolment: Enrolment) -> Rotation:
    return Rotation(
        enrolment=enrolment, department="外科", start_month=date(2023, 4, 1),
        end_month=date(2023, 5, 1), kind="specialty",
    )  # fmt: skip


def panel(cast: Cast, number: str = "P-9", **columns: Any) -> Panel:
    return Panel(
        **{
            "number": number, "institution": cast.institution, "enrolment": cast.lin,
            "stage": "defence", "sits_on": DAY, **columns,
        }
    )  # fmt: skip


def seats(cast: Cast, *keys: str) -> list[NewSeat]:
    return [NewSeat(cast.persons[key], "member") for key in keys]


Write = Callable[[Stage, Any], object]

#: Every write on 林知远: its verb in the journal, and how it is asked for.
WRITES: dict[str, Write] = {
    "rotation.record": lambda stage, by: record_rotations(
        institution=stage.cast.institution, rotations=[rotation(stage.cast.lin)], by=by
    ),
    "rotation.change": lambda stage, by: change_rotation(
        rotation=stage.cast.lin.rotations.first(), by=by, reason="更正", kind="other"
    ),
    "milestone.record": lambda stage, by: record_milestones(
        institution=stage.cast.institution, by=by,
        milestones=[Milestone(enrolment=stage.cast.lin, kind="midterm", held_on=DAY, outcome="fail")],
    ),
    "milestone.change": lambda stage, by: change_milestone(
        milestone=stage.cast.lin.milestones.get(), by=by, reason="更正", held_on=DAY
    ),
    "thesis.record": lambda stage, by: record_theses(
        institution=stage.cast.institution, theses=[Thesis(enrolment=stage.cast.gu, title_zh="另一题目")],
        by=by,
    ),
    "thesis.change": lambda stage, by: change_thesis(
        thesis=stage.thesis, by=by, reason="更正", title_zh="改后的题目"
    ),
    "similarity.record": lambda stage, by: record_checks(
        institution=stage.cast.institution, by=by,
        checks=[SimilarityCheck(thesis=stage.thesis, attempt=2, similarity_e4=900)],
    ),
    "similarity.change": lambda stage, by: change_check(
        check=stage.check, by=by, reason="更正", similarity_e4=2999
    ),
    "review.record": lambda stage, by: record_reviews(
        institution=stage.cast.institution, by=by,
        reviews=[ThesisReview(thesis=stage.thesis, number=1, is_blind=True)],
    ),
    "course.record": lambda stage, by: record_course_results(
        institution=stage.cast.institution, by=by,
        results=[CourseRecord(enrolment=stage.cast.lin, course=stage.course, year=2022, outcome="pass")],
    ),
    "panel.compose": lambda stage, by: compose_panels(
        institution=stage.cast.institution, by=by,
        panels=[(panel(stage.cast), seats(stage.cast, "T1", "T2"))],
    ),
    "panel.seat": lambda stage, by: take_seat(
        panel=stage.cast.panel, seat=NewSeat(stage.cast.persons["S3"], "member"), by=by
    ),
    "panel.change": lambda stage, by: change_seat(
        seat=stage.cast.panel.seats.last(), by=by, reason="更正", field="related"
    ),
    "panel.reschedule": lambda stage, by: reschedule_panel(
        panel=stage.cast.panel, sits_on=DAY, precision="day", by=by, reason="改期"
    ),
}  # fmt: skip
CHANGES = [verb for verb in WRITES if verb.endswith((".change", ".reschedule"))]


def written() -> tuple[Any, ...]:
    """Everything that the writes could touch."""
    return (
        *(sorted(model.objects.values_list(), key=str) for model in TABLES),
        sorted(Finding.objects.values_list(), key=str),
        JournalEntry.objects.count(),
    )


@pytest.mark.parametrize("who", ["secretary", "office"])
@pytest.mark.parametrize("verb", WRITES)
def test_the_own_secretary_and_the_office_write_and_each_write_is_one_line(
    stage: Stage, verb: str, who: str, request: pytest.FixtureRequest
) -> None:
    by: Account = request.getfixturevalue(who)
    before = JournalEntry.objects.count()
    WRITES[verb](stage, by)
    lines = list(JournalEntry.objects.order_by("number")[before:])
    assert [(line.verb, line.actor_key) for line in lines] == [(verb, by.actor_key)]
    subject = lines[0].subject_kind
    assert subject == ("panel" if verb.startswith("panel") else "enrolment")
    assert lines[0].reason == (
        {"panel.reschedule": "改期"}.get(verb, "更正") if verb in CHANGES else ""
    )


@pytest.mark.parametrize("who", ["neighbour", "leader", "supervisor", "trainee", "stranger"])
@pytest.mark.parametrize("verb", WRITES)
def test_nobody_else_writes_anything(
    stage: Stage, verb: str, who: str, request: pytest.FixtureRequest
) -> None:
    by = request.getfixturevalue(who)
    before = written()
    with pytest.raises(NotPermitted) as refusal:
        WRITES[verb](stage, by)
    assert written() == before
    for secret in ("林知远", "秘密题目", "3001"):
        assert secret not in str(refusal.value)


@pytest.mark.parametrize("verb", CHANGES)
def test_a_change_that_changes_nothing_leaves_no_line(
    stage: Stage, verb: str, secretary: Account
) -> None:
    WRITES[verb](stage, secretary)
    before = written()
    WRITES[verb](stage, secretary)
    assert written() == before


@pytest.mark.parametrize("verb", CHANGES)
def test_a_change_says_what_stood_before_and_what_stands_now(
    stage: Stage, verb: str, secretary: Account
) -> None:
    WRITES[verb](stage, secretary)
    line = JournalEntry.objects.get(verb=verb)
    assert line.before is not None
    assert line.after is not None
    assert line.before.keys() == line.after.keys()
    assert line.before != line.after


def test_what_stood_before_is_read_from_the_record_not_from_a_stale_page(
    stage: Stage, secretary: Account
) -> None:
    stale = SimilarityCheck.objects.get(pk=stage.check.pk)
    change_check(check=stage.check, by=secretary, reason="复查", similarity_e4=2000)
    change_check(check=stale, by=secretary, reason="再查", similarity_e4=1000)
    assert [
        (line.before["similarity_e4"], line.after["similarity_e4"])
        for line in JournalEntry.objects.filter(verb="similarity.change").order_by("number")
        if line.before and line.after
    ] == [(3001, 2000), (2000, 1000)]


def test_a_secretary_who_writes_for_two_hospitals_at_once_writes_for_neither(
    stage: Stage, secretary: Account
) -> None:
    before, cast = written(), stage.cast
    with pytest.raises(NotPermitted):
        record_rotations(
            institution=cast.institution, by=secretary,
            rotations=[rotation(cast.lin), rotation(cast.shen)],
        )  # fmt: skip
    assert written() == before


def test_a_secretary_writes_an_empty_list_for_nobody(cast: Cast, secretary: Account) -> None:
    with pytest.raises(NotPermitted):
        record_rotations(institution=cast.institution, rotations=[], by=secretary)


def test_the_office_of_one_university_writes_nothing_into_another(
    stage: Stage, office: Account
) -> None:
    other = open_unit(
        upper=None, code="OT", kind="university", name_zh="别处", name_en="Elsewhere",
        valid_from=DAY, by=OPERATOR,
    )  # fmt: skip
    person = Person.objects.create(institution=other, name_zh="外人")
    entry = NewEnrolment(
        student_number="X1", person=person, unit=other, direction=stage.cast.medicine, cohort=2021,
        cohort_on=DAY, state="training", mode="full_time",
    )  # fmt: skip
    foreign = enrol(institution=other, entries=[entry], by=OPERATOR)[0]
    before, ours = written(), stage.cast.institution
    with pytest.raises(RuleBroken, match="X1"):
        record_rotations(institution=ours, rotations=[rotation(foreign)], by=office)
    with pytest.raises(RuleBroken, match="X1"):
        compose_panels(
            institution=ours, panels=[(panel(stage.cast, enrolment=foreign), [])], by=office
        )
    with pytest.raises(NotPermitted):
        record_rotations(institution=other, rotations=[rotation(foreign)], by=office)
    assert written() == before


def test_a_panel_number_names_one_panel(cast: Cast, office: Account) -> None:
    before = written()
    for panels in (
        [(panel(cast, "P-8"), []), (panel(cast, "P-2022-0001"), [])],
        [(panel(cast, "P-8"), []), (panel(cast, "P-8"), [])],
    ):
        with pytest.raises(RuleBroken, match=panels[1][0].number):
            compose_panels(institution=cast.institution, panels=panels, by=office)
    assert written() == before


def test_nobody_sits_twice_on_one_panel(cast: Cast, office: Account) -> None:
    before = written()
    with pytest.raises(RuleBroken, match="江晚晴"):
        take_seat(panel=cast.panel, seat=NewSeat(cast.persons["T1"], "member"), by=office)
    with pytest.raises(RuleBroken, match="韩明澈"):
        compose_panels(
            institution=cast.institution, panels=[(panel(cast), seats(cast, "T2", "T2"))], by=office
        )
    assert written() == before


def test_a_panel_that_breaks_its_rules_is_recorded_and_judged(cast: Cast, office: Account) -> None:
    fresh = panel(cast)
    compose_panels(institution=cast.institution, panels=[(fresh, seats(cast, "T1"))], by=office)
    size = Finding.objects.get(panel=fresh, rule="panel.defence.size")
    assert (size.verdict, size.kind, size.enrolment) == ("fail", "block", cast.lin)


def test_what_is_not_stated_of_a_seat_is_unknown(cast: Cast, office: Account) -> None:
    seat = take_seat(panel=cast.panel, seat=NewSeat(cast.persons["S3"], None), by=office)
    stored = PanelSeat.objects.get(pk=seat.pk)
    stated = [
        getattr(stored, field.name) for field in PanelSeat._meta.fields if "stated_" in field.name
    ]
    assert {value for value in stated if value != ""} == {None}
    assert stored.role is None


@pytest.mark.parametrize("attempt", [0, 100])
def test_an_attempt_is_counted_from_one_to_ninety_nine(cast: Cast, attempt: int) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Milestone.objects.create(enrolment=cast.lin, kind="midterm", attempt=attempt)
