"""What waits on somebody besides cases: each room tells which rows these are, and one query reads all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import models
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Cast

from preceptor.people.access import rows_for

if TYPE_CHECKING:
    from .tasks import TaskLine

#: So many of each source are among the tasks; their own lists show all.
MOST = 100


class Told(NamedTuple):
    """One row of a source as the database gives it; what a source does not tell is None.

    `other` is another key, `zh` and `en` a name, `who_zh` and `who_en` that of a person, `text`
    whatever else is needed, as it is stored.
    """

    source: str
    key: int
    other: int | None
    number: str | None
    zh: str | None
    en: str | None
    who_zh: str | None
    who_en: str | None
    text: str | None
    since: datetime | None
    since_on: date | None
    due_on: date | None


#: The columns behind the key, with what each holds.
_COLUMNS: dict[str, models.Field[Any, Any]] = {
    "other": models.BigIntegerField(),
    **{name: models.TextField() for name in ("number", "zh", "en", "who_zh", "who_en", "text")},
    "since": models.DateTimeField(),
    "since_on": models.DateField(),
    "due_on": models.DateField(),
}
Rows = QuerySet[Any, Any]


def told(rows: QuerySet[Any], source: str, *order: str, **columns: str) -> Rows:
    """The rows with the columns of `Told` out of those of the model, in no order. Where they can be
    many more than MOST, `order` says which of them are the first."""
    if order:
        rows = rows.model.objects.filter(pk__in=rows.order_by(*order)[:MOST])
    found: QuerySet[Any] = rows.order_by()
    return found.values_list(
        Value(source, output_field=models.TextField()),
        F("pk"),
        *(_column(columns.get(name), field) for name, field in _COLUMNS.items()),
    )


def _column(name: str | None, field: models.Field[Any, Any]) -> Any:
    """The column of the model, without what its own kind does on reading; nothing for None."""
    if name is None:
        return Cast(Value(None), field)
    return Cast(name, field) if isinstance(field, models.TextField) else F(name)


@dataclass(frozen=True)
class Source:
    """Which rows wait on a user, `told` in the source's name, None where none can; and the lines of
    those that were found, all of them at once."""

    rows: Callable[[Any], Rows | None]
    lines: Callable[[Any, list[Told]], Iterable[TaskLine]]


_sources: dict[str, Source] = {}


def register_source(name: str, source: Source) -> None:
    """Let what a room above keeps appear among the tasks. Raises ValueError when another source
    holds the name."""
    held = _sources.setdefault(name, source)
    if held is not source:
        raise ValueError(f"The source of tasks {name!r} is registered already.")


def sources() -> Collection[str]:
    """The names of what is among the tasks besides cases."""
    return sorted(_sources)


def lines_of(user: Any) -> list[TaskLine]:
    """All that waits on the user besides cases; one query, none for whom nothing can wait on."""
    found: dict[str, list[Told]] = {}
    for row in rows_for(user, "tasks besides cases", lambda: _all_rows(user)):
        found.setdefault(row[0], []).append(Told(*row))
    return [
        line for name, rows in found.items() for line in _sources[name].lines(user, _first(rows))
    ]


def _all_rows(user: Any) -> Rows | None:
    asked = [rows for source in _sources.values() if (rows := source.rows(user)) is not None]
    if not asked:
        return None
    first, *others = asked
    return first.union(*others, all=True) if others else first


def _first(rows: list[Told]) -> list[Told]:
    """What is due first, then what waits longest."""
    rows.sort(key=lambda row: (row.due_on or date.max, row.since is None, row.since, row.key))
    return rows[:MOST]
