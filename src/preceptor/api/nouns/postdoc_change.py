"""What is written of postdocs: the entry, every record of one, and the requests about one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Status
from pydantic import Field, StringConstraints

from preceptor.fellows.access import may_keep_postdoc, visible_postdocs, visible_stations
from preceptor.fellows.actions import (
    EntryFacts,
    NewHost,
    add_host,
    ask_step,
    certify,
    change_stay,
    end_host,
    end_leave,
    enter_postdoc,
    give_support,
    grade_step,
    leave_platform,
    number_postdoc,
    place_at_platform,
    record_ground,
    record_leave,
    record_months,
    report_goal,
    set_funding,
    set_goal,
    sign_contract,
    take_back_ground,
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
    PostdocStep,
    SupportKind,
    Track,
)
from preceptor.fellows.models import Postdoc
from preceptor.institutions.access import visible_disciplines, visible_platforms, visible_units
from preceptor.joint.access import visible_agreements
from preceptor.people.access import visible_persons

from ..fields import Day, Key, Note, Readable, Reason, Remark, Title, Year
from ..guard import reader
from ..paging import one
from ..refusals import Made, answers
from ..shapes import case as cases
from ..shapes import postdoc as shapes
from .case import seen_case
from .case import told as told_case
from .change import Sent
from .postdoc import postdoc, router, seen_postdoc

Amount = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]
Number = Annotated[Decimal, Field(ge=0, max_digits=10, decimal_places=2)]
Days = Annotated[int, Field(ge=1, le=3660)]
Share = Annotated[int, Field(ge=1, le=100)]
Clause = Annotated[str, StringConstraints(max_length=300), Readable]
Place = Annotated[str, StringConstraints(min_length=1, max_length=120), Readable]
Numbered = Annotated[str, StringConstraints(min_length=1, max_length=40), Readable]
#: A joint supervision has few; nobody enters with more.
MOST_HOSTS = 10


class Supervising(Sent):
    """Who supervises from the first day, as what."""

    person: Key
    role: HostRole = HostRole.HOST
    is_outside: bool = False


class NewPostdoc(Sent):
    """Who enters which station for which term; unknown facts are null. A joint intake names the
    workstation and the tripartite agreement, a term that goes on from another one that term."""

    person: Key
    station: Key
    number: Numbered
    track: Track
    intake: IntakeSource
    entered_on: Day
    term_ends_on: Day
    unit: Key | None = None
    workstation: Key | None = None
    agreement: Key | None = None
    follows: Key | None = None
    hosts: Annotated[list[Supervising], Field(max_length=MOST_HOSTS)] = []
    doctorate_on: Day | None = None
    doctorate_recognised_on: Day | None = None
    doctorate_from: Remark = ""
    doctorate_discipline: Key | None = None
    is_own_doctor: bool | None = None
    is_full_time: bool | None = None
    has_special_approval: bool | None = None


class NewStay(Sent):
    """Another track or source from a day on; what is left out stays."""

    on: Day
    track: Track | None = None
    intake: IntakeSource | None = None
    reason: Note = ""


class NationalNumber(Sent):
    """The national number."""

    number: Numbered


class ExitCertificate(Sent):
    """The number of the certificate of exit."""

    certificate: Numbered


class GroundBack(Sent):
    """Why the finding does not hold."""

    reason: Reason


class NewPostdocHost(Sent):
    """Who supervises, as what, from which day on."""

    person: Key
    role: HostRole = HostRole.HOST
    on: Day
    is_outside: bool = False


class NewPostdocPlatform(Sent):
    """Which platform of the institution, by key, from which day on."""

    platform: Key
    on: Day


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


@router.post("/postdocs", response=answers(shapes.Postdoc, 201))
def enter_new_postdoc(request: HttpRequest, sent: NewPostdoc) -> Made:
    """Let a person enter a station; whoever is chosen in a call enters by accepting the offer."""
    user, given = reader(request), sent.dict()
    facts = {name: given.pop(name) for name in EntryFacts.__dataclass_fields__}
    facts["doctorate_discipline"] = _one(visible_disciplines(user), sent.doctorate_discipline)
    persons = visible_persons(user)
    hosts = [
        NewHost(one(persons, pk=host.person), host.role, host.is_outside) for host in sent.hosts
    ]
    named = {
        name: _one(rows, getattr(sent, name))
        for name, rows in (
            ("station", visible_stations(user).select_related("unit", "institution")),
            ("workstation", visible_stations(user)),
            ("unit", visible_units(user)),
            ("agreement", visible_agreements(user)),
            ("follows", visible_postdocs(user)),
            ("person", persons),
        )
    }
    given |= {**named, "hosts": hosts, "facts": EntryFacts(**facts)}
    return Status(201, postdoc(request, enter_postdoc(by=user, **given).pk))


def _one(rows: Any, key: int | None) -> Any:
    return None if key is None else one(rows, pk=key)


@router.post("/postdocs/{int:key}/hosts", response=answers(shapes.Postdoc, 201))
def add_postdoc_host(request: HttpRequest, key: Key, sent: NewPostdocHost) -> Made:
    """Let a person supervise the postdoc."""
    row, given = seen_postdoc(request, key), sent.dict()
    person = one(visible_persons(reader(request)), pk=given.pop("person"))
    add_host(postdoc=row, person=person, by=reader(request), **given)
    return Status(201, postdoc(request, key))


@router.post("/postdocs/{int:key}/platforms", response=answers(shapes.Postdoc, 201))
def place_postdoc(request: HttpRequest, key: Key, sent: NewPostdocPlatform) -> Made:
    """Record that the postdoc works on a platform, for as long as in station."""
    row = seen_postdoc(request, key)
    platform = one(visible_platforms(reader(request)), pk=sent.platform)
    place_at_platform(postdoc=row, platform=platform, on=sent.on, by=reader(request))
    return Status(201, postdoc(request, key))


def _funded(*, postdoc: Postdoc, by: Any, **given: Any) -> object:
    """The host unit that pays is the one in which the postdoc works."""
    unit = postdoc.unit if given["payer"] == Payer.HOST else None
    return set_funding(postdoc=postdoc, payer_unit=unit, by=by, **given)


@dataclass(frozen=True)
class Writing:
    """An operation that writes a record of a postdoc: its name, the end of its address, what is sent,
    the action and what it does in words. With 201 it makes a row, with 200 it changes one."""

    name: str
    path: str
    sent: type[Sent]
    act: Callable[..., object]
    text: str
    status: int = 201


WRITINGS = (
    Writing("record_postdoc_leave", "leaves", NewLeave, record_leave, "Record a leave."),
    Writing(
        "record_postdoc_ground", "grounds", NewGround, record_ground,
        "Record what was found; which of it is a ground for withdrawal, the rules say.",
    ),
    Writing(
        "sign_postdoc_contract", "contracts", NewContract, sign_contract, "Record a signed contract."
    ),
    Writing(
        "set_postdoc_funding", "funding", NewShare, _funded,
        "Say who pays what a year; the host unit is the one in which the postdoc works.",
    ),
    Writing(
        "give_postdoc_support", "supports", NewSupport, give_support,
        "Record one payment; each call is another one.",
    ),
    Writing("set_postdoc_goal", "goals", NewPostdocGoal, set_goal, "Put a goal into the plan."),
    Writing(
        "record_postdoc_months", "months", NewMonths, record_months,
        "Enter months of the track, planned or spent.",
    ),
    Writing(
        "change_postdoc_stay", "stays", NewStay, change_stay,
        "Change track or source; the stay before ends with the day, and another one begins.",
    ),
    Writing(
        "enter_postdoc_number", "number", NationalNumber, number_postdoc,
        "Enter the national number once it is known.", 200,
    ),
    Writing(
        "enter_postdoc_certificate", "certificate", ExitCertificate, certify,
        "Enter the number of the certificate of exit.", 200,
    ),
)  # fmt: skip


def _add(writing: Writing) -> None:
    """Add the operation to those of postdocs."""

    def view(request: HttpRequest, key: Key, sent: Sent) -> Any:
        row = seen_postdoc(request, key)
        writing.act(postdoc=row, by=reader(request), **sent.dict())
        told = postdoc(request, key)
        return told if writing.status == 200 else Status(writing.status, told)

    _named(view, writing.name, writing.sent, writing.text)
    router.post(
        f"/postdocs/{{int:key}}/{writing.path}", response=answers(shapes.Postdoc, writing.status)
    )(view)


def _named(view: Callable[..., Any], name: str, sent: type[Sent], text: str) -> None:
    """Give the function what the description reads: its name, what is sent, and its words."""
    view.__name__, view.__doc__ = name, text
    view.__annotations__["sent"] = sent


@dataclass(frozen=True)
class PartWriting:
    """An operation that changes a row of a postdoc's records: of which rows, as far as the reader is
    told of them, and under which word the action takes the row."""

    name: str
    path: str
    sent: type[Sent]
    act: Callable[..., object]
    takes: str
    rows: Callable[[Any, Postdoc], Any]
    text: str


def _grounds(user: Any, row: Postdoc) -> Any:
    """What was found; for who keeps the records alone."""
    return row.grounds.all() if may_keep_postdoc(user, row) else row.grounds.none()


PART_WRITINGS = (
    PartWriting(
        "end_postdoc_host", "hosts/{int:part}/end", HostEnd, end_host, "host",
        lambda _user, row: row.hosts.known(), "Let a supervisor's part end with a day.",
    ),
    PartWriting(
        "end_postdoc_platform", "platforms/{int:part}/end", HostEnd, leave_platform, "place",
        lambda _user, row: row.platform_places.known(), "Let the work on a platform end with a day.",
    ),
    PartWriting(
        "record_postdoc_return", "leaves/{int:part}/return", Back, end_leave, "leave",
        lambda _user, row: row.leaves.all(), "Record the return from a leave.",
    ),
    PartWriting(
        "report_postdoc_goal", "goals/{int:part}/report", GoalReport, report_goal, "goal",
        lambda _user, row: row.goals.all(),
        "Report what was reached of a goal; a later word replaces an earlier one.",
    ),
    PartWriting(
        "take_back_postdoc_ground", "grounds/{int:part}/take-back", GroundBack, take_back_ground,
        "ground", _grounds,
        "Say that a finding does not hold; it stays readable as what was once believed.",
    ),
)  # fmt: skip


def _add_part(writing: PartWriting) -> None:
    """Add the operation to those of postdocs."""

    def view(request: HttpRequest, key: Key, part: Key, sent: Sent) -> dict[str, Any]:
        user, row = reader(request), seen_postdoc(request, key)
        found = one(writing.rows(user, row), pk=part)
        writing.act(by=user, **{writing.takes: found}, **sent.dict())
        told: dict[str, Any] = postdoc(request, key)
        return told

    _named(view, writing.name, writing.sent, writing.text)
    router.post(f"/postdocs/{{int:key}}/{writing.path}", response=answers(shapes.Postdoc))(view)


for _writing in WRITINGS:
    _add(_writing)
for _part_writing in PART_WRITINGS:
    _add_part(_part_writing)


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
