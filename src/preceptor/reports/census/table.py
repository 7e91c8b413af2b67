"""The form of a table of the census."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.db import models
from django.db.models import QuerySet

from .moment import Moment

Kind = Literal["key", "whole", "text", "day", "flag", "decimal"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a Parquet file; `path` is where the row's value lies, `name` if not said."""

    name: str
    kind: Kind
    path: str = ""

    @property
    def source(self) -> str:
        return self.path or self.name


@dataclass(frozen=True, slots=True)
class CensusTable:
    """A file of the census: its columns and the rows that belong to a day.

    The first column is the record's key, called `key`; rows are written in its order.
    """

    name: str
    model: type[models.Model]
    columns: tuple[Column, ...]
    rows: Callable[[Moment], QuerySet[Any]]


def columns(**kinds: Kind | tuple[Kind, str]) -> tuple[Column, ...]:
    """Columns by name; a pair gives kind and path. The key comes first by itself."""
    made = [
        Column(name, *form) if isinstance(form, tuple) else Column(name, form)
        for name, form in kinds.items()
    ]
    return (Column("key", "key", "pk"), *made)
