"""Statements that are kept: made once for all who ask for the same.

What a reader may see is a condition of many parts. To put it together and to write it as a statement
takes longer than the database needs for the answer, and the next request of the same reader needs
the same one. Only statements are kept, never answers.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet
from django.db.models.query import ValuesListIterable

#: Tuples of the columns that a queryset of `values_list` asks for, in its order; None for no rows.
Asked = QuerySet[Any, Any] | None


@dataclass(frozen=True)
class Statement:
    """A queryset as it goes to the database: text, values, how many columns of the answer are asked
    for, and what makes a value of Python of them. `sql` is empty where no row can be found."""

    using: str
    sql: str = ""
    values: Sequence[Any] = ()
    width: int | None = None
    readers: Sequence[tuple[int, Sequence[Callable[..., Any]], Any]] = ()

    @classmethod
    def of(cls, rows: Asked) -> Statement:
        """The statement of a queryset of `values_list`; raises TypeError for any other."""
        if rows is None:
            return cls("")
        if not issubclass(rows._iterable_class, ValuesListIterable):
            raise TypeError(f"{rows.model.__name__}: only tuples of columns are asked for so.")
        compiler: Any = rows.query.get_compiler(rows.db)
        try:
            sql, values = compiler.as_sql()
        except EmptyResultSet:
            return cls(rows.db)
        width = compiler.col_count
        found = compiler.get_converters([one for one, _sql, _alias in compiler.select[:width]])
        readers = [(place, make, column) for place, (make, column) in found.items()]
        return cls(rows.db, sql, tuple(values), width, readers)

    def rows(self) -> list[tuple[Any, ...]]:
        """What the database answers now."""
        if not self.sql:
            return []
        connection = connections[self.using]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.values)
            found = cursor.fetchall()
        return [self._read(row, connection) for row in found]

    def count(self) -> int:
        """How many rows the database finds now."""
        if not self.sql:
            return 0
        with connections[self.using].cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM ({self.sql}) AS found", self.values)
            return int(cursor.fetchone()[0])

    def _read(self, row: Sequence[Any], connection: Any) -> tuple[Any, ...]:
        values = list(row[: self.width])
        for place, make, column in self.readers:
            for one in make:
                values[place] = one(values[place], column, connection)
        return tuple(values)


class Kept:
    """The statements that were asked for last, at most so many. Threads may share it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[Hashable, Statement] = OrderedDict()
        self._lock = Lock()

    def statement(self, key: Hashable, made: Callable[[], Asked]) -> Statement:
        """The statement of this key, made when it is not there. The key tells all on which `made`
        depends; `made` asks the database nothing."""
        with self._lock:
            kept = self._found.get(key)
            if kept is not None:
                self._found.move_to_end(key)
                return kept
        statement = Statement.of(made())
        with self._lock:
            self._found[key] = statement
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return statement
