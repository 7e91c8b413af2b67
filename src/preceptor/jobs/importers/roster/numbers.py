"""Student numbers, cohorts and the count of an attempt."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

from django.utils.translation import gettext_lazy as _

from .refusals import CellRefused, Kind, say
from .text import Value, brief, plain

_FLOAT_TEXT = re.compile(r"([0-9]+)\.0+")
_STUDENT_NUMBER = re.compile(r"(?=.*[0-9])[0-9A-Za-z](?:[0-9A-Za-z-]{2,30})[0-9A-Za-z]")
_COHORT = re.compile(r"((?:19[5-9]|20[0-9])[0-9])(?:\.0+)?(?:级|年|年级)?|([0-9]{2})级")
_ATTEMPT = re.compile(r"第?([1-9]|[一二三四五六七八九])(?:\.0+)?次?|(首次)")
_CHINESE_DIGITS = "一二三四五六七八九"
_EXACT_DIGITS = 1e15


def _is_lossy(value: Value) -> bool:
    return isinstance(value, float) and abs(value) >= _EXACT_DIGITS


def student_number(value: Value) -> str:
    """The student number as text, also where the cell holds a number or full-width digits.

    Raises CellRefused if it holds other than letters, digits and hyphens, has no digit, or is
    a number of more than 15 digits, of which Excel has already lost the last ones.
    """
    text = plain(value).lstrip("'‘’`")
    if match := _FLOAT_TEXT.fullmatch(text):
        text = match[1]
    is_number = not isinstance(value, date | time | timedelta) and not _is_lossy(value)
    if not is_number or _STUDENT_NUMBER.fullmatch(text) is None:
        raise CellRefused(
            Kind.INVALID_NUMBER,
            say(
                _(
                    "“%(value)s” is not a student number. "
                    "Write its 4 to 32 digits and letters as text."
                ),
                value=brief(value),
            ),
        )
    return text


def cohort(value: Value) -> int:
    """The year of entry, written 2021, 2021级, 2021年 or 21级; raises CellRefused otherwise."""
    match = _COHORT.fullmatch(plain(value))
    if match is None:
        raise CellRefused(
            Kind.INVALID_COHORT,
            say(
                _("“%(value)s” is not a year of entry. Write it like 2021 or 2021级."),
                value=brief(value),
            ),
        )
    return int(match[1]) if match[1] else 2000 + int(match[2])


def attempt(value: Value) -> int:
    """Which attempt this was, 1 to 9; raises CellRefused for 0, parts, “2余” and the like."""
    match = _ATTEMPT.fullmatch(plain(value))
    if match is None or isinstance(value, bool):
        raise CellRefused(
            Kind.INVALID_ATTEMPT,
            say(
                _("“%(value)s” does not count an attempt. Write 1, 2, 3 and so on."),
                value=brief(value),
            ),
        )
    if match[2]:
        return 1
    digit = match[1]
    return _CHINESE_DIGITS.index(digit) + 1 if digit in _CHINESE_DIGITS else int(digit)
