"""The list of appointments: the cells of each row, and the same as lines of a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from preceptor.base.today import today
from preceptor.fellows.choices import AppointmentState
from preceptor.fellows.models import Appointment
from preceptor.standing.investigators import OFFICES, Verdict, Verdicts, verdicts_of
from preceptor.web.listings.listing import in_chunks
from preceptor.web.localised import localised
from preceptor.web.templatetags.interface import verdict_word

TITLES = (
    gettext_lazy("Principal investigator"),
    pgettext_lazy("of principal investigators", "Programme"), gettext_lazy("Laboratory"),
    pgettext_lazy("of an appointment", "State"), pgettext_lazy("appointment", "Term"),
    gettext_lazy("What the rules say"),
)  # fmt: skip
COLUMNS: list[dict[str, Any]] = [{"title": title} for title in TITLES]
RELATED = ("person", "programme", "laboratory__unit")
Cells = list[dict[str, Any]]


def columns_of(is_judging: bool) -> list[dict[str, Any]]:
    """The columns; what the rules say only where it is asked for."""
    return COLUMNS if is_judging else COLUMNS[:-1]


def cells_of(rows: Sequence[Appointment], verdicts: Verdicts | None) -> list[Cells]:
    """The cells of each row; where it is asked for with the weightiest verdict of today."""
    if verdicts is None:
        return [_cells(row) for row in rows]
    return [_cells(row, _verdict(verdicts[row.pk])) for row in rows]


def _cells(row: Appointment, *judged: dict[str, Any]) -> Cells:
    cells: Cells = [
        {
            "text": localised(row.person, "name"),
            "url": reverse("appointment", args=[row.pk]),
            "note": row.number,
        },
        {"text": localised(row.programme, "name")},
        {"text": localised(row.laboratory.unit, "name") if row.laboratory else "–"},
        {"text": AppointmentState(row.state).label, "note": _since(row)},
        {
            "text": _("%(first)s to %(last)s")
            % {"first": row.starts_on, "last": row.left_on or row.ends_on},
            "note": _late(row),
        },
        *judged,
    ]
    for cell, column in zip(cells, COLUMNS, strict=False):
        cell["label"] = column["title"]
    return cells


def _since(row: Appointment) -> str:
    """Until when a probation lasts; else empty."""
    if row.probation_until is None or row.state != AppointmentState.PROBATION:
        return ""
    return _("until %(day)s") % {"day": row.probation_until}


def _late(row: Appointment) -> str:
    """That the term of somebody in office is over; else empty."""
    return _("the term is over") if row.state in OFFICES and row.ends_on < today() else ""


def _verdict(found: Verdict | None) -> dict[str, Any]:
    if found is None:
        return {"text": "–"}
    count = len(found.titles)
    note = ngettext("%(count)s requirement", "%(count)s requirements", count) % {"count": count}
    is_open = found.word in ("fail", "warn")
    return {"verdict": found.word, "note": note if is_open else "", "text": found.word}


def heads(is_judging: bool) -> list[Any]:
    """The titles of the workbook's columns."""
    titles = [
        gettext_lazy("Number"), gettext_lazy("Name"), *TITLES[1:4], gettext_lazy("Term begins on"),
        gettext_lazy("Term ends on"), gettext_lazy("Probation until"),
        pgettext_lazy("appointment", "Left on"), TITLES[5],
    ]  # fmt: skip
    return titles if is_judging else titles[:-1]


def workbook_lines(rows: QuerySet[Appointment], is_judging: bool) -> Iterator[list[Any]]:
    """A line of the workbook for each appointment, in the order of the list."""
    for chunk in in_chunks(rows.select_related(*RELATED).order_by("number", "pk")):
        found = verdicts_of(chunk, get_language() or "") if is_judging else {}
        for row in chunk:
            known = found.get(row.pk)
            verdict = [verdict_word(known.word) if known else None] if is_judging else []
            yield [
                row.number, localised(row.person, "name"), localised(row.programme, "name"),
                localised(row.laboratory.unit, "name") if row.laboratory else None,
                AppointmentState(row.state).label, row.starts_on, row.ends_on,
                row.probation_until, row.left_on, *verdict,
            ]  # fmt: skip
