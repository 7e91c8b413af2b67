"""Pages of a list by key, with the addresses of the pages beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

from preceptor.base.keyset import COUNTED, PAGE, Part, capped_count, newest_part, part_of
from preceptor.web.addresses import address

__all__ = [
    "COUNTED",
    "PAGE",
    "Slice",
    "capped_count",
    "count_as_text",
    "newest_of",
    "slice_of",
    "with_addresses",
]

M = TypeVar("M", bound=Model)
R = TypeVar("R")


@dataclass(frozen=True)
class Slice(Generic[R]):
    """The rows of a page, and the addresses of those beside it (empty at the ends)."""

    rows: list[R]
    previous_url: str = ""
    next_url: str = ""


def with_addresses(page: Part[R], path: str, query: Mapping[str, str]) -> Slice[R]:
    """The page with the addresses of those beside it, which keep the filters of the query."""
    return Slice(
        page.rows,
        address(path, query, before=page.before) if page.before else "",
        address(path, query, after=page.after) if page.after else "",
    )


def slice_of(
    rows: QuerySet[M], column: str, path: str, query: Mapping[str, str], *, size: int = PAGE
) -> Slice[M]:
    """The page that the address asks for by `after` or `before`; the first without either.

    `column` and the primary key are the order. One query.
    """
    return with_addresses(part_of(rows, column, query, size=size), path, query)


def newest_of(
    rows: QuerySet[M], path: str, query: Mapping[str, str], *, size: int = PAGE
) -> Slice[M]:
    """The same of a list whose newest row stands first. One query."""
    return with_addresses(newest_part(rows, query, size=size), path, query)


def count_as_text(count: int, most: int | None = None) -> str:
    """`613`, or `10,000+`, where `most` (COUNTED) were counted."""
    last = COUNTED if most is None else most
    return f"{last:,}+" if count > last else f"{count:,}"
