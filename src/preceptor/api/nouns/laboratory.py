"""Laboratories: people, things, money, charter with ledger, and the requests under it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.db.models import Q
from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field, StringConstraints

from preceptor.base.today import today
from preceptor.cases.access import visible_cases
from preceptor.cases.models import Case
from preceptor.fellows.access import (
    may_view_money,
    visible_appointments,
    visible_laboratories,
    visible_postdocs,
)
from preceptor.fellows.actions import (
    ask_closing_of_laboratory,
    ask_lab,
    ask_limit,
    book_entry,
    counter_entry,
    hold_asset,
    join_lab,
    leave_lab,
    pass_asset,
    return_use,
    set_limit,
)
from preceptor.fellows.charter import authority, ledger, rest_of
from preceptor.fellows.choices import EntryKind, LabRole, LimitKind, LimitPeriod
from preceptor.fellows.models import Laboratory
from preceptor.fellows.queries import balance, left_behind
from preceptor.institutions.access import visible_units
from preceptor.people.access import visible_persons

from ..fields import Day, Key, Name, Paper, Readable, Reason, Remark, Title, Wanted
from ..guard import reader
from ..paging import Page, Paging, one, page_of
from ..refusals import Made, answers
from ..shapes import case as cases
from ..shapes import laboratory as shapes
from .case import seen_case
from .case import told as told_case
from .change import Sent

router = Router(tags=["laboratories"])

Amount = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)]


STATES = {
    "open": Q(closed_on=None, closing_on=None),
    "closing": Q(closed_on=None, closing_on__isnull=False),
    "closed": Q(closed_on__isnull=False),
}
#: So many requests are named, the newest first.
MOST = 50


class LaboratoryFilter(Paging):
    """What the list can be narrowed by; the programme by its code."""

    q: Wanted = ""
    programme: Name | None = None
    state: Literal["open", "closing", "closed"] | None = None


class OnDayOf(Schema):
    """On which day; today without one."""

    on: Day | None = None


class NewRequest(Sent):
    """What the laboratory wants to do: persons or CNY, as the kind says."""

    kind: LimitKind
    amount: Amount
    title_zh: Title
    title_en: Title
    reason: Remark = ""


class NewLimit(Sent):
    """A limit from a day on (the last day null: no end set)."""

    kind: LimitKind
    most: Amount
    period: LimitPeriod
    valid_from: Day
    valid_to: Day | None = None


class AskedLimit(NewLimit):
    """A limit that is asked for, and why."""

    reason: Reason


class SetLimit(NewLimit):
    """A limit that is set, with the paper that gives the authority."""

    paper: Paper


class NewMember(Sent):
    """Who works in the laboratory, as what, for which days."""

    person: Key
    role: LabRole
    valid_from: Day
    valid_to: Day | None = None


class LastDayOf(Sent):
    """The last day, and why."""

    last_day: Day
    reason: Remark = ""


class NewThing(Sent):
    """A thing that the laboratory holds; a value that is not known is null."""

    number: Annotated[str, StringConstraints(min_length=1, max_length=60), Readable]
    name: Paper
    value_cny: Amount | None = None
    valid_from: Day


class Passed(LastDayOf):
    """To which unit a thing goes."""

    goes_to: Key


class NewEntry(Sent):
    """A movement of money; whether it comes in or goes out follows from the kind."""

    kind: EntryKind
    amount_cny: Amount
    booked_on: Day
    note: Remark = ""


class Countered(Sent):
    """The day of the counter-entry, and why."""

    booked_on: Day
    reason: Reason


class Returned(Sent):
    """How much is given back (null: all that is left), and why."""

    amount: Amount | None = None
    reason: Reason


class NewClosing(Sent):
    """From which day the laboratory is to be closed."""

    closes_on: Day
    reason: Remark = ""


def _rows(request: HttpRequest) -> Any:
    return visible_laboratories(reader(request)).select_related(
        "unit", "head", "institution", "programme__unit", "programme__director",
        "programme__institution",
    )  # fmt: skip


def seen_laboratory(request: HttpRequest, key: int) -> Laboratory:
    """The laboratory; 404 for one that the reader may not see."""
    found: Laboratory = one(_rows(request), pk=key)
    return found


def _read(request: HttpRequest, key: int) -> Laboratory:
    """The laboratory for who reads its money; 404 for everybody else."""
    found = seen_laboratory(request, key)
    if not may_view_money(reader(request), found):
        raise Http404
    return found


@router.get("/laboratories", response=answers(Page[shapes.LaboratoryLine]))
def laboratories(request: HttpRequest, narrowed: Query[LaboratoryFilter]) -> dict[str, Any]:
    """The laboratories that the reader may see."""
    rows = _rows(request)
    if text := narrowed.q:
        unit = Q(unit__name_zh__icontains=text) | Q(unit__name_en__icontains=text)
        head = Q(head__name_zh__icontains=text) | Q(head__name_en__icontains=text)
        rows = rows.filter(unit | head)
    if narrowed.programme:
        rows = rows.filter(programme__code=narrowed.programme)
    if narrowed.state:
        rows = rows.filter(STATES[narrowed.state])
    return page_of(rows, "pk", narrowed)


@router.get("/laboratories/{int:key}", response=answers(shapes.Laboratory))
def laboratory(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One laboratory with its people and things."""
    return _told(request, key)


def _told(request: HttpRequest, key: int) -> dict[str, Any]:
    row = seen_laboratory(request, key)
    columns = ("pk", "unit", "programme_id", "head", "opened_on", "closing_on", "closed_on")
    user = reader(request)
    reads = may_view_money(user, row)
    held = visible_appointments(user).filter(laboratory=row).order_by("-starts_on", "-pk")
    about = Q(lab_case__laboratory=row) | Q(charter_case__laboratory=row)
    asked = visible_cases(user).filter(about | Q(closing_case__laboratory=row)).order_by("-pk")
    return {
        **{name: getattr(row, name) for name in columns},
        "members": list(row.members.known().select_related("person").order_by("pk")),
        "assets": list(row.assets.known().select_related("goes_to").order_by("number", "pk")),
        "balance_cny": balance(row) if reads else None,
        "appointments": list(held.values_list("pk", flat=True)),
        "requests": list(asked.values_list("pk", flat=True)[:MOST]),
    }


@router.get("/laboratories/{int:key}/remains", response=answers(shapes.LabRemains))
def laboratory_remains(request: HttpRequest, key: Key, asked: Query[OnDayOf]) -> dict[str, Any]:
    """What would be left if the laboratory closed on a day; for who may read its money."""
    row, user, day = _read(request, key), reader(request), asked.on or today()
    found = left_behind(row, day)
    requests = _keys(visible_cases(user), found.requests)
    postdocs = _keys(visible_postdocs(user), found.postdocs)
    return {
        "on": day,
        "members": [member.person for member in found.members],
        "assets": list(found.assets),
        "balance_cny": found.money,
        "requests": requests,
        "hidden_requests": len(found.requests) - len(requests),
        "postdocs": postdocs,
        "hidden_postdocs": len(found.postdocs) - len(postdocs),
    }


def _keys(visible: Any, rows: Sequence[Any]) -> list[int]:
    """The keys of those that the reader may see."""
    seen = visible.filter(pk__in=[row.pk for row in rows]).order_by("pk")
    return list(seen.values_list("pk", flat=True))


@router.get("/laboratories/{int:key}/charter", response=answers(shapes.LabCharter))
def laboratory_charter(request: HttpRequest, key: Key) -> dict[str, Any]:
    """The charter with every decision under it, and the account; for who may read them."""
    return _charter(_read(request, key))


def _charter(row: Laboratory) -> dict[str, Any]:
    return {
        "rests": rest_of(row, today()),
        "authorities": authority(row, today()),
        "limits": list(row.limits.known().order_by("kind", "valid_from", "pk")),
        "ledger": list(ledger(row)),
        "balance_cny": balance(row),
        "entries": list(row.entries.order_by("booked_on", "pk")),
    }


def _case(request: HttpRequest, made: Case) -> Made:
    return Status(201, told_case(request, seen_case(request, made.pk)))


@router.post("/laboratories/{int:key}/requests", response=answers(cases.Case, 201))
def ask_under_charter(request: HttpRequest, key: Key, sent: NewRequest) -> Made:
    """Prepare a request under the charter; the head decides it up to the limit."""
    row = seen_laboratory(request, key)
    return _case(request, ask_lab(laboratory=row, by=reader(request), **sent.dict()))


@router.post("/laboratories/{int:key}/limit-requests", response=answers(cases.Case, 201))
def ask_for_limit(request: HttpRequest, key: Key, sent: AskedLimit) -> Made:
    """Prepare the request for another limit."""
    row = seen_laboratory(request, key)
    return _case(request, ask_limit(laboratory=row, by=reader(request), **sent.dict()))


@router.post("/laboratories/{int:key}/closing", response=answers(cases.Case, 201))
def ask_for_closing(request: HttpRequest, key: Key, sent: NewClosing) -> Made:
    """Prepare the request that the laboratory be closed."""
    row, user = seen_laboratory(request, key), reader(request)
    return _case(request, ask_closing_of_laboratory(laboratory=row, by=user, **sent.dict()))


@router.post("/laboratories/{int:key}/limits", response=answers(shapes.LabCharter, 201))
def set_laboratory_limit(request: HttpRequest, key: Key, sent: SetLimit) -> Made:
    """Set what the head may decide alone; for those above the head."""
    row = seen_laboratory(request, key)
    set_limit(laboratory=row, by=reader(request), **sent.dict())
    return Status(201, _charter(row))


@router.post("/laboratories/{int:key}/members", response=answers(shapes.Laboratory, 201))
def add_laboratory_member(request: HttpRequest, key: Key, sent: NewMember) -> Made:
    """Record that a person works in the laboratory."""
    row, given = seen_laboratory(request, key), sent.dict()
    person = one(visible_persons(reader(request)), pk=given.pop("person"))
    join_lab(laboratory=row, person=person, by=reader(request), **given)
    return Status(201, _told(request, key))


@router.post("/laboratories/{int:key}/members/{int:part}/end", response=answers(shapes.Laboratory))
def end_laboratory_member(
    request: HttpRequest, key: Key, part: Key, sent: LastDayOf
) -> dict[str, Any]:  # fmt: skip
    """Record the last day of a member."""
    member = one(seen_laboratory(request, key).members.known(), pk=part)
    leave_lab(member=member, by=reader(request), **sent.dict())
    return _told(request, key)


@router.post("/laboratories/{int:key}/assets", response=answers(shapes.Laboratory, 201))
def hold_laboratory_asset(request: HttpRequest, key: Key, sent: NewThing) -> Made:
    """Record a thing that the laboratory holds."""
    row = seen_laboratory(request, key)
    hold_asset(laboratory=row, by=reader(request), **sent.dict())
    return Status(201, _told(request, key))


@router.post("/laboratories/{int:key}/assets/{int:part}/pass", response=answers(shapes.Laboratory))
def pass_laboratory_asset(
    request: HttpRequest, key: Key, part: Key, sent: Passed
) -> dict[str, Any]:  # fmt: skip
    """Pass a thing on to another unit of the institution."""
    row, given = seen_laboratory(request, key), sent.dict()
    asset = one(row.assets.known(), pk=part)
    goes_to = one(visible_units(reader(request)), pk=given.pop("goes_to"))
    pass_asset(asset=asset, goes_to=goes_to, by=reader(request), **given)
    return _told(request, key)


@router.post("/laboratories/{int:key}/entries", response=answers(shapes.LabCharter, 201))
def book_laboratory_entry(request: HttpRequest, key: Key, sent: NewEntry) -> Made:
    """Book money of the laboratory."""
    row = _read(request, key)
    book_entry(laboratory=row, by=reader(request), **sent.dict())
    return Status(201, _charter(row))


@router.post(
    "/laboratories/{int:key}/entries/{int:part}/counter", response=answers(shapes.LabCharter)
)
def counter_laboratory_entry(
    request: HttpRequest, key: Key, part: Key, sent: Countered
) -> dict[str, Any]:  # fmt: skip
    """Take a wrong entry back by its counter-entry; both stay."""
    row = _read(request, key)
    counter_entry(entry=one(row.entries.all(), pk=part), by=reader(request), **sent.dict())
    return _charter(row)


@router.post(
    "/laboratories/{int:key}/ledger/{int:part}/return", response=answers(shapes.LabCharter)
)
def return_laboratory_use(
    request: HttpRequest, key: Key, part: Key, sent: Returned
) -> dict[str, Any]:  # fmt: skip
    """Give back what a decision used; for those above the head."""
    row = _read(request, key)
    return_use(use=one(row.uses.all(), pk=part), by=reader(request), **sent.dict())
    return _charter(row)
