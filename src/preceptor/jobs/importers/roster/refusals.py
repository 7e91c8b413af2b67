"""What the reader says no to: a cell, a row of a sheet, or the whole workbook."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise, lazy

from preceptor.base.errors import InputRefused

Text = str | Promise


class Kind(StrEnum):
    """Why a row, or a whole sheet, was not taken. The values are part of the command's output."""

    CONFLICTING_OUTCOME = "conflicting outcome"
    CONFLICTING_PANEL = "conflicting panel"
    DUPLICATE = "duplicate"
    ENDS_BEFORE_START = "ends before start"
    ERROR_VALUE = "error value"
    HIDDEN_SHEET = "hidden sheet"
    IMPLAUSIBLE_PERIOD = "implausible period"
    IMPOSSIBLE_STATE = "impossible state"
    INVALID_ATTEMPT = "invalid attempt"
    INVALID_COHORT = "invalid cohort"
    INVALID_DATE = "invalid date"
    INVALID_MONTH = "invalid month"
    INVALID_NAME = "invalid name"
    INVALID_NUMBER = "invalid number"
    INVALID_PERCENTAGE = "invalid percentage"
    MISSING_COLUMN = "missing column"
    MISSING_VALUE = "missing value"
    REPEATED_COLUMN = "repeated column"
    TEXT_TOO_LONG = "text too long"
    UNKNOWN_ANSWER = "unknown answer"
    UNKNOWN_CODE = "unknown code"
    UNKNOWN_KIND = "unknown kind"
    UNKNOWN_OUTCOME = "unknown outcome"
    UNKNOWN_ROLE = "unknown role"
    UNKNOWN_SEX = "unknown sex"
    UNKNOWN_STAGE = "unknown stage"
    UNKNOWN_STATE = "unknown state"
    UNKNOWN_STUDENT = "unknown student"
    UNKNOWN_UNIT = "unknown unit"


def _fill(template: Text, values: dict[str, object]) -> str:
    return str(template) % values


_fill_later = lazy(_fill, str)


def say(template: Text, **values: object) -> Text:
    """The template with its named places filled, translated only when somebody reads it."""
    return _fill_later(template, values)


class CellRefused(Exception):
    """A value cannot be read as what its column asks for; where it stands is not known here."""

    def __init__(self, kind: Kind, message: Text) -> None:
        super().__init__(kind)
        self.kind = kind
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One row that is not taken, or a whole sheet (then `row` is its header row, or 1).

    `row` counts from 1 as Excel does; `column` is the header of the cell without spaces and
    `letter` its column letter, both empty when no single cell is at fault; `value` is what
    the cell shows, shortened after 60 characters, empty for a blank cell.
    """

    sheet: str
    row: int
    column: str
    letter: str
    kind: Kind
    message: Text
    value: str


class RowRefused(Exception):
    """Ends the reading of one row; no other row is touched by it."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.kind)
        self.refusal = refusal


class WorkbookRefused(InputRefused):
    """The file is no usable workbook of this form: nothing of it was read."""
