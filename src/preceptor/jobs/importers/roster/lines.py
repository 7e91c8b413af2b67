"""Telling the data rows of a table from blank lines, totals, notes and samples."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .sheet import Sheet
from .tables import Table
from .text import plain

_TOTAL = re.compile(
    r"(合计|总计|小计|共计|累计|总人数|总数|本页合计|本页小计)[:：]?(共?[0-9]+[人名条行]?)?"
)
_SAMPLE = re.compile(
    r"\(?(样例|示例|范例|填写示例|填写样例)|.*[(\[【](样例|示例|范例)[)\]】]|例[:：]?$"
)
_NOTE = re.compile(
    r"(备?注|说明|填表说明|填报说明|填表人|制表人?|审核人?|负责人|经办人|联系人|联系电话|电话"
    r"|填表日期|填报日期|制表日期|打印日期|单位|培养单位|签[字名章]|盖章|领导签字|主管领导)[\d:：()]"
)
_NUMBER = re.compile(r"[0-9A-Za-z.'-]+")


def _key_columns(table: Table) -> set[int]:
    return {column.number for field, column in table.columns.items() if field in table.form.keys}


def _is_one_remark(words: dict[int, str], table: Table) -> bool:
    """One filled cell alone that is no student number: a note, a signature, a stray formula."""
    if len(words) > 1:
        return False
    column, word = next(iter(words.items()))
    number_column = table.columns["student_number"].number
    return column != number_column or _NUMBER.fullmatch(word) is None


def _touches(words: dict[int, str], table: Table) -> bool:
    """Whether anything stands between the table's outermost columns."""
    numbers = [column.number for column in table.columns.values()]
    return any(min(numbers) <= column <= max(numbers) for column in words)


def is_record(sheet: Sheet, table: Table, row: int) -> bool:
    """Whether the row is data: not blank, no total, sample, note or sub-heading."""
    words = dict(sheet.words(row))
    if not _touches(words, table) or _is_one_remark(words, table):
        return False
    first = min(words)
    named = [words[column] for column in sorted({first} | (_key_columns(table) & words.keys()))]
    if any(_TOTAL.fullmatch(word) or _SAMPLE.match(word) for word in named):
        return False
    number = plain(sheet.value(row, table.columns["student_number"].number))
    return not (_NOTE.match(words[first]) and _NUMBER.fullmatch(number) is None)


def record_rows(sheet: Sheet, table: Table) -> Iterator[int]:
    """The rows of the table that hold data."""
    for row in range(table.header_bottom + 1, table.last_row + 1):
        if is_record(sheet, table, row):
            yield row


def formula_cells(sheet: Sheet, table: Table) -> list[tuple[int, int]]:
    """The cells with a formula in any data row of the table, in reading order."""
    rows_with_formulas = {row for row, _column in sheet.survey.formulas}
    rows = {row for row in rows_with_formulas if table.header_bottom < row <= table.last_row}
    data_rows = {row for row in rows if is_record(sheet, table, row)}
    return sorted(cell for cell in sheet.survey.formulas if cell[0] in data_rows)
