"""Finding the tables on a sheet by the words of their headers, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext_lazy as _

from .forms import FORMS, GROUP_WORDS, STUDENT_NUMBER_WORDS, Form, FormName, header_key
from .refusals import Kind, Refusal, Text, say
from .sheet import Sheet
from .survey import column_letter
from .text import plain

_FEW_FIELDS = 3


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its number, counted from 1, and its header without spaces."""

    number: int
    header: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table: the form it follows, its header rows, its data rows, its columns by field."""

    form: Form
    header_top: int
    header_bottom: int
    last_row: int
    columns: dict[str, Column]

    @property
    def name(self) -> FormName:
        return self.form.name


@dataclass(frozen=True, slots=True)
class _Band:
    """The rows of one header, and the row in which it says 学号."""

    top: int
    bottom: int


@dataclass(frozen=True, slots=True)
class _Heading:
    number: int
    header: str
    keys: tuple[str, ...]


def _student_number_column(sheet: Sheet, row: int) -> int | None:
    for column, word in sheet.words(row):
        if header_key(word) in STUDENT_NUMBER_WORDS:
            return column
    return None


def _is_sub_header(sheet: Sheet, row: int, number_column: int) -> bool:
    """Whether the row only divides the header above: words of the form, no student number."""
    words = dict(sheet.words(row))
    if not words or number_column in words:
        return False
    known = {word for form in FORMS for choices in form.words.values() for word in choices}
    return all(header_key(word) in known | {"名称", "代码"} for word in words.values())


def _band(sheet: Sheet, row: int, number_column: int) -> _Band:
    top, bottom = row, row
    above = {header_key(word) for _column, word in sheet.words(row - 1)} if row > 1 else set()
    if above & GROUP_WORDS and not above & STUDENT_NUMBER_WORDS:
        top = row - 1
    while _is_sub_header(sheet, bottom + 1, number_column) and bottom < row + 2:
        bottom += 1
    return _Band(top, bottom)


def _own_or_merged(sheet: Sheet, row: int, column: int) -> str:
    return plain(sheet.value(*sheet.origin(row, column)))


def _covering_word(sheet: Sheet, row: int, column: int, band: _Band) -> str:
    """The header over a column, taken from its left neighbours where the cells are not merged."""
    for left in range(column, 0, -1):
        if word := _own_or_merged(sheet, row, left):
            is_divided = any(
                _own_or_merged(sheet, below, left) not in ("", word)
                for below in range(row + 1, band.bottom + 1)
            )
            return word if left == column or is_divided else ""
    return ""


def _heading(sheet: Sheet, column: int, band: _Band) -> _Heading | None:
    lowest = _own_or_merged(sheet, band.bottom, column)
    parts: list[str] = []
    for row in range(band.top, band.bottom + 1):
        word = _own_or_merged(sheet, row, column)
        if not word and lowest and row < band.bottom:
            word = _covering_word(sheet, row, column, band)
        if word and word not in parts:
            parts.append(word)
    if not parts:
        return None
    keys = tuple(header_key("".join(parts[start:])) for start in range(len(parts)))
    return _Heading(column, "".join(parts), keys)


def _headings(sheet: Sheet, band: _Band) -> list[_Heading]:
    columns = range(1, sheet.survey.last_column + 1)
    return [found for column in columns if (found := _heading(sheet, column, band))]


def _columns_of(form: Form, headings: list[_Heading]) -> dict[str, list[Column]]:
    """The columns of each field. A divided header counts by its whole text before its part."""
    whole: dict[str, list[Column]] = {}
    part: dict[str, list[Column]] = {}
    for heading in headings:
        for depth, key in enumerate(heading.keys):
            if name := form.field_of(key):
                found = part if depth else whole
                found.setdefault(name, []).append(Column(heading.number, heading.header))
                break
    return part | whole


def _best_form(headings: list[_Heading]) -> tuple[Form, dict[str, list[Column]]]:
    """The form whose signature the header bears, else the one that shares most with it."""
    candidates = [(form, _columns_of(form, headings)) for form in FORMS]
    return max(candidates, key=lambda found: (found[0].signature <= found[1].keys(), len(found[1])))


@dataclass(slots=True)
class Found:
    """The tables of one sheet, and the headers that come close to the form but cannot be read."""

    tables: list[Table] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


def _refusal(sheet: Sheet, band: _Band, kind: Kind, header: str, message: Text) -> Refusal:
    return Refusal(
        sheet=sheet.name,
        row=band.bottom,
        column=header,
        letter="",
        kind=kind,
        message=message,
        value="",
    )


def _missing_column(sheet: Sheet, band: _Band, header: str) -> Refusal:
    message = say(
        _(
            "The table was not read: it has no column “%(header)s”. "
            "Add the column, or correct its header, and import again."
        ),
        header=header,
    )
    return _refusal(sheet, band, Kind.MISSING_COLUMN, header, message)


def _repeated_column(sheet: Sheet, band: _Band, columns: list[Column]) -> Refusal:
    letters = [column_letter(column.number) for column in columns]
    message = say(
        _(
            "The table was not read: columns %(letters)s both seem to give “%(header)s”. "
            "Rename the one that does not count and import again."
        ),
        letters=", ".join(letters),
        header=columns[0].header,
    )
    return _refusal(sheet, band, Kind.REPEATED_COLUMN, columns[0].header, message)


def _read_header(sheet: Sheet, band: _Band, found: Found) -> None:
    """Add the table under this header, or say why it cannot be read."""
    form, columns = _best_form(_headings(sheet, band))
    missing = [header for name, header in form.required.items() if name not in columns]
    repeated = [same for name, same in columns.items() if len(same) > 1 and name != "serial"]
    if len(columns) < _FEW_FIELDS and missing:
        return
    if missing:
        found.refusals.append(_missing_column(sheet, band, missing[0]))
    elif repeated:
        found.refusals.append(_repeated_column(sheet, band, repeated[0]))
    else:
        single = {name: same[0] for name, same in columns.items()}
        found.tables.append(Table(form, band.top, band.bottom, sheet.last_row, single))


def _bands(sheet: Sheet) -> Iterator[_Band]:
    row = 1
    while row <= sheet.last_row:
        number_column = _student_number_column(sheet, row)
        if number_column is not None:
            band = _band(sheet, row, number_column)
            yield band
            row = band.bottom
        row += 1


def find_tables(sheet: Sheet) -> Found:
    """The tables of the form on a sheet, each reaching to the next header or the last row.

    A header that shares three fields with a form but lacks a column that the form needs, or has
    one twice, is refused as a whole; anything else on the sheet is no table of the form.
    """
    found = Found()
    bands = list(_bands(sheet))
    for band in bands:
        _read_header(sheet, band, found)
    tops = [band.top for band in bands] + [sheet.last_row + 1]
    found.tables = [
        replace(table, last_row=next(top for top in tops if top > table.header_bottom) - 1)
        for table in found.tables
    ]
    return found
