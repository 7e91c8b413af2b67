"""The one clock of the queue: the database's, the same for every worker and web process."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, ExpressionWrapper
from django.db.models.functions import Now


def now() -> datetime:
    """The instant by the database's clock, aware; to the millisecond on SQLite."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')")
            return datetime.fromisoformat(cursor.fetchone()[0]).replace(tzinfo=UTC)
        cursor.execute("SELECT statement_timestamp()")
        instant: datetime = cursor.fetchone()[0]
        return instant


def after(delay: timedelta) -> ExpressionWrapper[Any]:
    """An expression for the instant that lies `delay` ahead by the database's clock."""
    return ExpressionWrapper(Now() + delay, output_field=DateTimeField())
