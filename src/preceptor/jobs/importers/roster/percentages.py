"""Percentages, read exactly: a threshold is never crossed by rounding."""

from __future__ import annotations

import re
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from .refusals import CellRefused, Kind, Text, say
from .text import Value, brief, plain

_NUMBER = re.compile(r"([+-]?[0-9]{1,6}(?:\.[0-9]{1,15})?)(%?)")


def _refused(template: Text, value: Value) -> CellRefused:
    return CellRefused(Kind.INVALID_PERCENTAGE, say(template, value=brief(value)))


def _percent(value: Value, is_percent_cell: bool, is_percent_column: bool) -> Decimal:
    """The value in percent. A bare number of at most 1 may be a share or a percentage."""
    match = _NUMBER.fullmatch(plain(value))
    if match is None or isinstance(value, bool):
        raise _refused(_("“%(value)s” is not a percentage. Write it like 12.34%%."), value)
    number = Decimal(match[1])
    if match[2] or is_percent_column:
        return number
    if is_percent_cell:
        return number * 100
    if 0 < number <= 1:
        raise _refused(
            _(
                "“%(value)s” may be a share or a percentage. "
                "Write it with the percent sign, like 12.34%%."
            ),
            value,
        )
    return number


def ten_thousandths(
    value: Value, *, is_percent_cell: bool = False, is_percent_column: bool = False
) -> int:
    """A percentage in ten-thousandths, exactly: 30.01 % is 3001.

    `is_percent_cell` says that a number is shown as a percentage (0.3 reads 30 %),
    `is_percent_column` that the header holds a percent sign (0.3 reads 0.3 %). Raises
    CellRefused if it is no percentage, below 0 or above 100, finer than 0.01 %, or a bare number
    that may be either.
    """
    is_shown_as_percent = is_percent_cell and isinstance(value, float | int)
    percent = _percent(value, is_shown_as_percent, is_percent_column and not is_shown_as_percent)
    if not 0 <= percent <= 100:
        raise _refused(
            _("“%(value)s” is not between 0%% and 100%%. Correct the percentage."), value
        )
    share = percent * 100
    if share != share.to_integral_value():
        raise _refused(
            _(
                "“%(value)s” is finer than a hundredth of a percent, and rounding could "
                "cross a limit. Write two decimals, as the report of the check gives them."
            ),
            value,
        )
    return int(share)
