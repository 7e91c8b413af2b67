"""Lists as Excel workbooks, row by row in constant memory.

Every text is written as text, never as a formula; one that a spreadsheet might take for a formula
is also marked as quoted, so that editing the cell does not bring it to life.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

# Loaded with the first export: a process that writes none starts without it.
if TYPE_CHECKING:
    import xlsxwriter

FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r", "\n")
WIDTH = 16
#: A sheet of Excel holds no more; the list goes on on the next one.
MOST_ROWS = 1_048_576
MOST_TITLE = 31


class Sheet:
    """One sheet that is filled from the top down."""

    def __init__(self, book: xlsxwriter.Workbook, title: str) -> None:
        self.sheet = book.add_worksheet(title)
        self.head = book.add_format({"bold": True, "bottom": 1})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.quoted = book.add_format({"quote_prefix": True})
        self.row = 0

    def heads(self, titles: Sequence[str]) -> None:
        """Write the heads, keep them in sight, and set the columns' width."""
        self.sheet.set_column(0, max(len(titles) - 1, 0), WIDTH)
        self.sheet.freeze_panes(1, 0)
        for place, title in enumerate(titles):
            self.sheet.write_string(self.row, place, str(title), self.head)
        self.row += 1

    def line(self, values: Sequence[Any]) -> None:
        """Write one row; None leaves a cell empty, for unknown is not nothing."""
        for place, value in enumerate(values):
            self._cell(place, value)
        self.row += 1

    def _cell(self, place: int, value: Any) -> None:
        if value is None:
            return
        if isinstance(value, date):
            self.sheet.write_datetime(self.row, place, value, self.day)
        elif isinstance(value, int | float | Decimal):
            self.sheet.write_number(self.row, place, value)
        else:
            text = str(value)
            form = self.quoted if text.startswith(FORMULA_MARKS) else None
            self.sheet.write_string(self.row, place, text, form)


def write_workbook(
    target: IO[bytes], title: str, heads: Sequence[str], lines: Iterable[Sequence[Any]]
) -> None:
    """Write the heads and lines to the file: one sheet, and another one where a sheet is full."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    import xlsxwriter

    with xlsxwriter.Workbook(target, options) as book:
        sheet = _sheet(book, title, heads, 1)
        for line in lines:
            if sheet.row == MOST_ROWS:
                sheet = _sheet(book, title, heads, len(book.worksheets()) + 1)
            sheet.line(line)


def write_sheets(
    target: IO[bytes], sheets: Sequence[tuple[str, Sequence[str], Iterable[Sequence[Any]]]]
) -> None:
    """Write several lists, each with its title, heads and lines, as the sheets of one workbook, in the
    order given; for what is known to fit into a sheet each."""
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    import xlsxwriter

    with xlsxwriter.Workbook(target, options) as book:
        for title, heads, lines in sheets:
            sheet = _sheet(book, title, heads, 1)
            for line in lines:
                sheet.line(line)


def _sheet(book: xlsxwriter.Workbook, title: str, heads: Sequence[str], number: int) -> Sheet:
    """A sheet with its heads; the first has the list's name, the others are numbered."""
    name = title if number == 1 else f"{title[: MOST_TITLE - 4]} {number}"
    sheet = Sheet(book, name[:MOST_TITLE])
    sheet.heads(heads)
    return sheet
