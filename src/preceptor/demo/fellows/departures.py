"""When those who were in station on the census day leave, up to today."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from preceptor.fellows.choices import StayEnd

from ..months import add_months
from ..stage import CENSUS, Stage

#: The share of those who leave with a certificate at the end of the term; the others leave early.
_TO_THE_END = 0.96


def some_day(random: Random, first: date, last: date) -> date:
    """A day between two, both included."""
    return first + timedelta(days=random.randint(0, (last - first).days))


def left_after_census(
    stage: Stage, random: Random, entered: date, months: tuple[int, int]
) -> tuple[date | None, StayEnd | None]:
    """The day of leaving, so many months after the entry and after the census day, and how; nothing
    where that day is still to come."""
    left = max(
        add_months(entered, random.randint(*months)), CENSUS + timedelta(days=random.randint(5, 60))
    )
    goes = StayEnd.EXIT if random.random() < _TO_THE_END else StayEnd.EARLY_EXIT
    return (None, None) if left > stage.day else (left, goes)
