"""Pages of a list by key: each page costs the same, however far down it lies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

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


def newest_part(rows: QuerySet[M], query: Mapping[str, str], *, size: int = PAGE) -> Part[M]:
    """The page of a list whose newest row stands first, by primary key alone; a place that is no
    number is the first page. One query."""

    def found(below: int | None, above: int | None) -> QuerySet[M]:
        if above is not None:
            return rows.filter(pk__gt=above).order_by("pk")
        newest = rows.order_by("-pk")
        return newest if below is None else newest.filter(pk__lt=below)

    return _newest(found, lambda row: str(row.pk), query, size)


def newest_keys(
    keys: Callable[[int | None, int | None], QuerySet[Any, Any]],
    query: Mapping[str, str],
    *,
    size: int = PAGE,
) -> Part[int]:
    """The same of keys alone: `keys` gives them as rows of one column, newest first below the first
    bound, or oldest first above the second. One query."""
    page = _newest(keys, lambda row: str(row[0]), query, size)
    return Part([key for (key,) in page.rows], page.before, page.after)


def _newest(
    found: Callable[[int | None, int | None], QuerySet[Any, Any]],
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
    return _cut(list(found(after, before)[: size + 1]), key, place, size)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
