"""Pages of a list by key: each page costs the same, however far down it lies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.dateparse import parse_date

M = TypeVar("M", bound=Model)
R = TypeVar("R")
PAGE = 50
#: Counting further would read more than a page is worth.
COUNTED = 10_000


@dataclass(frozen=True)
class Part(Generic[R]):
    """The rows of a page, and the places of the pages beside it (empty at the ends)."""

    rows: list[R]
    before: str = ""
    after: str = ""


def _beyond(column: str, pk: str, key: str, direction: str) -> Q:
    """Rows after (`gt`) or before (`lt`) the key; the first bound is for the index."""
    value, _mark, text = key.rpartition("~")
    number = int(text) if text.isdecimal() and len(text) < 19 else 0
    near = Q(**{f"{column}__{direction}e": value})
    return near & (
        Q(**{f"{column}__{direction}": value}) | Q(**{column: value, f"{pk}__{direction}": number})
    )


def _ordered(rows: QuerySet[Any], column: str, pk: str, query: Mapping[str, str]) -> QuerySet[Any]:
    """The rows in the order of the reading: from the place of `after` on, or of `before` back."""
    before, after = query.get("before", ""), query.get("after", "")
    if before:
        return rows.filter(_beyond(column, pk, before, "lt")).order_by(f"-{column}", f"-{pk}")
    rows = rows.order_by(column, pk)
    return rows.filter(_beyond(column, pk, after, "gt")) if after else rows


def _cut(
    found: list[Any], key: Callable[[Any], str], query: Mapping[str, str], size: int
) -> Part[Any]:
    more, page = len(found) > size, found[:size]
    is_back = bool(query.get("before"))
    if is_back:
        page.reverse()
    has_previous, has_next = (more, True) if is_back else (bool(query.get("after")), more)
    return Part(
        page,
        key(page[0]) if page and has_previous else "",
        key(page[-1]) if page and has_next else "",
    )


def part_of(
    rows: QuerySet[M], column: str, query: Mapping[str, str], *, size: int = PAGE
) -> Part[M]:
    """The page that the query asks for by `after` or `before`; the first without either.

    `column` and the primary key are the order. One query.
    """
    found = list(_ordered(rows, column, "pk", query)[: size + 1])
    return _cut(found, lambda row: f"{getattr(row, column)}~{row.pk}", query, size)


def numbered_part(
    rows: QuerySet[Any], key: str, query: Mapping[str, str], *, size: int = PAGE,
    distinct: bool = False,
) -> Part[int]:  # fmt: skip
    """The same of trainees by student number, but only their keys, from an index alone. `key` is
    the column that holds them; where one can stand in several rows, `distinct`. One query."""
    ordered = _ordered(rows, "student_number", key, query).values_list("student_number", key)
    found = list((ordered.distinct() if distinct else ordered)[: size + 1])
    page = _cut(found, lambda row: f"{row[0]}~{row[1]}", query, size)
    return Part([pk for _number, pk in page.rows], page.before, page.after)


def capped_count(
    rows: QuerySet[Any], key: str = "pk", *, most: int | None = None, distinct: bool = False
) -> int:
    """How many rows there are, or different keys, but never more than one above `most`
    (COUNTED)."""
    found = rows.order_by().values(key)
    if distinct:
        # In the order of the index, so that the database can stop.
        found = rows.order_by("student_number", key).values("student_number", key).distinct()
    return int(found[: (COUNTED if most is None else most) + 1].count())


@dataclass(frozen=True)
class Leg:
    """One of the parts of which a list consists, one after the other: rows in the order of a column of
    days that is never null in them, and of the primary key; the latest first where it `descends`."""

    rows: QuerySet[Any]
    column: str
    descends: bool = False

    def ordered(self, is_back: bool = False) -> QuerySet[Any]:
        """All rows of the part in its order, or back."""
        sign = "-" if self.descends is not is_back else ""
        return self.rows.order_by(f"{sign}{self.column}", f"{sign}pk")

    def keys(self, place: str, is_back: bool) -> QuerySet[Any, Any]:
        """Days and keys from the place on, or from it back; of all rows without a place."""
        rows = self.ordered(is_back).values_list(self.column, "pk")
        direction = "lt" if self.descends is not is_back else "gt"
        return rows.filter(_beyond(self.column, "pk", place, direction)) if place else rows


def keys_of_legs(
    legs: Sequence[Leg], query: Mapping[str, str], *, size: int = PAGE
) -> Part[int]:  # fmt: skip
    """The keys of the page that the query asks for by `after` or `before`, of a list that consists of
    parts; the first page without either, and for a place that is none. A query for each part that the
    page touches, from an index alone where there is one."""
    before, after = (_leg_place(query.get(name, ""), legs) for name in ("before", "after"))
    is_back = before is not None
    start, place = before or after or (0, "")
    numbers = range(start, -1, -1) if is_back else range(start, len(legs))
    found: list[tuple[int, date, int]] = []
    for number in numbers:
        keys = legs[number].keys(place if number == start else "", is_back)
        found += [(number, *row) for row in keys[: size + 1 - len(found)]]
        if len(found) > size:
            break
    asked = {"before": "x"} if is_back else {"after": "x"} if after else {}
    page = _cut(found, lambda row: f"{row[0]}.{row[1]}~{row[2]}", asked, size)
    return Part([pk for _leg, _day, pk in page.rows], page.before, page.after)


def _leg_place(text: str, legs: Sequence[Leg]) -> tuple[int, str] | None:
    """Which part and which place in it: `1.2026-08-31~12`; None for anything else."""
    leg, _mark, place = text.partition(".")
    number = _number(leg)
    if number is None or number >= len(legs) or not _is_day(place.partition("~")[0]):
        return None
    return number, place


def _is_day(text: str) -> bool:
    try:
        return parse_date(text) is not None
    except ValueError:
        return False


def newest_part(rows: QuerySet[M], query: Mapping[str, str], *, size: int = PAGE) -> Part[M]:
    """The page of a list whose newest row stands first, by primary key alone; a place that is no
    number is the first page. One query."""

    def found(below: int | None, above: int | None, most: int) -> list[M]:
        if above is not None:
            return list(rows.filter(pk__gt=above).order_by("pk")[:most])
        newest = rows.order_by("-pk")
        return list((newest if below is None else newest.filter(pk__lt=below))[:most])

    return _newest(found, lambda row: str(row.pk), query, size)


def newest_keys(
    keys: Callable[[int | None, int | None, int], list[tuple[Any, ...]]],
    query: Mapping[str, str],
    *,
    size: int = PAGE,
) -> Part[int]:
    """The same of keys alone: `keys` gives rows of one column, newest first below the first bound, or
    oldest first above the second, and at most so many as its third argument says."""
    page = _newest(keys, lambda row: str(row[0]), query, size)
    return Part([key for (key,) in page.rows], page.before, page.after)


def _newest(
    found: Callable[[int | None, int | None, int], list[Any]],
    key: Callable[[Any], str],
    query: Mapping[str, str],
    size: int,
) -> Part[Any]:
    before, after = (_number(query.get(name, "")) for name in ("before", "after"))
    after = None if before is not None else after
    place = {
        name: query[name]
        for name, number in (("before", before), ("after", after))
        if number is not None
    }
    return _cut(found(after, before, size + 1), key, place, size)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
