"""Calendar months between two days, and sets of days as spans; the end of a span is not in it."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date, timedelta

A_DAY = timedelta(days=1)
#: From its first day up to, and not including, its second.
Span = tuple[date, date]


def shifted(day: date, months: int) -> date:
    """The same day so many months later (earlier where negative); the last of a shorter month."""
    place = day.year * 12 + day.month - 1 + months
    year, month = place // 12, place % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def complete_months(first: date, until: date) -> int:
    """The whole months from the first day up to, not including, the last; 0 where there are none."""
    found = (until.year - first.year) * 12 + until.month - first.month
    return max(0, found - (shifted(first, found) > until))


def begun_months(first: date, until: date) -> int:
    """As `complete_months`, with a month counted as soon as it has begun."""
    found = complete_months(first, until)
    return found + (shifted(first, found) < until)


def days_back(day: date, months: int) -> int:
    """How many days the so many months before the day have."""
    return (day - shifted(day, -months)).days


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same days as spans that neither touch nor overlap, in order; empty spans are left out."""
    found: list[Span] = []
    for first, until in sorted(span for span in spans if span[0] < span[1]):
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], until)
        else:
            found.append((first, until))
    return found


def common(left: Iterable[Span], right: Iterable[Span]) -> list[Span]:
    """The days that lie in both."""
    others = list(right)
    return joined(
        (max(first, other[0]), min(until, other[1])) for first, until in left for other in others
    )


def without(left: Iterable[Span], right: Iterable[Span]) -> list[Span]:
    """The days of the first that lie in none of the second."""
    found = joined(left)
    for first, until in right:
        found = [
            part
            for own in found
            for part in ((own[0], min(own[1], first)), (max(own[0], until), own[1]))
            if part[0] < part[1]
        ]
    return joined(found)


def days_of(spans: Iterable[Span]) -> int:
    """How many days the spans have, each counted once."""
    return sum((until - first).days for first, until in joined(spans))
