"""Applications: filled in by the applicant, judged by points, answered with offers."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Query, Router, Status
from pydantic import Field, StringConstraints

from preceptor.base.errors import InputRefused
from preceptor.base.today import today
from preceptor.calls.access import (
    board_seat,
    is_applicant,
    may_change_application,
    may_read_result,
    may_read_scores,
    may_score,
    visible_applications,
    visible_offers,
)
from preceptor.calls.actions import (
    add_work,
    answer_offer,
    begin_application,
    give_points,
    make_offer,
    remove_work,
    save_application,
    submit_application,
    withdraw_offer,
)
from preceptor.calls.choices import Result, WorkKind
from preceptor.calls.models import CallApplication, Offer, Score
from preceptor.calls.queries import item_before
from preceptor.calls.registry import purpose_of
from preceptor.cases.actions import step_aside
from preceptor.cases.queries import kind_of
from preceptor.institutions.access import visible_disciplines
from preceptor.people.access import scope
from preceptor.people.models import Person
from preceptor.standing.subjects import explain_record

from ..fields import Day, Key, Readable, Reason, Record, Remark
from ..guard import reader
from ..paging import Page, Paging, one, page_of
from ..refusals import Made, answers
from ..shapes import call as shapes
from ..shapes.standing import requirement_of
from .call import seen_call
from .case_step import Once, Said
from .change import Sent

router = Router(tags=["applications"])
OwnName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80), Readable]
Terms = Annotated[str, StringConstraints(max_length=5000), Readable]
Country = Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")]


class Begun(Sent):
    """The name of who applies; empty where it is known."""

    name_zh: OwnName
    name_en: Annotated[str, StringConstraints(max_length=120), Readable] = ""


class Saved(Sent):
    """What is kept of an application; what is left out stays, null empties it."""

    host: Key | None = None
    born_on: Day | None = None
    country: Country = ""
    doctorate_on: Day | None = None
    doctorate_from: Remark = ""
    doctorate_discipline: Key | None = None
    is_own_doctor: bool | None = None
    is_full_time: bool | None = None
    has_special_approval: bool | None = None
    employer: Remark = ""
    earlier_months: Annotated[int, Field(ge=0, le=600)] | None = None
    statement: Record = ""


class NewWork(Sent):
    """One more work."""

    kind: WorkKind
    title: Annotated[str, StringConstraints(min_length=1, max_length=500), Readable]
    year: Annotated[int, Field(ge=1900, le=2200)]
    part: Annotated[str, StringConstraints(max_length=120), Readable] = ""
    doi: Remark = ""
    is_representative: bool = False


class HandedIn(Sent):
    """Why a warning of the rules is passed over, where one warns."""

    passing_over: Said = ""


class Point(Sent):
    """The points for one criterion."""

    criterion: Key
    points: Annotated[Decimal, Field(ge=0, le=1000, max_digits=6, decimal_places=2)]


class Given(Sent):
    """The own points, with one comment on all of them."""

    points: Annotated[list[Point], Field(max_length=20)]
    comment: Annotated[str, StringConstraints(max_length=5000), Readable] = ""


class Aside(Sent):
    """Why no part is taken."""

    reason: Reason


class NewOffer(Sent):
    """The terms of an offer."""

    terms: Terms = ""


class OfferAnswer(Sent):
    """Whether it is accepted, and why not."""

    accepts: bool
    reason: Annotated[str, StringConstraints(max_length=1000), Readable] = ""


class OfferBack(Sent):
    """Why it is taken back; the applicant is told."""

    reason: Reason


def seen_application(request: HttpRequest, key: int) -> CallApplication:
    """The application with what is told of it; 404 for one that the reader may not see."""
    rows = visible_applications(reader(request)).select_related(
        "call__unit", "call__institution", "person", "host", "doctorate_discipline", "case__kind",
        "case__unit", "case__institution", "case__asked_by",
    )  # fmt: skip
    found: CallApplication = one(rows, pk=key)
    return found


def _line(user: Any, row: CallApplication) -> dict[str, Any]:
    is_told = bool(may_read_result(user, row)) and row.result != Result.OPEN
    return {
        "key": row.pk, "case": row.case_id, "number": row.case.number or "", "call": row.call_id,
        "person": row.person, "state": row.case.state, "result": row.result if is_told else None,
    }  # fmt: skip


def told_application(request: HttpRequest, row: CallApplication) -> dict[str, Any]:
    """An application as it is told."""
    user, case = reader(request), row.case
    columns = (
        "host", "country", "doctorate_on", "doctorate_from", "is_own_doctor", "is_full_time",
        "has_special_approval", "employer", "earlier_months", "statement",
    )  # fmt: skip
    keeps = is_applicant(user, row) or scope(user).keeps_fellows(row.call.unit_id)
    step = kind_of(case).gate or None
    found = explain_record("applicant", row, today(), get_language() or "", step)
    discipline = row.doctorate_discipline
    return {
        **_line(user, row),
        **{name: getattr(row, name) for name in columns},
        "born_on": row.born_on if keeps else None,
        "doctorate_discipline": discipline.code if discipline else None,
        "may_change": bool(may_change_application(user, row)),
        "works": list(row.works.all()),
        "requirements": [requirement_of(known) for known in found],
        "offers": list(visible_offers(user).filter(application=row)),
    }


@router.get("/applications", response=answers(Page[shapes.ApplicationLine]))
def applications(request: HttpRequest, narrowed: Query[Paging]) -> dict[str, Any]:
    """The own applications, and those handed in that the reader keeps, reads or judges."""
    user = reader(request)
    rows = visible_applications(user).select_related("person", "case")
    page = page_of(rows.defer("statement"), "pk", narrowed)
    return {**page, "rows": [_line(user, row) for row in page["rows"]]}


@router.post("/calls/{int:key}/applications", response=answers(shapes.Application, 201))
def begin_one_application(request: HttpRequest, key: Key, sent: Begun) -> Made:
    """Begin an application; begun before, the same one is given."""
    made = begin_application(call=seen_call(request, key), by=reader(request), **sent.dict())
    return Status(201, told_application(request, seen_application(request, made.pk)))


@router.get("/applications/{int:key}", response=answers(shapes.Application))
def application(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One application, with what the rules say of it today, each with its clause."""
    return told_application(request, seen_application(request, key))


@router.post("/applications/{int:key}/save", response=answers(shapes.Application))
def save_one_application(request: HttpRequest, key: Key, sent: Saved) -> dict[str, Any]:
    """Keep what is sent; what is left out stays. Only the applicant, until it is handed in."""
    row = seen_application(request, key)
    columns = sent.dict(exclude_unset=True)
    if columns.get("host") is not None:
        columns["host"] = _host(row, columns["host"])
    if columns.get("doctorate_discipline") is not None:
        rows = visible_disciplines(reader(request))
        columns["doctorate_discipline"] = one(rows, pk=columns["doctorate_discipline"])
    save_application(application=row, by=reader(request), **columns)
    return told_application(request, seen_application(request, key))


def _host(row: CallApplication, key: int) -> Person:
    """The host of this key; 404 for somebody who is none."""
    hosts = {person.pk: person for person in purpose_of(row.call).hosts(row.call)}
    if key not in hosts:
        raise Http404
    return hosts[key]


@router.post("/applications/{int:key}/works", response=answers(shapes.Work, 201))
def add_application_work(request: HttpRequest, key: Key, sent: NewWork) -> Made:
    """Name one more work; the same again gives the one that is there."""
    row = seen_application(request, key)
    made: Any = add_work(application=row, by=reader(request), **sent.dict())
    return Status(201, made)


@router.post(
    "/applications/{int:key}/works/{int:work}/remove", response=answers(shapes.Application)
)
def remove_application_work(request: HttpRequest, key: Key, work: Key) -> dict[str, Any]:
    """Take a work off."""
    row = seen_application(request, key)
    remove_work(work=one(row.works.all(), pk=work), by=reader(request))
    return told_application(request, seen_application(request, key))


@router.post("/applications/{int:key}/submit", response=answers(shapes.Application))
def submit_one_application(
    request: HttpRequest, key: Key, sent: HandedIn, idempotency_key: Once
) -> dict[str, Any]:
    """Hand it in; its documents are attached to its case."""
    row = seen_application(request, key)
    submit_application(
        application=row, by=reader(request), token=idempotency_key, passing_over=sent.passing_over
    )
    return told_application(request, seen_application(request, key))


def _judged(request: HttpRequest, key: int) -> CallApplication:
    row, user = seen_application(request, key), reader(request)
    if is_applicant(user, row) or not (may_score(user, row) or may_read_scores(user, row)):
        raise Http404
    return row


@router.get("/applications/{int:key}/points", response=answers(list[shapes.Points]))
def application_points(request: HttpRequest, key: Key) -> list[Score]:
    """The points given: all for who may read them, else the own."""
    row, user = _judged(request, key), reader(request)
    rows = Score.objects.filter(application=row).select_related("person").order_by("pk")
    return list(rows if may_read_scores(user, row) else rows.filter(person=scope(user).person))


@router.post("/applications/{int:key}/points", response=answers(list[shapes.Points]))
def give_application_points(request: HttpRequest, key: Key, sent: Given) -> list[Score]:
    """Give points; given again, they replace the own earlier ones."""
    row = _judged(request, key)
    points = {point.criterion: point.points for point in sent.points}
    if len(points) != len(sent.points):
        raise InputRefused(_("A criterion is given points once."))
    return give_points(application=row, points=points, comment=sent.comment, by=reader(request))


@router.post("/applications/{int:key}/aside", response=answers(shapes.ApplicationLine))
def step_aside_from_application(request: HttpRequest, key: Key, sent: Aside) -> dict[str, Any]:
    """Take no part in the judgement of this application; 404 for who does not sit on its board."""
    row, user = _judged(request, key), reader(request)
    seat = board_seat(user, row)
    item = None if seat is None else item_before(seat, row)
    if item is None:
        raise Http404
    step_aside(item=item, reason=sent.reason, by=user)
    return _line(user, row)


@router.post("/applications/{int:key}/offers", response=answers(shapes.Offer, 201))
def offer_place(request: HttpRequest, key: Key, sent: NewOffer) -> Made:
    """Offer the applicant a place; offered already, the offer is given unchanged."""
    row = seen_application(request, key)
    made: Any = make_offer(application=row, terms=sent.terms, by=reader(request))
    return Status(201, made)


def _offer(request: HttpRequest, key: int) -> Offer:
    rows = visible_offers(reader(request)).select_related("application__call__unit")
    found: Offer = one(rows, pk=key)
    return found


@router.post("/offers/{int:key}/answer", response=answers(shapes.Offer))
def answer_one_offer(request: HttpRequest, key: Key, sent: OfferAnswer) -> Offer:
    """Accept or decline; only the applicant does."""
    row = _offer(request, key)
    return answer_offer(offer=row, accepts=sent.accepts, reason=sent.reason, by=reader(request))


@router.post("/offers/{int:key}/withdraw", response=answers(shapes.Offer))
def withdraw_one_offer(request: HttpRequest, key: Key, sent: OfferBack) -> Offer:
    """Take an offer back that was not answered."""
    return withdraw_offer(offer=_offer(request, key), reason=sent.reason, by=reader(request))
