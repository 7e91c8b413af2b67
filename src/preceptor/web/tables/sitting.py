"""The list of sittings: its cells, and its lines in a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from preceptor.cases.choices import SittingState
from preceptor.cases.models import Sitting
from preceptor.web.listings.listing import in_chunks
from preceptor.web.localised import localised
from preceptor.web.shown.sitting import moment, time_of

Cell = dict[str, Any]

COLUMNS: list[dict[str, Any]] = [
    {"title": gettext_lazy("Sitting, newest first")},
    {"title": pgettext_lazy("sitting", "Time")},
    {"title": gettext_lazy("Place")},
    {"title": gettext_lazy("Unit")},
    {"title": pgettext_lazy("of a sitting", "State")},
]


def with_names(rows: QuerySet[Sitting]) -> QuerySet[Sitting]:
    """The rows with unit and body."""
    return rows.select_related("unit", "body")


def cells_of(rows: Sequence[Sitting]) -> list[list[Cell]]:
    """The cells of each sitting, read `with_names`. No query."""
    return [_cells(row) for row in rows]


def _cells(row: Sitting) -> list[Cell]:
    cells: list[Cell] = [
        {
            "text": localised(row, "title"),
            "url": reverse("sitting", args=[row.pk]),
            "note": row.number or "",
        },
        {"text": time_of(row)},
        {"text": row.place or "–"},
        {
            "text": localised(row.unit, "name"),
            "note": localised(row.body, "name") if row.body else "",
        },
        {"text": SittingState(row.state).label},
    ]
    for cell, column in zip(cells, COLUMNS, strict=True):
        cell["label"] = column["title"]
    return cells


def heads() -> list[str]:
    """The titles of the columns of the workbook."""
    return [
        _("Number"), _("Sitting"), _("Standing body"), _("Unit"), _("Starts"), _("Ends"),
        _("Place"), pgettext("of a sitting", "State"), _("Items"),
    ]  # fmt: skip


def lines(rows: QuerySet[Sitting]) -> Iterator[list[Any]]:
    """One line for each sitting, newest first; a bounded number in memory at a time."""
    counted = with_names(rows).annotate(item_count=Count("items")).order_by("-pk")
    for chunk in in_chunks(counted):
        for row in chunk:
            yield [
                row.number, localised(row, "title"),
                localised(row.body, "name") if row.body else None, localised(row.unit, "name"),
                moment(row.starts_at) or None, moment(row.ends_at) or None, row.place or None,
                str(SittingState(row.state).label), row.item_count,  # type: ignore[attr-defined]
            ]  # fmt: skip
