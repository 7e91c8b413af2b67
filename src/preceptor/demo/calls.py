"""Two open calls, for a postdoc and for a principal investigator, with applications on their way.

Everything goes through the actions of the rooms, as if people had done it; days count from today.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO

from django.utils import timezone

from preceptor.base.today import today
from preceptor.calls.actions import (
    NewCriterion,
    add_work,
    begin_application,
    open_call,
    publish_call,
    save_application,
    set_criteria,
    submit_application,
)
from preceptor.calls.choices import WorkKind
from preceptor.calls.models import Call, CallApplication
from preceptor.calls.registry import purpose_of
from preceptor.cases.actions import attach_document, decide_stage
from preceptor.fellows.actions import call_for_programme, call_for_station
from preceptor.fellows.choices import Track
from preceptor.fellows.models import PiProgramme, Station
from preceptor.institutions.models import Discipline, Unit
from preceptor.people.models import Account, Person

from .fellows.excellence import CODE
from .months import add_months
from .units import INSTITUTION

POSTDOC_CALL, PI_CALL = "ZP-BH", "ZP-PI"
CRITERIA = (
    NewCriterion("学术水平", "Academic standing", most=40),
    NewCriterion("研究计划", "Research plan", most=40),
    NewCriterion("汇报与答辩", "Presentation", most=20),
)
_DESKS = ("supervisor", "secretary", "personnel")
_PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@dataclass(frozen=True)
class Applicant:
    """An invented applicant: account, names, day of birth (`born_in_2026` as if it were that year),
    doctorate, and how far it went."""

    login: str
    zh: str
    en: str
    born_in_2026: date
    doctorate_months: int
    steps: int

    @property
    def born_on(self) -> date:
        """The day of birth of somebody who is as old whenever the demo is laid."""
        return add_months(self.born_in_2026, 12 * (today().year - 2026))


POSTDOCS = (
    Applicant("applicant-1", "虞若棠", "Yu Ruotang", date(1996, 5, 4), 5, 0),
    Applicant("applicant-2", "柏予澜", "Bai Yulan", date(1995, 8, 21), 8, 1),
    Applicant("applicant-3", "喻昉禾", "Yu Fanghe", date(1994, 11, 2), 14, 2),
)
INVESTIGATORS = (Applicant("applicant-4", "湛骞屿", "Zhan Qianyu", date(1988, 3, 15), 60, 1),)


def plant_calls() -> list[Call]:
    """Publish both calls and let applicants apply; gives the calls. Nothing where the accounts or the
    programme are not there, and never a second time."""
    place = Unit.objects.get(code=INSTITUTION)
    accounts = {row.login: row for row in Account.objects.filter(login__in=_DESKS)}
    if len(accounts) < len(_DESKS) or Call.objects.filter(institution=place).exists():
        return []
    postdoc, investigator = _postdoc_call(place, accounts), _pi_call(place, accounts)
    # All accounts of the demo have one password.
    hashed = accounts["personnel"].password
    host = host_of(postdoc, accounts["supervisor"])
    for one in POSTDOCS:
        application = apply_to(postdoc, one, hashed, host=host)
        _decide(application, (accounts["supervisor"], accounts["secretary"])[: one.steps])
    for one in INVESTIGATORS:
        application = apply_to(investigator, one, hashed, host=None)
        _decide(application, (accounts["personnel"],)[: one.steps])
    return [postdoc, investigator]


def at_nine(days: int) -> datetime:
    """Nine in the morning, so many days from today."""
    return timezone.make_aware(datetime.combine(today() + timedelta(days=days), time(9)))


def _postdoc_call(place: Unit, accounts: dict[str, Account]) -> Call:
    station = Station.objects.get(institution=place, code="YT-CM")
    call = open_call(
        institution=place, unit=station.unit, number=f"{POSTDOC_CALL}-{today().year}",
        purpose="fellows.postdoc", kind="postdoc_entry",
        title_zh="临床医学博士后科研流动站招收双轨博士后",
        title_en="Postdocs on the dual track, clinical medicine",
        text_zh="面向海内外招收临床与基础双轨培养博士后，在站期间一半时间从事临床、一半时间从事实验研究。"
        "申请人应获博士学位不超过三年，年龄不超过三十五周岁，全职在站。",
        text_en="Postdocs are taken in on the dual track: half of the term clinical, half in the "
        "laboratory. The doctorate was awarded within three years; work is full-time.",
        places=4, reserves=2, opens_at=at_nine(-20), closes_at=at_nine(25), by=accounts["personnel"],
    )  # fmt: skip
    call_for_station(call=call, station=station, track=Track.DUAL, by=accounts["personnel"])
    return published(call, accounts)


def _pi_call(place: Unit, accounts: dict[str, Account]) -> Call:
    programme = PiProgramme.objects.select_related("unit").get(institution=place, code=CODE)
    call = open_call(
        institution=place, unit=programme.unit, number=f"{PI_CALL}-{today().year}",
        purpose="fellows.pi", kind="pi_selection",
        title_zh="云汀基础医学卓越计划独立PI国际公开招聘",
        title_en="International call for independent principal investigators",
        text_zh="面向全球公开招聘独立PI，聘期五年，滚动投入，聘期考核。提供启动经费、独立实验室与研究生招生名额。",
        text_en="Appointments are for five years with rolling investment, a laboratory of one's own "
        "and places for trainees; they are assessed at the end of the term.",
        places=2, reserves=1, letters=3, opens_at=at_nine(-30), closes_at=at_nine(40),
        by=accounts["personnel"],
    )  # fmt: skip
    call_for_programme(call=call, programme=programme, by=accounts["personnel"])
    return published(call, accounts)


def published(call: Call, accounts: dict[str, Account]) -> Call:
    """The call with its criteria, shown to everybody."""
    set_criteria(call=call, criteria=CRITERIA, by=accounts["personnel"])
    return publish_call(call=call, by=accounts["personnel"])


def apply_to(
    call: Call, one: Applicant, hashed: str, host: Person | None, works: int = 5
) -> CallApplication:
    """An application handed in by its own account, with so many works."""
    account = Account.objects.create(
        login=f"{one.login}@example.edu", name=one.zh, email=f"{one.login}@example.edu",
        password=hashed,
    )  # fmt: skip
    application = begin_application(call=call, by=account, name_zh=one.zh, name_en=one.en)
    months = timedelta(days=30 * one.doctorate_months)
    application = save_application(
        application=application, by=account, born_on=one.born_on, country="CN",
        doctorate_on=today() - months, doctorate_from="示例医科大学甲",
        doctorate_discipline=Discipline.objects.get(catalogue="academic", code="1001"),
        is_own_doctor=False, is_full_time=True, has_special_approval=False, earlier_months=0,
        statement="希望在贵校继续开展转化研究。", **({"host": host} if host else {}),
    )  # fmt: skip
    for number in range(works):
        add_work(
            application=application, by=account, kind=WorkKind.PAPER, is_representative=True,
            title=f"代表性论文（{number + 1}）", year=today().year - number, part="第一作者",
            doi=f"10.5555/{one.login}.{number + 1}",
        )  # fmt: skip
    for name in _documents(call):
        attach_document(
            case=application.case, name=name, content=BytesIO(_PAPER), file_name=f"{name}.pdf",
            by=account,
        )  # fmt: skip
    return submit_application(application=application, by=account)


def _documents(call: Call) -> Iterable[str]:
    return ("doctorate", "plan") if call.kind == "postdoc_entry" else ("cv", "plan", "doctorate")


def host_of(call: Call, account: Account) -> Person:
    """The supervisor of the account where the call allows it, so that somebody can agree."""
    hosts = purpose_of(call).hosts(call)
    return account.person if account.person in hosts else hosts[0]


def _decide(application: CallApplication, deciders: Iterable[Account]) -> None:
    """The first stages, each agreed to by who holds it."""
    case = application.case
    for account in deciders:
        case.refresh_from_db()
        case = decide_stage(
            case=case, outcome="agreed", by=account, revision=case.revision, reason="同意"
        )
