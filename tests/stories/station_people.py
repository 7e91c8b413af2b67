"""What the story of a station that is opened finds in the registers of the second institution."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from stories.conftest import _environment

EXPERTS = ("简明溪", "楚怀瑾", "易知行", "闻述白", "柏舟行")

#: A doctoral right in biomedical engineering since 2024 with what a station asks for: a cohort that
#: graduated, four supervisors, a national project; and five professors who can be asked as experts.
MAKE = f"""
import datetime, django
django.setup()
from preceptor.base.actors import OPERATOR
from preceptor.institutions.models import DegreePoint, Discipline, Unit
from preceptor.people.actions import NewPerson, give_capacities, give_titles, register_persons
from preceptor.people.models import Capacity, Title
from preceptor.research.actions import NewProject, record_projects
from preceptor.research.models import Project
from preceptor.supervisors.actions import record_qualifications
from preceptor.supervisors.models import SupervisorQualification
from preceptor.training.actions import NewEnrolment, enrol
day = datetime.date
place = Unit.objects.get(code="CHENGLING")
home, outside = Unit.objects.get(code="CHENGLING-BM"), Unit.objects.get(code="YUNTING")
field = Discipline.objects.get(catalogue="academic", code="0831")
DegreePoint.objects.create(code="CHENGLING-DP-0831-D", institution=place, discipline=field,
    degree_level="doctor", degree_type="academic", authorised_on=day(2024, 3, 1),
    name_zh="生物医学工程一级学科博士学位授权点", name_en="Academic doctorate in biomedical engineering")

def person(number, name, unit, kind):
    made = register_persons(institution=place, by=OPERATOR, persons=[
        NewPerson("staff_number", number, name, "Professor " + number)])[number]
    give_titles(institution=place, by=OPERATOR, titles=[Title(person=made, series="teacher",
        level="full", name="教授", valid_from=day(2010, 1, 1))])
    give_capacities(institution=place, by=OPERATOR, capacities=[Capacity(person=made, unit=unit,
        kind=kind, valid_from=day(2010, 1, 1))])
    return made

for number, name in enumerate({EXPERTS!r}):
    person(f"X{{number:03}}", name, outside, "external")
guides = [person(f"BE{{number}}", name, home, "staff")
    for number, name in enumerate(("陶然亭", "卫清扬", "沈南舟", "季云归"))]
record_qualifications(institution=place, by=OPERATOR, qualifications=[SupervisorQualification(
    person=one, unit=home, direction=field, degree_level="doctor", degree_type="academic",
    state="engaged", valid_from=day(2024, 6, 1)) for one in guides])
project, = record_projects(institution=place, by=OPERATOR, projects=[NewProject(
    number="BME-N-1", title="可降解心血管支架", members=guides, starts_on=day(2024, 1, 1))])
Project.objects.filter(pk=project.pk).update(level="national", amount_cny=3_000_000)
doctor = register_persons(institution=place, by=OPERATOR, persons=[
    NewPerson("student_number", "CL20210831", "荀知章", "Xun Zhizhang")])["CL20210831"]
enrol(institution=place, by=OPERATOR, entries=[NewEnrolment(student_number="CL20210831",
    person=doctor, unit=home, direction=field, cohort=2021, cohort_on=day(2021, 9, 1),
    state="graduated", mode="full_time", degree_type="academic")])
"""


def enter(town: Path) -> None:
    """Enter it all; the reason when something refuses."""
    settings = {"DJANGO_SETTINGS_MODULE": "preceptor.config.settings"}
    made = subprocess.run(
        [sys.executable, "-c", MAKE], env=_environment(town) | settings, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
