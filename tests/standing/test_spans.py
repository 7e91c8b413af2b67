"""Months between days, and sets of days: leap years, short months, gaps and overlaps."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from preceptor.standing.spans import (
    Span,
    begun_months,
    common,
    complete_months,
    days_back,
    days_of,
    joined,
    shifted,
    without,
)

A_DAY = timedelta(days=1)
days = some.dates(date(1950, 1, 1), date(2080, 1, 1))
spans = some.lists(
    some.tuples(days, some.integers(0, 900)).map(
        lambda pair: (pair[0], pair[0] + timedelta(days=pair[1]))
    ),
    max_size=6,
)


@pytest.mark.parametrize(
    ("first", "until", "complete", "begun"),
    [
        (date(2018, 3, 1), date(2024, 3, 1), 72, 72),
        (date(2018, 3, 1), date(2024, 3, 2), 72, 73),
        (date(2018, 3, 1), date(2024, 2, 29), 71, 72),
        (date(2020, 2, 29), date(2021, 2, 28), 12, 12),
        (date(2023, 1, 31), date(2023, 2, 28), 1, 1),
        (date(2023, 1, 31), date(2023, 3, 1), 1, 2),
        (date(2024, 5, 5), date(2024, 5, 5), 0, 0),
        (date(2024, 5, 5), date(2024, 5, 6), 0, 1),
    ],
)
def test_a_month_is_complete_on_its_day_and_begun_a_day_later(
    first: date, until: date, complete: int, begun: int
) -> None:
    assert (complete_months(first, until), begun_months(first, until)) == (complete, begun)


def test_six_years_have_two_leap_days_or_one() -> None:
    assert days_back(date(2024, 3, 1), 72) == 2192
    assert days_back(date(2023, 1, 1), 72) == 2191


@given(days, some.integers(-300, 300))
def test_a_shifted_day_lies_in_the_month_so_many_months_away(day: date, months: int) -> None:
    found = shifted(day, months)
    assert (found.year - day.year) * 12 + found.month - day.month == months
    assert found.day == day.day or (found + A_DAY).day == 1


@given(days, days)
def test_complete_months_reach_as_far_as_they_can_and_begun_ones_beyond(
    one: date, other: date
) -> None:
    first, until = sorted((one, other))
    complete, begun = complete_months(first, until), begun_months(first, until)
    assert shifted(first, complete) <= until <= shifted(first, begun)
    assert begun - complete in (0, 1)


def each(found: list[Span]) -> set[date]:
    return {
        first + timedelta(days=n) for first, until in found for n in range((until - first).days)
    }


@given(spans, spans)
def test_sets_of_days_are_what_they_are_day_by_day(left: list[Span], right: list[Span]) -> None:
    assert each(joined(left)) == each(left)
    assert each(common(left, right)) == each(left) & each(right)
    assert each(without(left, right)) == each(left) - each(right)
    assert days_of(left) == len(each(left))
    together = joined(left)
    assert all(a[1] < b[0] for a, b in itertools.pairwise(together))
