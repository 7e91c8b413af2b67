"""An officer who does not program raises the clinical months for the cohort of 2024; a leader approves."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from stories.conftest import _environment
from stories.days import DAY
from stories.visitor import Visitor

pytestmark = pytest.mark.browser

NUMBER = "20241059999"
#: The demo's last cohort is 2023: one who began in 2024 is enrolled like any other, and has done
#: 26 months of training, enough for 24 and too few for 30.
ENROL = f"""
import datetime, django
django.setup()
from preceptor.base.actors import OPERATOR
from preceptor.people.actions import NewPerson, register_persons
from preceptor.training.actions import NewEnrolment, enrol, record_rotations
from preceptor.training.models import Enrolment, Rotation
like = Enrolment.objects.filter(cohort=2023, degree_type="professional").select_related(
    "institution", "unit", "direction").first()
person = register_persons(institution=like.institution, by=OPERATOR, persons=[
    NewPerson("student_number", "{NUMBER}", "温如言", "Wen Ruyan")])["{NUMBER}"]
enrolled = enrol(institution=like.institution, by=OPERATOR, entries=[NewEnrolment(
    student_number="{NUMBER}", person=person, unit=like.unit, direction=like.direction,
    cohort=2024, cohort_on=datetime.date(2024, 9, 1), state="training", mode="full_time")])
record_rotations(institution=like.institution, by=OPERATOR, rotations=[Rotation(
    enrolment=enrolled[0], department="内科", start_month=datetime.date(2024, 9, 1),
    end_month=datetime.date(2026, 10, 1), kind="specialty")])
"""


@pytest.fixture
def newcomer(town: Path) -> str:
    """The number of a trainee of the cohort of 2024."""
    settings = {"DJANGO_SETTINGS_MODULE": "preceptor.config.settings"}
    made = subprocess.run(
        [sys.executable, "-c", ENROL], env=_environment(town) | settings, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return NUMBER


def _raises_the_months(office: Visitor) -> str:
    """From the rule to the new value; gives the address of the draft."""
    office.open("/rules/training.clinical/")
    office.follow("a[href*='/drafts/open/']")
    office.finds_it_accessible()
    office.follow("main form .button-main")
    office.finds_it_accessible()
    draft = str(office.page.url).split("/rules/")[0].removeprefix(office.address) + "/"
    office.follow("a[href*='/values/clinical_months/']")
    page = office.page
    page.fill("#id_value", "30")
    page.fill("#id_since", "2024-09-01")
    page.select_option("[name=cite]", "report2023 四(五)")
    page.select_option("[name=evidence]", "S")
    office.follow("form:has(#id_value) .button-main")
    office.reads("30 个月", "24 个月")
    office.finds_it_accessible()
    return draft


def _confirms_what_is_proposed(office: Visitor, draft: str) -> None:
    office.open(draft)
    office.reads("30")
    office.follow("#faults a[href*='/examples/']")
    office.finds_it_accessible()
    for box in office.page.locator("[name=confirm]").all():
        box.check()
    office.follow("button[value=confirm]")
    office.open(draft)
    assert office.page.locator("#faults").count() == 0


def _looks_whom_it_concerns(office: Visitor, draft: str) -> None:
    office.open(f"{draft}preview/")
    office.page.locator("main form .button-main").first.click()
    office.page.set_default_timeout(120_000)
    office.reads(NUMBER)


def _asks_for_approval(office: Visitor, draft: str) -> None:
    office.open(f"{draft}propose/")
    office.page.fill("[name=effective_from]", DAY.isoformat())
    office.page.fill("[name=regulation_on]", "2024-06-15")
    office.finds_it_accessible()
    office.follow("form:has([name=effective_from]) .button-main")
    assert office.page.url == f"{office.address}{draft}"


def test_thirty_months_for_the_cohort_of_2024_from_the_rule_to_the_trainees_page(
    arrive: Callable[..., Visitor], newcomer: str
) -> None:
    office = arrive("office")
    office.open(f"/trainees/?q={newcomer}")
    office.follow("main table tbody a")
    trainee = office.page.url.removeprefix(office.address)
    office.reads("24 个月")
    draft = _raises_the_months(office)
    _confirms_what_is_proposed(office, draft)
    _looks_whom_it_concerns(office, draft)
    _asks_for_approval(office, draft)

    leader = arrive("leader", phone=True)
    leader.open(f"{draft}decide/")
    leader.reads("30")
    leader.finds_it_accessible()
    leader.follow("button[value=approve]")
    leader.finds_it_accessible()

    office.open(trainee)
    office.reads("30 个月")
    earlier = office.page.context.new_page()
    earlier.goto(f"{office.address}/rules/training.clinical/")
    assert "2024-09-01" in earlier.content()
    earlier.close()


def test_a_typed_condition_is_checked_while_the_officer_types(
    arrive: Callable[..., Visitor],
) -> None:
    office = arrive("office")
    office.open("/rules/panel.defence.size/")
    office.follow("a[href*='/drafts/open/']")
    office.follow("main form .button-main")
    office.follow("a[href$='/require/']")
    office.finds_it_accessible()
    office.page.select_option("[name=b0_r0_operator]", "not in")
    office.reads("成员人数不属于")
    office.follow("a[href$='?as=text']")
    box = office.page.locator("[name=text]")
    box.press("Control+End")
    box.press_sequentially(" && chiars == 1", delay=20)
    office.reads("您要写的是“chairs”吗")
    office.reads("^^^^^^")
    office.finds_it_accessible()
    box.fill("size in defence_sizes && chairs == 1")
    office.reads("主席人数")
    assert office.page.locator(".check-wrong").count() == 0
