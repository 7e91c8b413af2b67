"""Every statement that was kept is compared with the one made afresh, in all tests."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from django.db import connection

from preceptor.base.kept import Asked, Kept, Statement

_statement = Kept.statement


def _checked(self: Kept, key: Hashable, made: Callable[[], Asked]) -> Statement:
    """The kept statement, after it was seen to be what the reader would ask for now."""
    kept = _statement(self, key, made)
    with connection.execute_wrapper(_asks_nothing):
        fresh = Statement.of(made())
    assert kept.sql == fresh.sql, f"{key}: the kept statement is not the one that is asked for now."
    assert _ordered(kept) == _ordered(fresh), f"{key}: the kept statement has other values."
    return kept


def _ordered(statement: Statement) -> list[str]:
    """The values in no order: that of a set of keys is nobody's promise."""
    return sorted(map(repr, statement.values))


def _asks_nothing(*_asked: Any) -> Any:
    raise AssertionError("While a kept statement is made, the database is asked nothing.")


def begin() -> None:
    """From now on every kept statement is checked."""
    Kept.statement = _checked  # type: ignore[method-assign]
