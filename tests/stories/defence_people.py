"""Who takes part in the story of a defence, entered into the demo institution in its own process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from stories.conftest import PASSWORD, _environment

NUMBER, TRAINEE = "20201059990", "温知夏"
CHAIR, KIN, SECOND, THIRD, FOURTH = "韩砚秋", "凌若川", "齐望舒", "顾清和", "岑远舟"
INSIDE = ("纪云深", "苏未央", "陆青川", "白若溪")
NEW = ("叶听澜", "程与安", "秦暮云")
LAST = ("江照晚", "许南乔", "方初霁")

#: The trainee has done everything before the defence; two who know each other as kin, insiders of
#: full rank who guide doctors, experts of other universities, each with a contact, and a second officer,
#: since whoever approved the first committee decides no appeal.
MAKE = f"""
import datetime, django
django.setup()
from preceptor.base.actors import OPERATOR
from preceptor.people.actions import (NewPerson, declare_tie, give_capacities, give_titles,
    keep_contact, open_account_with_role, register_persons)
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account, Capacity, Title
from preceptor.supervisors.actions import record_qualifications
from preceptor.supervisors.models import SupervisorQualification
from preceptor.training.actions import (NewEnrolment, assign_supervisors, enrol, record_checks,
    record_milestones, record_reviews, record_rotations, record_theses)
from preceptor.training.models import (Enrolment, Milestone, Rotation, SimilarityCheck, Thesis,
    ThesisReview)
day = datetime.date
secretary, guide = (Account.objects.get(login=one) for one in ("secretary", "supervisor"))
unit = secretary.roles.get().unit
like = Enrolment.objects.filter(institution=unit.institution, degree_type="professional",
    degree_level="doctor", supervisions__person=guide.person).select_related(
    "institution", "direction").first()
place = like.institution
start = day(2010, 1, 1)

def person(number, name, *, outside=False):
    made = register_persons(institution=place, by=OPERATOR, persons=[
        NewPerson("staff_number", number, name, "Expert " + number)])[number]
    give_titles(institution=place, by=OPERATOR, titles=[Title(person=made, series="teacher",
        level="full", name="教授", valid_from=start)])
    give_capacities(institution=place, by=OPERATOR, capacities=[Capacity(person=made,
        unit=outside and abroad or home, kind=outside and "external" or "physician",
        valid_from=start)])
    if outside:
        keep_contact(person=made, by=OPERATOR, email="e" + number + "@example.org",
            employer_zh="海州医科大学", employer_en="Haizhou Medical University")
    else:
        give_capacities(institution=place, by=OPERATOR, capacities=[Capacity(person=made,
            unit=home, kind="degree_committee", valid_from=start)])
    record_qualifications(institution=place, by=OPERATOR, qualifications=[
        SupervisorQualification(person=made, unit=home, direction=like.direction,
        degree_level="doctor", degree_type="professional", state="engaged", valid_from=start)])
    return made

home = type(unit).objects.filter(institution=place, kind=unit.kind).exclude(pk=unit.pk).first()
abroad = type(unit).objects.exclude(institution=place).exclude(pk=place.pk).first()
made = {{}}
for place_no, name in enumerate({INSIDE + NEW + LAST!r}):
    made[name] = person(f"Y{{place_no:03}}", name)
for place_no, name in enumerate({(CHAIR, KIN, SECOND, THIRD, FOURTH)!r}):
    made[name] = person(f"W{{place_no:03}}", name, outside=True)
trainee = register_persons(institution=place, by=OPERATOR, persons=[
    NewPerson("student_number", "{NUMBER}", "{TRAINEE}", "Wen Zhixia")])["{NUMBER}"]
row = enrol(institution=place, by=OPERATOR, entries=[NewEnrolment(
    student_number="{NUMBER}", person=trainee, unit=unit, direction=like.direction, cohort=2020,
    cohort_on=day(2020, 9, 1), state="defence_ready", mode="full_time")])[0]
assign_supervisors(institution=place, pairs=[(row, guide.person)], on=day(2020, 9, 1), by=OPERATOR)
declare_tie(person=guide.person, other=made["{KIN}"], kind="kinship", by=OPERATOR)
record_rotations(institution=place, by=OPERATOR, rotations=[Rotation(enrolment=row,
    department="内科", start_month=a, end_month=b, kind=kind) for a, b, kind in (
    (day(2020, 9, 1), day(2022, 12, 1), "specialty"),
    (day(2023, 1, 1), day(2023, 9, 1), "chief_resident"))])
record_milestones(institution=place, by=OPERATOR, milestones=[Milestone(enrolment=row, kind=kind,
    attempt=1, planned_on=on, held_on=on, outcome="pass") for kind, on in (
    ("proposal", day(2021, 6, 1)), ("midterm", day(2022, 6, 1)),
    ("clinical_exam", day(2023, 6, 1)), ("predefence", day(2024, 3, 1)))])
record_theses(institution=place, by=OPERATOR, theses=[Thesis(enrolment=row,
    title_zh="早期胃癌内镜筛查的前瞻性研究", title_en="Screening for early gastric cancer")])
thesis = Thesis.objects.get(enrolment=row)
record_checks(institution=place, by=OPERATOR, checks=[SimilarityCheck(thesis=thesis,
    similarity_e4=800, checked_on=day(2024, 4, 1))])
record_reviews(institution=place, by=OPERATOR, reviews=[ThesisReview(thesis=thesis, number=number,
    is_blind=True, outcome="pass", returned_on=day(2024, 5, 1)) for number in (1, 2, 3)])
open_account_with_role(login="wen", name="{TRAINEE}", password="{PASSWORD}", person=trainee,
    email="wen@example.edu", kind=RoleKind.TRAINEE, unit=unit, valid_from=day(2020, 9, 1), by=OPERATOR)
officer = register_persons(institution=place, by=OPERATOR, persons=[
    NewPerson("staff_number", "A9001", "沈知微", "Shen Zhiwei")])["A9001"]
open_account_with_role(login="shen", name="沈知微", password="{PASSWORD}", person=officer,
    email="shen@example.edu", kind=RoleKind.OFFICE, unit=place, valid_from=start, by=OPERATOR)
open_account_with_role(login="ji", name="{INSIDE[0]}", password="{PASSWORD}",
    person=made["{INSIDE[0]}"], email="ji@example.edu", kind=RoleKind.SUPERVISOR, unit=home,
    valid_from=start, by=OPERATOR)
"""


def enter(town: Path) -> None:
    """Enter them all; the reason when something refuses."""
    settings = {"DJANGO_SETTINGS_MODULE": "preceptor.config.settings"}
    made = subprocess.run(
        [sys.executable, "-c", MAKE], env=_environment(town) | settings, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
