"""Lineage: the cell that each value taken from a workbook came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from preceptor.base.models import Lineage, StoredFile

from .decision import Decision, Status
from .known import Known


def _subject(decision: Decision[Any], known: Known) -> tuple[str, int]:
    """The trainee, or the panel, of whom the row speaks."""
    row = decision.row
    if hasattr(row, "panel_number"):
        return "panel", known.panels[row.panel_number].pk
    return "enrolment", known.enrolments[row.student_number].pk


def _lines(decisions: Iterable[Decision[Any]], known: Known, file: StoredFile) -> Iterator[Lineage]:
    for decision in decisions:
        if decision.status == Status.UNCHANGED:
            continue
        kind, key = _subject(decision, known)
        table = type(decision.row).__name__.removesuffix("Row").lower()
        for name, cell in decision.row.cells.items():
            if decision.status == Status.CHANGED and name not in decision.changes:
                continue
            yield Lineage(
                file=file, sheet=decision.row.sheet, row=cell.row, column=cell.column,
                header=cell.header[:60], subject_kind=kind, subject_key=str(key),
                field=f"{table}.{name}",
            )  # fmt: skip


def write_lineage(decisions: Iterable[Decision[Any]], known: Known, file: StoredFile) -> None:
    """Keep for every new or changed value its file, sheet, row and column."""
    Lineage.objects.bulk_create(_lines(decisions, known, file), batch_size=1000)
