"""The faults put into the demo on purpose are there, and the product finds them."""

from __future__ import annotations

import pytest

from preceptor.demo import planted
from preceptor.people.models import Identifier
from preceptor.standing.months import training_months
from preceptor.supervisors.models import SupervisorQualification
from preceptor.training.choices import MilestoneKind
from preceptor.training.models import Course, Enrolment, Panel, SimilarityCheck

pytestmark = pytest.mark.usefixtures("demo")


def panel(number: str | None) -> Panel:
    return Panel.objects.get(number=number)


def test_three_trainees_apply_for_the_pre_defence_with_22_or_23_clinical_months() -> None:
    numbers = planted.short_of_clinical_months()
    assert len(numbers) == 3
    for enrolment in Enrolment.objects.filter(student_number__in=numbers):
        step = enrolment.milestones.get(kind=MilestoneKind.PREDEFENCE)
        assert step.held_on is None
        assert step.planned_on is not None
        months = training_months(enrolment.rotations.all(), step.planned_on)
        assert len(months) in (22, 23)
        assert enrolment.panels.filter(stage=MilestoneKind.PREDEFENCE, sits_on=None).count() == 1


def test_one_planned_defence_panel_has_four_members() -> None:
    found = panel(planted.panel_of_four())
    assert found.stage == MilestoneKind.DEFENCE
    assert found.seats.count() == 4
    assert found.sits_on is None


def test_one_panel_has_a_member_whose_title_nobody_knows() -> None:
    found = panel(planted.panel_with_unknown_title())
    unknown = [
        seat
        for seat in found.seats.all()
        if not seat.person.titles.exists() and not seat.stated_level
    ]
    assert len(unknown) == 1
    assert found.seats.count() == 5


def test_one_defence_panel_is_chaired_from_within() -> None:
    chair = panel(planted.panel_without_outside_chair()).seats.get(role="chair")
    assert chair.stated_outside_institution is None
    assert chair.person.capacities.filter(kind="physician").exists()


def test_one_thesis_is_one_hundredth_above_the_limit() -> None:
    check = SimilarityCheck.objects.get(similarity_e4=3001)
    assert check.thesis.enrolment.student_number == planted.similarity_over_limit()


def test_one_supervisor_was_engaged_before_the_training() -> None:
    person = Identifier.objects.get(value=planted.engaged_before_training()).person_id
    row = SupervisorQualification.objects.get(person=person)
    assert row.trained_on is not None
    assert row.engaged_on is not None
    assert row.engaged_on < row.trained_on


def test_one_person_bears_two_staff_numbers() -> None:
    person = Identifier.objects.get(value=planted.person_with_two_staff_numbers()).person
    assert person.identifiers.filter(scheme="staff_number").count() == 2


def test_one_course_has_24_hours_a_credit_where_all_others_have_18() -> None:
    per_credit = {course.code: course.hours / course.credits for course in Course.objects.all()}
    odd = planted.course_with_odd_hours()
    assert odd is not None
    assert per_credit.pop(odd) == 24
    assert set(per_credit.values()) == {18}
