"""Sittings with their agenda and minutes, standing bodies and their advice."""

from __future__ import annotations

from collections import defaultdict
from io import BytesIO
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest
from ninja import Query, Router

from preceptor.base.files import path_of
from preceptor.base.keyset import newest_part
from preceptor.base.today import today
from preceptor.cases.access import (
    Agenda,
    agenda_of,
    may_run_sitting,
    own_seats,
    visible_sittings,
)
from preceptor.cases.access.body import visible_advice, visible_bodies
from preceptor.cases.access.minutes import visible_minutes
from preceptor.cases.bodies import days_met, seats_on
from preceptor.cases.choices import BodyKind, ItemState, SittingState
from preceptor.cases.minutes.signed import signed_copy
from preceptor.cases.models import (
    Advice,
    Body,
    Item,
    OpenVote,
    Recusal,
    Sitting,
    SittingSeat,
    VoteCast,
)
from preceptor.cases.years import Meeting, year_of, years_of

from ..fields import Key, Year
from ..guard import reader
from ..paging import Page, Paging, one, page_of, place_of, shown
from ..refusals import answers
from ..shapes import sitting as shapes

router = Router(tags=["sittings"])


class SittingFilter(Paging):
    """What the list can be narrowed by."""

    body: Key | None = None
    state: SittingState | None = None


@router.get("/sittings", response=answers(Page[shapes.SittingLine]))
def sittings(request: HttpRequest, narrowed: Query[SittingFilter]) -> dict[str, Any]:
    """The sittings that the reader may see, those made last first."""
    rows = visible_sittings(reader(request)).select_related("unit").defer("record")
    if narrowed.body:
        rows = rows.filter(body=narrowed.body)
    if narrowed.state:
        rows = rows.filter(state=narrowed.state)
    part = newest_part(rows, place_of(narrowed, "pk"), size=narrowed.size)
    return shown(part, part.rows, None)


_COLUMNS = (
    "number", "unit", "title_zh", "title_en", "starts_at", "ends_at", "place", "is_public", "state",
    "revision",
)  # fmt: skip


def seen_sitting(request: HttpRequest, key: int) -> Sitting:
    rows = visible_sittings(reader(request)).select_related("unit", "institution")
    found: Sitting = one(rows, pk=key)
    return found


@router.get("/sittings/{int:key}", response=answers(shapes.Sitting))
def sitting(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One sitting: who has a seat, what is on the agenda, and what closed votes decided."""
    return told(request, key)


def told(request: HttpRequest, key: int) -> dict[str, Any]:
    """All of a sitting that the reader may see, in a fixed number of queries."""
    row, user = seen_sitting(request, key), reader(request)
    runs, agenda = bool(may_run_sitting(user, row)), agenda_of(user, row)
    sits = runs or own_seats(user).filter(sitting=row).exists()
    seats = row.seats.select_related("person").defer("person__birth_on").order_by("pk")
    return {
        **{name: getattr(row, name) for name in _COLUMNS},
        "key": row.pk,
        "body": row.body_id,
        "record": row.record if sits and not agenda.withheld else None,
        "seats": [_seat(seat, runs) for seat in seats],
        "items": _items(row, agenda),
        "withheld": agenda.withheld,
    }


def _seat(seat: SittingSeat, runs: bool) -> dict[str, Any]:
    columns = ("person", "role", "is_head", "answer", "is_present", "released_at")
    reason = seat.answer_reason if runs else None
    told = {name: getattr(seat, name) for name in columns}
    return {**told, "key": seat.pk, "answer_reason": reason}


def _items(row: Sitting, agenda: Agenda) -> list[dict[str, Any]]:
    of_sitting = {"item__sitting": row}
    out = _seats(Recusal.objects.filter(**of_sitting))
    cast = _seats(VoteCast.objects.filter(**of_sitting))
    votes = defaultdict[int, list[OpenVote]](list)
    for vote in OpenVote.objects.filter(item__state=ItemState.DECIDED, **of_sitting).order_by(
        "seat"
    ):
        votes[vote.item_id].append(vote)
    return [
        {
            **_item(item),
            "recused": out[item.pk],
            "voted": len(cast[item.pk]),
            "votes": votes[item.pk],
        }
        for item in agenda.items
    ]


def _seats(rows: QuerySet[Any]) -> dict[int, list[int]]:
    """The keys of the seats by item."""
    found = defaultdict[int, list[int]](list)
    for item, seat in rows.order_by("seat").values_list("item", "seat"):
        found[item].append(seat)
    return found


def _item(item: Item) -> dict[str, Any]:
    columns = ("place", "title_zh", "title_en", "summary", "voting", "state")
    told = {name: getattr(item, name) for name in columns}
    return {**told, "key": item.pk, "case": item.case_id, "result": _result(item)}


def _result(item: Item) -> dict[str, Any] | None:
    """What a closed vote decided; None before, whoever asks."""
    if item.state != ItemState.DECIDED:
        return None
    columns = (
        "result", "members", "present", "votes_cast", "votes_for", "votes_against", "abstentions",
        "decided_at",
    )  # fmt: skip
    return {name: getattr(item, name) for name in columns}


@router.get("/sittings/{int:key}/minutes", response=answers(list[shapes.Minutes]))
def sitting_minutes(request: HttpRequest, key: Key) -> list[dict[str, Any]]:
    """The versions of the minutes that the reader may see, the newest first."""
    return told_minutes(request, seen_sitting(request, key))


def told_minutes(request: HttpRequest, row: Sitting) -> list[dict[str, Any]]:
    """The versions of its minutes that the reader may see."""
    rows = visible_minutes(reader(request)).filter(sitting=row).order_by("-version")
    columns = ("pk", "version", "language", "made_at", "made_by")
    return [
        {**{name: getattr(one, name) for name in columns}, "signatures": list(one.signatures.all())}
        for one in rows.prefetch_related("signatures")
    ]


@router.get("/minutes/{int:key}/file", response=answers(None))
def minutes_file(request: HttpRequest, key: Key) -> Any:
    """A version of the minutes as a Word file."""
    row = one(visible_minutes(reader(request)).select_related("file"), pk=key)
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    content = path_of(row.file).open("rb")
    return FileResponse(content, as_attachment=True, filename=row.file.name, content_type=kind)


@router.get("/minutes/{int:key}/signed", response=answers(None))
def signed_minutes_file(request: HttpRequest, key: Key) -> Any:
    """A copy of a version of the minutes with the sheet of its signatures."""
    row = one(visible_minutes(reader(request)).select_related("file"), pk=key)
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    content = BytesIO(signed_copy(row))
    return FileResponse(content, as_attachment=True, filename="signed.docx", content_type=kind)


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
    return page_of(rows, "code", narrowed)


@router.get("/bodies/{int:key}", response=answers(shapes.Body))
def body(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One standing body with its seats today, or on its last day, and its charters."""
    row = seen_body(request, key)
    day = row.closed_on if row.closed_on and row.closed_on < today() else today()
    columns = (
        "code", "kind", "name_zh", "name_en", "unit", "person", "opened_on", "closed_on",
        "term_years", "meetings_a_year", "voting",
    )  # fmt: skip
    return {
        **{name: getattr(row, name) for name in columns},
        "key": row.pk,
        "seats": seats_on([row.pk], day).get(row.pk, []),
        "charters": list(row.charters.known()),
        "days": days_met([row.pk]).get(row.pk, []),
    }


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
    return {**told, "key": item.pk, "case": item.case_id, "result": _result(item)}


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
