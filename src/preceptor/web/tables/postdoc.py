"""The list of postdocs: the cells of each row, and the same as lines of a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from preceptor.base.keyset import Leg
from preceptor.base.today import today
from preceptor.fellows.choices import IntakeSource, PostdocState, Track
from preceptor.fellows.models import Postdoc
from preceptor.fellows.states import PRESENT
from preceptor.web.listings.listing import in_chunks, one_by_one
from preceptor.web.localised import localised

TITLES = (
    gettext_lazy("Postdoc"), gettext_lazy("Station"), gettext_lazy("Track"),
    pgettext_lazy("of a postdoc", "Source"),
    pgettext_lazy("of a postdoc", "State"), gettext_lazy("Term ends on"),
    gettext_lazy("What the rules say"),
)  # fmt: skip
COLUMNS: list[dict[str, Any]] = [{"title": title} for title in TITLES]
RELATED = ("person", "station", "unit", "workstation")
Cells = list[dict[str, Any]]


def cells_of(rows: Sequence[Postdoc], verdicts: Mapping[int, Mapping[str, Any]]) -> list[Cells]:
    """The cells of each row; `verdicts` gives the last cell of those who are judged, by key."""
    return [_cells(row, verdicts.get(row.pk, {"text": "–"})) for row in rows]


def _cells(row: Postdoc, verdict: Mapping[str, Any]) -> Cells:
    cells: Cells = [
        named(row),
        {
            "text": localised(row.station, "name"),
            "note": localised(row.workstation, "name") if row.workstation else "",
        },
        {"text": Track(row.track).label},
        {"text": IntakeSource(row.intake).label},
        {"text": PostdocState(row.state).label, "note": row.left_on.isoformat() if row.left_on else ""},
        {"text": row.term_ends_on.isoformat(), "note": late_text(row)},
        dict(verdict),
    ]  # fmt: skip
    return labelled(cells, COLUMNS)


def named(row: Postdoc) -> dict[str, Any]:
    """Name and number with the page of the postdoc."""
    return {
        "text": localised(row.person, "name"),
        "url": reverse("postdoc", args=[row.pk]),
        "note": row.number,
    }


def labelled(cells: Cells, columns: Sequence[Mapping[str, Any]]) -> Cells:
    """The cells with the titles of their columns, for cards on a phone."""
    for cell, column in zip(cells, columns, strict=True):
        cell["label"] = column["title"]
    return cells


def late_text(row: Postdoc) -> str:
    """That the term of somebody in station is over; else empty."""
    is_over = row.state in PRESENT and row.term_ends_on < today()
    return _("the term is over") if is_over else ""


SHORT: list[dict[str, Any]] = [{"title": TITLES[place]} for place in (0, 2, 4, 5)]


def short_cells(rows: Sequence[Postdoc]) -> dict[str, Any]:
    """Columns and rows of a short list on the page of something else; empty without rows."""
    if not rows:
        return {}
    found: list[Cells] = [
        [
            named(row),
            {"text": Track(row.track).label},
            {"text": PostdocState(row.state).label},
            {"text": row.term_ends_on.isoformat(), "note": late_text(row)},
        ]
        for row in rows
    ]
    return {"columns": SHORT, "rows": [labelled(cells, SHORT) for cells in found]}


def heads() -> list[Any]:
    """The titles of the workbook's columns."""
    return [
        gettext_lazy("Number"), gettext_lazy("Name"), gettext_lazy("Station"),
        gettext_lazy("Workstation"), gettext_lazy("Unit"), *TITLES[2:5], gettext_lazy("Entered on"),
        TITLES[5], gettext_lazy("Left on"), gettext_lazy("Certificate"),
    ]  # fmt: skip


def workbook_lines(legs: Sequence[Leg]) -> Iterator[list[Any]]:
    """A line of the workbook for each postdoc, in the order of the list, whose parts are given."""
    for leg in legs:
        for row in one_by_one(in_chunks(leg.ordered().select_related(*RELATED))):
            yield [
                row.number, localised(row.person, "name"), localised(row.station, "name"),
                localised(row.workstation, "name") if row.workstation else None,
                localised(row.unit, "name"), Track(row.track).label,
                IntakeSource(row.intake).label, PostdocState(row.state).label, row.entered_on,
                row.term_ends_on, row.left_on, row.certificate or None,
            ]  # fmt: skip
