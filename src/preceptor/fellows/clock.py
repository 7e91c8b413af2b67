"""How long a person was in postdoctoral stations, in all stations and institutions together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from preceptor.base.together import Question, Set, answer
from preceptor.people.models import Person

from .choices import LeaveKind
from .models import Leave, Stay

#: Days from the first up to, not including, the second.
Span = tuple[date, date]


def days_in_stations(person: Person, on: date, stops: Collection[LeaveKind]) -> int:
    """The days that the person had spent in stations when the day began; see `days_of`."""
    return days_of([person.pk], on, stops)[person.pk]


def days_of(persons: Collection[int], on: date, stops: Collection[LeaveKind]) -> dict[int, int]:
    """For each person the days spent in stations before the day: all stays in all institutions, each
    day once, leap days too, less the days of leaves of the kinds that stop the clock.

    Who was in no station has 0. Of a leave count the days that were granted, and not those after
    an earlier return; days of a late return do not stop the clock. One query.
    """
    return answer(days_asked(persons, on, stops))


def days_asked(
    persons: Collection[int], on: date, stops: Collection[LeaveKind]
) -> Question[dict[int, int]]:
    """`days_of` as a question, to be asked together with others."""
    stayed, left = yield [_stays_in(persons, on), _leaves_in(persons, on, stops)]
    stays, leaves = _stays(stayed, on), _leaves(left, on)
    return {
        person: _length(stays.get(person, ()))
        - _common(stays.get(person, ()), leaves.get(person, ()))
        for person in persons
    }


def _stays_in(persons: Collection[int], on: date) -> Set:
    rows = Stay.objects.filter(postdoc__person__in=persons, begins_on__lt=on).order_by()
    return Set(rows, ("postdoc__person", "begins_on", "ends_on"))


def _leaves_in(persons: Collection[int], on: date, stops: Collection[LeaveKind]) -> Set:
    rows = Leave.objects.filter(postdoc__person__in=persons, kind__in=stops, first_on__lt=on)
    return Set(rows.order_by(), ("postdoc__person", "first_on", "last_on", "returned_on"))


def _stays(rows: Iterable[tuple[Any, ...]], on: date) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = defaultdict(list)
    for person, first, last in rows:
        found[person].append((first, min(last or on, on)))
    return {person: merged(spans) for person, spans in found.items()}


def _leaves(rows: Iterable[tuple[Any, ...]], on: date) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = defaultdict(list)
    for person, first, last, returned in rows:
        # The day of the return is spent at the station.
        end = min(last + timedelta(days=1), returned or on, on)
        if end > first:
            found[person].append((first, end))
    return {person: merged(spans) for person, spans in found.items()}


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same days as spans in order that neither overlap nor touch."""
    found: list[Span] = []
    for first, end in sorted(spans):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((first, end))
    return found


def _length(spans: Iterable[Span]) -> int:
    return sum((end - first).days for first, end in spans)


def _common(left: Iterable[Span], right: Collection[Span]) -> int:
    """The days that lie in both."""
    both = ((max(a, c), min(b, d)) for a, b in left for c, d in right)
    return sum(max((end - first).days, 0) for first, end in both)
