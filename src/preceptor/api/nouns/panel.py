"""Panels: the list, and one with its seats and each rule's verdict."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.db.models import Count, Prefetch
from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Query, Router

from preceptor.base.today import today
from preceptor.people.models import Title
from preceptor.people.queries import best_first
from preceptor.standing.packs import in_force_in
from preceptor.standing.panels import matching_panels, panels_said
from preceptor.standing.queries import PanelStanding, panel_standings
from preceptor.standing.records import Record, capacities, seats
from preceptor.standing.waiving import alive
from preceptor.training.access import visible_panels
from preceptor.training.choices import MilestoneKind
from preceptor.training.models import Panel, PanelSeat

from ..fields import Key, Wanted
from ..guard import reader
from ..paging import Page, Paging, one, page_of
from ..refusals import answers
from ..shapes import panel as shapes
from ..shapes.enrolment import Lineage
from ..shapes.standing import requirement_of
from .enrolment import lineage_of, seen

router = Router(tags=["panels"])
Verdict = Literal["fail", "pending", "warn", "pass"]


class PanelFilter(Paging):
    """What the list can be narrowed by: a number or trainee, the step, the verdict as a whole."""

    q: Wanted = ""
    stage: MilestoneKind | None = None
    verdict: Verdict | None = None


@router.get("/panels", response=answers(Page[shapes.PanelLine]))
def panels(request: HttpRequest, narrowed: Query[PanelFilter]) -> dict[str, Any]:
    """The panels of the trainees whom the reader may see, by number."""
    rows = visible_panels(reader(request))
    if narrowed.stage:
        rows = rows.filter(stage=narrowed.stage)
    if narrowed.q.strip():
        rows = matching_panels(rows, narrowed.q.strip())
    if narrowed.verdict:
        rows = rows.filter(panels_said(narrowed.verdict))
    rows = rows.select_related("enrolment__person", "enrolment__unit")
    page = page_of(rows.annotate(members=Count("seats")), "number", narrowed)
    return {**page, "rows": [_line(row) | {"members": row.members} for row in page["rows"]]}


def _line(row: Panel) -> dict[str, Any]:
    columns = ("number", "stage", "planned_on", "sits_on", "sits_precision")
    return {
        **{name: getattr(row, name) for name in columns},
        "key": row.pk,
        "trainee": row.enrolment,
        "unit": row.enrolment.unit,
    }


def seen_panel(request: HttpRequest, key: int) -> Panel:
    """The panel with what is told of one; 404 for one that the reader may not see."""
    rows = visible_panels(reader(request)).select_related(
        "institution", "enrolment__person", "enrolment__unit", "enrolment__institution"
    )
    found: Panel = one(with_members(rows), pk=key)
    return found


def with_members(rows: Any) -> Any:
    return rows.prefetch_related(
        Prefetch("waivers", alive()),
        Prefetch("seats", seats()),
        Prefetch("seats__person__titles", Title.objects.known()),
        Prefetch("seats__person__capacities", capacities()),
    )


@router.get("/panels/{int:key}", response=answers(shapes.Panel))
def panel(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One panel, judged afresh."""
    row = seen_panel(request, key)
    packs = in_force_in(row.institution_id, row.enrolment.unit_id)
    return _told(panel_standings([row], today(), get_language() or "", packs)[0])


@router.get("/enrolments/{int:key}/panels", response=answers(list[shapes.Panel]))
def enrolment_panels(request: HttpRequest, key: Key) -> list[dict[str, Any]]:
    """The panels of a trainee, judged afresh."""
    row = seen(request, key)
    rows = visible_panels(reader(request)).filter(enrolment=row).order_by("pk")
    found = list(
        with_members(rows.select_related("institution", "enrolment__person", "enrolment__unit"))
    )
    return [_told(standing) for standing in panel_standings(found, today(), get_language() or "")]


@router.get("/panels/{int:key}/lineage", response=answers(Lineage))
def panel_lineage(request: HttpRequest, key: Key) -> dict[str, Any]:
    """From which cells of which files the panel's values came."""
    return lineage_of("panel", one(visible_panels(reader(request)), pk=key).pk)


def _told(standing: PanelStanding) -> dict[str, Any]:
    row = standing.panel
    day = row.sits_on or row.planned_on or today()
    members = zip(row.seats.all(), standing.members, strict=True)
    return {
        **_line(row),
        "verdict": standing.verdict.value,
        "judged_on": day,
        "requirements": [requirement_of(known) for known in standing.requirements],
        "seats": [seat_of(seat, record, day) for seat, record in members],
    }


def seat_of(seat: PanelSeat, record: Record, day: date) -> dict[str, Any]:
    titles = best_first([row for row in seat.person.titles.all() if row.is_true_on(day)])
    posts = [row for row in seat.person.capacities.all() if row.is_true_on(day)]
    known = (
        "title_series", "title_level", "is_outside_unit", "is_outside_institution",
        "is_doctoral_supervisor", "is_degree_committee", "in_clinical_work",
    )  # fmt: skip
    return {
        **{name: record[name] for name in known},
        "person_zh": seat.person.name_zh,
        "person_en": seat.person.name_en,
        "role": seat.role,
        "title": titles[0].name if titles else seat.stated_title or None,
        "is_stated": not titles and bool(seat.stated_title),
        "units": list({row.unit_id: row.unit for row in posts}.values()),
        "field": seat.field,
    }
