"""Sittings with their agenda and minutes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from preceptor.base.files import path_of
from preceptor.base.keyset import capped_count, newest_part
from preceptor.cases.access import (
    Agenda,
    agenda_of,
    may_run_sitting,
    own_seats,
    visible_sittings,
)
from preceptor.cases.access.minutes import visible_minutes
from preceptor.cases.access.sitting import seat_refusal
from preceptor.cases.calendar_file import CONTENT_TYPE, calendar_of
from preceptor.cases.chair_notes import ties_at, unreached
from preceptor.cases.choices import Choice, ItemState, SittingState
from preceptor.cases.links import is_answerable
from preceptor.cases.minutes.signed import signed_copy
from preceptor.cases.models import (
    Item,
    OpenVote,
    Recusal,
    Sitting,
    SittingSeat,
    VoteCast,
)
from preceptor.cases.seating import (
    VOTERS,
    attendance_of,
    clashes,
    counts_recused,
    item_voting,
    waits_for_result,
)
from preceptor.cases.voting import quorum_of
from preceptor.institutions.queries import units_below
from preceptor.people.access import scope
from preceptor.people.models import Account

from ..fields import Day, Key
from ..guard import reader
from ..paging import Page, Paging, one, place_of, shown
from ..refusals import answers
from ..shapes import sitting as shapes

router = Router(tags=["sittings"])


class SittingFilter(Paging):
    """What the list can be narrowed by: `mine` with a seat of the reader; `since` and `until` are the
    first and last day, or `is_dated` false for those without one."""

    body: Key | None = None
    unit: Key | None = None
    state: SittingState | None = None
    mine: bool = False
    since: Day | None = None
    until: Day | None = None
    is_dated: bool | None = None


@router.get("/sittings", response=answers(Page[shapes.SittingLine]))
def sittings(request: HttpRequest, narrowed: Query[SittingFilter]) -> dict[str, Any]:
    """The sittings that the reader may see, those made last first."""
    rows = _narrowed(visible_sittings(reader(request)), narrowed, reader(request))
    count = capped_count(rows)
    rows = rows.select_related("unit").defer("record")
    part = newest_part(rows, place_of(narrowed, "pk"), size=narrowed.size)
    return shown(part, part.rows, count)


def _narrowed(rows: QuerySet[Sitting], narrowed: SittingFilter, user: Account) -> QuerySet[Sitting]:
    if narrowed.mine:
        rows = rows.filter(pk__in=own_seats(user).values("sitting"))
    if narrowed.body:
        rows = rows.filter(body=narrowed.body)
    if narrowed.unit:
        rows = rows.filter(unit__in=units_below([narrowed.unit]))
    if narrowed.state:
        rows = rows.filter(state=narrowed.state)
    if narrowed.since:
        rows = rows.filter(starts_at__gte=_begin(narrowed.since))
    if narrowed.until:
        rows = rows.filter(starts_at__lt=_begin(narrowed.until + timedelta(days=1)))
    if narrowed.is_dated is not None:
        rows = rows.filter(starts_at__isnull=not narrowed.is_dated)
    return rows


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


_COLUMNS = (
    "number", "unit", "title_zh", "title_en", "starts_at", "ends_at", "place", "is_public", "state",
    "revision",
)  # fmt: skip


def seen_sitting(request: HttpRequest, key: int) -> Sitting:
    rows = visible_sittings(reader(request)).select_related("unit", "institution", "body", "panel")
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
    seats = list(row.seats.select_related("person").defer("person__birth_on").order_by("pk"))
    own = _own(user, seats)
    items = _items(row, agenda, seats)
    ballot = _ballot(own, agenda, items) if own is not None else None
    voters = {seat for one in items if one["state"] == ItemState.OPEN for seat in one["cast"]}
    return {
        **{name: getattr(row, name) for name in _COLUMNS},
        "key": row.pk,
        "body": row.body_id,
        "panel": _panel(row),
        "may_run": runs,
        "may_answer": own is not None and own.invited_at is not None and is_answerable(row),
        "own_seat": own.pk if own is not None else None,
        "ballot": ballot,
        "warnings": _warnings(row, agenda) if runs else None,
        "record": row.record if (runs or own is not None) and not agenda.withheld else None,
        "seats": [_seat(seat, runs, voters) for seat in seats],
        "items": items,
        "withheld": agenda.withheld,
    }


def _own(user: Account, seats: Iterable[SittingSeat]) -> SittingSeat | None:
    """The reader's own among the seats, as `own_seats` tells it; no query."""
    person = scope(user).person
    held = (one for one in seats if one.released_at is None and one.person_id == person)
    return next(held, None) if person is not None else None


def _panel(row: Sitting) -> int | None:
    panel = getattr(row, "panel", None) if row.board else None
    return panel.pk if panel is not None else None


def _seat(seat: SittingSeat, runs: bool, voters: Collection[int]) -> dict[str, Any]:
    columns = (
        "person", "role", "is_head", "invited_at", "answer", "answered_at", "is_present", "left_at",
        "released_at",
    )  # fmt: skip
    return {
        **{name: getattr(seat, name) for name in columns},
        "key": seat.pk,
        "has_vote": seat.role in VOTERS,
        "has_voted": seat.pk in voters,
        "stands_in_for": seat.stands_in_for_id,
        "answer_reason": seat.answer_reason if runs else None,
    }


def _ballot(
    own: SittingSeat, agenda: Agenda, items: Sequence[dict[str, Any]]
) -> dict[str, Any] | None:
    """The reader's ballot on the item whose vote is open; None where none is."""
    current = next((one for one in agenda.items if one.state == ItemState.OPEN), None)
    voting = item_voting(current) if current is not None else None
    if current is None or voting is None:
        return None
    told = next(one for one in items if one["key"] == current.pk)
    is_cast = own.pk in told["cast"]
    permit = seat_refusal(own, current, is_recused=own.pk in told["recused"], has_voted=is_cast)
    return {
        "item": current.pk,
        "is_secret": voting.is_secret,
        "is_cast": is_cast,
        "choices": [one.value for one in Choice if one != Choice.ABSTAIN or voting.may_abstain],
        "refusal": None if permit else str(permit.reason),
    }


def _warnings(row: Sitting, agenda: Agenda) -> dict[str, Any]:
    """What whoever runs it is told; of what cannot be helped any more nothing."""
    persons = [one.case.person_id for one in agenda.items if one.case is not None]
    is_coming = is_answerable(row)
    return {
        "clashes": [
            {"person": one.person, "sitting": one.sitting.pk if one.sitting else None}
            for one in (clashes(row) if is_coming else [])
        ],
        "ties": ties_at(row, {person for person in persons if person is not None}),
        "unreached": unreached(row) if is_coming else [],
    }


def _items(row: Sitting, agenda: Agenda, seats: Sequence[SittingSeat]) -> list[dict[str, Any]]:
    of_sitting = {"item__sitting": row}
    out = _seats(Recusal.objects.filter(**of_sitting))
    cast = _seats(VoteCast.objects.filter(**of_sitting))
    votes = defaultdict[int, list[OpenVote]](list)
    for vote in OpenVote.objects.filter(item__state=ItemState.DECIDED, **of_sitting).order_by(
        "seat"
    ):
        votes[vote.item_id].append(vote)
    keeps = counts_recused(row)
    return [
        {
            **_item(item),
            "recused": out[item.pk],
            "cast": cast[item.pk],
            "voted": len(cast[item.pk]),
            "quorum": _quorum(item, seats, out[item.pk], cast[item.pk], keeps),
            "votes": votes[item.pk],
        }
        for item in agenda.items
    ]


def _quorum(
    item: Item, seats: Sequence[SittingSeat], out: Sequence[int], cast: Sequence[int], keeps: bool
) -> dict[str, Any] | None:
    voting = item_voting(item)
    if voting is None:
        return None
    there = attendance_of(seats, out, cast, keeps_recused=keeps)
    found = quorum_of(voting, there.members, there.present)
    return {
        "members": found.base,
        "present": found.present,
        "needed": found.needed,
        "is_met": found.is_met,
    }


def _seats(rows: QuerySet[Any]) -> dict[int, list[int]]:
    """The keys of the seats by item."""
    found = defaultdict[int, list[int]](list)
    for item, seat in rows.order_by("seat").values_list("item", "seat"):
        found[item].append(seat)
    return found


def _item(item: Item) -> dict[str, Any]:
    columns = ("place", "title_zh", "title_en", "summary", "voting", "state")
    told = {name: getattr(item, name) for name in columns}
    return {
        **told,
        "key": item.pk,
        "case": item.case_id,
        "case_number": item.case.number if item.case is not None else None,
        "result": result_of(item),
        "waits": waits_for_result(item),
    }


def result_of(item: Item) -> dict[str, Any] | None:
    """What a closed vote decided; None before, whoever asks."""
    if item.state != ItemState.DECIDED:
        return None
    columns = (
        "result", "members", "present", "votes_cast", "votes_for", "votes_against", "abstentions",
        "decided_at",
    )  # fmt: skip
    return {name: getattr(item, name) for name in columns}


@router.get("/sittings/{int:key}/calendar", response=answers(None))
def sitting_calendar(request: HttpRequest, key: Key) -> Any:
    """The sitting as a calendar file; 404 while no time is set."""
    row = seen_sitting(request, key)
    if row.starts_at is None:
        raise Http404
    name = f'attachment; filename="{row.number or row.pk}.ics"'
    headers = {"Content-Disposition": name}
    return HttpResponse(calendar_of([row]), content_type=CONTENT_TYPE, headers=headers)


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
