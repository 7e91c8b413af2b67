"""Stations: the list, one with its rules, coverage, targets, the requests to open and close, dossier."""

from __future__ import annotations

from typing import Annotated, Any

from django.db.models import Q
from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema, Status
from pydantic import Field, StringConstraints

from preceptor.base.errors import RuleBroken
from preceptor.base.today import today
from preceptor.cases.access import visible_cases
from preceptor.fellows.access import (
    readable_institutions,
    visible_postdocs,
    visible_stations,
)
from preceptor.fellows.actions import (
    ask_closing,
    ask_opening,
    keep_dossier,
    move_station,
    need_station,
    record_approval,
    record_station,
    set_target,
)
from preceptor.fellows.choices import StationKind, StationState
from preceptor.fellows.models import Station, StationCase
from preceptor.fellows.queries import aims, coverage
from preceptor.fellows.states import PRESENT
from preceptor.institutions.access import visible_disciplines, visible_units
from preceptor.institutions.models import Unit
from preceptor.joint.access import visible_partners
from preceptor.reports.dossier import Entry, from_kept
from preceptor.reports.queries import census_of
from preceptor.standing.network import Lane, lanes_of
from preceptor.standing.subjects import explain_record

from ..fields import Day, Key, Name, Paper, Readable, Reason, Remark, Wanted, Year
from ..guard import reader
from ..paging import Page, Paging, one, page_of
from ..refusals import Made, answers
from ..shapes import case as cases
from ..shapes import fellow as shapes
from ..shapes.standing import requirement_of
from .case import seen_case
from .case import told as told_case
from .change import Sent

router = Router(tags=["fellows"])
#: So many requests are named, the newest first.
MOST = 50
#: The years before and after the present one of which targets are told.
BEFORE, AFTER = 2, 2
Count = Annotated[int, Field(ge=0, le=100_000)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=40), Readable]
RELATED = ("unit", "discipline", "first_office", "second_office", "institution")
COLUMNS = (
    "code", "number", "kind", "name_zh", "name_en", "state", "unit", "discipline", "first_office",
    "second_office", "opened_on", "closed_on",
)  # fmt: skip


class StationFilter(Paging):
    """What the list can be narrowed by."""

    kind: StationKind | None = None
    state: StationState | None = None
    discipline: Name | None = None
    q: Wanted = ""


class OnDay(Schema):
    """Of which institution (its code; the reader's own without one), on which day (today)."""

    institution: Wanted = ""
    on: Day | None = None


class NewStation(Sent):
    """A station that is open since a day, or, with `is_needed`, one that is needed since then."""

    unit: Key
    code: Code
    kind: StationKind
    name_zh: Paper
    name_en: Paper
    since: Day
    is_needed: bool = False
    number: Remark = ""
    discipline: Key | None = None
    first_office: Key | None = None
    second_office: Key | None = None
    upper: Key | None = None
    partner: Key | None = None
    paper: Remark = ""
    reason: Remark = ""


class NewStationState(Sent):
    """Another state from a day on; opening needs the national number."""

    to: StationState
    on: Day
    number: Remark = ""
    reason: Remark = ""
    paper: Remark = ""


class NewTarget(Sent):
    """How many are to enter in a year, and to be in station at its end; null: not set."""

    year: Year
    entries: Count | None = None
    in_station: Count | None = None


class NewWholeTarget(NewTarget):
    """The same of a whole institution (its code; the reader's own without one)."""

    institution: Wanted = ""


class Asked(Sent):
    """Why it is asked for."""

    reason: Reason


class Approval(Sent):
    """The number of the national approval."""

    number: Code


def seen_station(request: HttpRequest, key: int) -> Station:
    """The station; 404 for one that the reader may not see."""
    found: Station = one(visible_stations(reader(request)).select_related(*RELATED), pk=key)
    return found


def institution_for(user: Any, code: str) -> Unit:
    """The institution of this code, else the first whose fellows the user reads; 404 without."""
    rows = readable_institutions(user)
    found = rows.filter(code=code).first() if code else rows.first()
    if found is None:
        raise Http404
    return found


@router.get("/stations", response=answers(Page[shapes.StationLine]))
def stations(request: HttpRequest, narrowed: Query[StationFilter]) -> dict[str, Any]:
    """The stations that the reader may see, by code."""
    rows = visible_stations(reader(request)).select_related(*RELATED)
    if narrowed.kind:
        rows = rows.filter(kind=narrowed.kind)
    if narrowed.state:
        rows = rows.filter(state=narrowed.state)
    if narrowed.discipline:
        rows = rows.filter(discipline__code=narrowed.discipline)
    if text := narrowed.q:
        named = Q(name_zh__icontains=text) | Q(name_en__icontains=text)
        rows = rows.filter(named | Q(code__icontains=text))
    page = page_of(rows, "code", narrowed)
    return {**page, "rows": [line(row) for row in page["rows"]]}


def line(row: Station) -> dict[str, Any]:
    """A station as the list tells it."""
    return {"key": row.pk, **{name: getattr(row, name) for name in COLUMNS}}


@router.get("/stations/{int:key}", response=answers(shapes.Station))
def station(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One station, with what the rules in force say of it today."""
    row, user = seen_station(request, key), reader(request)
    known = explain_record("station", row, today(), get_language() or "")
    here = Q(station=row) | Q(workstation=row)
    asked = visible_cases(user).filter(station_case__station=row).order_by("-pk")
    return {
        **line(row),
        "partner": row.partner_id,
        "upper": row.upper_id,
        "requests": list(asked.values_list("pk", flat=True)[:MOST]),
        "present": visible_postdocs(user).filter(here, state__in=PRESENT).count(),
        "spans": list(row.spans.known().values("state", "valid_from", "valid_to")),
        "requirements": [requirement_of(one, frozenset()) for one in known],
    }


@router.get("/coverage", response=answers(shapes.Coverage))
def coverage_on_a_day(request: HttpRequest, narrowed: Query[OnDay]) -> dict[str, Any]:
    """The disciplines with a doctoral right, each with its running mobile stations."""
    institution = institution_for(reader(request), narrowed.institution)
    found = coverage(institution, narrowed.on or today())
    rows = [
        {"discipline": row.discipline, "stations": [one.code for one in row.stations]}
        for row in found.rows
    ]
    return {
        "on": found.on, "covered": found.covered, "disciplines": found.disciplines, "rows": rows,
        "besides": [one.code for one in found.besides],
    }  # fmt: skip


class NetworkFilter(Schema):
    """Of which institution (its code; the reader's own without one), narrowed to a discipline or to
    the stations of a unit, by their codes."""

    institution: Wanted = ""
    discipline: Wanted = ""
    unit: Wanted = ""


@router.get("/network", response=answers(list[shapes.NetworkLane]))
def station_network(request: HttpRequest, narrowed: Query[NetworkFilter]) -> list[dict[str, Any]]:
    """Stations, the companies that join them, who supervises there, and platforms, by discipline."""
    user = reader(request)
    institution = institution_for(user, narrowed.institution)
    found = lanes_of(user, institution, discipline=narrowed.discipline, unit=narrowed.unit)
    return [_lane(lane) for lane in found]


def _lane(lane: Lane) -> dict[str, Any]:
    return {
        **{name: getattr(lane, name) for name in ("code", "name_zh", "name_en")},
        **{
            name: list(getattr(lane, name))
            for name in ("partners", "holders", "stations", "platforms")
        },
        "laboratories": [
            {"laboratory": key, "count": one.count} for key, one in lane.laboratories.items()
        ],
        "held": [{"unit": one, "station": other} for one, other in sorted(lane.held)],
        "housed": [{"station": one, "laboratory": other} for one, other in sorted(lane.housed)],
        "supervisors": list(lane.supervisors.values()),
        "joins": [{"partner": one, "station": other} for one, other in sorted(lane.joins)],
        "guided": [{"station": one, "person": other} for one, other in sorted(lane.guided)],
    }


class OfInstitution(Schema):
    """Of which institution (its code; the reader's own without one)."""

    institution: Wanted = ""


@router.get("/targets", response=answers(list[shapes.StationAim]))
def station_targets(request: HttpRequest, narrowed: Query[OfInstitution]) -> list[dict[str, Any]]:
    """What was aimed at and what was reached over five years, the newest first."""
    return _aims(institution_for(reader(request), narrowed.institution))


def _aims(institution: Unit) -> list[dict[str, Any]]:
    year = today().year
    found = sorted(
        aims(institution, range(year - BEFORE, year + AFTER + 1)), key=lambda row: -row.year
    )
    columns = ("year", "entries_target", "entries", "in_station_target", "in_station")
    return [
        {
            **{name: getattr(row, name) for name in columns},
            "station": row.station.code if row.station else None,
        }
        for row in found
    ]


@router.post("/targets", response=answers(list[shapes.StationAim]))
def set_whole_target(request: HttpRequest, sent: NewWholeTarget) -> list[dict[str, Any]]:
    """Set a target of a whole institution; a later one of the same year replaces it."""
    given = sent.dict()
    institution = institution_for(reader(request), given.pop("institution"))
    set_target(institution=institution, by=reader(request), **given)
    return _aims(institution)


@router.post("/stations", response=answers(shapes.Station, 201))
def record_new_station(request: HttpRequest, sent: NewStation) -> Made:
    """Record a station; of the same code again it is given unchanged."""
    user, given = reader(request), sent.dict()
    units = visible_units(user)
    unit = one(units.select_related("institution"), pk=given.pop("unit"))
    rows = {
        "first_office": units, "second_office": units, "discipline": visible_disciplines(user),
        "upper": visible_stations(user), "partner": visible_partners(user),
    }  # fmt: skip
    named = {name: _one(found, given[name]) for name, found in rows.items()}
    common = given | named | {"institution": unit.institution or unit, "unit": unit, "by": user}
    since, number = common.pop("since"), common.pop("number")
    history = {name: common.pop(name) for name in ("paper", "reason")}
    if common.pop("is_needed"):
        made = need_station(since=since, **common)
    else:
        made = record_station(opened_on=since, number=number, **history, **common)
    return Status(201, station(request, made.pk))


def _one(rows: Any, key: int | None) -> Any:
    return None if key is None else one(rows, pk=key)


@router.post("/stations/{int:key}/state", response=answers(shapes.Station))
def change_station_state(request: HttpRequest, key: Key, sent: NewStationState) -> dict[str, Any]:
    """Record another state of the station."""
    move_station(station=seen_station(request, key), by=reader(request), **sent.dict())
    found: dict[str, Any] = station(request, key)
    return found


@router.post("/stations/{int:key}/targets", response=answers(shapes.Station))
def set_station_target(request: HttpRequest, key: Key, sent: NewTarget) -> dict[str, Any]:
    """Set a target of the station; a later one of the same year replaces it."""
    row = seen_station(request, key)
    set_target(institution=row.institution, station=row, by=reader(request), **sent.dict())
    found: dict[str, Any] = station(request, key)
    return found


@router.post("/stations/{int:key}/opening", response=answers(cases.Case, 201))
def ask_station_opening(request: HttpRequest, key: Key, sent: Asked) -> Made:
    """Prepare the request to open the station."""
    made = ask_opening(station=seen_station(request, key), by=reader(request), **sent.dict())
    return Status(201, told_case(request, seen_case(request, made.pk)))


@router.post("/stations/{int:key}/closing", response=answers(cases.Case, 201))
def ask_station_closing(request: HttpRequest, key: Key, sent: Asked) -> Made:
    """Prepare the request to close the station."""
    made = ask_closing(station=seen_station(request, key), by=reader(request), **sent.dict())
    return Status(201, told_case(request, seen_case(request, made.pk)))


def _opening(request: HttpRequest, row: Station) -> StationCase | None:
    rows = StationCase.objects.filter(
        station=row, opens=True, case__in=visible_cases(reader(request)).order_by().values("pk")
    )
    return rows.select_related("case").order_by("-pk").first()


@router.get("/stations/{int:key}/dossier", response=answers(list[shapes.DossierLine]))
def station_dossier(request: HttpRequest, key: Key) -> list[dict[str, Any]]:
    """The dossier as it is kept; empty where none is."""
    held = _opening(request, seen_station(request, key))
    return [_dossier_line(one) for one in from_kept(held.dossier)] if held and held.dossier else []


def _dossier_line(entry: Entry) -> dict[str, Any]:
    language = "en" if get_language() == "en" else "zh"
    columns = ("figure", "census", "day", "edition", "value", "records")
    return {name: getattr(entry, name) for name in columns} | {"title": entry.title(language)}  # type: ignore[arg-type]


@router.post("/stations/{int:key}/dossier", response=answers(list[shapes.DossierLine]))
def keep_station_dossier(request: HttpRequest, key: Key) -> list[dict[str, Any]]:
    """Keep the lines of the newest census as the dossier of the request to open the station."""
    row = seen_station(request, key)
    held = _demanded(_opening(request, row))
    census = census_of(row.institution)
    kept = keep_dossier(case=held.case, census=census.pk, by=reader(request))
    return [_dossier_line(one) for one in from_kept(kept.dossier or {})]


@router.post("/stations/{int:key}/approval", response=answers(shapes.Station))
def enter_station_approval(request: HttpRequest, key: Key, sent: Approval) -> dict[str, Any]:
    """Enter the number of the national approval while the request waits for it."""
    held = _demanded(_opening(request, seen_station(request, key)))
    record_approval(case=held.case, number=sent.number, by=reader(request))
    found: dict[str, Any] = station(request, key)
    return found


def _demanded(held: StationCase | None) -> StationCase:
    if held is None:
        raise RuleBroken(_("The opening was not asked for yet."))
    return held
