"""The sheets of a workbook: values by row and column, with what the survey found."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from .package import Package, damaged
from .refusals import WorkbookRefused, say
from .survey import Position, Survey, elements, string_lengths, survey_sheet
from .text import Value, plain

MAX_SHEETS = 300
_BUILT_IN_PERCENTS = {"9", "10"}
_QUOTED = re.compile(r'"[^"]*"|\\.')
_EMPTY = ("", None)
_FILL_BOUND = 2_000_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet; rows and columns count from 1."""

    name: str
    is_hidden: bool
    is_1904: bool
    survey: Survey
    values: list[list[Value]]
    origins: dict[Position, Position] = field(default_factory=dict)

    @property
    def last_row(self) -> int:
        return self.survey.last_row

    def value(self, row: int, column: int) -> Value:
        """What the cell itself holds, None beyond the edges; an error cell its error text."""
        if error := self.survey.errors.get((row, column)):
            return error
        if 1 <= row <= len(self.values) and 1 <= column <= len(self.values[row - 1]):
            return self.values[row - 1][column - 1]
        return None

    def origin(self, row: int, column: int) -> Position:
        """The cell that holds the value seen here: the first of a merged area, or itself."""
        return self.origins.get((row, column), (row, column))

    def words(self, row: int) -> Iterator[tuple[int, str]]:
        """Column and text without spaces of the row's own filled cells, formulas included."""
        formulas = self.survey.formulas
        for column in range(1, self.survey.last_column + 1):
            value = self.value(row, column)
            if value not in _EMPTY or (row, column) in formulas:
                text = plain(value)
                if text or (row, column) in formulas:
                    yield column, text


def _origins(survey: Survey) -> dict[Position, Position]:
    """For each cell of a merged area inside the filled part, the area's first cell."""
    origins: dict[Position, Position] = {}
    for (top, left), (bottom, right) in survey.merges:
        for row in range(top, min(bottom, survey.last_row) + 1):
            for column in range(left, min(right, survey.last_column) + 1):
                origins[row, column] = (top, left)
        if len(origins) > _FILL_BOUND:
            raise damaged()
    return origins


def _percent_styles(data: bytes | None) -> set[str]:
    """The indices of the cell styles that show a number as a percentage."""
    percents = set(_BUILT_IN_PERCENTS)
    styles: set[str] = set()
    index, is_inside = 0, False
    for name, attrs in elements(data or b"<x/>", "numFmt", "cellStyleXfs", "cellXfs", "xf", "dxfs"):
        if name == "numFmt" and "%" in _QUOTED.sub("", attrs.get("formatCode", "")):
            percents.add(attrs.get("numFmtId", ""))
        elif name == "xf" and is_inside:
            if attrs.get("numFmtId", "0") in percents:
                styles.add(str(index))
            index += 1
        elif name != "xf":
            is_inside = name == "cellXfs"
    return styles


@dataclass(frozen=True, slots=True)
class _Listed:
    name: str
    is_hidden: bool
    part: str


def _target(target: str) -> str:
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


def _listed_sheets(package: Package) -> tuple[list[_Listed], bool]:
    """The sheets in the order of the workbook, and whether its days count from 1904."""
    relations = package.part("xl/_rels/workbook.xml.rels") or b"<x/>"
    targets = {
        attrs.get("Id", ""): attrs.get("Target", "")
        for _name, attrs in elements(relations, "Relationship")
    }
    is_1904 = False
    sheets = []
    for name, attrs in elements(package.part("xl/workbook.xml") or b"", "sheet", "workbookPr"):
        if name == "workbookPr":
            is_1904 = attrs.get("date1904", "0").lower() in {"1", "true", "on"}
            continue
        relation = next((value for key, value in attrs.items() if key.endswith(":id")), "")
        is_hidden = attrs.get("state", "visible") != "visible"
        part = _target(targets.get(relation, ""))
        sheets.append(_Listed(attrs.get("name", ""), is_hidden, part))
    if len({sheet.name for sheet in sheets}) < len(sheets):
        raise damaged()
    return sheets, is_1904


def _values(sheet: CalamineSheet) -> list[list[Value]]:
    return [list(row) for row in sheet.to_python(skip_empty_area=False)]


def _read_sheet(
    listed: _Listed, is_1904: bool, survey: Survey, workbook: CalamineWorkbook
) -> Sheet:
    values = _values(workbook.get_sheet_by_name(listed.name)) if survey.filled else []
    return Sheet(listed.name, listed.is_hidden, is_1904, survey, values, _origins(survey))


def read_sheets(package: Package) -> list[Sheet]:
    """All worksheets of the workbook in its order; chart sheets are left out.

    Raises WorkbookRefused if a part is missing or broken, or a sheet is too large to hold.
    """
    listed_sheets, is_1904 = _listed_sheets(package)
    if len(listed_sheets) > MAX_SHEETS:
        raise _too_many_sheets(len(listed_sheets))
    lengths = string_lengths(package.part("xl/sharedStrings.xml"))
    percents = _percent_styles(package.part("xl/styles.xml"))
    surveys: list[tuple[_Listed, Survey]] = []
    for listed in listed_sheets:
        if not listed.part.lower().startswith(("xl/chartsheets/", "xl/dialogsheets/")):
            data = package.part(listed.part)
            if data is None:
                raise damaged()
            surveys.append((listed, survey_sheet(listed.name, data, lengths, percents)))
    try:
        with CalamineWorkbook.from_filelike(package.clean_copy()) as workbook:
            return [_read_sheet(listed, is_1904, survey, workbook) for listed, survey in surveys]
    except CalamineError as error:
        raise damaged() from error


def _too_many_sheets(count: int) -> WorkbookRefused:
    return WorkbookRefused(
        say(
            _(
                "The workbook has %(count)s sheets, at most %(limit)s are read. "
                "Remove those that do not belong to the roster."
            ),
            count=count,
            limit=MAX_SHEETS,
        )
    )
