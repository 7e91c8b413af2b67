"""From a file to a roster: the whole reading, without any database."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, TypeVar

from django.utils.translation import gettext_lazy as _

from . import records
from .checks import (
    Check,
    StudentRow,
    known_student,
    one_head_each,
    one_outcome_each,
    one_row_each,
    one_seat_each,
)
from .forms import FormName
from .lines import formula_cells, record_rows
from .package import MAX_BYTES, open_package
from .reading import RowReading
from .refusals import Kind, Refusal, RowRefused, WorkbookRefused, say
from .rows import Roster, TraineeRow
from .sheet import Sheet, read_sheets
from .survey import column_letter
from .tables import Table, find_tables
from .text import plain
from .units import UnitLines

R = TypeVar("R")
Readings = list[tuple[RowReading, R]]
StudentLookup = Callable[[set[str]], Collection[str]]
_NAMED_CELLS = 5


@dataclass(frozen=True, slots=True)
class _Placed:
    """A table on its sheet."""

    sheet: Sheet
    table: Table


@dataclass(slots=True)
class _Tables:
    placed: list[_Placed] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    unread_sheets: list[str] = field(default_factory=list)

    def of(self, name: FormName) -> Iterator[_Placed]:
        return (placed for placed in self.placed if placed.table.name is name)


def _hidden(sheet: Sheet) -> Refusal:
    return Refusal(
        sheet=sheet.name,
        row=1,
        column="",
        letter="",
        kind=Kind.HIDDEN_SHEET,
        message=_("The sheet is hidden and was not read. Unhide it if it counts, or delete it."),
        value="",
    )


def _tables(sheets: list[Sheet]) -> _Tables:
    tables = _Tables()
    for sheet in sheets:
        found = find_tables(sheet)
        if not found.tables and not found.refusals:
            tables.unread_sheets.append(sheet.name)
        elif sheet.is_hidden:
            tables.refusals.append(_hidden(sheet))
        else:
            tables.refusals += found.refusals
            tables.placed += [_Placed(sheet, table) for table in found.tables]
    return tables


def _refuse_without_tables(tables: _Tables) -> None:
    if tables.placed:
        return
    if tables.refusals:
        first = tables.refusals[0]
        raise WorkbookRefused(
            say(_("Sheet “%(sheet)s”: %(message)s"), sheet=first.sheet, message=first.message)
        )
    raise WorkbookRefused(
        say(
            _(
                "No sheet of this workbook is a table of the roster form (%(sheets)s). A table "
                "needs a header with 学号 and, for trainees, 姓名, 年级 and 专业代码."
            ),
            sheets=", ".join(tables.unread_sheets[:_NAMED_CELLS]),
        )
    )


def _refuse_formulas(tables: _Tables) -> None:
    """A formula's value depends on the program that last saved it: no such row is believed."""
    cells = [
        f"{placed.sheet.name}!{column_letter(column)}{row}"
        for placed in tables.placed
        for row, column in formula_cells(placed.sheet, placed.table)
    ]
    if cells:
        raise WorkbookRefused(
            say(
                _(
                    "Rows of data hold formulas (%(count)s in all, first %(cells)s), whose values "
                    "cannot be relied on. Copy these cells in Excel, paste them back as values, "
                    "save and try again."
                ),
                count=len(cells),
                cells=", ".join(cells[:_NAMED_CELLS]),
            )
        )


class _Reader:
    """Reads table by table into a roster."""

    def __init__(self, tables: _Tables, roster: Roster) -> None:
        self.tables = tables
        self.roster = roster

    def read(self, name: FormName, read: Callable[[RowReading], R]) -> Readings[R]:
        """The rows of one form that can be read by themselves."""
        taken: Readings[R] = []
        for placed in self.tables.of(name):
            for row in record_rows(placed.sheet, placed.table):
                reading = RowReading(placed.sheet, placed.table, row)
                try:
                    taken.append((reading, read(reading)))
                except RowRefused as refused:
                    self._refuse(reading, refused)
        return taken

    def keep(self, readings: Readings[R], *checks: Check[R]) -> list[R]:
        """Those that also hold beside the rows kept before them."""
        kept: list[R] = []
        for reading, row in readings:
            try:
                for check in checks:
                    check(reading, row)
            except RowRefused as refused:
                self._refuse(reading, refused)
            else:
                kept.append(row)
        return kept

    def _refuse(self, reading: RowReading, refused: RowRefused) -> None:
        self.roster.refusals.append(refused.refusal)
        if reading.table.name is FormName.PANELS and (
            panel := plain(reading.value("panel_number"))
        ):
            self.roster.panels_with_refused_seats.add(panel)


def _no_students(numbers: set[str]) -> Collection[str]:
    return ()


def _read_trainees(reader: _Reader, directions: Collection[str]) -> None:
    lines = {
        (placed.sheet.name, placed.table.header_top): UnitLines(placed.sheet, placed.table)
        for placed in reader.tables.of(FormName.TRAINEES)
    }

    def read(reading: RowReading) -> TraineeRow:
        unit = lines[reading.sheet.name, reading.table.header_top].above(reading.row)
        return records.read_trainee(reading, directions, unit)

    trainees = reader.read(FormName.TRAINEES, read)
    reader.roster.trainees = reader.keep(trainees, one_row_each())


def _named(readings: Iterable[tuple[RowReading, StudentRow]]) -> set[str]:
    return {row.student_number for _reading, row in readings}


def _read_others(reader: _Reader, known_students: StudentLookup) -> None:
    roster = reader.roster
    rotations = reader.read(FormName.ROTATIONS, records.read_rotation)
    milestones = reader.read(FormName.MILESTONES, records.read_milestone)
    theses = reader.read(FormName.THESES, records.read_thesis)
    seats = reader.read(FormName.PANELS, records.read_seat)
    trainees = {trainee.student_number for trainee in roster.trainees}
    named = _named(rotations) | _named(milestones) | _named(theses) | _named(seats)
    is_known = known_student(trainees | set(known_students(named - trainees)))
    roster.rotations = reader.keep(rotations, is_known)
    roster.milestones = reader.keep(milestones, is_known, one_outcome_each())
    roster.theses = reader.keep(theses, is_known)
    roster.seats = reader.keep(seats, is_known, one_head_each(), one_seat_each())


def read_roster(
    source: str | os.PathLike[str] | BinaryIO,
    *,
    directions: Collection[str],
    known_students: StudentLookup = _no_students,
    max_bytes: int = MAX_BYTES,
) -> Roster:
    """What the office workbook says, with every row that cannot be taken and why.

    `directions` are the known direction codes. `known_students` is asked once, with the student
    numbers that other tables name and no accepted trainee row bears; it answers those that are
    known from elsewhere. A blank is None, save under 学位委员, where it means no. Trainee tables
    are read before all others, wherever their sheets stand; of two rows with one student number
    the first in the order of the sheets stays. A refused row refuses no other.

    Raises WorkbookRefused, with one message and nothing read, if the file is missing, too large,
    no .xlsx, protected, damaged, holds no table of the form, or has a formula in a row of data.
    """
    package = open_package(source, max_bytes=max_bytes)
    sheets = read_sheets(package)
    tables = _tables(sheets)
    _refuse_without_tables(tables)
    _refuse_formulas(tables)
    roster = Roster(sha256=package.sha256, size=package.size)
    roster.refusals = list(tables.refusals)
    roster.unread_sheets = tables.unread_sheets
    reader = _Reader(tables, roster)
    _read_trainees(reader, directions)
    _read_others(reader, known_students)
    order = {sheet.name: index for index, sheet in enumerate(sheets)}
    roster.refusals.sort(key=lambda refusal: (order[refusal.sheet], refusal.row))
    return roster
