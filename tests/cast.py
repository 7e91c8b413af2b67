"""The fixed cast: one small university whose people every test may know by name.

云汀医科大学 has two hospitals. In the General Hospital 林知远 (19 of 24 clinical months) and 顾清妍
are guided by 江晚晴; in the Cancer Hospital there is 沈墨白. Each role has one account.

A test module gets these fixtures with `pytest_plugins = ["cast"]`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.test import Client

from kept_rows import KeptRows, kept_rows
from kept_rows import pytest_runtest_setup as pytest_runtest_setup
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.institutions.actions import add_discipline, open_unit
from preceptor.institutions.models import Discipline, Unit
from preceptor.people.actions import (
    NewPerson,
    give_capacities,
    give_titles,
    grant_role,
    open_account,
    register_persons,
)
from preceptor.people.choices import CapacityKind, RoleKind, TitleLevel, TitleSeries
from preceptor.people.models import Account, Capacity, Person, Title
from preceptor.standing.actions import evaluate_all, put_in_force
from preceptor.training.actions import (
    NewEnrolment,
    NewSeat,
    assign_supervisors,
    compose_panels,
    enrol,
    record_milestones,
    record_rotations,
)
from preceptor.training.choices import EnrolmentState, MilestoneKind, Outcome, RotationKind
from preceptor.training.models import Enrolment, Milestone, Panel, Rotation

START = date(2021, 9, 1)
PASSWORD = "only-for-tests-2026"
PACK = "yunting/clinical-doctorate"
BACKEND = "django.contrib.auth.backends.ModelBackend"

NAMES = {
    "S1": ("林知远", "Lin Zhiyuan"),
    "S2": ("顾清妍", "Gu Qingyan"),
    "S3": ("沈墨白", "Shen Mobai"),
    "T1": ("江晚晴", "Jiang Wanqing"),
    "T2": ("韩明澈", "Han Mingche"),
    "T3": ("方叔玉", "Fang Shuyu"),
}


@dataclass(frozen=True)
class Cast:
    """Everything that the fixtures below give one by one."""

    institution: Unit
    general: Unit
    cancer: Unit
    medicine: Discipline
    surgery: Discipline
    persons: dict[str, Person]
    lin: Enrolment
    gu: Enrolment
    shen: Enrolment
    panel: Panel


def _units() -> tuple[Unit, Unit, Unit]:
    root = open_unit(
        upper=None, code="YT", kind="university", name_zh="云汀医科大学",
        name_en="Yunting Medical University", valid_from=date(1951, 6, 1), by=OPERATOR,
    )  # fmt: skip
    general, cancer = (
        open_unit(
            upper=root, code=code, kind="hospital", name_zh=zh, name_en=en,
            valid_from=date(1951, 6, 1), by=OPERATOR,
        )
        for code, zh, en in (
            ("YT-01", "总医院", "General Hospital"),
            ("YT-02", "肿瘤医院", "Cancer Hospital"),
        )
    )  # fmt: skip
    return root, general, cancer


def _direction(code: str, name_zh: str, name_en: str) -> Discipline:
    return add_discipline(
        by=OPERATOR, catalogue="YT", code=code, level="direction", degree_type="professional",
        name_zh=name_zh, name_en=name_en, valid_from=date(2015, 9, 1),
    )  # fmt: skip


def _persons(root: Unit) -> dict[str, Person]:
    new = [
        NewPerson("staff_number" if key[0] == "T" else "student_number", key, zh, en)
        for key, (zh, en) in NAMES.items()
    ]
    return register_persons(institution=root, persons=new, by=OPERATOR)


def _staff(root: Unit, general: Unit, persons: dict[str, Person]) -> None:
    """江晚晴 and 韩明澈 are professors; of 方叔玉 no title is recorded."""
    first = date(2010, 1, 1)
    give_titles(
        institution=root,
        titles=[
            Title(
                person=persons[key], series=TitleSeries.TEACHER, level=TitleLevel.FULL,
                name="教授", valid_from=first,
            )
            for key in ("T1", "T2")
        ],
        by=OPERATOR,
    )  # fmt: skip
    give_capacities(
        institution=root,
        capacities=[
            Capacity(person=persons[key], unit=general, kind=CapacityKind.STAFF, valid_from=first)
            for key in ("T1", "T2", "T3")
        ],
        by=OPERATOR,
    )


def _enrolled(
    root: Unit, places: list[tuple[str, Unit, Discipline]], persons: dict[str, Person]
) -> list[Enrolment]:
    entries = [
        NewEnrolment(
            student_number=f"2021110{number:03}", person=persons[key], unit=unit,
            direction=direction, cohort=2021, cohort_on=START, state=EnrolmentState.CANDIDATE,
            mode="full_time",
        )
        for number, (key, unit, direction) in enumerate(places, start=1)
    ]  # fmt: skip
    return enrol(institution=root, entries=entries, by=OPERATOR)


def _progress(root: Unit, enrolments: list[Enrolment], supervisor: Person) -> None:
    """Each has passed the proposal; 林知远 has 19 clinical months, 3 of them as chief resident."""
    lin = enrolments[0]
    assign_supervisors(
        institution=root, pairs=[(row, supervisor) for row in enrolments[:2]], by=OPERATOR
    )
    rotations = [
        Rotation(
            enrolment=lin, department="心血管内科", start_month=date(2021, 9, 1),
            end_month=date(2022, 12, 1), kind=RotationKind.SPECIALTY,
        ),
        Rotation(
            enrolment=lin, department="内科", start_month=date(2023, 1, 1),
            end_month=date(2023, 3, 1), kind=RotationKind.CHIEF_RESIDENT,
        ),
    ]  # fmt: skip
    record_rotations(institution=root, rotations=rotations, by=OPERATOR)
    milestones = [
        Milestone(
            enrolment=row, kind=MilestoneKind.PROPOSAL, held_on=date(2022, 6, 2),
            outcome=Outcome.PASS,
        )
        for row in enrolments
    ]  # fmt: skip
    record_milestones(institution=root, milestones=milestones, by=OPERATOR)


def _panel(root: Unit, enrolment: Enrolment, persons: dict[str, Person]) -> Panel:
    """A mid-term panel of three, one of whom has no recorded title."""
    panel = Panel(
        number="P-2022-0001", institution=root, enrolment=enrolment,
        stage=MilestoneKind.MIDTERM, sits_on=date(2022, 12, 1),
    )  # fmt: skip
    seats = [
        NewSeat(persons[key], "chair" if key == "T1" else "member", {"field": "same"})
        for key in ("T1", "T2", "T3")
    ]
    compose_panels(institution=root, panels=[(panel, seats)], by=OPERATOR)
    return panel


@pytest.fixture(scope="module")
def shared_cast(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any
) -> Iterator[KeptRows[Cast]]:
    """The rows of the whole university, written once for a module."""
    yield from kept_rows(request, _university, django_db_blocker)


def _university() -> Cast:
    root, general, cancer = _units()
    medicine = _direction("105101", "内科学", "Internal Medicine")
    surgery = _direction("105111", "外科学", "Surgery")
    persons = _persons(root)
    _staff(root, general, persons)
    places = [("S1", general, medicine), ("S2", general, surgery), ("S3", cancer, medicine)]
    lin, gu, shen = enrolments = _enrolled(root, places, persons)
    _progress(root, enrolments, persons["T1"])
    panel = _panel(root, lin, persons)
    put_in_force(institution=root, pack=PACK, valid_from=date(2023, 1, 1), by=OPERATOR)
    evaluate_all(institution=root, on=today(), by=OPERATOR)
    return Cast(root, general, cancer, medicine, surgery, persons, lin, gu, shen, panel)


@pytest.fixture
def cast(shared_cast: KeptRows[Cast], db: None) -> Cast:
    """The whole university, judged by the shipped pack."""
    return shared_cast.fresh()


def _account(login: str, person: Person | None, kind: RoleKind | None, unit: Unit) -> Account:
    account = open_account(
        login=login, name=person.name_zh if person else login, password=PASSWORD, person=person,
        by=OPERATOR,
    )  # fmt: skip
    if kind:
        grant_role(account=account, kind=kind, unit=unit, valid_from=START, by=OPERATOR)
    return account


@pytest.fixture
def institution(cast: Cast) -> Unit:
    return cast.institution


@pytest.fixture
def general(cast: Cast) -> Unit:
    return cast.general


@pytest.fixture
def cancer(cast: Cast) -> Unit:
    return cast.cancer


@pytest.fixture
def trainee(cast: Cast) -> Account:
    """林知远."""
    return _account("trainee", cast.persons["S1"], RoleKind.TRAINEE, cast.general)


@pytest.fixture
def supervisor(cast: Cast) -> Account:
    """江晚晴, who guides 林知远 and 顾清妍."""
    return _account("supervisor", cast.persons["T1"], RoleKind.SUPERVISOR, cast.general)


@pytest.fixture
def secretary(cast: Cast) -> Account:
    """Of the General Hospital."""
    return _account("secretary", None, RoleKind.SECRETARY, cast.general)


@pytest.fixture
def neighbour(cast: Cast) -> Account:
    """The secretary of the Cancer Hospital."""
    return _account("neighbour", None, RoleKind.SECRETARY, cast.cancer)


@pytest.fixture
def office(cast: Cast) -> Account:
    """Of the graduate school."""
    return _account("office", None, RoleKind.OFFICE, cast.institution)


@pytest.fixture
def leader(cast: Cast) -> Account:
    """Reads the whole university and writes nothing."""
    return _account("leader", None, RoleKind.LEADER, cast.institution)


@pytest.fixture
def stranger(cast: Cast) -> Account:
    """Signed in, without any role or person."""
    return _account("stranger", None, None, cast.institution)


@pytest.fixture
def signed_in() -> Callable[..., Client]:
    """Gives a client signed in as the account, reading Chinese, or English when asked."""

    def sign_in(account: Account, language: str = "zh-hans") -> Client:
        client = Client()
        client.force_login(account, backend=BACKEND)
        client.cookies["language"] = language
        return client

    return sign_in
