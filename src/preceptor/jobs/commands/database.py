"""Whether there is a database to ask, for commands that can do without one."""

from __future__ import annotations

from pathlib import Path

from django.db import OperationalError, connection


def has_table(name: str) -> bool:
    """Whether the database is there and has the table; no file is made by asking."""
    place = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite" and not Path(place).exists():
        return False
    try:
        return name in connection.introspection.table_names()
    except OperationalError:
        # No server answers: the command goes by files alone.
        return False
