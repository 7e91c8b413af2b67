"""A programme of independent principal investigators: two laboratories and everybody around them.

云溪实验室 is led by 沈若溪, 明舟实验室 by 陆明舟, within a programme directed by 秦望舒; 温以宁 works in the
first. The academic committee has three members. The fixture `pis` is in pi_cast.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import time_machine
from django.utils import timezone

from preceptor.base.actors import OPERATOR, Actor
from preceptor.cases.actions import attach_document, decide_stage, submit_case
from preceptor.cases.actions.agenda import put_on_agenda
from preceptor.cases.actions.attendance import mark_presence
from preceptor.cases.actions.ballot import cast_vote, close_vote, open_vote
from preceptor.cases.actions.body import give_seat, set_up_body
from preceptor.cases.actions.meeting import call_meeting
from preceptor.cases.actions.sitting import open_sitting
from preceptor.cases.models import Body, Case, Item, Sitting
from preceptor.cases.queries import kind_of
from preceptor.fellows.actions import (
    NewAsset,
    NewTranche,
    StartPackage,
    appoint,
    ask_lab,
    join_lab,
    open_laboratory,
    release_tranche,
    set_limit,
    set_up_programme,
    sign_appointment,
    start_appointment,
)
from preceptor.fellows.choices import LabRole, LimitKind, LimitPeriod
from preceptor.fellows.models import Appointment, Laboratory, Limit, PiProgramme
from preceptor.institutions.actions import open_unit
from preceptor.institutions.models import Unit
from preceptor.people.actions import NewPerson, grant_role, open_account, register_persons
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account, Person
from small_kinds import in_force

#: Within the term of the cast, which is over one day: tests of it stand on this clock (`in_the_term`).
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
SINCE = date(2022, 1, 1)
ENDS = date(2031, 12, 31)
PASSWORD = "only-for-tests-2026"
SHIPPED = Path(__file__).parents[1] / "src" / "preceptor" / "cases" / "shipped" / "yunting"
KINDS = ("lab_request", "charter_change", "lab_closing", "pi_assessment", "appeal_appointment")
PDF = b"%PDF-1.7\n% a report\n%%EOF\n"
NAMES = {
    "head": ("沈若溪", "Shen Ruoxi"),
    "other": ("陆明舟", "Lu Mingzhou"),
    "director": ("秦望舒", "Qin Wangshu"),
    "member": ("温以宁", "Wen Yining"),
    "leader": ("罗思远", "Luo Siyuan"),
    "c0": ("钟一鸣", "Zhong Yiming"),
    "c1": ("叶知秋", "Ye Zhiqiu"),
    "c2": ("苏念真", "Su Nianzhen"),
}
#: Who holds which role in which unit, besides those who are persons of the programme.
ROLES = {
    "leader": (RoleKind.LEADER, "YT"),
    "office": (RoleKind.OFFICE, "YT"),
    "personnel": (RoleKind.PERSONNEL, "YT"),
    "secretary": (RoleKind.SECRETARY, "YT-P"),
    "neighbour": (RoleKind.SECRETARY, "YT-01"),
}


@dataclass
class Programme:
    """Everything by name; `accounts` holds `stranger` besides, who has no person and no role."""

    institution: Unit
    units: dict[str, Unit]
    persons: dict[str, Person]
    accounts: dict[str, Account]
    programme: PiProgramme
    laboratory: Laboratory
    second: Laboratory
    committee: Body
    appointment: Appointment

    def __getitem__(self, name: str) -> Account:
        return self.accounts[name]


def _units() -> dict[str, Unit]:
    found: dict[str, Unit] = {}
    for code, kind, upper, zh, en in (
        ("YT", "university", None, "云汀医科大学", "Yunting Medical University"),
        ("YT-01", "hospital", "YT", "总医院", "General Hospital"),
        ("YT-P", "programme", "YT", "基础医学卓越人才计划", "Basic Medicine Excellence Programme"),
        ("YT-P1", "laboratory", "YT-P", "云溪实验室", "Yunxi Laboratory"),
        ("YT-P2", "laboratory", "YT-P", "明舟实验室", "Mingzhou Laboratory"),
    ):
        found[code] = open_unit(
            upper=found[upper] if upper else None, code=code, kind=kind, name_zh=zh, name_en=en,
            valid_from=date(1951, 6, 1), by=OPERATOR,
        )  # fmt: skip
    return found


def _people(root: Unit, units: dict[str, Unit]) -> tuple[dict[str, Person], dict[str, Account]]:
    new = [NewPerson("staff_number", f"P-{key}", zh, en) for key, (zh, en) in NAMES.items()]
    found = register_persons(institution=root, persons=new, by=OPERATOR)
    persons = {key: found[f"P-{key}"] for key in NAMES}
    accounts = {
        key: open_account(
            login=key, name=persons[key].name_zh if key in persons else key, password=PASSWORD,
            person=persons.get(key), by=OPERATOR,
        )
        for key in [*NAMES, *(key for key in ROLES if key not in NAMES), "stranger"]
    }  # fmt: skip
    for key, (kind, unit) in ROLES.items():
        grant_role(
            account=accounts[key], kind=kind, unit=units[unit], valid_from=SINCE, by=OPERATOR
        )
    return persons, accounts


def _committee(root: Unit, unit: Unit, persons: dict[str, Person]) -> Body:
    body = set_up_body(
        institution=root, unit=unit, code="YT-P-AC", kind="academic",
        name_zh="卓越人才计划学术委员会", name_en="Academic Committee", opened_on=SINCE,
        meetings_a_year=2, by=OPERATOR,
    )  # fmt: skip
    for place in range(3):
        give_seat(
            body=body, person=persons[f"c{place}"], role="member" if place else "chair",
            valid_from=SINCE, by=OPERATOR,
        )  # fmt: skip
    return body


def _appointed(programme: PiProgramme, person: Person, unit: Unit) -> Appointment:
    made = appoint(
        programme=programme, person=person, number="PI-2022-01", starts_on=SINCE, ends_on=ENDS,
        by=OPERATOR,
    )  # fmt: skip
    sign_appointment(
        appointment=made, contract_number="HT-2022-01", contracted_on=date(2021, 12, 1), by=OPERATOR
    )
    package = StartPackage(
        money_cny=Decimal(500_000),
        assets=(NewAsset("YQ-001", "流式细胞仪", Decimal(1_200_000)),),
        tranches=tuple(
            NewTranche(Decimal(1_000_000), date(year, 6, 1)) for year in (2022, 2024, 2026)
        ),
    )
    return start_appointment(appointment=made, on=SINCE, unit=unit, package=package, by=OPERATOR)


@contextmanager
def in_the_term() -> Iterator[None]:
    """It is a day on which the term of the cast lasts, and the time goes on."""
    with time_machine.travel(NOON, tick=True):
        yield


def write_programme() -> Programme:
    """The rows of everybody and everything, written on a day of the term."""
    with in_the_term():
        return _programme()


def _programme() -> Programme:
    units = _units()
    root = units["YT"]
    persons, accounts = _people(root, units)
    committee = _committee(root, units["YT-P"], persons)
    programme = set_up_programme(
        institution=root, unit=units["YT-P"], code="ZY", name_zh="基础医学卓越人才计划",
        name_en="Basic Medicine Excellence Programme", opened_on=SINCE,
        director=persons["director"], committees={"academic_committee": committee}, by=OPERATOR,
    )  # fmt: skip
    appointment = _appointed(programme, persons["head"], units["YT-P1"])
    release_tranche(tranche=appointment.tranches.get(place=1), reason="合同约定", by=OPERATOR)
    laboratory = Laboratory.objects.get(unit=units["YT-P1"])
    second = open_laboratory(
        programme=programme, unit=units["YT-P2"], head=persons["other"], opened_on=SINCE,
        by=OPERATOR,
    )  # fmt: skip
    join_lab(
        laboratory=laboratory, person=persons["member"], role=LabRole.STAFF, valid_from=SINCE,
        by=OPERATOR,
    )  # fmt: skip
    for kind in KINDS:
        in_force(root, (SHIPPED / f"{kind}.toml").read_text(encoding="utf-8"))
    return Programme(
        root, units, persons, accounts, programme, laboratory, second, committee, appointment
    )


def limited(
    laboratory: Laboratory, kind: LimitKind, most: object,
    period: LimitPeriod = LimitPeriod.YEAR, valid_from: date = SINCE, **more: Any,
) -> Limit:  # fmt: skip
    """A limit of the charter, set by the command line under a paper."""
    given: dict[str, Any] = {"paper": "云医校〔2022〕3号", "by": OPERATOR, **more}
    return set_limit(
        laboratory=laboratory, kind=kind, most=Decimal(str(most)), period=period,
        valid_from=valid_from, **given,
    )  # fmt: skip


def asked(
    laboratory: Laboratory, kind: LimitKind, amount: object, by: Actor, title: str = "购置离心机"
) -> Case:
    """A request of the laboratory, handed in."""
    case = ask_lab(
        laboratory=laboratory, kind=kind, amount=Decimal(str(amount)), title_zh=title,
        title_en="A centrifuge", by=by,
    )  # fmt: skip
    return submit_case(case=case, by=by)


def decided(case: Case, by: Actor, outcome: str = "agreed", **more: Any) -> Case:
    """The case after somebody agreed to it, or refused it with a reason."""
    fresh = Case.objects.get(pk=case.pk)
    return decide_stage(
        case=fresh, outcome=outcome, by=by, revision=fresh.revision, reason="已核实", **more
    )


def with_report(case: Case, by: Actor) -> Case:
    """The draft with the report that the kind asks for, handed in."""
    attach_document(case=case, name="report", content=BytesIO(PDF), file_name="report.pdf", by=by)
    return submit_case(case=case, by=by)


def voted(pis: Programme, case: Case, choices: tuple[str, str, str]) -> Case:
    """The case after the academic committee voted on it, each member as said."""
    fresh = Case.objects.select_related("kind").get(pk=case.pk)
    start = timezone.now() + timedelta(hours=1)
    sitting = call_meeting(
        body=pis.committee, starts_at=start, ends_at=start + timedelta(hours=2), by=OPERATOR
    )
    item = put_on_agenda(
        sitting=sitting, case=fresh, title_zh=fresh.title_zh,
        voting=kind_of(fresh).stage("committee").voting, by=OPERATOR,
    )  # fmt: skip
    vote_of(sitting, [pis[f"c{place}"] for place in range(3)], choices, item)
    return Case.objects.select_related("kind").get(pk=case.pk)


def vote_of(
    sitting: Sitting, voters: Sequence[Account], choices: Sequence[str], item: Item | None = None
) -> None:
    """The sitting is held with everybody there, and each votes as said on its only item."""
    open_sitting(sitting=sitting, by=OPERATOR)
    seats = {seat.person_id: seat for seat in sitting.seats.all()}
    for seat in seats.values():
        mark_presence(seat=seat, is_present=True, by=OPERATOR)
    opened = open_vote(item=item or sitting.items.get(), by=OPERATOR)
    for account, choice in zip(voters, choices, strict=True):
        assert account.person_id is not None
        cast_vote(item=opened, seat=seats[account.person_id], choice=choice, by=account)
    close_vote(item=opened, by=OPERATOR)
