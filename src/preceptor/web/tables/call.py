"""The list of calls: the cells of each row, and the same as lines of a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from preceptor.calls.access import is_open, moment
from preceptor.calls.choices import CallState
from preceptor.calls.models import Call
from preceptor.web.filters.call import PI, POSTDOC
from preceptor.web.listings.listing import in_chunks
from preceptor.web.localised import localised

TITLES = (
    gettext_lazy("Call"), pgettext_lazy("of a call", "Institution"), gettext_lazy("For whom it looks"),
    gettext_lazy("Places"), gettext_lazy("Applications from"), gettext_lazy("Applications until"),
    pgettext_lazy("of a call", "State"),
)  # fmt: skip
COLUMNS: list[dict[str, Any]] = [
    {"title": title, "is_number": place == 3} for place, title in enumerate(TITLES)
]
PURPOSES = {
    POSTDOC: gettext_lazy("postdocs"),
    PI: gettext_lazy("principal investigators"),
}


def purpose_text(call: Call) -> str:
    """Whom the call looks for, in a word."""
    return str(PURPOSES.get(call.purpose, call.purpose))


def state_text(call: Call) -> str:
    """Where the call stands now, as everybody understands it."""
    if call.state != CallState.PUBLISHED:
        return str(CallState(call.state).label)
    if is_open(call):
        return _("applications are taken")
    if timezone.now() < call.opens_at:
        return _("opens later")
    return _("applications are closed")


def cells_of(calls: Sequence[Call]) -> list[list[dict[str, Any]]]:
    """The cells of each row; calls come with their institution and unit."""
    return [_cells(call) for call in calls]


def _cells(call: Call) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = [
        {
            "text": localised(call, "title"),
            "url": reverse("call", args=[call.pk]),
            "note": call.number,
        },
        {"text": localised(call.institution, "name"), "note": localised(call.unit, "name")},
        {"text": purpose_text(call)},
        {"text": call.places, "is_number": True},
        {"text": moment(call.opens_at)},
        {"text": moment(call.closes_at)},
        {"text": state_text(call)},
    ]
    for cell, column in zip(cells, COLUMNS, strict=True):
        cell["label"] = column["title"]
    return cells


def heads() -> list[Any]:
    """The titles of the workbook's columns."""
    return [gettext_lazy("Number"), TITLES[0], TITLES[1], gettext_lazy("Unit"), *TITLES[2:]]


def workbook_lines(calls: QuerySet[Call]) -> Iterator[list[Any]]:
    """A line of the workbook for each call, in the order of the list."""
    rows = calls.select_related("institution", "unit").defer("text_zh", "text_en")
    for chunk in in_chunks(rows.order_by("-pk")):
        for call in chunk:
            yield [
                call.number, localised(call, "title"), localised(call.institution, "name"),
                localised(call.unit, "name"), purpose_text(call), call.places,
                moment(call.opens_at), moment(call.closes_at), state_text(call),
            ]  # fmt: skip
