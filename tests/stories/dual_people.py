"""Who takes part in the story of a dual degree, entered into the demo institution in its own process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from stories.conftest import PASSWORD, _environment

NAME = "温若瑾"
#: The trainee's number at the own side and at the partner's.
HOME, PARTNER = "20231009901", "TN20239901"
#: Somebody else at each side, of whom no agreement shows anything to the other.
ALONE, ALONE_THERE = "邵知微", "石映川"
#: The account of the partner's office.
OFFICE = "office-tn"

#: The trainee has defended at both sides. Of what the programmes demand, one course is missing at each:
#: the imaging of the own side and the ethics of the partner's, and a course of the other side could
#: count as either. `award_kind` and everything else is entered on the pages.
MAKE = f"""
import datetime, django
django.setup()
from preceptor.base.actors import OPERATOR
from preceptor.people.actions import NewPerson, open_account_with_role, register_persons
from preceptor.people.choices import RoleKind
from preceptor.training.actions import (NewEnrolment, enrol, record_course_results,
    record_milestones)
from preceptor.training.models import Course, CourseRecord, Enrolment, Milestone
from preceptor.joint.models import JointProgramme
day = datetime.date
joint = JointProgramme.objects.select_related("school__unit__institution",
    "school__partner__peer").get(code="J1")
like = Enrolment.objects.filter(dual_as_home__programme=joint).select_related(
    "unit", "direction", "programme", "institution").first()
there = Enrolment.objects.filter(dual_as_partner__programme=joint).select_related(
    "unit", "direction", "programme", "institution").first()

def enrolled(like, number, name):
    person = register_persons(institution=like.institution, by=OPERATOR, persons=[
        NewPerson("student_number", number, name, "Trainee " + number)])[number]
    return enrol(institution=like.institution, by=OPERATOR, entries=[NewEnrolment(
        student_number=number, person=person, unit=like.unit, direction=like.direction,
        programme=like.programme, cohort=2023, cohort_on=day(2023, 9, 1), state="defended",
        mode="full_time", degree_level="master", degree_type="academic")])[0]

for side, number, courses in (
    (like, "{HOME}", ("MD501", "MD502", "MD504", "MD506")),
    (there, "{PARTNER}", ("BME501", "BME502", "BME503")),
):
    row = enrolled(side, number, "{NAME}")
    known = Course.objects.filter(institution=side.institution, code__in=courses)
    record_course_results(institution=side.institution, by=OPERATOR, results=[CourseRecord(
        enrolment=row, course=one, year=2024, score=85, outcome="pass") for one in known])
    record_milestones(institution=side.institution, by=OPERATOR, milestones=[Milestone(
        enrolment=row, kind=kind, attempt=1, planned_on=on, held_on=on, outcome="pass")
        for kind, on in (("midterm", day(2025, 4, 18)), ("defence", day(2026, 5, 22)))])
enrolled(like, "20231009902", "{ALONE}")
enrolled(there, "TN20239902", "{ALONE_THERE}")
peer = joint.school.partner.peer
officer = register_persons(institution=peer, by=OPERATOR, persons=[
    NewPerson("staff_number", "TN-A1", "方亦舟", "Fang Yizhou")])["TN-A1"]
open_account_with_role(login="{OFFICE}", name="方亦舟", password="{PASSWORD}", person=officer,
    email="office-tn@example.edu", kind=RoleKind.OFFICE, unit=peer, valid_from=day(2018, 9, 1),
    by=OPERATOR)
print(joint.school.pk, joint.school.agreement_id)
"""


def enter(town: Path) -> tuple[str, str]:
    """Enter them all; gives the addresses of the joint school and of its agreement."""
    settings = {"DJANGO_SETTINGS_MODULE": "preceptor.config.settings"}
    made = subprocess.run(
        [sys.executable, "-c", MAKE], env=_environment(town) | settings, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    school, agreement = made.stdout.split()
    return f"/schools/{school}/", f"/agreements/{agreement}/"
