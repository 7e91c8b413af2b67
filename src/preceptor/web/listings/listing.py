"""What a list says of itself once, so that every list has saved searches and an export."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise

Text = str | Promise
M = TypeVar("M", bound=Model)
R = TypeVar("R")
CHUNK = 1000


class Sheet(NamedTuple):
    """A list as a workbook has it: the titles of its columns, and its lines one by one."""

    heads: Sequence[Any]
    lines: Iterable[Sequence[Any]]


@dataclass(frozen=True)
class Listing:
    """A list of the product. `name` is the name of its address, `fields` are the filters that an
    address may hold, `sheet` gives the rows that the user sees under the filters of an address; it
    raises Http404 for a user who does not see the list at all."""

    name: str
    title: Text
    fields: tuple[str, ...]
    sheet: Callable[[Any, QueryDict], Sheet]

    def kept(self, query: Mapping[str, str]) -> str:
        """The filters of an address in one order, without the place in the list and without what
        the list does not know; empty where nothing narrows."""
        known = {name: str(query.get(name, "")).strip() for name in self.fields}
        return urlencode({name: value for name, value in known.items() if value})


@dataclass(frozen=True)
class Column:
    """A column of a workbook: its title, and what it says of a row (None: not known)."""

    title: Text
    value: Callable[[Any], Any]


def sheet_of(columns: Sequence[Column], rows: Iterable[Any]) -> Sheet:
    """The rows under the columns."""
    return Sheet(
        [column.title for column in columns],
        ([column.value(row) for column in columns] for row in rows),
    )


def in_chunks(rows: QuerySet[M], size: int = CHUNK) -> Iterator[list[M]]:
    """The rows in lists of at most `size`, so that no more are in memory at a time."""
    found = rows.iterator(chunk_size=size)
    while chunk := list(islice(found, size)):
        yield chunk


def one_by_one(chunks: Iterable[Sequence[R]]) -> Iterator[R]:
    """The rows of all chunks in their order."""
    for chunk in chunks:
        yield from chunk
