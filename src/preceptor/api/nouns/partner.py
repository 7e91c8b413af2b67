"""Partners, what they give and do, and times abroad."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Status
from pydantic import Field, StringConstraints

from preceptor.base.errors import InputRefused
from preceptor.base.today import today
from preceptor.institutions.access import visible_units
from preceptor.joint.access import (
    visible_abroad,
    visible_agreements,
    visible_partners,
    visible_schools,
)
from preceptor.joint.actions import (
    change_partner,
    record_abroad,
    record_contribution,
    record_event,
    record_return,
    register_partner,
)
from preceptor.joint.choices import AbroadKind, ContributionKind, EventKind, PartnerKind
from preceptor.joint.models import Partner
from preceptor.joint.under import away
from preceptor.people.access import visible_persons

from ..fields import Day, Key, Paper, Readable, Remark
from ..guard import reader
from ..paging import Page, Paging, one, page_of
from ..refusals import Made, answers
from ..shapes import joint as shapes
from .agreement import Amount, Why, columns_of
from .change import Sent

router = Router(tags=["partners"])
Country = Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")]
Code = Annotated[str, StringConstraints(min_length=1, max_length=40), Readable]
Persons = Annotated[int, Field(ge=0, le=1_000_000)]


class PartnerFilter(Paging):
    """What the list can be narrowed by."""

    kind: PartnerKind | None = None
    country: Country | None = None


class NewPartner(Sent):
    """A partner of an institution; `peer` is the institution here that is the same."""

    institution: Key
    code: Code
    kind: PartnerKind
    name_zh: Paper
    name_en: Remark = ""
    country: Country = "CN"
    peer: Key | None = None


class PartnerChange(Sent):
    """What the register says otherwise; what is left out stays, null takes the peer away."""

    kind: PartnerKind | None = None
    name_zh: Paper | None = None
    name_en: Remark | None = None
    country: Country | None = None
    peer: Key | None = None


class NewContribution(Sent):
    """What a partner gave, in the unit of its kind."""

    kind: ContributionKind
    amount: Amount
    given_on: Day
    agreement: Key | None = None
    note: Why = ""


class NewEvent(Sent):
    """What was done together."""

    kind: EventKind
    title_zh: Paper
    title_en: Remark = ""
    first_on: Day
    last_on: Day | None = None
    agreement: Key | None = None
    persons: Persons | None = None


class AbroadFilter(Paging):
    """On which day (today without one), where and as what."""

    on: Day | None = None
    country: Country | None = None
    kind: AbroadKind | None = None


class NewAbroad(Sent):
    """Whose time abroad, where and when."""

    person: Key
    kind: AbroadKind
    country: Country
    host: Remark = ""
    first_on: Day
    last_on: Day | None = None
    partner: Key | None = None
    agreement: Key | None = None


class Return(Sent):
    """The day on which somebody was back."""

    returned_on: Day


def _told(row: Partner) -> dict[str, Any]:
    told = columns_of(row, ("code", "kind", "name_zh", "name_en", "country"))
    return {**told, "institution": row.institution_id, "peer": row.peer_id}


@router.get("/partners", response=answers(Page[shapes.Partner]))
def partners(request: HttpRequest, narrowed: Query[PartnerFilter]) -> dict[str, Any]:
    """The partners that the reader may see, by code."""
    rows = visible_partners(reader(request))
    if narrowed.kind:
        rows = rows.filter(kind=narrowed.kind)
    if narrowed.country:
        rows = rows.filter(country=narrowed.country)
    page = page_of(rows, "code", narrowed)
    return {**page, "rows": [_told(row) for row in page["rows"]]}


def _seen(request: HttpRequest, key: int) -> Partner:
    found: Partner = one(visible_partners(reader(request)).select_related("institution"), pk=key)
    return found


_GIVEN = ("kind", "amount", "given_on", "note")
_EVENT = ("kind", "title_zh", "title_en", "first_on", "last_on", "persons")


@router.get("/partners/{int:key}", response=answers(shapes.PartnerRecord))
def partner(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One partner: what it gave, what was done together, agreements and joint schools."""
    row, user = _seen(request, key), reader(request)
    agreements = visible_agreements(user).filter(parties__partner=row).distinct()
    schools = visible_schools(user).filter(partner=row)
    return {
        **_told(row),
        "contributions": [_under(one_, _GIVEN) for one_ in row.contributions.order_by("pk")],
        "events": [_under(one_, _EVENT) for one_ in row.events.order_by("pk")],
        "agreements": list(agreements.order_by("pk").values_list("pk", flat=True)),
        "schools": list(schools.order_by("pk").values_list("pk", flat=True)),
    }


def _under(row: Any, columns: tuple[str, ...]) -> dict[str, Any]:
    return {**columns_of(row, columns), "agreement": row.agreement_id}


def _whole(request: HttpRequest, key: int) -> dict[str, Any]:
    found: dict[str, Any] = partner(request, key)
    return found


@router.post("/partners/{int:key}/change", response=answers(shapes.PartnerRecord))
def change_one_partner(request: HttpRequest, key: Key, sent: PartnerChange) -> dict[str, Any]:
    """Correct what the register says of a partner."""
    row, given = _seen(request, key), sent.dict(exclude_unset=True)
    if not given:
        raise InputRefused(_("Say what is to be corrected."))
    peer = given.pop("peer", None)
    columns = {name: value for name, value in given.items() if value is not None}
    if "peer" in sent.model_fields_set:
        units = visible_units(reader(request)).filter(institution=None)
        columns["peer"] = None if peer is None else one(units, pk=peer)
    change_partner(partner=row, by=reader(request), **columns)
    return _whole(request, key)


@router.post("/partners", response=answers(shapes.Partner, 201))
def enter_partner(request: HttpRequest, sent: NewPartner) -> Made:
    """Enter a partner into the register; for who keeps the institution."""
    units = visible_units(reader(request)).filter(institution=None)
    given = sent.dict() | {
        "institution": one(units, pk=sent.institution),
        "peer": None if sent.peer is None else one(units, pk=sent.peer),
    }
    return Status(201, _told(register_partner(by=reader(request), **given)))


def _agreement(request: HttpRequest, key: int | None) -> Any:
    return None if key is None else one(visible_agreements(reader(request)), pk=key)


@router.post("/partners/{int:key}/contributions", response=answers(shapes.PartnerRecord, 201))
def record_partner_contribution(request: HttpRequest, key: Key, sent: NewContribution) -> Made:
    """Record what a partner gave."""
    row = _seen(request, key)
    given = sent.dict() | {"agreement": _agreement(request, sent.agreement)}
    record_contribution(partner=row, by=reader(request), **given)
    return Status(201, _whole(request, key))


@router.post("/partners/{int:key}/events", response=answers(shapes.PartnerRecord, 201))
def record_partner_event(request: HttpRequest, key: Key, sent: NewEvent) -> Made:
    """Record what was done together with a partner."""
    row = _seen(request, key)
    given = sent.dict() | {"agreement": _agreement(request, sent.agreement)}
    record_event(partner=row, by=reader(request), **given)
    return Status(201, _whole(request, key))


_ABROAD = ("kind", "country", "host", "first_on", "last_on", "returned_on")


def _abroad(row: Any) -> dict[str, Any]:
    keys = {name: getattr(row, f"{name}_id") for name in ("person", "partner", "agreement")}
    return {**columns_of(row, _ABROAD), **keys}


@router.get("/abroad", response=answers(Page[shapes.Abroad]))
def times_abroad(request: HttpRequest, narrowed: Query[AbroadFilter]) -> dict[str, Any]:
    """The times abroad that last on the day, of persons whom the reader may see."""
    rows = visible_abroad(reader(request)).filter(away(narrowed.on or today()))
    if narrowed.country:
        rows = rows.filter(country=narrowed.country)
    if narrowed.kind:
        rows = rows.filter(kind=narrowed.kind)
    page = page_of(rows, "pk", narrowed)
    return {**page, "rows": [_abroad(row) for row in page["rows"]]}


@router.post("/abroad", response=answers(shapes.Abroad, 201))
def record_time_abroad(request: HttpRequest, sent: NewAbroad) -> Made:
    """Record a person's time abroad."""
    user = reader(request)
    given = sent.dict() | {
        "person": one(visible_persons(user).select_related("institution"), pk=sent.person),
        "partner": None if sent.partner is None else _seen(request, sent.partner),
        "agreement": _agreement(request, sent.agreement),
    }
    return Status(201, _abroad(record_abroad(by=user, **given)))


@router.post("/abroad/{int:key}/return", response=answers(shapes.Abroad))
def record_one_return(request: HttpRequest, key: Key, sent: Return) -> dict[str, Any]:
    """Record the day on which a person was back."""
    user = reader(request)
    row = one(visible_abroad(user).select_related("person__institution"), pk=key)
    return _abroad(record_return(abroad=row, returned_on=sent.returned_on, by=user))
