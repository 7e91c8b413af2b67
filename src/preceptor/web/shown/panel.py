"""A panel: what the rules say of it, and its members as they were on the day of the sitting."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from preceptor.base.dates import stated
from preceptor.base.together import Question, kept_at, together
from preceptor.people.choices import TitleLevel, TitleSeries
from preceptor.people.models import Title
from preceptor.people.queries import best_first
from preceptor.standing.queries import PanelStanding
from preceptor.standing.radar import guidance
from preceptor.standing.records import capacities, seats
from preceptor.standing.waiving import alive
from preceptor.training.choices import FieldRelation, SeatRole
from preceptor.training.models import Panel, PanelSeat
from preceptor.web.localised import localised
from preceptor.web.shown.requirement import requirement

Shown = dict[str, Any]


def sitting_day(panel: Panel, on: date) -> date:
    """The day by which the panel is judged: of the sitting, else planned, else `on`."""
    return panel.sits_on or panel.planned_on or on


def day_text(panel: Panel) -> str:
    """The day of the sitting as it was stated, or the planned one; empty when neither is known."""
    if panel.sits_on:
        return stated(panel.sits_on, panel.sits_precision)
    return (
        _("planned for %(day)s") % {"day": panel.planned_on.isoformat()} if panel.planned_on else ""
    )


def panel_line(standing: PanelStanding) -> Shown:
    """A panel in short: number, stage, day, verdict, and the rules that it does not meet."""
    shown = [requirement(known) for known in standing.requirements]
    return {
        "number": standing.panel.number,
        "url": reverse("panel", args=[standing.panel.pk]),
        "stage": standing.panel.get_stage_display(),
        "day": day_text(standing.panel),
        "verdict": standing.verdict.value,
        "open": [one for one in shown if one["verdict"] in ("fail", "pending", "warn")],
    }


def with_members(rows: QuerySet[Panel]) -> QuerySet[Panel]:
    """The panels with seats, persons, titles and posts, which the rules and `seats_of` both read, and
    with its waivers."""
    return rows.prefetch_related(
        Prefetch("waivers", alive()),
        Prefetch("seats", seats()),
        Prefetch("seats__person__titles", Title.objects.known()),
        Prefetch("seats__person__capacities", capacities()),
    )


def keep_members(panel: Panel) -> Question[None]:
    """Keep at one panel what `with_members` reads besides its waivers, and who guides the trainee, as
    `panel_standings` reads it; a set or more in each of two rounds."""
    guiding = guidance()
    yield from together(
        kept_at([panel], "seats", seats()), kept_at([panel.enrolment], "supervisions", guiding)
    )
    persons = [seat.person for seat in panel.seats.all()]
    yield from together(
        kept_at(persons, "titles", Title.objects.known()),
        kept_at(persons, "capacities", capacities()),
    )


def seats_of(standing: PanelStanding, on: date) -> list[Shown]:
    """The members in the order of their seats, with what is known of each on the day.

    Unknown is None and shown as not recorded. No query when the panel was read `with_members`, or `keep_members` kept them.
    """
    panel = standing.panel
    day = sitting_day(panel, on)
    return [
        seat_shown(seat, record, day)
        for seat, record in zip(panel.seats.all(), standing.members, strict=True)
    ]


def _rank(series: str | None, level: str | None) -> str:
    """Series and level of a title as far as they are known."""
    known = [TitleSeries(series).label] if series else []
    known += [TitleLevel(level).label] if level else []
    return _(", ").join(str(word) for word in known)


def seat_shown(seat: PanelSeat, record: Shown, day: date) -> Shown:
    """A seat with what is known of the person on the day; the person comes with titles and posts."""
    titles = best_first([row for row in seat.person.titles.all() if row.is_true_on(day)])
    posts = [row for row in seat.person.capacities.all() if row.is_true_on(day)]
    units = dict.fromkeys(localised(row.unit, "name") for row in posts)
    return {
        "name": localised(seat.person, "name"),
        "role": SeatRole(seat.role).label if seat.role else None,
        "title": titles[0].name if titles else seat.stated_title or None,
        "is_stated": not titles and bool(seat.stated_title),
        "rank": _rank(record["title_series"], record["title_level"]),
        "unit": _("; ").join(units) or None,
        "is_outside_unit": record["is_outside_unit"],
        "is_outside_institution": record["is_outside_institution"],
        "is_doctoral_supervisor": record["is_doctoral_supervisor"],
        "is_degree_committee": record["is_degree_committee"],
        "in_clinical_work": record["in_clinical_work"],
        "field": FieldRelation(seat.field).label if seat.field else None,
    }
