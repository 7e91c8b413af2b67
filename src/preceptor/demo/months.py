"""Days and months of the demo's calendar."""

from __future__ import annotations

from datetime import date, timedelta


def add_months(day: date, months: int) -> date:
    """The day so many months later, or the last one of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    return min(first + timedelta(days=day.day - 1), last_of_month(first))


def last_of_month(day: date) -> date:
    """The last day of the month of the day."""
    later = day.replace(day=28) + timedelta(days=4)
    return later - timedelta(days=later.day)


def first_of_month(day: date) -> date:
    """The first day of the month of the day."""
    return day.replace(day=1)
