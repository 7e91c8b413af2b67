"""Who takes part in the stories of postdocs, entered into the small demo institution."""

from __future__ import annotations

import subprocess
import sys

from stories.conftest import PASSWORD, Years, _environment

#: Professors of the General Hospital, of other universities, and of the company.
INSIDE = ("纪云深", "苏未央", "陆青川", "白若溪", "叶听澜")
OUTSIDE = ("齐望舒", "顾清和")
ENGINEER, ENGINEER_NUMBER = "程与安", "BX901"
#: One professor who signs in; the others vote by the links that they are sent.
MEMBER = "bx-ji"
#: The co-operating supervisor of the mobile station.
HOST, HOST_LOGIN = "江照晚", "bx-jiang"
#: Who is to fail, and has an account but no role.
FAILING, FAILING_NUMBER, FAILING_LOGIN = "岑远舟", "BX801", "bx-cen"

#: Nobody is entered twice: the stories share the institution.
MAKE = f"""
import datetime, django
django.setup()
from preceptor.base.actors import OPERATOR
from preceptor.people.actions import (NewPerson, give_capacities, give_titles, keep_contact,
    open_account, open_account_with_role, register_persons)
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account, Capacity, Title
if Account.objects.filter(login="{MEMBER}").exists():
    raise SystemExit
start = datetime.date(2010, 1, 1)
unit = Account.objects.get(login="secretary").roles.get().unit
place = unit.institution

def person(number, name, employer="", title="full"):
    made = register_persons(institution=place, by=OPERATOR, persons=[
        NewPerson("staff_number", number, name, "Expert " + number)])[number]
    give_titles(institution=place, by=OPERATOR, titles=[Title(person=made, series="teacher",
        level=title, name="教授", valid_from=start)] if title else [])
    give_capacities(institution=place, by=OPERATOR, capacities=[Capacity(person=made,
        unit=unit, kind="external" if employer else "staff",
        valid_from=start)] if title else [])
    keep_contact(person=made, by=OPERATOR, email=number.lower() + "@example.org",
        employer_zh=employer, employer_en=employer and "Elsewhere")
    return made

inside = [person(f"BX{{row:03}}", name) for row, name in enumerate({INSIDE!r})]
for row, name in enumerate({OUTSIDE!r}, start=700):
    person(f"BX{{row}}", name, "海州医科大学")
host = person("BX600", "{HOST}")
open_account_with_role(login="{HOST_LOGIN}", name="{HOST}", password="{PASSWORD}", person=host,
    email="bx600@example.org", kind=RoleKind.SUPERVISOR, unit=unit, valid_from=start, by=OPERATOR)
person("{ENGINEER_NUMBER}", "{ENGINEER}", "示例企业-01")
open_account_with_role(login="{MEMBER}", name="{INSIDE[0]}", password="{PASSWORD}",
    person=inside[0], email="bx000@example.org", kind=RoleKind.SUPERVISOR, unit=unit,
    valid_from=start, by=OPERATOR)
failing = person("{FAILING_NUMBER}", "{FAILING}", title="")
open_account(login="{FAILING_LOGIN}", name="{FAILING}", password="{PASSWORD}", person=failing,
    email="bx801@example.org", by=OPERATOR)
"""


def address_of(name: str) -> str:
    """Where letters to one of the professors go."""
    rows = [(f"bx{place:03}", one) for place, one in enumerate(INSIDE)]
    rows += [(f"bx{place}", one) for place, one in enumerate(OUTSIDE, start=700)]
    (number,) = [number for number, one in rows if one == name]
    return f"{number}@example.org"


def enter(years: Years) -> None:
    """Enter them all; the reason when something refuses."""
    settings = {"DJANGO_SETTINGS_MODULE": "preceptor.config.settings"}
    made = subprocess.run(
        [sys.executable, "-c", MAKE], env=_environment(years.home) | settings, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
