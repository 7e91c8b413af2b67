"""A figure as a reader sees it: what it counts, its value, its course over the censuses."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from preceptor.reports.access import readable_figures
from preceptor.reports.figures.figure import Quotient, Window
from preceptor.reports.figures.keys import record_kinds
from preceptor.reports.figures.naming import population_of, sql_of, title_of
from preceptor.reports.figures.registry import definition_of
from preceptor.reports.models import FigureValue
from preceptor.web.addresses import address
from preceptor.web.shown.census import Names, reader_language, value_of
from preceptor.web.tables.record import KINDS

Shown = dict[str, Any]


def window_title(window: Window) -> str:
    """Over which time the figure looks."""
    titles: dict[Window, str] = {
        "year": _("from 1 January to the day of the census"),
        "day": _("the day of the census"),
        "previous_end": _("the last day of the year before"),
        "three_years": _("the year of the census and the two before it"),
        "event": _("a date of history, whenever it was"),
    }
    return titles[window]


def definition_lines(figure: FigureValue, names: Names) -> list[Shown]:
    """What the figure counts, as terms and values for parts/definitions.html."""
    definition = definition_of(figure.key)
    line = names.line(figure)
    known = []
    if definition is not None:
        population = population_of(figure.key, reader_language())
        known = [
            {"term": _("Population"), "value": population},
            {"term": _("Window"), "value": window_title(definition.window)},
        ]
    return [
        *known,
        {"term": _("Period or day"), "value": line["period"]},
        {"term": _("Nature"), "value": _nature(figure)},
        {"term": _("Scope"), "value": line["scope"]},
        {"term": _("Unit of measure"), "value": line["unit"] or "—"},
        {"term": _("Key"), "value": figure.key},
        *([{"term": _("Note"), "value": line["note"]}] if line["note"] else []),
    ]


def _nature(figure: FigureValue) -> str:
    if figure.nature == "flow":
        return _("flow: what happened within the period")
    return _("stock: what was so on the day")


def computed_by(figure: FigureValue) -> str:
    """How the figure is computed; empty for one that is no longer defined."""
    return sql_of(figure.key)


def parts_of(figure: FigureValue, user: Any) -> list[Shown]:
    """For a quotient the two figures that it divides, with their pages; else empty. One query."""
    definition = definition_of(figure.key)
    if not isinstance(definition, Quotient):
        return []
    part = figure.key[len(definition.key) :]
    keys = [definition.dividend + part, definition.divisor + part]
    rows = readable_figures(user).filter(census=figure.census_id, scope=figure.scope, key__in=keys)
    found = {row.key: row for row in rows}
    return [
        {
            "title": title_of(key, reader_language()),
            "url": reverse("figure", args=[found[key].pk]),
            "value": value_of(found[key]),
        }
        for key in keys
        if key in found
    ]


def trend_of(figure: FigureValue, user: Any) -> list[Shown]:
    """The figure in all censuses of the institution, the last edition of each day, oldest first.

    Bars for parts/bars.html; a census in which the figure is unknown has no bar. One query.
    """
    rows = (
        readable_figures(user)
        .filter(
            key=figure.key, scope=figure.scope, census__institution=figure.census.institution_id
        )
        .select_related("census")
        .order_by("census__day", "census__edition")
    )
    latest = {row.census.day: row for row in rows}
    return [
        {
            "label": row.census.day.isoformat(),
            "value": max(row.value, 0) if row.value is not None else None,
            "text": value_of(row),
            "url": reverse("figure", args=[row.pk]),
        }
        for row in latest.values()
    ]


def kind_tabs(figure: FigureValue, shown: str, path: str) -> list[Shown]:
    """A tab for each kind of record that the figure counts, when there are several."""
    kinds = [kind for kind in record_kinds(figure) if kind in KINDS]
    if len(kinds) < 2:
        return []
    return [
        {
            "title": KINDS[kind].title,
            "url": address(path, {"kind": kind}),
            "is_current": kind == shown,
        }
        for kind in kinds
    ]
