"""The small cast of postdocs: two mobile stations, a workstation, and who keeps them.

At 云汀医科大学 the General Hospital has the mobile stations of clinical and of basic medicine; 澄江
医疗器械 holds a workstation, joined by a tripartite agreement. 许望舒 entered clinical medicine on
2023-09-01 for two years and is supervised by 江晚晴. The fixtures are in fellow_cast.py.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.cases.actions import (
    NewSittingSeat,
    attach_document,
    call_board,
    cast_vote,
    close_vote,
    decide_stage,
    mark_presence,
    open_sitting,
    open_vote,
    submit_case,
)
from preceptor.cases.choices import BodyRole, Choice
from preceptor.cases.models import Case, Item, Sitting
from preceptor.cases.queries import kind_of
from preceptor.fellows.actions import NewHost, enter_postdoc, record_station
from preceptor.fellows.choices import IntakeSource, StationKind, Track
from preceptor.fellows.models import Postdoc, Station
from preceptor.institutions.actions import add_discipline, open_unit
from preceptor.institutions.models import Discipline, Unit
from preceptor.joint.models import Agreement, AgreementParty, Partner
from preceptor.people.actions import (
    NewPerson,
    give_capacities,
    grant_role,
    open_account,
    register_persons,
)
from preceptor.people.choices import CapacityKind, RoleKind
from preceptor.people.models import Account, Capacity, Person

PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
PASSWORD = "only-for-tests-2026"
ENTRY, TERM_END = date(2023, 9, 1), date(2025, 8, 31)
OPENED = date(2010, 1, 1)
NAMES = {
    "P1": ("许望舒", "Xu Wangshu"),
    "P2": ("陶行舟", "Tao Xingzhou"),
    "T1": ("江晚晴", "Jiang Wanqing"),
    "T2": ("韩明澈", "Han Mingche"),
    "E1": ("秦越", "Qin Yue"),
    "E2": ("钟远山", "Zhong Yuanshan"),
    "E3": ("苏映雪", "Su Yingxue"),
    "E4": ("叶知秋", "Ye Zhiqiu"),
    "E5": ("白露", "Bai Lu"),
    "E6": ("温如玉", "Wen Ruyu"),
}


@dataclass(frozen=True)
class Fellows:
    """Everything that the tests name."""

    institution: Unit
    general: Unit
    cancer: Unit
    clinical: Discipline
    basic: Discipline
    persons: dict[str, Person]
    station: Station
    other_station: Station
    workstation: Station
    partner: Partner
    agreement: Agreement
    xu: Postdoc
    personnel: Account
    office: Account
    secretary: Account
    neighbour: Account
    leader: Account
    stranger: Account
    host: Account
    postdoc: Account

    def board(self) -> list[Person]:
        """Six experts."""
        return [self.persons[f"E{number}"] for number in range(1, 7)]


def _unit(upper: Unit | None, code: str, kind: str, name_zh: str, name_en: str) -> Unit:
    return open_unit(
        upper=upper, code=code, kind=kind, name_zh=name_zh, name_en=name_en,
        valid_from=date(1951, 6, 1), by=OPERATOR,
    )  # fmt: skip


def first_level(code: str, name_zh: str, name_en: str) -> Discipline:
    """A first-level discipline of the catalogue of 2011."""
    return add_discipline(
        by=OPERATOR, catalogue="2011", code=code, level="first", degree_type="academic",
        name_zh=name_zh, name_en=name_en, valid_from=date(2011, 3, 8),
    )  # fmt: skip


def mobile(unit: Unit, code: str, discipline: Discipline, opened_on: date = OPENED) -> Station:
    """A mobile station that is open."""
    return record_station(
        institution=unit.institution or unit, unit=unit, code=code, kind=StationKind.MOBILE,
        name_zh=f"{discipline.name_zh}博士后科研流动站",
        name_en=f"Postdoctoral station of {discipline.name_en}", discipline=discipline,
        number=f"{code}-2010", opened_on=opened_on, by=OPERATOR,
    )  # fmt: skip


def tripartite(
    root: Unit, unit: Unit, partner: Partner, number: str = "HT-2023-01", **columns: Any
) -> Agreement:
    """A tripartite agreement from 2023 to 2037."""
    given: dict[str, Any] = {
        "kind": "tripartite", "state": "signed", "signed_on": date(2023, 6, 1),
        "starts_on": date(2023, 6, 1), "ends_on": date(2037, 5, 31),
    }  # fmt: skip
    agreement = Agreement.objects.create(
        institution=root, unit=unit, number=number, title_zh="三方联合培养协议", **given | columns
    )
    AgreementParty.objects.create(agreement=agreement, partner=partner)
    return agreement


def account(login: str, person: Person | None, kind: RoleKind | None, unit: Unit) -> Account:
    """An account that acts as the role in the unit."""
    name = person.name_zh if person else login
    made = open_account(login=login, name=name, password=PASSWORD, person=person, by=OPERATOR)
    if kind is not None:
        grant_role(account=made, kind=kind, unit=unit, valid_from=OPENED, by=OPERATOR)
    return made


def _accounts(root: Unit, general: Unit, cancer: Unit, persons: dict[str, Person]) -> Any:
    return {
        "personnel": account("personnel", None, RoleKind.PERSONNEL, root),
        "office": account("office", None, RoleKind.OFFICE, root),
        "secretary": account("secretary", None, RoleKind.SECRETARY, general),
        "neighbour": account("neighbour", None, RoleKind.SECRETARY, cancer),
        "leader": account("leader", None, RoleKind.LEADER, root),
        "stranger": account("stranger", None, None, root),
        "host": account("host", persons["T1"], RoleKind.SUPERVISOR, general),
        "postdoc": account("postdoc", persons["P1"], None, general),
    }


def _staff(root: Unit, general: Unit) -> dict[str, Person]:
    new = [NewPerson("staff_number", key, zh, en) for key, (zh, en) in NAMES.items()]
    persons = register_persons(institution=root, persons=new, by=OPERATOR)
    posts = [
        Capacity(person=persons[key], unit=general, kind=CapacityKind.STAFF, valid_from=OPENED)
        for key in NAMES
        if not key.startswith("P")
    ]
    give_capacities(institution=root, capacities=posts, by=OPERATOR)
    return persons


def make_fellows() -> Fellows:
    """The stations, the officers and 许望舒."""
    root = _unit(None, "YT", "university", "云汀医科大学", "Yunting Medical University")
    general = _unit(root, "YT-01", "hospital", "总医院", "General Hospital")
    cancer = _unit(root, "YT-02", "hospital", "肿瘤医院", "Cancer Hospital")
    clinical = first_level("1002", "临床医学", "Clinical Medicine")
    basic = first_level("1001", "基础医学", "Basic Medicine")
    persons = _staff(root, general)
    station, other = mobile(general, "LD-1002", clinical), mobile(general, "LD-1001", basic)
    partner = Partner.objects.create(
        institution=root, code="CJ", kind="company", name_zh="澄江医疗器械", name_en="Chengjiang Devices"
    )  # fmt: skip
    work = record_station(
        institution=root, unit=general, code="GZ-CJ", kind=StationKind.WORKSTATION,
        name_zh="澄江医疗器械博士后科研工作站", name_en="Workstation of Chengjiang Devices",
        partner=partner, opened_on=date(2018, 1, 1), by=OPERATOR,
    )  # fmt: skip
    xu = enter_postdoc(
        person=persons["P1"], station=station, number="B2023001", track=Track.CLINICAL,
        intake=IntakeSource.OWN, entered_on=ENTRY, term_ends_on=TERM_END,
        hosts=[NewHost(persons["T1"])], by=OPERATOR,
    )  # fmt: skip
    return Fellows(
        institution=root, general=general, cancer=cancer, clinical=clinical, basic=basic,
        persons=persons, station=station, other_station=other, workstation=work, partner=partner,
        agreement=tripartite(root, general, partner), xu=xu,
        **_accounts(root, general, cancer, persons),
    )  # fmt: skip


def entering(fellows: Fellows, **columns: Any) -> dict[str, Any]:
    """What `enter_postdoc` takes to let 陶行舟 into clinical medicine last month."""
    entry = today() - timedelta(days=30)
    given: dict[str, Any] = {
        "person": fellows.persons["P2"], "station": fellows.station, "number": "B2026001",
        "track": Track.BASIC, "intake": IntakeSource.OWN, "entered_on": entry,
        "term_ends_on": entry + timedelta(days=730), "by": fellows.personnel,
    }  # fmt: skip
    return given | columns


def handed_in(case: Case, by: Account) -> Case:
    """The request with every document that it asks for, handed in."""
    for document in kind_of(case).documents:
        if document.required:
            attach_document(
                case=case, name=document.id, content=io.BytesIO(PDF), file_name="材料.pdf", by=by
            )
    return submit_case(case=case, by=by)


def decided(case: Case, by: Account, outcome: str = "agreed") -> Case:
    """What the request waits for."""
    case.refresh_from_db()
    return decide_stage(
        case=case, outcome=outcome, by=by, revision=case.revision, reason="经研究决定"
    )


def boarded(case: Case, persons: Sequence[Person], by: Account) -> Sitting:
    """The board of these persons, the first in the chair, called for tomorrow."""
    case.refresh_from_db()
    seats = [
        NewSittingSeat(one, BodyRole.MEMBER if place else BodyRole.CHAIR)
        for place, one in enumerate(persons)
    ]
    return call_board(
        case=case, seats=seats, starts_at=timezone.now() + timedelta(days=1), place="三会议室",
        revision=case.revision, by=by,
    )  # fmt: skip


def opened(sitting: Sitting, by: Account) -> Item:
    """The sitting with everybody there and the vote open."""
    sitting = open_sitting(sitting=sitting, by=by)
    for seat in sitting.seats.filter(released_at=None):
        mark_presence(seat=seat, is_present=True, by=by)
    return open_vote(item=sitting.items.get(), by=by)


def voted(item: Item, in_favour: int, by: Account) -> None:
    """So many vote in favour, the others against, and the vote is closed."""
    seats = item.sitting.seats.filter(released_at=None).select_related("person")
    for place, seat in enumerate(seats):
        voter = Account.objects.filter(person=seat.person).first()
        if voter is None:
            place_of = seat.person.institution
            voter = account(f"voter{seat.person_id}", seat.person, None, place_of)
        choice = Choice.FOR if place < in_favour else Choice.AGAINST
        cast_vote(item=item, seat=seat, choice=choice, by=voter)
    close_vote(item=item, by=by)
