"""A sub-committee's year: set up, seats, spring without and with quorum, a secret vote, advice, autumn,
minutes that are signed, the year on one page, a seat that becomes vacant and is filled."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from stories.conftest import _environment
from stories.days import DAY
from stories.visitor import Visitor

pytestmark = pytest.mark.browser

#: Three professors with accounts, and a graduate whose request waits for the sub-committee.
SEED = """
import datetime, io, django
django.setup()
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.cases.actions import adopt_kinds, attach_document, decide_stage, submit_case
from preceptor.cases.queries import kind_in_force
from preceptor.people.actions import NewPerson, open_account, register_persons
from preceptor.people.models import Account
from preceptor.training.actions import NewEnrolment, ask_state, enrol
from preceptor.training.models import Enrolment
like = Enrolment.objects.filter(unit__name_zh="总医院").select_related("institution").first()
root, office = like.institution, Account.objects.get(login="office")
names = {"C901": "纪云深", "C902": "苏未央", "C903": "陆青川"}
new = [NewPerson("staff_number", key, name, key) for key, name in names.items()]
new += [NewPerson("student_number", "20191059999", "温以宁", "Wen Yining")]
found = register_persons(institution=root, by=OPERATOR, persons=new)
for key, name in names.items():
    open_account(login=key.lower(), name=name, password="preceptor-demo", person=found[key], by=OPERATOR)
entry = NewEnrolment(
    student_number="20191059999", person=found["20191059999"], unit=like.unit,
    direction=like.direction, cohort=2019, cohort_on=datetime.date(2019, 9, 1), state="graduated",
    mode="full_time")
[graduate] = enrol(institution=root, by=OPERATOR, entries=[entry])
if kind_in_force(root, "degree_award") is None:
    adopt_kinds(institution=root, valid_from=datetime.date(2020, 1, 1), by=OPERATOR)
case = ask_state(enrolment=graduate, to="awarded", by=office)
attach_document(case=case, name="application", content=io.BytesIO(b"%PDF-1.7"),
    file_name="application.pdf", by=office)
case = submit_case(case=case, by=office)
decide_stage(case=case, outcome="agreed", by=office, revision=case.revision)
"""
MEMBERS = ("c901", "c902", "c903")
ADVICE = "论文原始数据须在送审之前归档"
Arrive = Callable[..., Visitor]


@pytest.fixture
def graduate(town: Path) -> str:
    """The name of the graduate."""
    settings = {"DJANGO_SETTINGS_MODULE": "preceptor.config.settings"}
    made = subprocess.run(
        [sys.executable, "-c", SEED], env=_environment(town) | settings, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return "温以宁"


def _today() -> str:
    """Today, where the institution is."""
    return DAY.isoformat()


def _fills(visitor: Visitor, path: str, **fields: str) -> str:
    """Fill a form and send it; gives the address to which it leads."""
    visitor.open(path)
    for name, value in fields.items():
        box = visitor.page.locator(f"main [name={name}]")
        if box.evaluate("(one) => one.tagName") == "SELECT":
            box.select_option(value)
        elif box.get_attribute("type") == "checkbox":
            box.check()
        else:
            box.fill(value)
    visitor.follow("main form .button-main")
    return str(visitor.page.url).removeprefix(visitor.address)


def _sets_up(office: Visitor) -> str:
    """The sub-committee of the first hospital with its charter and three seats; gives its address."""
    office.open("/bodies/new/")
    page = office.page
    hospital = page.locator("[name=unit] option", has_text="总医院").first.get_attribute("value")
    upper = page.locator("[name=upper] option").nth(1).get_attribute("value")
    body = _fills(
        office, "/bodies/new/", kind="degree_sub", unit=hospital, upper=upper, code="SUB-9",
        name_zh="总医院学位评定分委员会", name_en="Sub-committee of the General Hospital",
        passes="half_all", quorum="two_thirds", opened_on="2026-01-05", term_years="4",
        meetings_a_year="2",
    )  # fmt: skip
    _fills(
        office,
        f"{body}charter/new/",
        title_zh="分委员会章程",
        text_zh="每年至少召开两次会议。",
        valid_from="2026-01-05",
    )
    for place, login in enumerate(MEMBERS):
        role = "member" if place else "chair"
        _fills(
            office, f"{body}seats/new/", number=login.upper(), role=role, valid_from="2026-01-05"
        )
    office.reads("纪云深", "苏未央", "陆青川", "每年至少召开两次会议。")
    return body


def _plans(office: Visitor, body: str, hour: str) -> str:
    """A meeting of today; gives the address of its page."""
    _fills(office, f"{body}meetings/new/", starts_at=f"{_today()}T{hour}", place="行政楼二楼会议室")
    link = office.page.locator("#meetings a[href^='/sittings/']").last
    return str(link.get_attribute("href"))


def _comes(office: Visitor, sitting: str, count: int) -> None:
    """So many more are recorded as there."""
    office.open(sitting)
    for _one in range(count):
        office.follow(".seat-deeds button[value=present]")


def _deed(office: Visitor, path: str, do: str) -> None:
    office.open(path)
    office.follow(f"button[value={do}]")


def _votes(arrive: Arrive, office: Visitor, body: str, sitting: str) -> list[Visitor]:
    """One of three is no quorum; with all there the vote is opened and closed. Gives the members."""
    office.open(body)
    office.follow("form[action$='/agenda/'] .button-main")
    _deed(office, sitting, "invite")
    _deed(office, sitting, "open")
    _comes(office, sitting, 1)
    office.open(sitting)
    item = str(office.page.locator("a[href*='/items/']").first.get_attribute("href"))
    office.open(item)
    assert office.page.locator("button[value=open]").count() == 0
    office.reads("未达法定人数")
    _comes(office, sitting, 2)
    _deed(office, item, "open")
    members = [arrive(login, phone=login == "c902") for login in MEMBERS]
    for place, member in enumerate(members):
        member.open(sitting)
        member.follow(".ballot-against" if place == 2 else ".ballot-for")
        assert member.page.locator(".ballot-form").count() == 0
    _deed(office, item, "close")
    office.reads("通过")
    return members


def _closes(office: Visitor, sitting: str, record: str) -> None:
    office.open(f"{sitting}plan/")
    office.page.fill("[name=record]", record)
    office.follow("button[value=close]")


def _advises(office: Visitor, member: Visitor, body: str) -> None:
    """The advice is a task of the second member, who says that it was done."""
    _fills(
        office, f"{body}advice/new/", text=ADVICE, given_on=_today(), due_on=_today(), owner="C902"
    )
    member.open("/tasks/")
    member.follow("main a[href^='/advice/']")
    member.finds_it_accessible()
    member.page.locator("[name=state][value=done], [name=state]").first.evaluate(
        "(one) => { if (one.tagName === 'SELECT') one.value = 'done'; else one.checked = true; }"
    )
    member.page.fill("[name=text]", "已在培养手册中写明")
    member.follow("main form .button-main")
    member.reads("已在培养手册中写明")
    member.open("/tasks/")
    member.does_not_read(ADVICE)


def _discusses(office: Visitor, sitting: str) -> None:
    """An item without a vote."""
    office.open(f"{sitting}plan/")
    office.page.fill("[name=title_zh]", "通报论文抽检结果")
    office.follow("button[value=item]")
    _deed(office, sitting, "open")
    _comes(office, sitting, 1)
    item = str(office.page.locator("a[href*='/items/']").first.get_attribute("href"))
    _deed(office, item, "note")


def _signs(office: Visitor, chair: Visitor, sitting: str) -> None:
    """Minutes are written in Chinese and signed by the chair with the own password."""
    office.open(sitting)
    office.follow("form[action$='/minutes/'] button")
    file = office.downloads("#minutes a[href^='/minutes/']")
    assert file.read_bytes()[:2] == b"PK"
    chair.open(sitting)
    chair.follow("a[href$='/sign/']")
    chair.page.fill("[name=password]", "preceptor-demo")
    chair.follow("main form .button-main")
    chair.reads("纪云深")
    assert chair.page.locator("a[href$='/sign/']").count() == 0


def _tells_the_year(office: Visitor, body: str, graduate: str) -> None:
    """One page tells what the committee did in the year, and a workbook the same."""
    office.open(f"{body}years/{DAY.year}/")
    office.finds_it_accessible()
    office.reads(
        "2 / 2", "通过 1 项，未通过 0 项", "同意 2 票，反对 1 票，弃权 0 票", "应到 3 人，实到 3 人",
        "有表决权 3 人，到会 3 人", "有表决权 3 人，到会 1 人", "1 人签字", "通报论文抽检结果", ADVICE,
        "已落实 1 条",
    )  # fmt: skip
    attendance = office.page.locator("#attendance tbody tr")
    assert attendance.count() == 3
    assert "100 %" in attendance.first.inner_text()
    book = openpyxl.load_workbook(office.downloads("a[href$='.xlsx']"))
    decisions, people, advice, seats = (list(sheet.values)[1:] for sheet in book.worksheets)
    assert [row[9:13] for row in decisions] == [(3, 2, 1, 0), (None, None, None, None)]
    assert graduate in str(decisions[0][5])
    assert [row[3] for row in people] == [2, 1, 1]
    assert [row[0] for row in advice] == [ADVICE]
    assert len(seats) == 3


def _leaves_and_is_replaced(office: Visitor, body: str) -> None:
    """A seat that ends is a task until somebody takes it."""
    office.open(body)
    office.follow("a[href*='/seats/'][href$='/end/'] >> nth=2")
    office.page.fill("[name=last_on]", (DAY - timedelta(days=1)).isoformat())
    office.page.fill("[name=reason]", "调往外校工作")
    office.follow("main form .button-main")
    office.reads("空缺席位", "陆青川")
    office.open("/tasks/?kind=vacancy")
    office.reads("席位空缺，请增补", "陆青川")
    office.open(body)
    office.follow("a[href$='/renew/']")
    office.follow("main form .button-main")
    office.open("/tasks/?kind=vacancy")
    office.does_not_read("陆青川")


def test_a_committees_year_from_setting_up_to_signed_minutes(arrive: Arrive, graduate: str) -> None:
    office = arrive("office")
    body = _sets_up(office)
    office.reads(graduate)
    spring = _plans(office, body, "09:00")
    chair, second, _third = _votes(arrive, office, body, spring)
    _closes(office, spring, "到会三人，审议一项。")
    _advises(office, second, body)
    autumn = _plans(office, body, "14:00")
    _discusses(office, autumn)
    _closes(office, autumn, "通报一项。")
    _signs(office, chair, spring)
    office.open(body)
    office.finds_it_accessible()
    office.reads("已召开 2 / 2 次")
    office.does_not_read(graduate)
    _tells_the_year(office, body, graduate)
    chair.open(f"{body}years/{DAY.year}/")
    chair.reads("通过 1 项，未通过 0 项", ADVICE)
    _leaves_and_is_replaced(office, body)
