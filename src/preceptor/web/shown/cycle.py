"""People grow, disciplines grow, the hospital grows: the figures of the censuses side by side.

They are never put together into one number: whoever compares opens the figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from preceptor.fellows.models import Station
from preceptor.reports.figures.naming import title_of, unit_words
from preceptor.reports.models import Census, FigureValue
from preceptor.web.localised import localised
from preceptor.web.shown.census import reader_language, value_of

Shown = dict[str, Any]
#: The chapters, each with the figures that begin with these words.
CHAPTERS = (
    (_("People grow"), (
        "postdoc.start", "postdoc.entered", "postdoc.exited", "postdoc.withdrawn",
        "postdoc.in_station", "postdoc.retained", "postdoc.support", "cycle.with_first_project",
        "cycle.days_to_project", "cycle.mean_days_to_project",
    )),
    (_("Disciplines grow"), (
        "station.", "postdoc.projects", "cycle.papers", "cycle.patents", "cycle.hosts",
        "cycle.heads_per_host",
    )),
    (_("The hospital grows"), ("cycle.translated", "cycle.", "platform.")),
)  # fmt: skip


def cycle_of(censuses: Sequence[Census]) -> Shown:
    """The latest edition of each day as a column, oldest first, and the figures in their chapters as
    rows; two queries."""
    latest: dict[Any, Census] = {}
    for census in sorted(censuses, key=lambda one: (one.day, one.edition)):
        latest[census.day] = census
    columns = list(latest.values())
    values = _values(columns)
    names = _station_names(columns)
    return {
        "days": [
            {"day": one.day, "url": reverse("census", args=[one.pk])} for one in columns
        ],
        "chapters": [
            {"title": title, "rows": [_row(key, columns, values, names) for key in keys]}
            for title, keys in _placed(sorted({key for key, _census in values}))
            if keys
        ],
    }  # fmt: skip


def _values(columns: Sequence[Census]) -> dict[tuple[str, int], FigureValue]:
    """The figures of the whole institution, by key and census."""
    rows = FigureValue.objects.filter(census__in=columns).select_related("census__institution")
    wanted = ("postdoc.", "cycle.", "station.", "platform.")
    return {
        (row.key, row.census_id): row
        for row in rows.filter(key__regex=r"^(postdoc|cycle|station|platform)\.")
        if row.key.startswith(wanted) and row.scope == row.census.institution.code
    }


def _placed(keys: Sequence[str]) -> list[tuple[Any, list[str]]]:
    """Each key once, in the first chapter with the longest beginning that fits."""
    found: dict[int, list[str]] = {place: [] for place in range(len(CHAPTERS))}
    for key in keys:
        fits = [
            (len(start), -place)
            for place, (_title, starts) in enumerate(CHAPTERS)
            for start in starts
            if key.startswith(start)
        ]
        if fits:
            found[-max(fits)[1]].append(key)
    return [(title, found[place]) for place, (title, _starts) in enumerate(CHAPTERS)]


def _station_names(columns: Sequence[Census]) -> dict[str, str]:
    """The names of the stations by their codes, which figures are grouped by."""
    rows = Station.objects.filter(institution__in={one.institution_id for one in columns})
    return {row.code: localised(row, "name") for row in rows.only("code", "name_zh", "name_en")}


def _row(
    key: str, columns: Sequence[Census], values: dict[tuple[str, int], FigureValue],
    names: dict[str, str],
) -> Shown:  # fmt: skip
    language = reader_language()
    unit = next(values[key, one.pk].unit for one in columns if (key, one.pk) in values)
    return {
        "title": title_of(key, language, names),
        "unit": unit_words(unit, language),
        "cells": [_cell(values.get((key, one.pk))) for one in columns],
    }


def _cell(figure: FigureValue | None) -> Shown:
    """The value with the page of the figure; a census without the figure has an empty cell."""
    if figure is None:
        return {"text": "–", "url": ""}
    return {"text": value_of(figure), "url": reverse("figure", args=[figure.pk])}
