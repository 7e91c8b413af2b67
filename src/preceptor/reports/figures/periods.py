"""The period of a figure: as a short name in its key, and in words."""

from __future__ import annotations

import re
from datetime import date

from .figure import Window

_END = (12, 31)


def _is_year_end(day: date) -> bool:
    return (day.month, day.day) == _END


def period_of(window: Window, day: date) -> str:
    """The window's short name: Y2023, ASOF2023, ASOF2022, Y2021TO2023, EVENT.

    A census of another day than 31 December says so: Y2023TO2023-06-30, ASOF2023-06-30.
    """
    if window == "year":
        return f"Y{day.year}" if _is_year_end(day) else f"Y{day.year}TO{day.isoformat()}"
    if window == "three_years":
        whole = _is_year_end(day)
        return f"Y{day.year - 2}TO{day.year if whole else day.isoformat()}"
    if window == "day":
        return f"ASOF{day.year}" if _is_year_end(day) else f"ASOF{day.isoformat()}"
    return f"ASOF{day.year - 1}" if window == "previous_end" else "EVENT"


def last_day_of(period: str) -> date | None:
    """The last day that the period speaks of; None for an event of history."""
    found = re.fullmatch(r"(?:Y\d{4}TO|ASOF|Y)(\d{4})(?:-(\d\d)-(\d\d))?", period)
    if found is None:
        return None
    year, month, day = found.groups()
    return date(int(year), int(month or 12), int(day or 31))


def period_before(period: str) -> str | None:
    """The same period a year earlier, when it is a whole year or its end."""
    found = re.fullmatch(r"(Y|ASOF)(\d{4})", period)
    return None if found is None else f"{found[1]}{int(found[2]) - 1}"


def in_words(period: str, language: str) -> str:
    """The window of a flow, or the date of a stock, for a reader; dates in ISO form."""
    last = last_day_of(period)
    if last is None:
        return "登记事项" if language == "zh" else "as registered"
    if period.startswith("ASOF"):
        return f"截至 {last}" if language == "zh" else f"as of {last}"
    first = f"{period[1:5]}-01-01"
    return f"{first} 至 {last}" if language == "zh" else f"{first} to {last}"
