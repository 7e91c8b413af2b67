"""Postdocs about to leave or to stay longer: an exit whose board is called, a withdrawal in which a
hearing is asked for, an extension, and a move to another station that was granted for a day ahead.

Invented. Everything goes through the actions of the rooms; a postdoc whom a rule holds back is passed
over, so that only requests stand here that could have been made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from preceptor.base.actors import OPERATOR, Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import NotPermitted, RuleBroken
from preceptor.base.today import today
from preceptor.cases.actions import (
    NewSittingSeat,
    call_board,
    decide_stage,
    state_facts,
    state_own_view,
)
from preceptor.cases.choices import BodyRole
from preceptor.cases.models import Case
from preceptor.fellows.actions import ask_step, record_ground
from preceptor.fellows.choices import GroundKind, PostdocState, PostdocStep
from preceptor.fellows.models import Host, Postdoc, PostdocCase, Station
from preceptor.people.choices import CapacityKind, TitleLevel
from preceptor.people.models import Account, Capacity, Person, Title

from . import planted
from .cases import date_back, handed_in
from .units import INSTITUTION
from .workdays import workday

STATION, OTHER_STATION = "YT-CM", "YT-BM"
#: The account of the postdoc who is to be withdrawn, and asks to be heard.
HEARD = "postdoc-2"
_DESKS = ("secretary", "personnel")
#: So many are tried for a request before it is left out.
_MOST_TRIED = 6
_BOARD, _OUTSIDE = 6, 2
_MOST_SUPERVISORS = 3
_IN_HOUSE = (CapacityKind.STAFF, CapacityKind.PHYSICIAN)
_PASSING_OVER = "演示数据"


@dataclass(frozen=True)
class Plan:
    """A request: how it is made, how long before its end the term is at the request, in days, and
    how long ago it was made."""

    make: Callable[[Desk, Postdoc], Case]
    left_days: tuple[int, int]
    days: int


@dataclass
class Desk:
    """Who acts."""

    secretary: Account
    personnel: Account


def plant_departures() -> list[Case]:
    """Make the four requests; gives them. Nothing where the accounts are not there, and never a
    second time."""
    accounts = {row.login: row for row in Account.objects.filter(login__in=_DESKS)}
    asked = PostdocCase.objects.exclude(step=PostdocStep.ANNUAL)
    if len(accounts) < len(_DESKS) or asked.exists():
        return []
    desk = Desk(accounts["secretary"], accounts["personnel"])
    used: set[int] = set()
    return [case for plan in PLANS for case in _first(desk, plan, used)]


def _first(desk: Desk, plan: Plan, used: set[int]) -> Iterator[Case]:
    """The request of the first postdoc whom no rule holds back, dated back."""
    with deed(OPERATOR) as act:
        for row in _candidates(plan.left_days, used)[:_MOST_TRIED]:
            used.add(row.pk)
            kept = len(act.lines)
            try:
                with transaction.atomic():
                    case = plan.make(desk, row)
            except (RuleBroken, NotPermitted):
                del act.lines[kept:]
                continue
            date_back(case, plan.days)
            yield case
            return


def _candidates(left_days: tuple[int, int], used: set[int]) -> list[Postdoc]:
    """Those of the station whose term ends so far ahead, first who came first; then the others."""
    rows = Postdoc.objects.filter(
        institution__code=INSTITUTION, station__code=STATION, state=PostdocState.IN_STATION,
        left_on=None, agreement=None, follows=None, person__account=None,
    )  # fmt: skip
    apart = (planted.past_six_years(), planted.dual_postdoc_short_of_clinical_months())
    rows = rows.exclude(number__in=[one for one in apart if one]).exclude(pk__in=used)
    first, last = (today() + timedelta(days=one) for one in left_days)
    ordered = rows.select_related("person", "institution", "station").order_by("entered_on", "pk")
    return sorted(ordered, key=lambda row: not first <= row.term_ends_on <= last)


def _agreed(case: Case, by: Actor, reason: str = "同意") -> Case:
    """The opinion that is waited for, given by whoever holds it."""
    case.refresh_from_db()
    over = _PASSING_OVER if by is OPERATOR else ""
    return decide_stage(
        case=case, outcome="agreed", by=by, revision=case.revision, reason=reason, passing_over=over
    )


def _exit(desk: Desk, row: Postdoc) -> Case:
    """Asked for, agreed to by the host, and its board called for the week after next."""
    wished = max(row.term_ends_on + timedelta(days=1), today() + timedelta(days=40))
    case = ask_step(
        postdoc=row, step=PostdocStep.EXIT, wished_on=wished, by=desk.secretary,
        reason="研究工作已完成，申请出站",
    )  # fmt: skip
    case = _agreed(handed_in(case, desk.secretary), OPERATOR)
    day = workday(today() + timedelta(days=9))
    call_board(
        case=case, seats=_board(row), starts_at=at(day, 9), ends_at=at(day, 11),
        place="教学楼 415", revision=case.revision, by=desk.secretary,
    )  # fmt: skip
    return case


def _board(row: Postdoc) -> list[NewSittingSeat]:
    """Six experts, the first in the chair, two of them from outside, and none who supervises."""
    hosts = Host.objects.filter(postdoc=row).values("person")
    people = outside_professors(_OUTSIDE)
    people += [
        one for one in professors(row.unit_id)
        if one.pk not in set(hosts.values_list("person", flat=True))
    ][: _BOARD - len(people)]  # fmt: skip
    return seated(people)


def seated(people: list[Person]) -> list[NewSittingSeat]:
    """A seat for each, the first in the chair."""
    roles = [BodyRole.CHAIR, *[BodyRole.MEMBER] * len(people)]
    return [NewSittingSeat(person, role) for person, role in zip(people, roles, strict=False)]


def professors(unit: int, most: int = 12) -> list[Person]:
    """Full professors on the staff of the unit today."""
    posts = Capacity.objects.on(today()).filter(kind=CapacityKind.STAFF, unit=unit)
    return _full_professors(posts, most)


def outside_professors(most: int) -> list[Person]:
    """Full professors of other institutions today."""
    posts = Capacity.objects.on(today()).filter(kind=CapacityKind.EXTERNAL)
    in_house = Capacity.objects.on(today()).filter(kind__in=_IN_HOUSE).order_by()
    return _full_professors(posts.exclude(person__in=in_house.values("person")), most)


def _full_professors(posts: QuerySet[Capacity], most: int) -> list[Person]:
    full = Title.objects.on(today()).filter(level=TitleLevel.FULL)
    rows = Person.objects.filter(
        institution__code=INSTITUTION, account=None, pk__in=posts.order_by().values("person")
    ).filter(pk__in=full.order_by().values("person"))
    return list(rows.order_by("pk")[:most])


def at(day: date, hour: int) -> datetime:
    """The hour of the day."""
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _withdrawal(desk: Desk, row: Postdoc) -> Case:
    """On an absence that was found; the facts are told, and the postdoc asks to be heard."""
    found = today() - timedelta(days=20)
    record_ground(
        postdoc=row, kind=GroundKind.ABSENCE, found_on=found, first_on=found - timedelta(days=18),
        days=18, paper="所在科室考勤记录", by=desk.personnel,
    )  # fmt: skip
    case = ask_step(
        postdoc=row,
        step=PostdocStep.WITHDRAWAL,
        by=desk.secretary,
        reason="连续旷工18天，经催告未返岗",
    )
    case = _agreed(handed_in(case, desk.secretary), desk.personnel, reason="")
    case.refresh_from_db()
    state_facts(
        case=case, by=desk.personnel, revision=case.revision,
        facts="据科室考勤记录，该博士后连续旷工18天，其间两次书面催告均未返岗。拟予退站。",
    )  # fmt: skip
    state_own_view(
        case=case, by=_heard(desk, row), wants_hearing=True,
        statement="旷工期间因直系亲属病危返乡照料，已电话告知科室，未及时办理书面请假，请求当面陈述。",
    )  # fmt: skip
    return case


def _heard(desk: Desk, row: Postdoc) -> Account:
    # All accounts of the demo have one password.
    return Account.objects.create(
        login=HEARD, name=row.person.name_zh, email=f"{HEARD}@example.edu", person=row.person,
        password=desk.personnel.password,
    )  # fmt: skip


def _extension(desk: Desk, row: Postdoc) -> Case:
    """Asked for half a year more; the supervisors agreed, and it waits at the station."""
    until = row.term_ends_on + timedelta(days=182)
    case = ask_step(
        postdoc=row, step=PostdocStep.EXTENSION, wished_on=until, by=desk.secretary,
        reason="队列随访尚余两个时间点，需延期半年",
    )  # fmt: skip
    return _supervisors_agreed(handed_in(case, desk.secretary))


def _supervisors_agreed(case: Case) -> Case:
    for _supervisor in range(_MOST_SUPERVISORS):
        case.refresh_from_db()
        if case.stage == "host":
            case = _agreed(case, OPERATOR)
    return case


def _transfer(desk: Desk, row: Postdoc) -> Case:
    """Granted: the postdoc leaves in six weeks, and enters the other station on that day."""
    goal = Station.objects.get(institution=row.institution, code=OTHER_STATION)
    case = ask_step(
        postdoc=row, step=PostdocStep.TRANSFER, wished_on=today() + timedelta(days=42),
        to_station=goal, by=desk.secretary, reason="研究方向转向发病机制，拟转入基础医学流动站",
    )  # fmt: skip
    case = _supervisors_agreed(handed_in(case, desk.secretary))
    return _agreed(_agreed(case, desk.secretary), desk.personnel)


PLANS = (
    Plan(_exit, (35, 120), 6),
    Plan(_withdrawal, (200, 700), 12),
    Plan(_extension, (65, 200), 4),
    Plan(_transfer, (200, 700), 16),
)
