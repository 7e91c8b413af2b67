"""A panel: what the rules say of it, and its members as they were on the day of the sitting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from preceptor.base.dates import stated
from preceptor.people.choices import TitleLevel, TitleSeries
from preceptor.people.models import Title
from preceptor.people.queries import capacities_on, titles_on
from preceptor.standing.queries import PanelStanding
from preceptor.standing.records import panel_records
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


def seats_of(panel: Panel, on: date) -> list[Shown]:
    """The members in the order of their seats, with what is known of each on the day.

    Unknown is None and shown as not recorded. Seven queries, for any number of members.
    """
    seats = list(panel.seats.select_related("person").order_by("id"))
    persons = [seat.person_id for seat in seats]
    day = sitting_day(panel, on)
    records = panel_records([panel], on)[0]["members"]
    titles, capacities = titles_on(persons, day), capacities_on(persons, day)
    return [
        _seat(seat, record, titles.get(seat.person_id, []), capacities.get(seat.person_id, []))
        for seat, record in zip(seats, records, strict=True)
    ]


def _rank(series: str | None, level: str | None) -> str:
    """Series and level of a title as far as they are known."""
    known = [TitleSeries(series).label] if series else []
    known += [TitleLevel(level).label] if level else []
    return _(", ").join(str(word) for word in known)


def _seat(
    seat: PanelSeat, record: Shown, titles: Sequence[Title], capacities: Sequence[Any]
) -> Shown:
    units = dict.fromkeys(localised(row.unit, "name") for row in capacities)
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
