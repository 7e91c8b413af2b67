"""Calls: read by everybody; prepared, published, closed and cancelled by who keeps them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Query, Router, Status
from pydantic import Field, StringConstraints

from preceptor.base.errors import InputRefused
from preceptor.base.today import today
from preceptor.calls.access import takes_applications, visible_applications, visible_calls
from preceptor.calls.actions import (
    NewCriterion,
    cancel_call,
    change_call,
    close_call,
    open_call,
    publish_call,
    rank_applications,
    set_criteria,
)
from preceptor.calls.models import Call
from preceptor.calls.queries import ranking
from preceptor.fellows.access import visible_programmes, visible_stations
from preceptor.fellows.actions import call_for_programme, call_for_station
from preceptor.fellows.choices import IntakeSource, Track
from preceptor.people.access import scope
from preceptor.standing.calls import eligibility

from ..fields import Key, Moment, Name, Readable, Reason, Revision, Title
from ..guard import ANYBODY, reader
from ..paging import Page, Paging, one, page_of
from ..refusals import Made, answers
from ..shapes import call as shapes
from ..shapes.standing import requirement_of
from .change import Sent

router = Router(tags=["calls"])
Text = Annotated[str, StringConstraints(min_length=1, max_length=50_000), Readable]
Places = Annotated[int, Field(ge=0, le=1000)]
Number = Annotated[str, StringConstraints(min_length=1, max_length=40), Readable]


class NewCall(Sent):
    """A call as it is prepared: for postdocs of a `station`, or for principal investigators of a
    `programme`; one of the two."""

    number: Number
    kind: Name
    title_zh: Title
    title_en: Title
    text_zh: Text
    text_en: Text
    places: Annotated[int, Field(ge=1, le=1000)]
    reserves: Places = 0
    letters: Annotated[int, Field(ge=0, le=30)] = 0
    offer_days: Annotated[int, Field(ge=1, le=365)] = 14
    opens_at: Moment
    closes_at: Moment
    months: Annotated[int, Field(ge=1, le=72)] = 24
    station: Key | None = None
    workstation: Key | None = None
    track: Track | None = None
    intake: IntakeSource = IntakeSource.OWN
    programme: Key | None = None


class ChangedCall(Sent):
    """Other words, and a later closing; what is left out stays."""

    title_zh: Title | None = None
    title_en: Title | None = None
    text_zh: Text | None = None
    text_en: Text | None = None
    closes_at: Moment | None = None
    revision: Revision | None = None


class SentCriterion(Sent):
    """One criterion in both languages."""

    name_zh: Annotated[str, StringConstraints(min_length=1, max_length=80), Readable]
    name_en: Annotated[str, StringConstraints(min_length=1, max_length=120), Readable]
    most: Annotated[int, Field(ge=1, le=1000)] = 100
    weight: Annotated[int, Field(ge=1, le=1000)] = 100


class Criteria(Sent):
    """All criteria, in their order."""

    criteria: Annotated[list[SentCriterion], Field(max_length=20)]


class CallStep(Sent):
    """To publish it, or to record that it is closed."""

    do: Literal["publish", "close"]


class CallCancelled(Sent):
    """Why it is cancelled; the applicants are told."""

    reason: Reason


def seen_call(request: HttpRequest, key: int) -> Call:
    """The call with what is told of it; 404 for one that the reader may not see."""
    rows = visible_calls(request.user).select_related(
        "institution", "unit", "station_call__station__upper", "pi_call__programme"
    )
    found: Call = one(rows, pk=key)
    return found


def _kept(request: HttpRequest, key: int) -> Call:
    """The same, for who reads its applications; 404 for everybody else."""
    found = seen_call(request, key)
    if not scope(reader(request)).reads_fellows(found.unit_id):
        raise Http404
    return found


def told_call(row: Call) -> dict[str, Any]:
    """A call as it is told."""
    columns = (
        "pk", "number", "institution", "unit", "purpose", "title_zh", "title_en", "places",
        "opens_at", "closes_at", "state", "kind", "text_zh", "text_en", "reserves", "letters",
        "offer_days", "revision",
    )  # fmt: skip
    rules = eligibility(row, today(), get_language() or "")
    return {name: getattr(row, name) for name in columns} | {
        "takes_applications": bool(takes_applications(row)),
        "criteria": list(row.criteria.all()),
        "rules": [requirement_of(known) for known in rules],
    }


@router.get("/calls", response=answers(Page[shapes.CallLine]), auth=ANYBODY)
def calls(request: HttpRequest, narrowed: Query[Paging]) -> dict[str, Any]:
    """The calls that the reader may see; the published ones for everybody."""
    rows = visible_calls(request.user).select_related("institution", "unit")
    return page_of(rows.defer("text_zh", "text_en"), "pk", narrowed)


@router.get("/calls/{int:key}", response=answers(shapes.Call), auth=ANYBODY)
def call(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One call: what is asked, who may apply with the clauses, the days; for everybody."""
    return told_call(seen_call(request, key))


@router.post("/calls", response=answers(shapes.Call, 201))
def prepare_call(request: HttpRequest, sent: NewCall) -> Made:
    """Prepare a call; nobody outside sees it before it is published."""
    user = reader(request)
    if (sent.station is None) == (sent.programme is None):
        raise InputRefused(_("Name either a station or a programme."))
    with transaction.atomic():
        made = _station_call(user, sent) if sent.station is not None else _pi_call(user, sent)
    return Status(201, told_call(made))


AIM = frozenset({"station", "workstation", "track", "intake", "programme", "months"})


def _opened(user: Any, sent: NewCall, aim: Any, purpose: str) -> Call:
    columns = {name: value for name, value in sent.dict().items() if name not in AIM}
    return open_call(
        institution=aim.institution, unit=aim.unit, purpose=purpose, by=user, **columns
    )


def _station_call(user: Any, sent: NewCall) -> Call:
    rows = visible_stations(user).select_related("unit", "institution")
    station = one(rows, pk=sent.station)
    beside = one(rows, pk=sent.workstation) if sent.workstation is not None else None
    made = _opened(user, sent, station, "fellows.postdoc")
    call_for_station(
        call=made, station=station, track=sent.track or "", intake=sent.intake,
        workstation=beside, months=sent.months, by=user,
    )  # fmt: skip
    return made


def _pi_call(user: Any, sent: NewCall) -> Call:
    rows = visible_programmes(user).select_related("unit", "institution")
    programme = one(rows, pk=sent.programme)
    made = _opened(user, sent, programme, "fellows.pi")
    call_for_programme(call=made, programme=programme, months=sent.months, by=user)
    return made


@router.post("/calls/{int:key}/change", response=answers(shapes.Call))
def change_one_call(request: HttpRequest, key: Key, sent: ChangedCall) -> dict[str, Any]:
    """Other words, and a later closing before it has closed."""
    row = _kept(request, key)
    given = sent.dict(exclude={"revision"}).items()
    columns = {name: value for name, value in given if value is not None}
    change_call(call=row, by=reader(request), revision=sent.revision, **columns)
    return told_call(seen_call(request, key))


@router.post("/calls/{int:key}/criteria", response=answers(shapes.Call))
def set_call_criteria(request: HttpRequest, key: Key, sent: Criteria) -> dict[str, Any]:
    """These criteria in the place of those before; until it is published."""
    row = _kept(request, key)
    rows = [NewCriterion(**criterion.dict()) for criterion in sent.criteria]
    set_criteria(call=row, criteria=rows, by=reader(request))
    return told_call(seen_call(request, key))


@router.post("/calls/{int:key}/step", response=answers(shapes.Call))
def move_call(request: HttpRequest, key: Key, sent: CallStep) -> dict[str, Any]:
    """Publish the call, or record that it is closed."""
    row = _kept(request, key)
    act = publish_call if sent.do == "publish" else close_call
    act(call=row, by=reader(request))
    return told_call(seen_call(request, key))


@router.post("/calls/{int:key}/cancel", response=answers(shapes.Call))
def cancel_one_call(request: HttpRequest, key: Key, sent: CallCancelled) -> dict[str, Any]:
    """Cancel the call; the applicants are told why."""
    row = _kept(request, key)
    cancel_call(call=row, by=reader(request), reason=sent.reason)
    return told_call(seen_call(request, key))


def _ranked(request: HttpRequest, row: Call) -> list[dict[str, Any]]:
    seen = set(
        visible_applications(reader(request)).filter(call=row).values_list("pk", flat=True)
    )  # fmt: skip
    return [
        {
            "application": found.application.pk, "person": found.application.person,
            "state": found.application.case.state, "total": found.total,
            "members": found.members, "place": found.place, "rank": found.application.rank,
            "result": found.application.result,
        }
        for found in ranking(row)
        if found.application.pk in seen
    ]  # fmt: skip


@router.get("/calls/{int:key}/ranking", response=answers(list[shapes.Ranked]))
def call_ranking(request: HttpRequest, key: Key) -> list[dict[str, Any]]:
    """The applications in their order; for who reads those of the unit."""
    return _ranked(request, _kept(request, key))


@router.post("/calls/{int:key}/ranking", response=answers(list[shapes.Ranked]))
def rank_call(request: HttpRequest, key: Key) -> list[dict[str, Any]]:
    """Compare the granted applications and give the places; the applicants are told."""
    row = _kept(request, key)
    rank_applications(call=row, by=reader(request))
    return _ranked(request, row)
