"""The empty tables on SQLite, kept between runs: making them takes longer than most test files.

They are kept by what is in the migrations, so that a changed migration makes them anew.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import django
import pytest

MIGRATIONS = Path(__file__).resolve().parent.parent / "src" / "preceptor"


def kept_in(config: pytest.Config) -> Path | None:
    """Where the tables of these migrations are kept; None on PostgreSQL."""
    if config.getoption("--database") != "sqlite":
        return None
    known = hashlib.sha256(django.__version__.encode())
    for file in sorted(MIGRATIONS.glob("*/migrations/*.py")):
        known.update(file.as_posix().encode() + file.read_bytes())
    folder = config.rootpath / ".pytest_cache" / "schema"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{known.hexdigest()[:32]}.sqlite3"


def _database() -> Path:
    from django.db import connection

    return Path(str(connection.settings_dict["TEST"]["NAME"]))


def copied(kept: Path) -> bool:
    """Whether the tables were kept; then they are where the test database is looked for."""
    if not kept.exists():
        return False
    shutil.copyfile(kept, _database())
    return True


def keep(kept: Path) -> None:
    """Keep the tables as they are now, and no others; nothing where they are kept already."""
    if kept.exists():
        return
    fresh = kept.with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(_database())) as source, closing(sqlite3.connect(fresh)) as target:
        source.backup(target)
    for other in kept.parent.glob("*.sqlite3"):
        other.unlink(missing_ok=True)
    fresh.replace(kept)
