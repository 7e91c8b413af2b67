"""Months and days as an office states them."""

from __future__ import annotations

from datetime import date

from preceptor.base.dates import month_end, months_between, stated


def test_a_rotation_from_march_to_may_covers_three_months() -> None:
    months = months_between(date(2023, 3, 1), date(2023, 5, 1))
    assert months == [date(2023, 3, 1), date(2023, 4, 1), date(2023, 5, 1)]


def test_months_run_over_the_turn_of_a_year() -> None:
    assert len(months_between(date(2022, 11, 1), date(2023, 2, 28))) == 4


def test_february_of_a_leap_year_ends_on_the_29th() -> None:
    assert month_end(date(2024, 2, 3)) == date(2024, 2, 29)


def test_a_day_known_to_the_month_is_never_shown_more_exactly() -> None:
    assert stated(date(2023, 9, 1), "month") == "2023-09"
    assert stated(date(2023, 9, 1), "year") == "2023"
    assert stated(date(2023, 9, 1), "day") == "2023-09-01"
    assert stated(None, "day") == ""
