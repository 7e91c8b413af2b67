"""Postdocs: the list, one with standing and plan, the flow, the records and the requests."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from django.db.models import Q
from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from ninja import Query, Router, Schema, Status
from pydantic import Field, StringConstraints

from preceptor.base.today import today
from preceptor.fellows.access import visible_postdocs, visible_stations
from preceptor.fellows.actions import (
    add_host,
    ask_step,
    end_host,
    end_leave,
    give_support,
    grade_step,
    record_ground,
    record_leave,
    record_months,
    report_goal,
    set_funding,
    set_goal,
    sign_contract,
)
from preceptor.fellows.choices import (
    GoalKind,
    Grade,
    GroundKind,
    HostRole,
    IntakeSource,
    LeaveKind,
    MonthKind,
    Payer,
    PostdocState,
    PostdocStep,
    SupportKind,
    Track,
)
from preceptor.fellows.clock import days_of
from preceptor.fellows.flow import By, flow
from preceptor.fellows.models import Postdoc
from preceptor.people.access import visible_persons
from preceptor.standing.subjects import explain_record
from preceptor.standing.telling import told_to

from ..fields import Day, Key, Name, Note, Readable, Reason, Remark, Title, Wanted, Year
from ..guard import reader
from ..paging import Page, Paging, one, page_of
from ..refusals import Made, answers
from ..shapes import case as cases
from ..shapes import fellow as shapes
from ..shapes.standing import requirement_of
from .case import seen_case
from .case import told as told_case
from .change import Sent
from .station import institution_for

router = Router(tags=["fellows"])
Amount = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]
Number = Annotated[Decimal, Field(ge=0, max_digits=10, decimal_places=2)]
Days = Annotated[int, Field(ge=1, le=3660)]
Share = Annotated[int, Field(ge=1, le=100)]
Clause = Annotated[str, StringConstraints(max_length=300), Readable]
Place = Annotated[str, StringConstraints(min_length=1, max_length=120), Readable]
RELATED = ("person", "station", "workstation", "unit", "institution", "agreement")
COLUMNS = (
    "number", "person", "unit", "track", "intake", "state", "entered_on", "term_ends_on", "left_on",
)  # fmt: skip


class PostdocFilter(Paging):
    """What the list can be narrowed by; `station` is a code."""

    station: Name | None = None
    track: Track | None = None
    intake: IntakeSource | None = None
    state: PostdocState | None = None
    q: Wanted = ""


class FlowFilter(Schema):
    """Between which days, of which institution (its code), grouped how."""

    first: Day
    last: Day
    by: By = ""
    institution: Wanted = ""
    station: Wanted = ""


class NewPostdocHost(Sent):
    """Who supervises, as what, from which day on."""

    person: Key
    role: HostRole = HostRole.HOST
    on: Day
    is_outside: bool = False


class HostEnd(Sent):
    """The last day, and why."""

    last_on: Day
    reason: Reason


class NewLeave(Sent):
    """A leave, both days included."""

    kind: LeaveKind
    first_on: Day
    last_on: Day
    note: Note = ""


class Back(Sent):
    """The first day back at the station."""

    returned_on: Day


class NewGround(Sent):
    """What was found; an absence and a late return have their days."""

    kind: GroundKind
    found_on: Day
    first_on: Day | None = None
    days: Days | None = None
    paper: Remark = ""
    note: Note = ""


class NewContract(Sent):
    """A signed contract."""

    number: Annotated[str, StringConstraints(min_length=1, max_length=60), Readable]
    signed_on: Day
    first_on: Day
    last_on: Day
    ownership: Clause = ""
    breach: Clause = ""


class NewShare(Sent):
    """Who pays what a year in CNY, from a day on; zero ends it."""

    payer: Payer
    purpose: SupportKind
    amount_cny: Amount
    since: Day
    payer_name: Remark = ""


class NewSupport(Sent):
    """One payment in CNY."""

    kind: SupportKind
    payer: Payer
    amount_cny: Amount
    paid_on: Day


class NewPostdocGoal(Sent):
    """A goal of the plan; `target` null: it is not counted."""

    kind: GoalKind
    text: Title
    due_on: Day
    target: Number | None = None
    agreed_on: Day | None = None


class GoalReport(Sent):
    """What was reached, and what proves it."""

    reached: Number
    reached_on: Day
    evidence: Clause = ""


class NewMonths(Sent):
    """Months of clinical work or in the laboratory, both included; any day stands for its month."""

    kind: MonthKind
    place: Place
    first_month: Day
    last_month: Day
    is_planned: bool = False
    share_e2: Share = 100


class NewStep(Sent):
    """A request; `wished_on` is the day of exit or move, or the new end of the term."""

    step: PostdocStep
    year: Year | None = None
    wished_on: Day | None = None
    to_station: Key | None = None
    reason: Reason


class NewGrade(Sent):
    """The grade that the board gives."""

    grade: Grade


def seen_postdoc(request: HttpRequest, key: int) -> Postdoc:
    """The postdoc; 404 for one whom the reader may not see."""
    found: Postdoc = one(visible_postdocs(reader(request)).select_related(*RELATED), pk=key)
    return found


@router.get("/postdocs", response=answers(Page[shapes.PostdocLine]))
def postdocs(request: HttpRequest, narrowed: Query[PostdocFilter]) -> dict[str, Any]:
    """The postdocs whom the reader may see, by number."""
    rows = visible_postdocs(reader(request)).select_related(*RELATED)
    for name in ("track", "intake", "state"):
        if wanted := getattr(narrowed, name):
            rows = rows.filter(**{name: wanted})
    if code := narrowed.station:
        rows = rows.filter(Q(station__code=code) | Q(workstation__code=code))
    if text := narrowed.q:
        named = Q(person__name_zh__icontains=text) | Q(person__name_en__icontains=text)
        rows = rows.filter(named | Q(number__icontains=text))
    page = page_of(rows, "number", narrowed)
    return {**page, "rows": [_line(row) for row in page["rows"]]}


def _line(row: Postdoc) -> dict[str, Any]:
    return {
        "key": row.pk,
        **{name: getattr(row, name) for name in COLUMNS},
        "station": row.station.code,
        "workstation": row.workstation.code if row.workstation else None,
    }


@router.get("/postdocs/{int:key}", response=answers(shapes.Postdoc))
def postdoc(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One postdoc, judged afresh."""
    row = seen_postdoc(request, key)
    known = explain_record("postdoc", row, today(), get_language() or "")
    assessed = ("kind", "year", "attempt", "held_on", "grade")
    return {
        **_line(row),
        "days_in_stations": days_of([row.person_id], today(), ())[row.person_id],
        "certificate": row.certificate,
        "hosts": [_host(one) for one in row.hosts.known().select_related("person")],
        "goals": [_goal(one) for one in row.goals.all()],
        "assessments": list(row.assessments.values(*assessed)),
        "requirements": [
            requirement_of(one, frozenset()) for one in told_to(reader(request), row, known)
        ],
    }


def _host(row: Any) -> dict[str, Any]:
    columns = ("person", "role", "is_outside", "valid_from", "valid_to")
    return {"key": row.pk, **{name: getattr(row, name) for name in columns}}


def _goal(row: Any) -> dict[str, Any]:
    columns = ("kind", "text", "target", "due_on", "reached", "reached_on", "evidence")
    return {"key": row.pk, **{name: getattr(row, name) for name in columns}}


@router.get("/flow", response=answers(list[shapes.Flow]))
def flow_of_postdocs(request: HttpRequest, narrowed: Query[FlowFilter]) -> list[Any]:
    """How many postdocs there were, came and went between two days, both included."""
    user = reader(request)
    institution = institution_for(user, narrowed.institution)
    station = None
    if narrowed.station:
        station = one(visible_stations(user), institution=institution, code=narrowed.station)
    return flow(
        first=narrowed.first, last=narrowed.last, institution=institution, station=station,
        by=narrowed.by,
    )  # fmt: skip


def _told(request: HttpRequest, key: int) -> Made:
    return Status(201, postdoc(request, key))


@router.post("/postdocs/{int:key}/hosts", response=answers(shapes.Postdoc, 201))
def add_postdoc_host(request: HttpRequest, key: Key, sent: NewPostdocHost) -> Made:
    """Let a person supervise the postdoc."""
    row, given = seen_postdoc(request, key), sent.dict()
    person = one(visible_persons(reader(request)), pk=given.pop("person"))
    add_host(postdoc=row, person=person, by=reader(request), **given)
    return _told(request, key)


@router.post("/postdocs/{int:key}/hosts/{int:part}/end", response=answers(shapes.Postdoc))
def end_postdoc_host(request: HttpRequest, key: Key, part: Key, sent: HostEnd) -> Any:
    """Let a supervisor's part end with a day."""
    row = seen_postdoc(request, key)
    end_host(host=one(row.hosts.known(), pk=part), by=reader(request), **sent.dict())
    return postdoc(request, key)


@router.post("/postdocs/{int:key}/leaves", response=answers(shapes.Postdoc, 201))
def record_postdoc_leave(request: HttpRequest, key: Key, sent: NewLeave) -> Made:
    """Record a leave."""
    record_leave(postdoc=seen_postdoc(request, key), by=reader(request), **sent.dict())
    return _told(request, key)


@router.post("/postdocs/{int:key}/leaves/{int:part}/return", response=answers(shapes.Postdoc))
def record_postdoc_return(request: HttpRequest, key: Key, part: Key, sent: Back) -> Any:
    """Record the return from a leave."""
    row = seen_postdoc(request, key)
    end_leave(leave=one(row.leaves.all(), pk=part), by=reader(request), **sent.dict())
    return postdoc(request, key)


@router.post("/postdocs/{int:key}/grounds", response=answers(shapes.Postdoc, 201))
def record_postdoc_ground(request: HttpRequest, key: Key, sent: NewGround) -> Made:
    """Record what was found; which of it is a ground for withdrawal, the rules say."""
    record_ground(postdoc=seen_postdoc(request, key), by=reader(request), **sent.dict())
    return _told(request, key)


@router.post("/postdocs/{int:key}/contracts", response=answers(shapes.Postdoc, 201))
def sign_postdoc_contract(request: HttpRequest, key: Key, sent: NewContract) -> Made:
    """Record a signed contract."""
    sign_contract(postdoc=seen_postdoc(request, key), by=reader(request), **sent.dict())
    return _told(request, key)


@router.post("/postdocs/{int:key}/funding", response=answers(shapes.Postdoc, 201))
def set_postdoc_funding(request: HttpRequest, key: Key, sent: NewShare) -> Made:
    """Say who pays what a year; the host unit is the one in which the postdoc works."""
    row = seen_postdoc(request, key)
    unit = row.unit if sent.payer == Payer.HOST else None
    set_funding(postdoc=row, payer_unit=unit, by=reader(request), **sent.dict())
    return _told(request, key)


@router.post("/postdocs/{int:key}/supports", response=answers(shapes.Postdoc, 201))
def give_postdoc_support(request: HttpRequest, key: Key, sent: NewSupport) -> Made:
    """Record one payment; each call is another one."""
    give_support(postdoc=seen_postdoc(request, key), by=reader(request), **sent.dict())
    return _told(request, key)


@router.post("/postdocs/{int:key}/goals", response=answers(shapes.Postdoc, 201))
def set_postdoc_goal(request: HttpRequest, key: Key, sent: NewPostdocGoal) -> Made:
    """Put a goal into the plan."""
    set_goal(postdoc=seen_postdoc(request, key), by=reader(request), **sent.dict())
    return _told(request, key)


@router.post("/postdocs/{int:key}/goals/{int:part}/report", response=answers(shapes.Postdoc))
def report_postdoc_goal(request: HttpRequest, key: Key, part: Key, sent: GoalReport) -> Any:
    """Report what was reached of a goal; a later word replaces an earlier one."""
    row = seen_postdoc(request, key)
    report_goal(goal=one(row.goals.all(), pk=part), by=reader(request), **sent.dict())
    return postdoc(request, key)


@router.post("/postdocs/{int:key}/months", response=answers(shapes.Postdoc, 201))
def record_postdoc_months(request: HttpRequest, key: Key, sent: NewMonths) -> Made:
    """Enter months of the track, planned or spent."""
    record_months(postdoc=seen_postdoc(request, key), by=reader(request), **sent.dict())
    return _told(request, key)


@router.post("/postdocs/{int:key}/requests", response=answers(cases.Case, 201))
def ask_postdoc_step(request: HttpRequest, key: Key, sent: NewStep) -> Made:
    """Prepare a request about the postdoc."""
    row, user, given = seen_postdoc(request, key), reader(request), sent.dict()
    goal = given.pop("to_station")
    station = one(visible_stations(user), pk=goal) if goal else None
    made = ask_step(postdoc=row, to_station=station, by=user, **given)
    return Status(201, told_case(request, seen_case(request, made.pk)))


@router.post("/cases/{int:key}/grade", response=answers(cases.Case))
def grade_postdoc_step(request: HttpRequest, key: Key, sent: NewGrade) -> dict[str, Any]:
    """Say the grade that the board gives, before its vote is closed."""
    found = seen_case(request, key)
    if not hasattr(found, "postdoc_case"):
        raise Http404
    grade_step(case=found, grade=sent.grade, by=reader(request))
    return told_case(request, seen_case(request, key))
