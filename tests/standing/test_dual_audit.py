"""The audit of a dual degree: two institutions' rules over one trainee's records at both sides."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from joint_rows import Joint
from preceptor.base.actors import OPERATOR
from preceptor.joint.models import DualEnrolment, JointProgramme, Recognition
from preceptor.policy import Explanation
from preceptor.standing.actions import put_in_force
from preceptor.standing.dual import DualAudit, audit
from preceptor.training.models import (
    Course,
    CourseRecord,
    Enrolment,
    Milestone,
    ProgrammeCourse,
)

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "joint_cast"]
pytestmark = pytest.mark.django_db
DAY = date(2025, 6, 1)
HOME, PARTNER = "yunting/dual-degree", "tingnan/dual-degree"


@pytest.fixture
def in_force(cast: Cast, joint: Joint) -> None:
    """Each side's own rules at its own institution."""
    for root, pack in ((cast.institution, HOME), (joint.university, PARTNER)):
        put_in_force(institution=root, pack=pack, valid_from=date(2017, 9, 1), by=OPERATOR)


def passed(enrolment: Enrolment, course: Course, outcome: str | None = "pass") -> None:
    CourseRecord.objects.create(enrolment=enrolment, course=course, year=2024, outcome=outcome)


def courses(joint: Joint, enrolment: Enrolment, count: int, prefix: str = "C") -> list[Course]:
    """So many passed courses of two credits at the enrolment's institution."""
    found = []
    for place in range(count):
        course = Course.objects.create(
            institution_id=enrolment.institution_id, code=f"{prefix}{enrolment.pk}-{place}",
            name_zh=f"课程 {place}", name_en=f"Course {place}", hours=32, credits=2,
        )  # fmt: skip
        passed(enrolment, course)
        found.append(course)
    return found


def defended(enrolment: Enrolment, kind: str = "defence") -> None:
    Milestone.objects.filter(enrolment=enrolment, kind=kind).delete()
    Milestone.objects.create(
        enrolment=enrolment, kind=kind, held_on=date(2025, 5, 20), outcome="pass"
    )


def recognised(joint: Joint, taken: Course, counts_as: Course, **days: date) -> Recognition:
    return Recognition.objects.create(
        programme=joint.programme, taken=taken, counts_as=counts_as, credits=2,
        valid_from=days.get("valid_from", date(2024, 1, 1)), valid_to=days.get("valid_to"),
    )  # fmt: skip


def of(said: list[Explanation]) -> dict[str, str]:
    return {one.rule: one.verdict.value for one in said}


def text(said: list[Explanation], rule: str) -> str:
    return next(one.text for one in said if one.rule == rule)


@pytest.mark.usefixtures("in_force")
def test_a_trainee_meets_one_side_and_not_yet_the_other_and_both_answers_are_shown(
    joint: Joint,
) -> None:
    courses(joint, joint.dual.home, 8)
    defended(joint.dual.home)
    found = audit(joint.dual, DAY, "en")
    assert (found.meets_home, found.meets_partner, found.meets_both) == (True, False, False)
    assert found.award_kind == "two_certificates"
    assert {one.pack for one in found.home} == {HOME}
    assert {one.pack for one in found.partner} == {PARTNER}
    assert "0 credits" in text(found.partner, "dual.credits") and "12" in text(
        found.partner, "dual.credits"
    )
    assert of(found.partner)["dual.defence"] == "fail"


@pytest.mark.usefixtures("in_force")
def test_the_same_trainee_meets_both_sides_in_the_end(joint: Joint) -> None:
    for enrolment, count in ((joint.dual.home, 8), (joint.away, 6)):
        courses(joint, enrolment, count)
        defended(enrolment)
    defended(joint.away, "midterm")
    found = audit(joint.dual, DAY)
    assert (found.meets_home, found.meets_partner, found.meets_both) == (True, True, True)


@pytest.mark.usefixtures("in_force")
@pytest.mark.parametrize(
    ("first", "last", "credits"),
    [
        (DAY, None, "16"), (DAY + timedelta(days=1), None, "14"),
        (date(2024, 1, 1), DAY, "16"), (date(2024, 1, 1), DAY - timedelta(days=1), "14"),
    ],
)  # fmt: skip
def test_a_course_of_the_other_side_counts_on_the_days_on_which_it_is_recognised(
    joint: Joint, first: date, last: date | None, credits: str
) -> None:
    courses(joint, joint.dual.home, 7)
    passed(joint.away, joint.robotics)
    days = {"valid_from": first} | ({"valid_to": last} if last else {})
    recognised(joint, joint.robotics, joint.anatomy, **days)
    found = audit(joint.dual, DAY, "en")
    assert f"{credits} credits" in text(found.home, "dual.credits").replace(".0", "")
    assert of(found.home)["dual.credits"] == ("pass" if credits == "16" else "fail")


@pytest.mark.usefixtures("in_force")
def test_a_recognised_course_counts_at_the_side_that_recognises_it_and_only_once(
    joint: Joint,
) -> None:
    courses(joint, joint.dual.home, 7)
    [other] = courses(joint, joint.away, 1)
    passed(joint.away, joint.robotics)
    recognised(joint, joint.robotics, joint.anatomy)
    recognised(joint, other, joint.anatomy)
    found = audit(joint.dual, DAY, "en")
    assert of(found.home)["dual.credits"] == "pass"
    assert "4 credits" in text(found.partner, "dual.credits").replace(".0", "")
    passed(joint.dual.home, joint.anatomy)
    again = audit(joint.dual, DAY, "en")
    assert "16 credits" in text(again.home, "dual.credits").replace(".0", "")
    assert "0 credits" in text(again.home, "dual.recognised").replace(".0", "")


@pytest.mark.usefixtures("in_force")
def test_credits_beyond_what_a_side_recognises_are_held_against_the_trainee(joint: Joint) -> None:
    there = courses(joint, joint.away, 4)
    for place, course in enumerate(there):
        here = Course.objects.create(
            institution=joint.dual.home.institution, code=f"R{place}", name_zh="互认课", name_en="R",
            hours=32, credits=2,
        )  # fmt: skip
        recognised(joint, course, here)
    assert of(audit(joint.dual, DAY).home)["dual.recognised"] == "fail"
    Recognition.objects.order_by("-pk").first().delete()  # type: ignore[union-attr]
    assert of(audit(joint.dual, DAY).home)["dual.recognised"] == "pass"


@pytest.mark.usefixtures("in_force")
def test_a_required_course_that_was_never_taken_is_named_and_one_of_unknown_result_is_open(
    joint: Joint,
) -> None:
    plan = joint.programme.home_programme
    ProgrammeCourse.objects.create(programme=plan, course=joint.anatomy, kind="required")
    found = audit(joint.dual, DAY, "zh")
    assert of(found.home)["dual.required"] == "fail"
    assert "解剖学" in text(found.home, "dual.required")
    passed(joint.dual.home, joint.anatomy, None)
    assert of(audit(joint.dual, DAY).home)["dual.required"] == "pending"
    CourseRecord.objects.update(outcome="pass")
    assert of(audit(joint.dual, DAY).home)["dual.required"] == "pass"


@pytest.mark.usefixtures("in_force")
def test_a_side_that_has_not_enrolled_the_trainee_fails_and_one_that_keeps_no_records_is_open(
    joint: Joint,
) -> None:
    DualEnrolment.objects.update(partner=None)
    found = audit(joint.dual, DAY)
    assert of(found.partner)["dual.enrolled"] == "fail" and found.meets_partner is False
    assert of(found.home)["dual.enrolled"] == "fail"
    JointProgramme.objects.update(partner_programme=None)
    found = audit(joint.dual, DAY)
    assert of(found.home)["dual.enrolled"] == "pending"
    assert found.meets_partner is None
    assert set(of(found.partner).values()) == {"pending"}


@pytest.mark.usefixtures("in_force")
def test_one_joint_degree_asks_for_the_defence_at_both_sides(joint: Joint) -> None:
    assert "dual.joint" not in of(audit(joint.dual, DAY).home)
    JointProgramme.objects.update(award_kind="one_joint")
    Enrolment.objects.filter(pk=joint.dual.home_id).update(state="defended")
    found = audit(joint.dual, DAY)
    assert (found.award_kind, of(found.home)["dual.joint"]) == ("one_joint", "fail")
    Enrolment.objects.filter(pk=joint.away.pk).update(state="graduated")
    assert of(audit(joint.dual, DAY).home)["dual.joint"] == "pass"


@pytest.mark.usefixtures("in_force")
def test_who_left_the_joint_programme_is_not_asked_for_a_dual_degree(joint: Joint) -> None:
    DualEnrolment.objects.update(left_on=DAY)
    assert audit(joint.dual, DAY).home == []
    assert audit(joint.dual, DAY - timedelta(days=1)).home


def test_without_rules_in_force_nothing_is_said_and_nothing_is_met(joint: Joint) -> None:
    found = audit(joint.dual, DAY)
    assert isinstance(found, DualAudit)
    assert (found.home, found.meets_home, found.meets_both) == ([], None, None)


@pytest.mark.database
@pytest.mark.usefixtures("in_force")
def test_an_audit_costs_the_same_whatever_was_taken(joint: Joint) -> None:
    asked = []
    for count in (1, 12):
        for enrolment in (joint.dual.home, joint.away):
            courses(joint, enrolment, count, f"Q{count}")
        audit(joint.dual, DAY)
        with CaptureQueriesContext(connection) as caught:
            audit(joint.dual, DAY)
        asked.append(len(caught))
    assert asked[0] == asked[1] <= 20
