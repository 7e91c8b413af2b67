"""The journals of records: what was done, by whom and when, newest first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Query, Router, Schema

from preceptor.base.models import JournalEntry
from preceptor.fellows.access import history_told

from ..fields import Key
from ..guard import reader
from ..paging import Page, Size
from ..refusals import answers
from ..shapes.journal import HistoryLine
from .appointment import seen_appointment
from .laboratory import seen_laboratory
from .postdoc import seen_postdoc
from .station import seen_station

router = Router(tags=["fellows"])


class JournalPaging(Schema):
    """Which lines: those before the number that the page before gave."""

    after: Key | None = None
    size: Size = 50


def journal_page(lines: QuerySet[JournalEntry], paging: JournalPaging) -> dict[str, Any]:
    """A page of the lines, newest first. One query."""
    if paging.after is not None:
        lines = lines.filter(number__lt=paging.after)
    found = list(lines.order_by("-number")[: paging.size + 1])
    page = found[: paging.size]
    return {"rows": page, "after": str(page[-1].number) if len(found) > len(page) else None}


@dataclass(frozen=True)
class Journal:
    """The journal of a noun: the begin of its address, the word of its records, how one is found."""

    noun: str
    kind: str
    seen: Callable[[HttpRequest, int], Any]


JOURNALS = (
    Journal("stations", "station", seen_station),
    Journal("postdocs", "postdoc", seen_postdoc),
    Journal("appointments", "appointment", seen_appointment),
    Journal("laboratories", "laboratory", seen_laboratory),
)


def _add(journal: Journal) -> None:
    """Add the operation that reads the journal."""

    def view(request: HttpRequest, key: Key, paging: Query[JournalPaging]) -> dict[str, Any]:
        """What was done to the record, newest first; why, and what it was before and after, for who
        reads the records there."""
        told = history_told(reader(request), journal.kind, journal.seen(request, key))
        page = journal_page(told.lines, paging)
        return {**page, "rows": [_line(row, told.tells_reasons) for row in page["rows"]]}

    view.__name__ = f"{journal.kind}_journal"
    router.get(f"/{journal.noun}/{{int:key}}/journal", response=answers(Page[HistoryLine]))(view)


def _line(row: JournalEntry, tells_reasons: bool) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in ("number", "at", "actor_name", "verb")}
    names = ("reason", "before", "after")
    return told | {name: getattr(row, name) if tells_reasons else None for name in names}


for _journal in JOURNALS:
    _add(_journal)
