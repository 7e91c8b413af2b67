"""Who would stand otherwise: the persons of a preview, with the clause that flips them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from preceptor.policy import Explanation
from preceptor.standing.models import Preview, PreviewFlip
from preceptor.standing.preview.drafted import planned_draft
from preceptor.standing.preview.explaining import Key, clauses, key_of
from preceptor.web.localised import localised
from preceptor.web.shown.preview import Planned, is_stale
from preceptor.web.shown.rule import gate_title
from preceptor.web.templatetags.interface import verdict_word

Cell = dict[str, Any]
Said = dict[Key, Explanation]
#: Every row is explained afresh, which costs more than a row of other lists.
PAGE = 25
CHUNK = 500


def with_persons(rows: QuerySet[PreviewFlip]) -> QuerySet[PreviewFlip]:
    """The rows with what a line shows of trainee, unit and panel."""
    return rows.select_related("enrolment__person", "enrolment__unit", "panel__enrolment")


def columns_of(*, is_decided: bool) -> list[dict[str, Any]]:
    """The heads of the table; of decisions with their day and step."""
    first = [
        {"title": _("Trainee, by student number"), "direction": "ascending"},
        {"title": _("Unit")},
    ]
    decided = [{"title": _("Decided")}] if is_decided else []
    last = [{"title": _("Rule")}, {"title": _("Now")}, {"title": _("Then")}]
    return [*first, *decided, *last, *([] if is_decided else [{"title": _("Why")}])]


def said_of(rows: Sequence[PreviewFlip], preview: Preview, planned: Planned) -> Said:
    """What the planned rules say of each row, as of the day of the preview; nothing of a draft that
    was changed since."""
    if not rows or preview.draft is None or is_stale(preview, planned):
        return {}
    side = planned_draft(preview.draft, preview.on).new
    return clauses(rows, side, preview.on, get_language() or "")


def cells_of(
    rows: Sequence[PreviewFlip], planned: Planned, said: Said, *, is_decided: bool = False
) -> list[list[Cell]]:
    """The cells of each row."""
    columns = columns_of(is_decided=is_decided)
    found = [_cells(row, planned, said, is_decided=is_decided) for row in rows]
    for cells in found:
        for cell, column in zip(cells, columns, strict=True):
            cell["label"] = column["title"]
    return found


def _cells(row: PreviewFlip, planned: Planned, said: Said, *, is_decided: bool) -> list[Cell]:
    trainee, panel = row.enrolment, row.panel
    note = f"{trainee.student_number} · {panel.number}" if panel else trainee.student_number
    url = reverse("enrolment", args=[trainee.pk])
    cells: list[Cell] = [
        {"text": localised(trainee.person, "name"), "url": url, "note": note},
        {"text": localised(trainee.unit, "name"), "note": _cohort(trainee.cohort)},
    ]
    if is_decided:
        cells.append({"text": str(row.decided_on), "note": gate_title(row.step)})
    cells += [
        {"text": planned.title(row.rule), "note": row.rule},
        {"verdict": row.before},
        {"verdict": row.after},
    ]
    if not is_decided:
        cells.append(_clause(row, planned, said))
    return cells


def _cohort(year: int) -> str:
    return _("Cohort %(year)s") % {"year": year}


def _clause(row: PreviewFlip, planned: Planned, said: Said) -> Cell:
    known = said.get(key_of(row))
    if known is not None:
        return {"text": known.message, "note": known.citation}
    if planned.pack is not None and row.rule not in planned.pack.rules:
        return {"text": _("The rule would no longer be there.")}
    return {"text": "–"}


def heads() -> list[str]:
    """The titles of the workbook's columns."""
    return [
        _("Student number"), _("Name"), _("Panel number"), _("Unit"), _("Cohort"), _("Rule"),
        _("What the rule demands"), _("Now"), _("Then"), _("Why"), _("Source"), _("Decided"),
        _("Step"),
    ]  # fmt: skip


def lines(rows: QuerySet[PreviewFlip], preview: Preview, planned: Planned) -> Iterator[list[Any]]:
    """One line for each row by student number; a bounded number in memory at a time."""
    found = with_persons(rows).order_by("student_number", "pk").iterator(chunk_size=CHUNK)
    while chunk := list(islice(found, CHUNK)):
        present = [row for row in chunk if row.decided_on is None]
        said = said_of(present, preview, planned)
        for row in chunk:
            yield _export(row, planned, {} if row.decided_on else said)


def _export(row: PreviewFlip, planned: Planned, said: Said) -> list[Any]:
    known = said.get(key_of(row))
    trainee = row.enrolment
    return [
        trainee.student_number, localised(trainee.person, "name"),
        row.panel.number if row.panel else None, localised(trainee.unit, "name"), trainee.cohort,
        row.rule, planned.title(row.rule), verdict_word(row.before), verdict_word(row.after),
        known.text if known else None, known.citation if known else None, row.decided_on,
        gate_title(row.step) or None,
    ]  # fmt: skip
