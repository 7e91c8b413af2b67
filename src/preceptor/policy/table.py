"""Reading a table of a pack: every key is asked for by type, and a key nobody asked for is refused."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from preceptor.policy.errors import PackError, nearest
from preceptor.policy.schema import NAME, RESERVED
from preceptor.policy.text import Text

T = TypeVar("T", bound=str)


class Table:
    """A TOML table and the place it stands in, for messages; ``naming`` are the keys that name it."""

    __slots__ = ("content", "naming", "where")

    def __init__(self, content: object, where: str) -> None:
        self.where = where
        self.naming: tuple[str, ...] = ()
        if not isinstance(content, dict):
            raise PackError("table_expected", found=type(content).__name__).placed(where)
        self.content: dict[str, Any] = content

    def fault(self, problem: str, **values: object) -> PackError:
        """An error at this table."""
        return PackError(problem, **values).placed(self.where)

    def allow(self, *keys: str) -> None:
        """Refuse any other key."""
        for key in self.content:
            if key not in keys:
                hint = nearest(key, keys)
                raise self.fault("unknown_key", name=key, allowed=", ".join(keys), hint=hint)

    def raw(self, key: str) -> Any:
        """A value of any type. Raises PackError when it is absent."""
        if key not in self.content:
            raise self.fault("key_absent", name=key)
        return self.content[key]

    def string(self, key: str) -> str:
        """A string that is not empty."""
        value = self.raw(key)
        if not isinstance(value, str) or not value.strip():
            raise self.fault("string_expected", name=key)
        return value

    def optional_string(self, key: str) -> str | None:
        """A string, or None when the key is absent."""
        return self.string(key) if key in self.content else None

    def choice(self, key: str, allowed: tuple[T, ...], default: T | None = None) -> T:
        """One of some words."""
        if key not in self.content and default is not None:
            return default
        value = self.string(key)
        for word in allowed:
            if value == word:
                return word
        raise self.fault(
            "unknown_choice", name=key, value=value, allowed=", ".join(allowed),
            hint=nearest(value, allowed),
        )  # fmt: skip

    def date(self, key: str) -> datetime.date:
        """A date without a time."""
        value = self.raw(key)
        if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime):
            raise self.fault("date_expected", name=key, value=value)
        return value

    def optional_date(self, key: str) -> datetime.date | None:
        """A date, or None when the key is absent."""
        return self.date(key) if key in self.content else None

    def text(self, key: str) -> Text:
        """A text in both languages."""
        inner = Table(self.raw(key), f"{self.where}, {key}")
        inner.allow("zh", "en")
        return Text(inner.string("zh"), inner.string("en"))

    def optional_text(self, key: str) -> Text | None:
        """A text in both languages, or None when the key is absent."""
        return self.text(key) if key in self.content else None

    def table(self, key: str) -> Table:
        """A table inside this one; empty when the key is absent."""
        return Table(self.content.get(key, {}), f"{self.where}, {key}".removeprefix(", "))

    def named(self, key: str, kind: str) -> Iterator[tuple[str, Table]]:
        """The tables of a group, each with its name: ``[param.size]``, ``[param.months]``."""
        for name, content in self.table(key).content.items():
            yield name, Table(content, f"{kind} {name}")

    def tables(self, key: str) -> list[Table]:
        """A list of tables; empty when the key is absent."""
        content = self.content.get(key, [])
        if not isinstance(content, list):
            raise self.fault("list_of_tables_expected", name=key)
        start = f"{self.where}, {key}".removeprefix(", ")
        return [Table(item, f"{start} {place}") for place, item in enumerate(content, start=1)]


def check_name(name: str, table: Table) -> str:
    """A name that expressions can use. Raises PackError."""
    if not NAME.fullmatch(name) or name in RESERVED:
        raise table.fault("bad_name", name=name)
    return name


def as_table(content: Mapping[str, Any]) -> Table:
    """The whole pack as a table."""
    return Table(dict(content), "")
