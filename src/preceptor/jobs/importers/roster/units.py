"""The unit that a sheet of trainees belongs to."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left

from .lines import is_record
from .rows import Cell
from .sheet import Sheet
from .survey import column_letter
from .tables import Table
from .text import plain, shown

_LABEL = r"(?:培养|所在|填报)?(?:单位|医院)(?:名称)?\s*:"
_OTHER = r"填[表报]|日期|制表|联系|负责|审核"
_UNIT = re.compile(rf"(?:^|\s){_LABEL}\s*(?P<unit>.+?)(?=\s+\S{{1,8}}:|\s*(?:{_OTHER})|$)")
_LABEL_ALONE = re.compile(rf"{_LABEL}\s*")
_BRACKETS = re.compile(r"\([^)]*\)")


def _named_in(text: str) -> str:
    match = _UNIT.search(text)
    return "".join(_BRACKETS.sub("", match["unit"]).split()) if match else ""


def _cell(sheet: Sheet, row: int, column: int, header: str) -> Cell:
    return Cell(row, column_letter(column), header, shown(sheet.value(row, column)))


def unit_on_line(sheet: Sheet, row: int) -> tuple[str, Cell] | None:
    """The unit a line such as 单位：总医院 names, in one cell or in two; None if it names none."""
    is_label_before = False
    for column, _word in sheet.words(row):
        text = unicodedata.normalize("NFKC", shown(sheet.value(row, column))).strip()
        if is_label_before:
            return plain(text), _cell(sheet, row, column, "单位")
        if unit := _named_in(text):
            return unit, _cell(sheet, row, column, "单位")
        is_label_before = _LABEL_ALONE.fullmatch(text) is not None
    return None


class UnitLines:
    """The lines of a sheet that name a unit: above a table, or between its records."""

    def __init__(self, sheet: Sheet, table: Table) -> None:
        self.sheet_name = sheet.name
        self.rows: list[int] = []
        self.units: list[tuple[str, Cell]] = []
        for row in range(1, table.last_row + 1):
            is_data = row > table.header_bottom and is_record(sheet, table, row)
            is_line = not is_data and not table.header_top <= row <= table.header_bottom
            if is_line and (unit := unit_on_line(sheet, row)):
                self.rows.append(row)
                self.units.append(unit)

    def above(self, row: int) -> tuple[str, Cell]:
        """The unit of the last such line above the row, else the name of the sheet."""
        lines_above = bisect_left(self.rows, row)
        if lines_above:
            return self.units[lines_above - 1]
        return plain(self.sheet_name), Cell(0, "", "", self.sheet_name)
