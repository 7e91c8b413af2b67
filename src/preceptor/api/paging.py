"""Lists in pages: each page tells the place after which the next begins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Generic, TypeVar

from django.db.models import QuerySet
from django.http import Http404
from ninja import Schema
from pydantic import Field, StringConstraints

from preceptor.base.keyset import COUNTED, Part, capped_count, part_of

from .fields import Readable

R = TypeVar("R")
#: No page holds more.
MOST = 200
After = Annotated[str, StringConstraints(max_length=200), Readable]
Size = Annotated[int, Field(ge=1, le=MOST)]


class Paging(Schema):
    """Which page: `after` is what the page before gave, empty for the first."""

    after: After = ""
    size: Size = 50


class Page(Schema, Generic[R]):
    """Rows in a fixed order; `after` asks for the next page, null at the end.

    `count` is of the whole list, null where it is not counted; with `is_more` there are more than
    that, and they were not counted further.
    """

    rows: list[R]
    after: str | None = None
    count: int | None = None
    is_more: bool = False


def counted(count: int | None, most: int | None = None) -> dict[str, Any]:
    """A count as a page tells it."""
    last = COUNTED if most is None else most
    if count is None or count <= last:
        return {"count": count, "is_more": False}
    return {"count": last, "is_more": True}


def page_of(
    rows: QuerySet[Any], column: str, paging: Paging, *, is_counted: bool = True
) -> dict[str, Any]:
    """The page of the rows by a column and their key. Two queries, one where it is not counted."""
    part = part_of(rows, column, place_of(paging, column), size=paging.size)
    count = capped_count(rows) if is_counted else None
    return shown(part, part.rows, count)


def shown(
    part: Part[Any], rows: list[Any], count: int | None, most: int | None = None
) -> dict[str, Any]:
    """A page with these rows."""
    return {"rows": rows, "after": part.after or None, **counted(count, most)}


def place_of(paging: Paging, column: str) -> Mapping[str, str]:
    """The place as the list is asked; a key that is no number leads nowhere."""
    first = paging.after.rpartition("~")[0]
    if (
        paging.after
        and column == "pk"
        and not (first.isascii() and first.isdecimal() and len(first) < 19)
    ):
        raise Http404
    return {"after": paging.after}


def one(rows: QuerySet[Any], **columns: Any) -> Any:
    """The row of what the reader may see; 404 for any other."""
    found = rows.filter(**columns).first()
    if found is None:
        raise Http404
    return found
