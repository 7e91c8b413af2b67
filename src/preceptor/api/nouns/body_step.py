"""Keeping a standing body: set up, seats, charter, meetings, advice; and what came of advice."""

from __future__ import annotations

from typing import Annotated, Any, BinaryIO, Literal, cast

from django.db.models import Q
from django.http import Http404, HttpRequest
from ninja import File, Form, Status
from ninja.files import UploadedFile
from pydantic import Field, StringConstraints

from preceptor.cases.access import visible_cases, visible_sittings
from preceptor.cases.access.body import may_keep_body, visible_advice, visible_bodies
from preceptor.cases.actions import (
    advise,
    call_meeting,
    close_body,
    end_seat,
    give_charter,
    give_seat,
    report_on_advice,
    set_up_body,
    take_up_cases,
)
from preceptor.cases.choices import AdviceState, BodyKind, BodyRole
from preceptor.cases.kinds.kind import Share, Voting
from preceptor.cases.models import Body
from preceptor.institutions.access import visible_units
from preceptor.institutions.models import Unit
from preceptor.people.access import scope, visible_persons
from preceptor.people.models import Person

from ..fields import Day, Key, Moment, Paper, Readable, Reason, Remark
from ..guard import reader
from ..paging import one
from ..refusals import Made, answers
from ..shapes import sitting as shapes
from .body import advice_rows, advised, body, seen_body
from .change import Sent
from .sitting import router, told

Part = Annotated[int, Field(ge=1, le=100)]
Advised = Annotated[str, StringConstraints(min_length=1, max_length=5000), Readable]
CharterText = Annotated[str, StringConstraints(max_length=50_000), Readable]
MeetingTitle = Annotated[str, StringConstraints(max_length=300), Readable]


class SentShare(Sent):
    """A share of all members, of those present or of the ballots; more than it, or at least."""

    numerator: Part
    denominator: Part
    of: Literal["all", "present", "cast"] = "all"
    more_than: bool = False

    def share(self) -> Share:
        """The share as the voting rule takes it."""
        return Share(self.numerator, self.denominator, of=self.of, more_than=self.more_than)


class NewBody(Sent):
    """A new body: what kind, of which unit, how often it meets and how it votes. `upper`: for a
    sub-committee; `person`: whom a guidance committee guides."""

    kind: BodyKind
    unit: Key
    code: Annotated[str, StringConstraints(min_length=1, max_length=40), Readable]
    name_zh: Annotated[str, StringConstraints(min_length=1, max_length=120), Readable]
    name_en: Remark = ""
    upper: Key | None = None
    person: Key | None = None
    term_years: Annotated[int, Field(ge=1, le=20)] | None = None
    meetings_a_year: Annotated[int, Field(ge=1, le=52)] | None = None
    passes: SentShare = SentShare(numerator=1, denominator=2, more_than=True)
    quorum: SentShare = SentShare(numerator=2, denominator=3)
    is_secret: bool = True
    opened_on: Day


class NewBodySeat(Sent):
    """Who has a seat, in which role, on which days (the last null: the body's own term)."""

    person: Key
    role: BodyRole = BodyRole.MEMBER
    is_head: bool = False
    substitute: Key | None = None
    valid_from: Day
    valid_to: Day | None = None


class LastDay(Sent):
    """The last day, and why."""

    last_on: Day
    reason: Reason


class NewCharter(Sent):
    """The next version of the charter as text."""

    title_zh: Paper
    title_en: Remark = ""
    text_zh: CharterText
    text_en: CharterText = ""
    valid_from: Day


class NewMeeting(Sent):
    """When and where the body meets; without a title it is numbered within its year."""

    starts_at: Moment
    ends_at: Moment | None = None
    place: Remark = ""
    title_zh: MeetingTitle = ""
    title_en: MeetingTitle = ""


class TakenUp(Sent):
    """Which waiting requests go on the agenda of which meeting."""

    sitting: Key
    cases: Annotated[list[Key], Field(min_length=1, max_length=200)]


class NewAdvice(Sent):
    """An advice: about a request or a person, and who follows it up until when."""

    text: Advised
    given_on: Day
    sitting: Key | None = None
    case: Key | None = None
    person: Key | None = None
    owner: Key | None = None
    owner_unit: Key | None = None
    due_on: Day | None = None


class NewReport(Sent):
    """What came of an advice."""

    state: AdviceState
    text: Advised


def _kept(request: HttpRequest, key: int) -> Body:
    """The body; raises NotPermitted for who does not keep it."""
    found = seen_body(request, key)
    may_keep_body(reader(request), found).demand()
    return found


def _person(request: HttpRequest, key: int | None) -> Person | None:
    """The person of the key; 404 for one whom the reader may not see."""
    return None if key is None else one(visible_persons(reader(request)), pk=key)


def _kept_unit(request: HttpRequest, key: int) -> Unit:
    """A unit whose records the reader keeps; 404 for any other."""
    if not scope(reader(request)).keeps(key):
        raise Http404
    found: Unit = one(visible_units(reader(request)).select_related("institution"), pk=key)
    return found


@router.post("/bodies", response=answers(shapes.Body, 201))
def set_up_one_body(request: HttpRequest, sent: NewBody) -> Made:
    """Set up a body; for who keeps the records of the unit."""
    unit = _kept_unit(request, sent.unit)
    uppers = visible_bodies(reader(request)).filter(kind=BodyKind.DEGREE, closed_on=None)
    columns = ("code", "kind", "name_zh", "name_en", "term_years", "meetings_a_year", "opened_on")
    made = set_up_body(
        institution=unit.institution or unit, unit=unit, person=_person(request, sent.person),
        upper=None if sent.upper is None else one(uppers, pk=sent.upper),
        voting=Voting(
            passes=sent.passes.share(), quorum=sent.quorum.share(), is_secret=sent.is_secret
        ),
        by=reader(request), **{name: getattr(sent, name) for name in columns},
    )  # fmt: skip
    return Status(201, body(request, made.pk))


@router.post("/bodies/{int:key}/seats", response=answers(shapes.Body, 201))
def give_body_seat(request: HttpRequest, key: Key, sent: NewBodySeat) -> Made:
    """Give a person a seat for a term."""
    row, person = _kept(request, key), _person(request, sent.person)
    assert person is not None
    give_seat(
        body=row, person=person, substitute=_person(request, sent.substitute), role=sent.role,
        is_head=sent.is_head, valid_from=sent.valid_from, valid_to=sent.valid_to,
        by=reader(request),
    )  # fmt: skip
    return Status(201, body(request, key))


@router.post("/bodies/{int:key}/seats/{int:seat}/end", response=answers(shapes.Body))
def end_body_seat(request: HttpRequest, key: Key, seat: Key, sent: LastDay) -> dict[str, Any]:
    """End a seat with a day."""
    rows = _kept(request, key).seats.known().select_related("person", "body__unit")
    end_seat(seat=one(rows, pk=seat), by=reader(request), **sent.dict())
    return _now(request, key)


@router.post("/bodies/{int:key}/charter", response=answers(shapes.Body, 201))
def give_body_charter(request: HttpRequest, key: Key, sent: NewCharter) -> Made:
    """Give the body a charter, or its next version."""
    give_charter(body=_kept(request, key), by=reader(request), **sent.dict())
    return Status(201, body(request, key))


class CharterOfFile(Sent):
    """The next version of the charter, with its file."""

    title_zh: Paper
    title_en: Remark = ""
    valid_from: Day


@router.post("/bodies/{int:key}/charter/file", response=answers(shapes.Body, 201))
def give_body_charter_file(
    request: HttpRequest, key: Key, sent: Form[CharterOfFile], file: File[UploadedFile]
) -> Made:
    """Give the body a charter, or its next version, as a PDF or Word file."""
    give_charter(
        body=_kept(request, key), content=cast(BinaryIO, file), file_name=file.name or "",
        by=reader(request), **sent.dict(),
    )  # fmt: skip
    return Status(201, body(request, key))


@router.post("/bodies/{int:key}/meetings", response=answers(shapes.Sitting, 201))
def plan_body_meeting(request: HttpRequest, key: Key, sent: NewMeeting) -> Made:
    """Plan a meeting with everybody who has a seat on that day."""
    made = call_meeting(body=_kept(request, key), by=reader(request), **sent.dict())
    return Status(201, told(request, made.pk))


@router.post("/bodies/{int:key}/agenda", response=answers(shapes.Sitting))
def take_up_by_body(request: HttpRequest, key: Key, sent: TakenUp) -> dict[str, Any]:
    """Put waiting requests on the agenda of a meeting, all in one step."""
    row, user = _kept(request, key), reader(request)
    sitting = one(visible_sittings(user).filter(body=row).select_related("body"), pk=sent.sitting)
    cases = list(visible_cases(user).filter(pk__in=sent.cases))
    if len(cases) < len(set(sent.cases)):
        raise Http404
    take_up_cases(sitting=sitting, cases=cases, by=user)
    return told(request, sitting.pk)


@router.post("/bodies/{int:key}/close", response=answers(shapes.Body))
def close_one_body(request: HttpRequest, key: Key, sent: LastDay) -> dict[str, Any]:
    """Close the body; its seats end with it."""
    row = _kept(request, key)
    close_body(body=row, closed_on=sent.last_on, reason=sent.reason, by=reader(request))
    return _now(request, key)


def _now(request: HttpRequest, key: int) -> dict[str, Any]:
    found: dict[str, Any] = body(request, key)
    return found


@router.post("/bodies/{int:key}/advice", response=answers(shapes.Advice, 201))
def record_advice(request: HttpRequest, key: Key, sent: NewAdvice) -> Made:
    """Record an advice of the body."""
    row, user = seen_body(request, key), reader(request)
    root = row.institution_id
    units = visible_units(user).filter(Q(pk=root) | Q(institution=root))
    made = advise(
        body=row, text=sent.text, given_on=sent.given_on, due_on=sent.due_on, by=user,
        sitting=_one(visible_sittings(user).filter(body=row), sent.sitting),
        case=_one(visible_cases(user), sent.case), person=_person(request, sent.person),
        owner=_person(request, sent.owner), owner_unit=_one(units, sent.owner_unit),
    )  # fmt: skip
    return Status(201, advised(one(advice_rows(request), pk=made.pk)))


def _one(rows: Any, key: int | None) -> Any:
    return None if key is None else one(rows, pk=key)


@router.post("/advice/{int:key}/reports", response=answers(shapes.Advice, 201))
def report_on_one_advice(request: HttpRequest, key: Key, sent: NewReport) -> Made:
    """Say what came of an advice."""
    rows = visible_advice(reader(request)).select_related("body__unit", "owner", "owner_unit")
    report_on_advice(advice=one(rows, pk=key), by=reader(request), **sent.dict())
    return Status(201, advised(one(advice_rows(request), pk=key)))
