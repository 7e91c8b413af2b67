"""The empty tables, kept between runs: making them takes longer than most test files.

They are kept by what is in the migrations, so that a changed migration makes them anew: a file on
SQLite, statements on PostgreSQL.
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

import postgres

MIGRATIONS = Path(__file__).resolve().parent.parent / "src" / "preceptor"


def kept_in(config: pytest.Config) -> Path:
    """Where the tables of these migrations are kept for the database of this run."""
    if config.getoption("--database") == "sqlite":
        return _kept(config, "sqlite3")
    return _kept(config, f"{_cluster().programs.parent.name}.sql")


def _kept(config: pytest.Config, ending: str) -> Path:
    known = hashlib.sha256(django.__version__.encode())
    for file in sorted(MIGRATIONS.glob("*/migrations/*.py")):
        known.update(file.as_posix().encode() + file.read_bytes())
    folder = config.rootpath / ".pytest_cache" / "schema"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{known.hexdigest()[:32]}.{ending}"


def _database() -> str:
    from django.db import connection

    return str(connection.settings_dict["TEST"]["NAME"])


def _cluster() -> postgres.Cluster:
    from django.db import connection

    found = postgres.programs()
    assert found is not None
    return postgres.Cluster(Path(connection.settings_dict["HOST"]), found)


def copied(kept: Path) -> bool:
    """Whether the tables were kept; then they are where the test database is looked for."""
    if not kept.exists():
        return False
    if kept.suffix == ".sql":
        _cluster().restore(_database(), kept.read_bytes())
    else:
        shutil.copyfile(kept, _database())
    return True


def put_into(home: Path, config: pytest.Config) -> None:
    """The empty tables for a PRECEPTOR_HOME; where none are kept the product makes them itself."""
    kept = _kept(config, "sqlite3")
    if kept.exists():
        shutil.copyfile(kept, home / "preceptor.sqlite3")


def keep(kept: Path) -> None:
    """Keep the tables as they are now, and no others; nothing where they are kept already."""
    if kept.exists():
        return
    fresh = kept.with_suffix(f".{os.getpid()}")
    if kept.suffix == ".sql":
        fresh.write_bytes(_cluster().dump(_database()))
    else:
        _back_up(fresh)
    for other in kept.parent.glob(f"*{kept.suffix}"):
        other.unlink(missing_ok=True)
    fresh.replace(kept)


def _back_up(fresh: Path) -> None:
    with closing(sqlite3.connect(_database())) as source, closing(sqlite3.connect(fresh)) as target:
        source.backup(target)
