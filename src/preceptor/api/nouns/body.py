"""Standing bodies: the list, one with seats, charter, meetings and the law, and its advice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.utils.translation import get_language
from ninja import Query

from preceptor.base.files import path_of
from preceptor.base.today import today
from preceptor.cases.access import visible_cases
from preceptor.cases.access.body import (
    may_advise,
    may_keep_body,
    visible_advice,
    visible_bodies,
)
from preceptor.cases.bodies import (
    DayMet,
    days_met,
    is_ending,
    is_open_on,
    last_decided,
    met_and_next,
    seats_on,
    waiting_cases,
)
from preceptor.cases.choices import BodyKind
from preceptor.cases.models import Advice, Body, BodySeat, Charter, Item
from preceptor.cases.years import Meeting, year_of, years_of
from preceptor.standing.queries import committee_standing

from ..fields import Key, Year
from ..guard import reader
from ..paging import Page, Paging, one, page_of
from ..refusals import answers
from ..shapes import sitting as shapes
from ..shapes.standing import requirement_of
from .sitting import result_of, router


def seen_body(request: HttpRequest, key: int) -> Body:
    """The body; 404 for one that the reader may not see."""
    found: Body = one(_bodies(request), pk=key)
    return found


class BodyFilter(Paging):
    """What the list can be narrowed by; `person`: whom a guidance committee guides."""

    kind: BodyKind | None = None
    person: Key | None = None


def _bodies(request: HttpRequest) -> QuerySet[Body]:
    return visible_bodies(reader(request)).select_related("unit", "person", "institution")


@router.get("/bodies", response=answers(Page[shapes.BodyLine]))
def bodies(request: HttpRequest, narrowed: Query[BodyFilter]) -> dict[str, Any]:
    """The standing bodies that the reader may see, by code."""
    rows = _bodies(request)
    rows = rows.filter(kind=narrowed.kind) if narrowed.kind else rows
    rows = rows.filter(person=narrowed.person) if narrowed.person else rows
    page = page_of(rows, "code", narrowed)
    keys = [row.pk for row in page["rows"]]
    held, coming = met_and_next(keys, today().year)
    return {**page, "rows": [_line(row, held[row.pk], coming.get(row.pk)) for row in page["rows"]]}


def _line(row: Body, held: int, coming: date | None) -> dict[str, Any]:
    columns = (
        "code", "kind", "name_zh", "name_en", "unit", "person", "opened_on", "closed_on",
        "meetings_a_year",
    )  # fmt: skip
    told = {name: getattr(row, name) for name in columns}
    return {**told, "key": row.pk, "held_this_year": held, "next_on": coming}


@router.get("/bodies/{int:key}", response=answers(shapes.Body))
def body(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One standing body with its seats today, or on its last day, its charters, its meetings by year
    and the requests that wait for one."""
    row, user = seen_body(request, key), reader(request)
    day = row.closed_on if row.closed_on and row.closed_on < today() else today()
    columns = (
        "code", "kind", "name_zh", "name_en", "unit", "person", "opened_on", "closed_on",
        "term_years", "meetings_a_year", "voting",
    )  # fmt: skip
    days = days_met([row.pk]).get(row.pk, [])
    waiting = waiting_cases(row).filter(pk__in=visible_cases(user).values("pk"))
    return {
        **{name: getattr(row, name) for name in columns},
        "key": row.pk,
        "upper": row.upper_id,
        "seats": [_seat(seat, day) for seat in seats_on([row.pk], day).get(row.pk, [])],
        "charters": [_charter(one) for one in row.charters.known().order_by("-valid_from", "pk")],
        "days": days,
        "years": _years(row, days),
        "waiting": list(waiting.defer("reason")),
        "may_keep": bool(may_keep_body(user, row)),
        "may_advise": bool(may_advise(user, row)),
    }


def _seat(seat: BodySeat, day: date) -> dict[str, Any]:
    columns = (
        "pk", "person", "role", "is_head", "term", "substitute", "valid_from", "valid_to",
    )  # fmt: skip
    told = {name: getattr(seat, name) for name in columns}
    return {**told, "is_ending": is_ending(seat, day)}


def _charter(row: Charter) -> dict[str, Any]:
    columns = ("pk", "title_zh", "title_en", "text_zh", "text_en", "valid_from", "valid_to")
    return {**{name: getattr(row, name) for name in columns}, "has_file": row.file_id is not None}


def _years(row: Body, days: Sequence[DayMet]) -> list[dict[str, Any]]:
    """How many meetings were held in each year, the last year first."""
    held = Counter(one.on.year for one in days if one.is_held)
    return [
        {"year": year, "held": held[year], "wanted": row.meetings_a_year}
        for year in sorted({*held, today().year}, reverse=True)
    ]


@router.get("/bodies/{int:key}/years/{int:year}", response=answers(shapes.BodyYear))
def body_year(request: HttpRequest, key: Key, year: Year) -> dict[str, Any]:
    """One standing body's year: meetings with what they decided, attendance, advice, seats."""
    row = seen_body(request, key)
    if year not in years_of(row):
        raise Http404
    found = year_of(row, year, reader(request))
    advice = advice_rows(request).filter(pk__in=[one.pk for one in found.advice])
    return {
        "body": row.pk,
        "year": year,
        "held": found.held,
        "unread": found.unread,
        "meetings_a_year": row.meetings_a_year,
        "is_short": found.is_short,
        "meetings": [_year_meeting(one) for one in found.meetings],
        "people": found.people,
        "advice": [advised(one) for one in advice.order_by("given_on", "pk")],
        "begun": found.begun,
        "ended": found.ended,
    }


def _year_meeting(one: Meeting) -> dict[str, Any]:
    columns = ("number", "title_zh", "title_en", "state")
    counts = ("members", "came", "unknown", "signatures")
    return {
        **{name: getattr(one.sitting, name) for name in columns},
        **{name: getattr(one, name) for name in counts},
        "key": one.sitting.pk,
        "on": one.day,
        "minutes": one.minutes.pk if one.minutes is not None else None,
        "items": [_year_item(item) for item in one.items],
    }


def _year_item(item: Item) -> dict[str, Any]:
    told = {name: getattr(item, name) for name in ("title_zh", "title_en", "state")}
    return {**told, "key": item.pk, "case": item.case_id, "result": result_of(item)}


@router.get("/bodies/{int:key}/law", response=answers(shapes.BodyLaw))
def body_law(request: HttpRequest, key: Key) -> dict[str, Any]:
    """What the rules say of a degree evaluation committee as it is composed today, and of its last
    decision that the reader is shown; nothing for other bodies."""
    row, user = seen_body(request, key), reader(request)
    item = last_decided(row, user) if row.kind == BodyKind.DEGREE else None
    composed, decided = committee_standing(
        row, item, today(), get_language() or "", is_open=is_open_on(row)
    )
    return {
        "item": item.pk if item else None,
        "sitting": item.sitting_id if item else None,
        "composition": [requirement_of(one) for one in composed],
        "requirements": [requirement_of(one) for one in decided],
    }


@router.get("/bodies/{int:key}/charters/{int:charter}/file", response=answers(None))
def body_charter_file(request: HttpRequest, key: Key, charter: Key) -> Any:
    """The file of one version of the charter; 404 for one that was written as text alone."""
    rows = seen_body(request, key).charters.known().select_related("file")
    found = one(rows.filter(file__isnull=False), pk=charter)
    kind = "application/octet-stream"
    content = path_of(found.file).open("rb")
    return FileResponse(content, as_attachment=True, filename=found.file.name, content_type=kind)


class AdviceFilter(Paging):
    """Of which body."""

    body: Key | None = None


@router.get("/advice", response=answers(Page[shapes.Advice]))
def advice(request: HttpRequest, narrowed: Query[AdviceFilter]) -> dict[str, Any]:
    """What bodies advised, within what the reader may see, and what was done about it."""
    rows = advice_rows(request)
    rows = rows.filter(body=narrowed.body) if narrowed.body else rows
    page = page_of(rows, "pk", narrowed)
    return {**page, "rows": [advised(row) for row in page["rows"]]}


@router.get("/advice/{int:key}", response=answers(shapes.Advice))
def one_advice(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One advice, and what was done about it."""
    return advised(one(advice_rows(request), pk=key))


def advice_rows(request: HttpRequest) -> QuerySet[Advice]:
    """The advice that the reader may see, with what is told of it."""
    rows = visible_advice(reader(request)).select_related("person", "owner", "owner_unit")
    return rows.prefetch_related("reports")


def advised(row: Advice) -> dict[str, Any]:
    """An advice with what was done about it."""
    columns = (
        "pk", "body_id", "sitting_id", "case_id", "person", "text", "given_on", "owner",
        "owner_unit", "due_on", "state",
    )  # fmt: skip
    told = {name: getattr(row, name) for name in columns}
    return {**told, "reports": sorted(row.reports.all(), key=lambda report: report.pk)}
