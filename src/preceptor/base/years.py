"""Periods of whole years, as Chinese law counts them."""

from __future__ import annotations

from datetime import date

from .dates import month_end

LAST_YEAR = date.max.year
FIRST_YEAR = date.min.year


def _in_year(day: date, year: int) -> date:
    """The same day of another year; where that year has no such day, the last of the month."""
    first = date(year, day.month, 1)
    return first.replace(day=min(day.day, month_end(first).day))


def last_day_of_years(day: date, years: int) -> date:
    """The last day of a period of whole years that begins with the day's event.

    The day of the event does not count; the last day does. A period without a corresponding day
    ends with the last day of the month (Civil Code, articles 201 and 202).
    """
    return _in_year(day, min(day.year + years, LAST_YEAR))


def earliest_within(day: date, years: int) -> date:
    """A day at or before the first whose period of so many years reaches the day; for queries that
    narrow down what `last_day_of_years` then decides."""
    return _in_year(day, max(day.year - years, FIRST_YEAR)).replace(day=1)
