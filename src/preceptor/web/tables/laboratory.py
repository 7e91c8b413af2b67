"""The list of laboratories: the cells of each row, and the same as lines of a workbook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from preceptor.base.today import today
from preceptor.base.together import Set, read_together
from preceptor.cases.access import visible_cases
from preceptor.cases.choices import CaseState
from preceptor.fellows.choices import AppointmentState
from preceptor.fellows.models import Appointment, LabMember, Laboratory
from preceptor.web.listings.listing import in_chunks
from preceptor.web.localised import localised

TITLES = (
    gettext_lazy("Laboratory"), pgettext_lazy("of principal investigators", "Programme"), gettext_lazy("Head"),
    gettext_lazy("Appointment"), pgettext_lazy("laboratory", "Members"),
    gettext_lazy("Requests under way"), pgettext_lazy("of a laboratory", "State"),
)  # fmt: skip
COLUMNS: list[dict[str, Any]] = [
    {"title": title, "is_number": place in (4, 5)} for place, title in enumerate(TITLES)
]
RELATED = ("unit", "programme", "head")
UNDER_WAY = (CaseState.RUNNING, CaseState.RETURNED)
#: In which words a laboratory stands, with the tone of the mark.
TONES = {"open": "pass", "closing": "warn", "closed": "none"}


@dataclass(frozen=True)
class Line:
    """What the list says of one laboratory; without an appointment that led it last, None."""

    laboratory: Laboratory
    appointment: Appointment | None
    members: int
    running: int


def state_of(row: Laboratory) -> str:
    """`open`, `closing` or `closed`."""
    if row.closed_on is not None:
        return "closed"
    return "open" if row.closing_on is None else "closing"


def state_text(row: Laboratory) -> str:
    """The state in words, with its day."""
    if row.closed_on is not None:
        return pgettext("laboratory", "closed on %(day)s") % {"day": row.closed_on}
    if row.closing_on is not None:
        return _("about to close since %(day)s") % {"day": row.closing_on}
    return _("open since %(day)s") % {"day": row.opened_on}


def lines_of(rows: Sequence[Laboratory], user: Any) -> list[Line]:
    """What the list says of each laboratory, requests as far as the reader sees them; one
    query. Laboratories come with `RELATED`."""
    keys = [row.pk for row in rows]
    places = LabMember.objects.on(today()).filter(laboratory__in=keys).order_by()
    led = Appointment.objects.filter(laboratory__in=keys).order_by("starts_on", "pk")
    asked = visible_cases(user).filter(lab_case__laboratory__in=keys, state__in=UNDER_WAY)
    placed, heads, requests = read_together(
        [
            Set(places, ("laboratory",)),
            Set(led),
            Set(asked.order_by(), ("lab_case__laboratory",)),
        ]
    )
    appointments = {row.laboratory_id: row for row in heads}
    members, running = (Counter(key for (key,) in found) for found in (placed, requests))
    return [Line(row, appointments.get(row.pk), members[row.pk], running[row.pk]) for row in rows]


def cells_of(lines: Sequence[Line]) -> list[list[dict[str, Any]]]:
    """The cells of each row."""
    return [_cells(line) for line in lines]


def _cells(line: Line) -> list[dict[str, Any]]:
    row = line.laboratory
    cells: list[dict[str, Any]] = [
        {
            "text": localised(row.unit, "name"),
            "url": reverse("laboratory", args=[row.pk]),
            "note": row.unit.code,
        },
        {"text": localised(row.programme, "name")},
        {"text": localised(row.head, "name")},
        _appointment(line.appointment),
        {"text": line.members, "is_number": True},
        {"text": line.running, "is_number": True},
        {"text": state_text(row)},
    ]
    for cell, column in zip(cells, COLUMNS, strict=True):
        cell["label"] = column["title"]
    return cells


def _appointment(row: Appointment | None) -> dict[str, Any]:
    if row is None:
        return {"text": "–"}
    return {"text": AppointmentState(row.state).label, "note": until_text(row)}


def until_text(row: Appointment) -> str:
    """Until when the term lasts."""
    return _("until %(day)s") % {"day": row.left_on or row.ends_on}


def heads() -> list[Any]:
    """The titles of the workbook's columns."""
    return [
        gettext_lazy("Code"), *TITLES[:4], gettext_lazy("Term until"), *TITLES[4:6],
        gettext_lazy("Opened on"), gettext_lazy("Closed on"),
    ]  # fmt: skip


def workbook_lines(rows: QuerySet[Laboratory], user: Any) -> Iterator[list[Any]]:
    """A line of the workbook for each laboratory, in the order of the list."""
    for chunk in in_chunks(rows.select_related(*RELATED).order_by("unit__code", "pk")):
        for line in lines_of(chunk, user):
            row, led = line.laboratory, line.appointment
            yield [
                row.unit.code, localised(row.unit, "name"), localised(row.programme, "name"),
                localised(row.head, "name"), AppointmentState(led.state).label if led else None,
                (led.left_on or led.ends_on) if led else None, line.members, line.running,
                row.opened_on, row.closed_on,
            ]  # fmt: skip
