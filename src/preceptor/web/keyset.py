"""Pages of a list by key: each page costs the same, however far down it lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from preceptor.web.addresses import address

M = TypeVar("M", bound=Model)
PAGE = 50
#: Counting further would read more than a page is worth.
COUNTED = 10_000


@dataclass(frozen=True)
class Slice(Generic[M]):
    """The rows of a page, and the addresses of those beside it (empty at the ends)."""

    rows: list[M]
    previous_url: str = ""
    next_url: str = ""


def _key(row: Any, column: str) -> str:
    return f"{getattr(row, column)}~{row.pk}"


def _beyond(column: str, key: str, direction: str) -> Q:
    """Rows after (`gt`) or before (`lt`) the key; the first bound is for the index."""
    value, _mark, text = key.rpartition("~")
    number = int(text) if text.isdecimal() and len(text) < 19 else 0
    near = Q(**{f"{column}__{direction}e": value})
    return near & (
        Q(**{f"{column}__{direction}": value}) | Q(**{column: value, f"pk__{direction}": number})
    )


def slice_of(
    rows: QuerySet[M], column: str, path: str, query: Mapping[str, str], *, size: int = PAGE
) -> Slice[M]:
    """The page that the address asks for by `after` or `before`; the first without either.

    `column` and the primary key are the order. One query.
    """
    before, after = query.get("before", ""), query.get("after", "")
    if before:
        chosen = rows.filter(_beyond(column, before, "lt")).order_by(f"-{column}", "-pk")
    else:
        chosen = rows.order_by(column, "pk")
        chosen = chosen.filter(_beyond(column, after, "gt")) if after else chosen
    found = list(chosen[: size + 1])
    more, page = len(found) > size, found[:size]
    if before:
        page.reverse()
    has_previous, has_next = (more, True) if before else (bool(after), more)
    return Slice(
        page,
        address(path, query, before=_key(page[0], column)) if page and has_previous else "",
        address(path, query, after=_key(page[-1], column)) if page and has_next else "",
    )


def capped_count(rows: QuerySet[Any]) -> int:
    """How many rows there are, but never more than one above COUNTED."""
    return int(rows.order_by().values("pk")[: COUNTED + 1].count())


def is_capped(count: int) -> bool:
    """Whether the count stands for "more than were counted"."""
    return count > COUNTED


def count_as_text(count: int) -> str:
    """`613`, or `10,000+`."""
    return f"{COUNTED:,}+" if is_capped(count) else f"{count:,}"
