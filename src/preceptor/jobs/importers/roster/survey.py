"""What a sheet holds beside its values: formulas, errors, percent formats, merges, extent.

The XML is streamed and nothing in it is resolved: a document type, and with it every entity,
is refused. The survey also bounds what reading the values may cost.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

import defusedxml.sax
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext_lazy as _

from .package import damaged
from .refusals import WorkbookRefused, say

MAX_CELLS = 2_000_000
MAX_CHARACTERS = 64_000_000
MAX_MERGES = 100_000
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")

Position = tuple[int, int]


def column_letter(column: int) -> str:
    """The letters Excel gives a column counted from 1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _position(reference: str) -> Position:
    """Row and column, counted from 1, of a reference such as B7; raises if it is none."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise damaged()
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column


def _area(reference: str) -> tuple[Position, Position]:
    first, _colon, last = reference.replace("$", "").partition(":")
    return _position(first), _position(last or first)


@dataclass(slots=True)
class Survey:
    """One sheet's cells, by (row, column) counted from 1."""

    formulas: set[Position] = field(default_factory=set)
    errors: dict[Position, str] = field(default_factory=dict)
    percents: set[Position] = field(default_factory=set)
    merges: list[tuple[Position, Position]] = field(default_factory=list)
    last_row: int = 0
    last_column: int = 0
    filled: int = 0
    characters: int = 0


def stream_xml(data: bytes, handler: ContentHandler) -> None:
    """Feed the part to the handler; raises WorkbookRefused if it is not well-formed XML."""
    try:
        defusedxml.sax.parse(io.BytesIO(data), handler, forbid_dtd=True)
    except (SAXException, DefusedXmlException, ValueError, LookupError) as error:
        raise damaged() from error


class _Elements(ContentHandler):
    def __init__(self, wanted: Collection[str]) -> None:
        super().__init__()
        self.wanted = wanted
        self.found: list[tuple[str, dict[str, str]]] = []

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        local = name.rpartition(":")[2]
        if local in self.wanted:
            self.found.append((local, dict(attrs.items())))


def elements(data: bytes, *wanted: str) -> list[tuple[str, dict[str, str]]]:
    """Local name and attributes of the wanted elements, in the order of the document."""
    handler = _Elements(wanted)
    stream_xml(data, handler)
    return handler.found


class _StringLengths(ContentHandler):
    """The length of each shared string, phonetic hints left out."""

    def __init__(self) -> None:
        super().__init__()
        self.lengths: list[int] = []

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        if name.rpartition(":")[2] == "si":
            self.lengths.append(0)

    def characters(self, content: str) -> None:
        if self.lengths:
            self.lengths[-1] += len(content)


def string_lengths(data: bytes | None) -> list[int]:
    """How many characters each shared string has; empty without shared strings."""
    handler = _StringLengths()
    if data is not None:
        stream_xml(data, handler)
    return handler.lengths


class _SheetHandler(ContentHandler):
    """Walks one sheet; a position left out in the XML is the one after the last."""

    def __init__(self, sheet: str, lengths: list[int], percent_styles: Collection[str]) -> None:
        super().__init__()
        self.sheet = sheet
        self.lengths = lengths
        self.percent_styles = percent_styles
        self.survey = Survey()
        self.row = self.column = 0
        self.cell_type = ""
        self.is_percent = False
        self.text: list[str] | None = None

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        match name.rpartition(":")[2]:
            case "c":
                self._start_cell(attrs)
            case "v":
                self._fill()
                self.text = []
            case "is":
                self._fill()
            case "f":
                self._fill()
                self.survey.formulas.add((self.row, self.column))
            case "row":
                self._start_row(attrs)
            case "mergeCell":
                self._merge(attrs.get("ref", ""))

    def endElement(self, name: str) -> None:
        if self.text is not None and name.rpartition(":")[2] == "v":
            self._end_value("".join(self.text))
            self.text = None

    def characters(self, content: str) -> None:
        if self.text is not None:
            self.text.append(content)

    def _start_row(self, attrs: AttributesImpl) -> None:
        number = attrs.get("r", "")
        self.row = int(number) if number else self.row + 1
        self.column = 0

    def _start_cell(self, attrs: AttributesImpl) -> None:
        reference = attrs.get("r", "")
        if reference:
            self.row, self.column = _position(reference)
        else:
            self.column += 1
        self.cell_type = attrs.get("t", "n")
        self.is_percent = attrs.get("s", "0") in self.percent_styles

    def _fill(self) -> None:
        survey = self.survey
        survey.filled += 1
        survey.last_row = max(survey.last_row, self.row)
        survey.last_column = max(survey.last_column, self.column)
        if survey.last_row * survey.last_column > MAX_CELLS or survey.filled > 2 * MAX_CELLS:
            raise _too_wide(self.sheet, self.row, self.column)

    def _end_value(self, text: str) -> None:
        here = (self.row, self.column)
        if self.cell_type == "s":
            self._count_characters(text)
        elif self.cell_type == "e":
            self.survey.errors[here] = text[:20] or "#"
        elif self.is_percent:
            self.survey.percents.add(here)

    def _count_characters(self, index: str) -> None:
        if not 0 <= int(index) < len(self.lengths):
            raise damaged()
        self.survey.characters += self.lengths[int(index)]
        if self.survey.characters > MAX_CHARACTERS:
            raise _too_wide(self.sheet, self.row, self.column)

    def _merge(self, reference: str) -> None:
        self.survey.merges.append(_area(reference))
        if len(self.survey.merges) > MAX_MERGES:
            raise _too_wide(self.sheet, self.row, self.column)


def _too_wide(sheet: str, row: int, column: int) -> WorkbookRefused:
    return WorkbookRefused(
        say(
            _(
                "Sheet “%(sheet)s” holds far more than a roster does, as far as cell %(cell)s. "
                "Delete what lies beyond the table and try again."
            ),
            sheet=sheet,
            cell=f"{column_letter(column)}{row}",
        )
    )


def survey_sheet(
    sheet: str, data: bytes, lengths: list[int], percent_styles: Collection[str]
) -> Survey:
    """Walk one sheet's XML; raises WorkbookRefused if it is broken or too large to hold."""
    handler = _SheetHandler(sheet, lengths, percent_styles)
    stream_xml(data, handler)
    return handler.survey
