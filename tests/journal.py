"""Emptying the database between tests that commit: the journal's triggers refuse it, rightly."""

from __future__ import annotations

from typing import Any

from django.db import connection


def let_tests_empty_the_journal() -> None:
    """Have Django's flush go round the triggers that keep the journal append-only."""
    operations = type(connection.ops)
    flush = operations.sql_flush

    def sql_flush(self: Any, *arguments: Any, **options: Any) -> list[str]:
        statements = flush(self, *arguments, **options)
        if not statements:
            return statements
        if self.connection.vendor == "postgresql":
            return ["SET LOCAL session_replication_role = replica", *statements]
        triggers = _triggers()
        return [f"DROP TRIGGER {name}" for name in triggers] + statements + [*triggers.values()]

    operations.sql_flush = sql_flush


def _triggers() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return dict(cursor.fetchall())
