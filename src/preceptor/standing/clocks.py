"""The time that persons spent in postdoctoral stations, in days, and the leaves within it.

Days are counted over all stays of a person, in whatever station and institution, each day once. What
a leave means is the affair of a rule: its days are told beside those of the stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from preceptor.base.together import Question, Set
from preceptor.fellows.models import Leave, Stay

from .spans import A_DAY, Span, begun_months, common, days_of, joined, without


@dataclass(frozen=True)
class LeaveDays:
    """The days of stays that one leave took up, none of them counted for an earlier leave."""

    kind: str
    first_on: date
    days: int


@dataclass(frozen=True)
class Clock:
    """A person's time in stations before a day, as `fellows.clock` counts it."""

    on: date
    stays: tuple[Span, ...] = ()
    leaves: tuple[LeaveDays, ...] = ()

    @property
    def days(self) -> int:
        """Days of all stays, each once."""
        return days_of(self.stays)

    @property
    def begun_months(self) -> int:
        """The days as calendar months before the day, as if they had been spent without a break; a
        month counts as soon as it has begun."""
        return begun_months(self.on - timedelta(days=self.days), self.on)

    def began_before(self, day: date) -> bool:
        """Whether a stay began before the day."""
        return any(first < day for first, _until in self.stays)


def clocks_asked(
    asked: Collection[tuple[int, date]],
) -> Question[dict[tuple[int, date], Clock]]:
    """The clock of each person on each day that is asked for; two sets."""
    persons = {person for person, _day in asked}
    stays = Stay.objects.filter(postdoc__person__in=persons).order_by()
    leaves = Leave.objects.filter(postdoc__person__in=persons).order_by("first_on", "pk")
    stayed, left = yield [
        Set(stays, ("postdoc__person", "begins_on", "ends_on")),
        Set(leaves, ("postdoc__person", "kind", "first_on", "last_on", "returned_on", "pk")),
    ]
    spans, gone = _stays(stayed), _leaves(left)
    return {(one, day): _clock(day, spans[one], gone[one]) for one, day in asked}


def _stays(rows: Iterable[tuple[int, date, date | None]]) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = defaultdict(list)
    for person, first, until in rows:
        found[person].append((first, until or date.max))
    return found


def _leaves(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[tuple[str, Span]]]:
    """The leaves in their order; one ends with the day before the return, where that was earlier."""
    found: dict[int, list[tuple[str, Span]]] = defaultdict(list)
    for person, kind, first, last, returned, _key in rows:
        until = last + A_DAY
        found[person].append((kind, (first, min(until, returned) if returned else until)))
    return found


def _clock(on: date, stays: list[Span], leaves: list[tuple[str, Span]]) -> Clock:
    own = common(stays, [(date.min, on)])
    left, told = own, []
    for kind, span in leaves:
        taken = common(left, [span])
        left = without(left, taken)
        if taken:
            told.append(LeaveDays(kind, span[0], days_of(taken)))
    return Clock(on, tuple(joined(own)), tuple(told))
