"""Three ways to read records, from the tables, from the database in columns and from Parquet: one
result."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from preceptor.base.actors import OPERATOR
from preceptor.institutions.models import Unit
from preceptor.policy import Batch, Pack
from preceptor.standing.bulk.database import Snapshot
from preceptor.standing.bulk.export import write_parquet_inputs
from preceptor.standing.bulk.parquet import Folder
from preceptor.standing.packs import find
from preceptor.standing.population import subjects_on, with_relations
from preceptor.standing.schema import SCHEMA
from preceptor.standing.verdicts import LOADERS
from trainees_with_gaps import crowd

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

DAYS = (date(2021, 2, 28), date(2024, 6, 1), date(2026, 11, 22))
PACK = "yunting/clinical-doctorate"


def everything(pack: Pack, subject: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all columns be asked for, whatever the pack speaks of."""
    from preceptor.standing.bulk import database, parquet
    from preceptor.standing.bulk.needed import Needed

    declared = SCHEMA.subjects[subject]
    lists = {name: set(declared.rows(name).columns) for name in declared.lists}
    asked = Needed(set(declared.columns), lists)
    for module in (database, parquet):
        monkeypatch.setattr(module, "needed", lambda _pack, _subject: asked)


def by_records(institution: Unit, subject: str, on: date) -> Batch:
    rows = list(with_relations(subjects_on(institution, subject, on), subject).order_by("pk"))
    return Batch.from_records(SCHEMA, subject, LOADERS[subject](rows, on), on)


def cells(batches: Sequence[Batch]) -> dict[str, list[Any]]:
    """Every cell by its column, each list by the records' rows; None where it is not known."""
    found: dict[str, list[Any]] = {"key": [key for batch in batches for key in batch.keys]}
    for batch in batches:
        for name, column in batch.columns.items():
            found.setdefault(name, []).extend(column.code(at) for at in range(len(batch)))
        for name, rows in batch.lists.items():
            for at in range(len(batch)):
                span = range(int(rows.offsets[at]), int(rows.offsets[at + 1]))
                for inner, column in rows.columns.items():
                    found.setdefault(f"{name}.{inner}", []).append([column.code(r) for r in span])
    return found


def agree(
    institution: Unit, on: date, folder: Path, monkeypatch: pytest.MonkeyPatch, size: int = 37
) -> dict[str, dict[str, list[Any]]]:
    """Compare the ways for each subject; gives the cells of each."""
    pack, found = find(PACK), {}
    for subject in ("enrolment", "thesis", "panel"):
        everything(pack, subject, monkeypatch)
        found[subject] = wanted = cells([by_records(institution, subject, on)])
        place = folder / f"{subject}-{on}"
        place.mkdir(parents=True)
        write_parquet_inputs(institution, subject, on, place)
        read = {"parquet": list(Folder(place).chunks(pack, subject, on, size))}
        if subject != "panel":
            with Snapshot(institution, on) as snapshot:
                read["database"] = list(snapshot.chunks(pack, subject, size))
        for way, batches in read.items():
            told = cells(batches)
            assert told.keys() == wanted.keys(), (subject, way)
            for name, column in wanted.items():
                assert told[name] == column, (subject, way, name, on)
    return found


def test_three_ways_read_the_same_of_trainees_with_every_kind_of_gap(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(cast, 150)
    seen: set[str] = set()
    for on in DAYS:
        for subject, columns in agree(cast.institution, on, tmp_path, monkeypatch).items():
            for name, column in columns.items():
                flat = [
                    cell for row in column for cell in (row if isinstance(row, list) else [row])
                ]
                seen |= {f"{subject}.{name}"} if None in flat else set()
                seen |= {f"{subject}.{name}!"} if set(flat) - {None} else set()
    gaps = {"enrolment.training.kind", "enrolment.event_on", "enrolment.milestones.outcome",
            "thesis.similarity", "thesis.reviews.is_blind",
            "thesis.reviews.is_before_defence"}  # fmt: skip
    assert seen >= gaps | {f"{name}!" for name in gaps}


def test_three_ways_read_the_same_of_the_demo_institution(
    transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from preceptor.demo.actions import build
    from preceptor.institutions.queries import institution

    build(scale=Decimal("0.3"), by=OPERATOR)
    found = agree(institution(), date(2023, 12, 31), tmp_path, monkeypatch)
    assert len(found["enrolment"]["key"]) > 100
    assert len(found["thesis"]["key"]) >= 5
    assert len(found["panel"]["key"]) > 50


def test_a_day_before_all_trainees_has_no_records_either_way(cast: Cast, tmp_path: Path) -> None:
    on = date(1999, 1, 1)
    for subject in ("enrolment", "thesis"):
        assert write_parquet_inputs(cast.institution, subject, on, tmp_path) == 0
        assert list(Folder(tmp_path).chunks(find(PACK), subject, on)) == []
        with Snapshot(cast.institution, on) as snapshot:
            assert list(snapshot.chunks(find(PACK), subject)) == []


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_the_size_of_a_chunk_changes_nothing(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    crowd(cast, 12)
    agree(cast.institution, DAYS[1], tmp_path, monkeypatch, size)


def test_a_neighbouring_institution_is_not_read(cast: Cast, tmp_path: Path) -> None:
    crowd(cast, 5)
    other = Unit.objects.get(pk=cast.cancer.pk)
    with Snapshot(other, DAYS[1]) as snapshot:
        assert list(snapshot.chunks(find(PACK), "enrolment")) == []


def test_reading_in_columns_takes_no_later_write_of_the_same_process_away(cast: Cast) -> None:
    """SQLite knows no two libraries in one process: the one that closes may not clear away what the
    other still writes to."""
    if connection.vendor != "sqlite":
        return
    with Snapshot(cast.institution, DAYS[1]) as snapshot:
        assert snapshot.source(find(PACK), "enrolment").count == 3
    Unit.objects.filter(pk=cast.general.pk).update(name_zh="改名医院")
    with closing(sqlite3.connect(str(connection.settings_dict["NAME"]))) as other:
        rows = other.execute(
            "SELECT name_zh FROM institutions_unit WHERE id = ?", [cast.general.pk]
        )
        assert rows.fetchall() == [("改名医院",)]
