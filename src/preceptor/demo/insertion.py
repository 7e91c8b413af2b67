"""Rows gathered and written many at a time, with keys of their own.

The actions of the rooms write one deed at a time and journal each; an institution of a million
trainees is written in chunks instead, each one deed with one line in the journal that says how
many rows of what it holds. Memory stays that of one chunk.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models
from django.db.models import Max
from django.utils import timezone

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed

Convert = Callable[[Any], Any]
_RECORDED = ("recorded_at", "created_at")
_PLAIN = (models.CharField, models.TextField, models.BooleanField, models.ForeignKey)


class Columns:
    """The columns of one table: their names, what a missing one holds, how values are written."""

    def __init__(self, model: type[models.Model], at: datetime) -> None:
        fields = model._meta.concrete_fields
        self.defaults = {str(field.attname): _default(field, at) for field in fields}
        self.converted = [
            (place, _converter(field)) for place, field in enumerate(fields) if not _is_plain(field)
        ]
        quote = connection.ops.quote_name
        columns = ", ".join(quote(str(field.column)) for field in fields)
        marks = ", ".join("%s" for _ in fields)
        table = quote(model._meta.db_table)
        self.statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"

    def row(self, values: dict[str, Any]) -> list[Any]:
        """The values in the order of the columns. Raises KeyError for a name that is none."""
        merged = {**self.defaults, **values}
        if len(merged) > len(self.defaults):
            raise KeyError(", ".join(sorted(values.keys() - self.defaults.keys())))
        row = list(merged.values())
        for place, convert in self.converted:
            if row[place] is not None:
                row[place] = convert(row[place])
        return row


def _is_plain(field: models.Field[Any, Any]) -> bool:
    return type(field) in _PLAIN or isinstance(field, models.IntegerField)


def _default(field: models.Field[Any, Any], at: datetime) -> object:
    return at if field.name in _RECORDED else field.get_default()


def _converter(field: models.Field[Any, Any]) -> Convert:
    """How a value of the column is handed to the database; dates and decimals come again."""

    def convert(value: Any) -> Any:
        return field.get_db_prep_save(value, connection)

    kinds = (models.DateField, models.DecimalField)
    return lru_cache(maxsize=4096)(convert) if isinstance(field, kinds) else convert


class Batch:
    """Rows waiting to be written, each with its key already."""

    def __init__(self, by: Actor, institution: str) -> None:
        self.by = by
        self.institution = institution
        self.at = timezone.now()
        self.written: Counter[str] = Counter()
        self._rows: dict[type[models.Model], list[dict[str, Any]]] = defaultdict(list)
        self._columns: dict[type[models.Model], Columns] = {}
        self._last: dict[type[models.Model], int] = {}

    def next_key(self, model: type[models.Model]) -> int:
        """The key that the next row of the table will have."""
        if model not in self._last:
            last = model._base_manager.aggregate(last=Max("pk"))["last"]
            self._last[model] = last or 0
        return self._last[model] + 1

    def add(self, model: type[models.Model], **values: Any) -> int:
        """Put a row in, by the names of its columns (`person_id`), and give its key."""
        key = self._last[model] + 1 if model in self._last else self.next_key(model)
        values["id"] = self._last[model] = key
        self._rows[model].append(values)
        return key

    def write(self, title: str) -> None:
        """Write all that waits as one deed with one line in the journal."""
        counts = {
            str(model._meta.model_name): len(rows) for model, rows in self._rows.items() if rows
        }
        if not counts:
            return
        with deed(self.by) as act:
            for model, rows in self._rows.items():
                self._insert(model, rows)
            act.write("demo.insert", "unit", self.institution, reason=title, after=counts)
        self.written.update(counts)
        self._rows.clear()

    def _insert(self, model: type[models.Model], rows: list[dict[str, Any]]) -> None:
        if model not in self._columns:
            self._columns[model] = Columns(model, self.at)
        columns = self._columns[model]
        with connection.cursor() as cursor:
            cursor.executemany(columns.statement, [columns.row(row) for row in rows])

    def models(self) -> Iterable[type[models.Model]]:
        """The tables written to so far."""
        return self._columns.keys()

    def release_keys(self) -> None:
        """Tell the database where its own numbering goes on."""
        statements = connection.ops.sequence_reset_sql(no_style(), list(self.models()))
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
