"""How many postdocs there were, came and went between two days, as table and bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from preceptor.fellows.access import visible_stations
from preceptor.fellows.flow import FlowRow, flow
from preceptor.fellows.models import Station
from preceptor.institutions.models import Unit
from preceptor.web.forms.flow import FlowForm
from preceptor.web.localised import localised

Shown = dict[str, Any]
#: The columns of the table, in the order of the sum: start + in - out = end.
COLUMNS = {
    "start": gettext_lazy("At the start"),
    "entries": gettext_lazy("Entries"),
    "transfers_in": gettext_lazy("From other stations"),
    "changes_in": gettext_lazy("Changed into it"),
    "exits": gettext_lazy("Exits"),
    "early_exits": gettext_lazy("Early exits"),
    "withdrawals": gettext_lazy("Withdrawals"),
    "transfers_out": gettext_lazy("To other stations"),
    "changes_out": gettext_lazy("Changed out of it"),
    "end": gettext_lazy("At the end"),
}


def form_for(user: Any, institution: Unit, data: Any) -> FlowForm:
    """The form with the stations of the institution that the reader may see."""
    rows = visible_stations(user).filter(institution=institution).order_by("code")
    return FlowForm(data, [(row.code, localised(row, "name")) for row in rows])


def rows_of(user: Any, institution: Unit, chosen: Shown) -> list[FlowRow]:
    """The groups of the flow, by what was chosen; one query, and one for a station."""
    station = _station(user, institution, chosen["station"])
    return flow(
        first=chosen["first"], last=chosen["last"], institution=institution, station=station,
        by=chosen["by"],
    )  # fmt: skip


def _station(user: Any, institution: Unit, code: str) -> Station | None:
    if not code:
        return None
    return visible_stations(user).filter(institution=institution, code=code).first()


def flow_shown(rows: Sequence[FlowRow], chosen: Shown) -> Shown:
    """The table, and bars of what came and went."""
    whole = max([row.end for row in rows] + [row.start for row in rows], default=0)
    moved = [(str(COLUMNS[name]), sum(getattr(row, name) for row in rows)) for name in _MOVES]
    return {
        "heads": list(COLUMNS.values()),
        "lines": [_line(row, chosen) for row in rows],
        "bars": [{"label": label, "value": count, "text": str(count)} for label, count in moved],
        "scale": max((count for _label, count in moved), default=0) or 1,
        "ends": [
            {"label": name_of(row), "value": row.end, "text": str(row.end)} for row in rows
        ] if chosen["by"] else [],
        "ends_scale": whole or 1,
        "totals": _totals(rows),
    }  # fmt: skip


_MOVES = tuple(COLUMNS)[1:-1]


def _totals(rows: Sequence[FlowRow]) -> Shown:
    """The four numbers of the equation, over all groups."""
    return {
        "start": sum(row.start for row in rows),
        "came": sum(row.came for row in rows),
        "went": sum(row.went for row in rows),
        "end": sum(row.end for row in rows),
    }


def name_of(row: FlowRow) -> str:
    """What the group is called."""
    named = (row.name_en or row.name_zh) if get_language() == "en" else row.name_zh
    return named or _("All together")


def _line(row: FlowRow, chosen: Shown) -> Shown:
    url = reverse("station", args=[row.key]) if chosen["by"] == "station" else ""
    return {
        "name": name_of(row),
        "url": url,
        "cells": [(label, getattr(row, name)) for name, label in COLUMNS.items()],
    }


def sheet_of(rows: Sequence[FlowRow]) -> tuple[list[Any], list[list[Any]]]:
    """Heads and lines of the workbook."""
    heads = [gettext_lazy("Group"), *COLUMNS.values()]
    lines = [[name_of(row), *(getattr(row, name) for name in COLUMNS)] for row in rows]
    return heads, lines
