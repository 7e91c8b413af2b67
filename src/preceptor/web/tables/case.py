"""The list of requests: the cells of each row, and its lines in a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from preceptor.cases.choices import CaseState
from preceptor.cases.models import Case
from preceptor.cases.queries import Whereabouts, whereabouts
from preceptor.web.listings.listing import in_chunks
from preceptor.web.localised import localised
from preceptor.web.shown.case_place import day_of, due_text, is_late, place_cell

Cell = dict[str, Any]

COLUMNS: list[dict[str, Any]] = [
    {"title": gettext_lazy("Request, newest first")},
    {"title": gettext_lazy("About")},
    {"title": pgettext_lazy("of a request", "State")},
    {"title": gettext_lazy("Where it is, and with whom")},
    {"title": gettext_lazy("Since")},
    {"title": gettext_lazy("Due on")},
]


#: What a list shows of each request, and reads to know what it may show.
_SHOWN = (
    "number", "institution", "title_zh", "title_en", "state", "stage", "stage_since", "due_on",
    "submitted_at", "decided_at", "kind__hash", "kind__title_zh", "kind__title_en",
    "person__name_zh", "person__name_en", "unit__name_zh", "unit__name_en",
)  # fmt: skip


def with_names(rows: QuerySet[Case]) -> QuerySet[Case]:
    """The rows with kind, person and unit, as far as a list shows them."""
    return rows.select_related("kind", "person", "unit").only(*_SHOWN)


def cells_of(user: Any, rows: Sequence[Case]) -> list[list[Cell]]:
    """The cells of each request, read `with_names`; two queries."""
    places = whereabouts(rows)
    states = {state: str(state.label) for state in CaseState}
    titles = [str(column["title"]) for column in COLUMNS]
    found = [_cells(user, row, places, states) for row in rows]
    for cells in found:
        for cell, title in zip(cells, titles, strict=True):
            cell["label"] = title
    return found


def _cells(
    user: Any, row: Case, places: dict[int, Whereabouts], states: Mapping[CaseState, str]
) -> list[Cell]:
    due = due_text(row.due_on) if row.state == CaseState.RUNNING else ""
    return [
        {
            "text": localised(row, "title"),
            "url": reverse("case", args=[row.pk]),
            "note": row.number or _("not handed in"),
        },
        {
            "text": localised(row.person, "name") if row.person else "–",
            "note": localised(row.unit, "name"),
        },
        {"text": states[CaseState(row.state)]},
        place_cell(user, row, places),
        {"text": day_of(row.stage_since) or "–"},
        {"text": _("overdue") if is_late(row) else due or "–", "note": due if is_late(row) else ""},
    ]


def heads() -> list[str]:
    """The titles of the columns of the workbook."""
    return [
        _("Number"), _("Request"), _("Kind of request"), _("About"), _("Unit"),
        pgettext("of a request", "State"), _("Stage"), _("With whom"), _("Since"), _("Due on"),
        _("Handed in on"), _("Decided on"),
    ]  # fmt: skip


def lines(user: Any, rows: QuerySet[Case]) -> Iterator[list[Any]]:
    """One line for each request, newest first; a bounded number in memory at a time."""
    for chunk in in_chunks(with_names(rows).order_by("-pk")):
        places = whereabouts(chunk)
        yield from (_line(user, row, places) for row in chunk)


def _line(user: Any, row: Case, places: dict[int, Whereabouts]) -> list[Any]:
    place = place_cell(user, row, places)
    is_there = places[row.pk].stage is not None and "note" in place
    return [
        row.number, localised(row, "title"), localised(row.kind, "title"),
        localised(row.person, "name") if row.person else None, localised(row.unit, "name"),
        str(CaseState(row.state).label), place["text"] if is_there else None,
        place["note"] if is_there else None, day_of(row.stage_since) or None,
        row.due_on if row.state == CaseState.RUNNING else None,
        day_of(row.submitted_at) or None, day_of(row.decided_at) or None,
    ]  # fmt: skip
