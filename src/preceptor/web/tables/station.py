"""The list of stations: the cells of each row, and the same as lines of a workbook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from preceptor.base.today import today
from preceptor.fellows.choices import StationKind, StationState
from preceptor.fellows.models import Postdoc, Station, StationTarget
from preceptor.fellows.states import present
from preceptor.web.listings.listing import in_chunks
from preceptor.web.localised import localised

TITLES = (
    gettext_lazy("Station"), gettext_lazy("Kind of station"), gettext_lazy("Discipline"),
    gettext_lazy("Unit"), pgettext_lazy("of a station", "State"), gettext_lazy("In station"),
    gettext_lazy("Target this year"),
)  # fmt: skip
COLUMNS: list[dict[str, Any]] = [
    {"title": title, "is_number": place in (5, 6)} for place, title in enumerate(TITLES)
]
RELATED = ("unit", "discipline", "partner", "first_office", "second_office")


@dataclass(frozen=True)
class Line:
    """What the list says of one station; a target that was not set is None."""

    station: Station
    present: int
    target: int | None


def lines_of(stations: Sequence[Station]) -> list[Line]:
    """How many are in each station today, at a mobile station or with a workstation, and how many are
    to be in it at the end of the year; three queries. Stations come with `RELATED`."""
    keys = [row.pk for row in stations]
    there: Counter[int] = Counter()
    for column in ("station", "workstation"):
        rows = Postdoc.objects.filter(present(today()), **{f"{column}__in": keys}).order_by()
        there.update(rows.values_list(column, flat=True))
    targets = StationTarget.objects.filter(station__in=keys, year=today().year).order_by()
    wanted = dict(targets.values_list("station", "in_station"))
    return [Line(row, there[row.pk], wanted.get(row.pk)) for row in stations]


def discipline_text(station: Station) -> str:
    """Code and name of the discipline; empty where the station has none."""
    found = station.discipline
    return f"{found.code} {localised(found, 'name')}" if found is not None else ""


def cells_of(lines: Sequence[Line]) -> list[list[dict[str, Any]]]:
    """The cells of each row."""
    return [_cells(line) for line in lines]


def _cells(line: Line) -> list[dict[str, Any]]:
    row = line.station
    cells: list[dict[str, Any]] = [
        {
            "text": localised(row, "name"),
            "url": reverse("station", args=[row.pk]),
            "note": _("%(code)s, national number %(number)s")
            % {"code": row.code, "number": row.number}
            if row.number
            else row.code,
        },
        {"text": StationKind(row.kind).label},
        {"text": discipline_text(row) or "–"},
        {
            "text": localised(row.unit, "name"),
            "note": localised(row.partner, "name") if row.partner else "",
        },
        {"text": StationState(row.state).label, "note": _day_note(row)},
        {"text": line.present, "is_number": True},
        {"text": "–" if line.target is None else line.target, "is_number": True},
    ]
    for cell, column in zip(cells, COLUMNS, strict=True):
        cell["label"] = column["title"]
    return cells


def _day_note(row: Station) -> str:
    if row.closed_on is not None:
        return _("since %(day)s") % {"day": row.closed_on}
    return _("opened on %(day)s") % {"day": row.opened_on} if row.opened_on is not None else ""


def heads() -> list[Any]:
    """The titles of the workbook's columns."""
    return [
        gettext_lazy("Code"), gettext_lazy("National number"), *TITLES[:5],
        gettext_lazy("Opened on"), gettext_lazy("Closed on"), gettext_lazy("First owning office"),
        gettext_lazy("Second owning office"), gettext_lazy("Company"), *TITLES[5:],
    ]  # fmt: skip


def workbook_lines(stations: QuerySet[Station]) -> Iterator[list[Any]]:
    """A line of the workbook for each station, in the order of the list."""
    for chunk in in_chunks(stations.select_related(*RELATED).order_by("code", "pk")):
        for line in lines_of(chunk):
            row = line.station
            yield [
                row.code, row.number or None, localised(row, "name"), StationKind(row.kind).label,
                discipline_text(row) or None, localised(row.unit, "name"),
                StationState(row.state).label, row.opened_on, row.closed_on,
                *(localised(one, "name") if one else None
                  for one in (row.first_office, row.second_office, row.partner)),
                line.present, line.target,
            ]  # fmt: skip
