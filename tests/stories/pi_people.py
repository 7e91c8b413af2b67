"""Who judges in the stories of principal investigators, entered in a process of the product."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from stories.conftest import PASSWORD, _environment

INTERVIEWER, KIN = "许沐阳", "祝鹤鸣"
KIN_NUMBER = "PJ05"
BOARD = (INTERVIEWER, "傅云霁", "卓清晏", "简若谷", "容知微")
#: These come from another university.
OUTSIDE = ("简若谷", "容知微")

#: Five who interview, the first with an account, and a professor who is kin of an applicant.
MAKE = f"""
import datetime, django
django.setup()
from preceptor.base.actors import OPERATOR
from preceptor.fellows.models import PiProgramme
from preceptor.people.actions import (NewPerson, give_capacities, give_titles, keep_contact,
    open_account, register_persons)
from preceptor.people.models import Account, Capacity, Title
since = datetime.date(2015, 1, 1)
programme = PiProgramme.objects.select_related("institution", "unit").get(code="YT-EXC")
place = programme.institution
names = [*{BOARD!r}, "{KIN}"]
if not Account.objects.filter(login="interviewer").exists():
    numbers = [f"PJ{{number:02}}" for number in range(len(names))]
    new = [NewPerson("staff_number", number, name, "Expert " + number)
        for number, name in zip(numbers, names)]
    made = register_persons(institution=place, by=OPERATOR, persons=new)
    give_titles(institution=place, by=OPERATOR, titles=[Title(person=made[number],
        series="teacher", level="full", name="教授", valid_from=since) for number in numbers])
    give_capacities(institution=place, by=OPERATOR, capacities=[Capacity(person=made[number],
        unit=programme.unit, kind="external" if name in {OUTSIDE!r} else "staff", valid_from=since)
        for number, name in zip(numbers, names)])
    for number, name in zip(numbers, names):
        if name in {OUTSIDE!r}:
            keep_contact(person=made[number], by=OPERATOR, email=number + "@example.org",
                employer_zh="海州医科大学", employer_en="Haizhou Medical University")
    open_account(login="interviewer", name="{INTERVIEWER}", password="{PASSWORD}",
        person=made["PJ00"], by=OPERATOR)
"""


def enter(home: Path) -> None:
    """Enter them all, once; the reason when something refuses."""
    settings = {"DJANGO_SETTINGS_MODULE": "preceptor.config.settings"}
    made = subprocess.run(
        [sys.executable, "-c", MAKE], env=_environment(home) | settings, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
