"""Reading one row of a table: each value with the cell it came from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from . import dates
from .refusals import CellRefused, Kind, Refusal, RowRefused, Text, say
from .rows import Cell, PartialDate
from .sheet import Sheet
from .survey import column_letter
from .tables import Table
from .text import Value, brief, is_blank, shown

T = TypeVar("T")


class RowReading:
    """One row being read; collects the cells of the fields that had a value.

    Every read raises RowRefused, saying where and why, for a value that cannot be read.
    """

    def __init__(self, sheet: Sheet, table: Table, row: int) -> None:
        self.sheet = sheet
        self.table = table
        self.row = row
        self.cells: dict[str, Cell] = {}

    def _origin(self, field: str) -> tuple[int, int] | None:
        column = self.table.columns.get(field)
        if column is None:
            return None
        origin = self.sheet.origin(self.row, column.number)
        is_same_column = origin[1] == column.number and origin[0] > self.table.header_bottom
        return origin if is_same_column else (self.row, column.number)

    def value(self, field: str) -> Value:
        """What the field's cell holds; a cell merged downwards holds for all its rows."""
        origin = self._origin(field)
        return self.sheet.value(*origin) if origin else None

    def is_percent_cell(self, field: str) -> bool:
        """Whether the field's number is shown as a percentage."""
        return self._origin(field) in self.sheet.survey.percents

    def header(self, field: str) -> str:
        """The header of the field's column without spaces, empty if the table has none."""
        column = self.table.columns.get(field)
        return column.header if column else ""

    def cell(self, field: str) -> Cell | None:
        """Where the field stands, None if the table has no such column."""
        origin = self._origin(field)
        if origin is None:
            return None
        row, column = origin
        text = shown(self.sheet.value(row, column))
        return Cell(row, column_letter(column), self.header(field), text)

    def refused(self, field: str, kind: Kind, message: Text) -> RowRefused:
        """The refusal of this row for what stands in the field."""
        cell = self.cell(field)
        return RowRefused(
            Refusal(
                sheet=self.sheet.name,
                row=self.row,
                column=self.header(field),
                letter=cell.column if cell else "",
                kind=kind,
                message=message,
                value=brief(self.value(field)),
            )
        )

    def required(self, field: str, parse: Callable[[Value], T]) -> T:
        """The field's value; a blank is refused too."""
        value = self.value(field)
        if is_blank(value):
            message = say(
                _("“%(header)s” is blank, and the row cannot be read without it. Fill it in."),
                header=self.header(field),
            )
            raise self.refused(field, Kind.MISSING_VALUE, message)
        return self._parsed(field, parse, value)

    def optional(self, field: str, parse: Callable[[Value], T]) -> T | None:
        """The field's value, None where it is blank or the table has no such column."""
        value = self.value(field)
        return None if is_blank(value) else self._parsed(field, parse, value)

    def partial_date(self, field: str) -> PartialDate | None:
        """The field's date, None where it is blank."""
        return self.optional(field, self._counted_from_1900(dates.partial_date))

    def month(self, field: str) -> date:
        """The field's month as its first day; a blank is refused."""
        return self.required(field, self._counted_from_1900(dates.month))

    def _counted_from_1900(self, parse: Callable[[Value], T]) -> Callable[[Value], T]:
        if not self.sheet.is_1904:
            return parse
        return lambda value: parse(dates.since_1900(value))

    def _parsed(self, field: str, parse: Callable[[Value], T], value: Value) -> T:
        self._refuse_error_value(field)
        try:
            parsed = parse(value)
        except CellRefused as refused:
            raise self.refused(field, refused.kind, refused.message) from refused
        cell = self.cell(field)
        if cell is not None:
            self.cells[field] = cell
        return parsed

    def _refuse_error_value(self, field: str) -> None:
        error = self.sheet.survey.errors.get(self._origin(field) or (0, 0))
        if error:
            message = say(
                _("The cell shows the error %(value)s. Replace it by the value meant."),
                value=error,
            )
            raise self.refused(field, Kind.ERROR_VALUE, message)
