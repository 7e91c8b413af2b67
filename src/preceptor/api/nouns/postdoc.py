"""Postdocs: the list, one with standing, papers and plan as far as may be told, and the flow."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from ninja import Query, Router, Schema

from preceptor.base.today import today
from preceptor.base.together import Set, answer, asked, first_of, together
from preceptor.cases.access import visible_cases
from preceptor.fellows.access import reads_judgements, visible_postdocs, visible_stations
from preceptor.fellows.choices import IntakeSource, PostdocState, Track
from preceptor.fellows.clock import days_asked
from preceptor.fellows.flow import By, flow
from preceptor.fellows.models import Laboratory, Postdoc
from preceptor.fellows.states import in_state
from preceptor.people.access import scope
from preceptor.standing.carriers import Carrier, Kind, carriers
from preceptor.standing.population import with_relations
from preceptor.standing.subjects import explain_record
from preceptor.standing.telling import told_to
from preceptor.standing.withdrawal_lists import (
    WithdrawalList,
    grounds_named,
    is_answered_alike,
    lists_about,
)

from ..fields import Day, Key, Name, Wanted
from ..guard import reader
from ..paging import Page, Paging, one, page_of
from ..refusals import answers
from ..shapes import fellow
from ..shapes import postdoc as shapes
from ..shapes.standing import requirement_of
from .postdoc_records import records_asked, works_asked
from .station import institution_for

router = Router(tags=["fellows"])
#: So many requests are named, the newest first.
MOST = 50
RELATED = ("person", "station", "workstation", "unit", "institution", "agreement")
COLUMNS = (
    "number", "person", "unit", "track", "intake", "state", "entered_on", "term_ends_on", "left_on",
)  # fmt: skip


class PostdocFilter(Paging):
    """What the list can be narrowed by; `station` is a code."""

    station: Name | None = None
    track: Track | None = None
    intake: IntakeSource | None = None
    state: PostdocState | None = None
    q: Wanted = ""


class FlowFilter(Schema):
    """Between which days, of which institution (its code), grouped how."""

    first: Day
    last: Day
    by: By = ""
    institution: Wanted = ""
    station: Wanted = ""


class CarrierFilter(Schema):
    """Between which days, of which institution (its code), carried by whom."""

    first: Day
    last: Day
    by: Kind = "host"
    institution: Wanted = ""


#: What is told of a carrier besides who it is and whom it carries.
COUNTED = (
    "papers", "projects", "patents", "translated_cny", "translated_per_head", "days_to_project",
)  # fmt: skip


def seen_postdoc(request: HttpRequest, key: int) -> Postdoc:
    """The postdoc; 404 for one whom the reader may not see."""
    found: Postdoc = one(visible_postdocs(reader(request)).select_related(*RELATED), pk=key)
    return found


@router.get("/postdocs", response=answers(Page[fellow.PostdocLine]))
def postdocs(request: HttpRequest, narrowed: Query[PostdocFilter]) -> dict[str, Any]:
    """The postdocs whom the reader may see, by number."""
    rows = visible_postdocs(reader(request)).select_related(*RELATED)
    for name in ("track", "intake"):
        if wanted := getattr(narrowed, name):
            rows = rows.filter(**{name: wanted})
    if narrowed.state:
        rows = rows.filter(in_state(narrowed.state, today()))
    if code := narrowed.station:
        rows = rows.filter(Q(station__code=code) | Q(workstation__code=code))
    if text := narrowed.q:
        named = Q(person__name_zh__icontains=text) | Q(person__name_en__icontains=text)
        rows = rows.filter(named | Q(number__icontains=text))
    page = page_of(rows, "number", narrowed)
    return {**page, "rows": [_line(row) for row in page["rows"]]}


def _line(row: Postdoc) -> dict[str, Any]:
    return {
        "key": row.pk,
        **{name: getattr(row, name) for name in COLUMNS},
        "station": row.station.code,
        "workstation": row.workstation.code if row.workstation else None,
    }


@router.get("/postdocs/{int:key}", response=answers(shapes.Postdoc))
def postdoc(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One postdoc, judged afresh."""
    row, user = seen_postdoc(request, key), reader(request)
    known = explain_record("postdoc", row, today(), get_language() or "")
    named = ("certificate", "doctorate_on", "doctorate_from")
    cases = visible_cases(user).filter(postdoc_case__postdoc=row).order_by("-pk")
    days, records, works, [requests] = answer(
        together(
            days_asked([row.person_id], today(), ()), records_asked(row, user), works_asked(row),
            asked(Set(first_of(cases, MOST), ("pk",))),
        )
    )  # fmt: skip
    return {
        **_line(row),
        **{name: getattr(row, name) for name in named},
        "agreement": row.agreement_id,
        "follows": row.follows_id,
        "days_in_stations": days[row.person_id],
        **records,
        "works": works,
        "requests": [key for (key,) in requests],
        "requirements": [requirement_of(one, frozenset()) for one in told_to(user, row, known)],
    }


@router.get("/postdocs/{int:key}/lists", response=answers(shapes.WithdrawalLists))
def postdoc_lists(request: HttpRequest, key: Key) -> dict[str, Any]:
    """What each list of grounds for a withdrawal says of the postdoc today; 404 for who may not read
    the grounds."""
    user = reader(request)
    rows = with_relations(visible_postdocs(user), "postdoc")
    row: Postdoc = one(rows, pk=key)
    if not reads_judgements(user, row):
        raise Http404
    language = get_language() or ""
    lists = lists_about(row, today(), language, scope(user).relations)
    named = grounds_named(lists)
    return {
        "on": today(),
        "lists": [_list(known, named, language) for known in lists],
        "differing": [rule for rule in named if not is_answered_alike(rule, lists)],
    }


def _list(known: WithdrawalList, named: list[str], language: str) -> dict[str, Any]:
    pack = known.pack
    return {
        **{name: getattr(pack, name) for name in ("version", "hash", "layer")},
        "pack": pack.id,
        "title": pack.title.within(language),
        "is_in_force": known.is_in_force,
        "grounds": [requirement_of(ground) for ground in known.grounds.values()],
        "not_named": [rule for rule in named if rule not in known.grounds],
    }


@router.get("/flow", response=answers(list[fellow.Flow]))
def flow_of_postdocs(request: HttpRequest, narrowed: Query[FlowFilter]) -> list[Any]:
    """How many postdocs there were, came and went between two days, both included."""
    user = reader(request)
    institution = institution_for(user, narrowed.institution)
    station = None
    if narrowed.station:
        station = one(visible_stations(user), institution=institution, code=narrowed.station)
    return flow(
        first=narrowed.first, last=narrowed.last, institution=institution, station=station,
        by=narrowed.by,
    )  # fmt: skip


@router.get("/postdoc-carriers", response=answers(list[shapes.Carrier]))
def carriers_of_postdocs(
    request: HttpRequest, narrowed: Query[CarrierFilter]
) -> list[dict[str, Any]]:
    """Which supervisors, laboratories or platforms carried which postdocs between two days, both
    included, and what these did in them."""
    user = reader(request)
    institution = institution_for(user, narrowed.institution)
    found = carriers(user, institution, narrowed.by, narrowed.first, narrowed.last)
    return [_carrier(one) for one in found]


def _carrier(one: Carrier) -> dict[str, Any]:
    named = one.row.unit if isinstance(one.row, Laboratory) else one.row
    return {
        "key": one.row.pk,
        "name_zh": named.name_zh,
        "name_en": named.name_en,
        "postdocs": [head.key for head in one.postdocs],
        **{name: getattr(one, name) for name in COUNTED},
    }
