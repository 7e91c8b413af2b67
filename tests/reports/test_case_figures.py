"""Requests, votes and meetings counted: of the year until the day, never of what came after it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from preceptor.cases.models import Case
from preceptor.reports.figures.keys import record_keys
from preceptor.reports.models import Census, FigureValue

Value = Callable[..., Decimal | None]
Figure = Callable[..., FigureValue]


def keys(*numbers: str) -> list[int]:
    rows = Case.objects.filter(number__in=[f"SMALL-{number}" for number in numbers])
    return sorted(rows.values_list("pk", flat=True))


def test_a_request_of_another_year_or_after_the_day_is_not_submitted_in_the_year(
    census: Census, figure: Figure
) -> None:
    submitted = figure("case.submitted.defence")
    assert submitted.value == 3
    assert list(record_keys(submitted)) == keys("C1", "C2", "C3")


def test_what_was_decided_after_the_day_was_in_progress_on_it(
    census: Census, figure: Figure, value: Value
) -> None:
    assert list(record_keys(figure("case.open.defence"))) == keys("C3")
    assert value("case.granted.defence") == 1
    assert value("case.refused.defence") == 1


def test_the_mean_time_is_that_of_the_requests_decided_in_the_year(
    census: Census, value: Value
) -> None:
    assert value("case.decided") == 2
    assert value("case.days") == 25
    assert value("case.mean_days") == Decimal("12.5")


def test_appeals_are_counted_by_their_own_day_and_end(census: Census, value: Value) -> None:
    assert value("case.appeals") == 1
    assert value("case.appeals_granted") == 1


def test_votes_and_meetings_after_the_day_do_not_count(census: Census, value: Value) -> None:
    assert (value("vote.held"), value("vote.passed")) == (1, 0)
    assert value("vote.passed_pct") == Decimal("0.00")
    assert value("body.meetings.degree") == 1
    assert (value("body.advice.degree"), value("body.advice_done.degree")) == (1, 1)
