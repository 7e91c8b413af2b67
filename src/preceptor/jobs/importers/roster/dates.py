"""Dates and months in the spellings that offices use."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext_lazy as _

from .refusals import CellRefused, Kind, say
from .rows import PartialDate
from .text import Value, brief, plain, shown

FIRST_YEAR = 1950
LAST_YEAR = 2099
_SERIAL_DAY_ZERO = date(1899, 12, 30)
_DAYS_1900_TO_1904 = 1462
_CLOCK = re.compile(r"[T ]\s*[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?Z?$")
_GAP = re.compile(r"(?<=[0-9])\s+(?=[0-9])")
_SEPARATOR = r"[-./。\u2010-\u2015\u2212]"
_PARTS = re.compile(
    rf"([0-9]{{4}})(?:年|{_SEPARATOR})([0-9]{{1,2}})"
    rf"(?:(?:月|{_SEPARATOR})([0-9]{{1,2}})[日号]?|月)?"
)
_YEAR = re.compile(r"([0-9]{4})年?")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})?")
_SERIAL = re.compile(r"[2-7][0-9]{4}")
_YEAR_AND_DIGIT = re.compile(r"20[0-9]{2}[1-9]")


def _made(year: str, month: str | None = None, day: str | None = None) -> PartialDate | None:
    try:
        on = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        return None
    return PartialDate(on, "day" if day else "month" if month else "year")


def _serial(digits: str) -> PartialDate | None:
    """An Excel day number; 20231 to 20999 are left alone, for they may be 2023.1 unpointed."""
    if _YEAR_AND_DIGIT.fullmatch(digits):
        return None
    on = _SERIAL_DAY_ZERO + timedelta(days=int(digits))
    return _made(str(on.year), str(on.month), str(on.day))


def _from_digits(digits: str) -> PartialDate | None:
    if _SERIAL.fullmatch(digits):
        return _serial(digits)
    if match := _COMPACT.fullmatch(digits):
        return _made(*match.groups())
    return None


def _from_number(number: float) -> PartialDate | None:
    """A number: 202309, 20230905, 2023, 2023.9 or an Excel day number.

    The number 2023.1 may have been typed as January or as 2023.10, October: not readable.
    """
    digits, _point, fraction = shown(number).partition(".")
    if not fraction:
        return _from_text(digits)
    if _SERIAL.fullmatch(digits):
        return _serial(digits)
    return None if fraction == "1" else _from_text(f"{digits}.{fraction}")


def _from_text(text: str) -> PartialDate | None:
    without_clock = _CLOCK.sub("", unicodedata.normalize("NFKC", text).strip())
    compact = plain(_GAP.sub(".", without_clock))
    if match := _PARTS.fullmatch(compact) or _YEAR.fullmatch(compact):
        return _made(*match.groups())
    return _from_digits(compact)


def _read(value: Value) -> PartialDate | None:
    if isinstance(value, bool | time | timedelta) or value is None:
        return None
    if isinstance(value, date):
        on = value.date() if isinstance(value, datetime) else value
        return _made(str(on.year), str(on.month), str(on.day))
    if isinstance(value, float | int):
        return _from_number(value)
    return _from_text(value)


def partial_date(value: Value) -> PartialDate:
    """A date to the day, month or year, as written.

    Reads 2023-09-05, 2023.9, 2023/9, 202309, 20230905, 2023年9月5日, 2023, real dates and Excel
    day numbers. Raises CellRefused for a date that does not exist, one before 1950 or after 2099,
    and one that could be read in two ways.
    """
    read = _read(value)
    if read is None:
        raise CellRefused(
            Kind.INVALID_DATE,
            say(
                _(
                    "“%(value)s” is not a date that exists, or may be read in two ways. "
                    "Write it like 2023-09-05 or 2023-09."
                ),
                value=brief(value),
            ),
        )
    return read


def month(value: Value) -> date:
    """The first day of the month written, in the spellings of `partial_date`.

    Raises CellRefused for a year without month too.
    """
    read = _read(value)
    if read is None or read.precision == "year":
        raise CellRefused(
            Kind.INVALID_MONTH,
            say(
                _(
                    "“%(value)s” is not a month that exists, or may be read in two ways. "
                    "Write it like 2023-09 or 202309."
                ),
                value=brief(value),
            ),
        )
    return read.on.replace(day=1)


def since_1900(value: Value) -> Value:
    """A day number of a workbook that counts from 1904, as one that counts from 1900."""
    if isinstance(value, float | int) and _SERIAL.fullmatch(shown(value).partition(".")[0]):
        return value + _DAYS_1900_TO_1904
    return value
