"""A census: what is in it, that it never changes, and what a killed freeze leaves behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.db import DatabaseError, connection, transaction

from answers import readable
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.privacy import Privacy
from preceptor.base.today import today
from preceptor.people.models import Account
from preceptor.policy import PackError
from preceptor.reports.actions import freeze
from preceptor.reports.census.findings import COLUMNS
from preceptor.reports.census.folders import folder_of, root_of
from preceptor.reports.census.tables import TABLES
from preceptor.reports.census.verify import verify
from preceptor.reports.models import Census
from preceptor.reports.queries import census_of
from preceptor.standing.models import PackInForce
from preceptor.training.models import Enrolment
from reports.small_university import DAY, SmallUniversity, build


def rows_of(census: Census, table: str) -> list[dict[str, Any]]:
    return pq.read_table(folder_of(census) / f"{table}.parquet").to_pylist()


def test_the_state_is_that_of_the_day_and_not_todays(
    university: SmallUniversity, census: Census
) -> None:
    rows = {row["key"]: row for row in rows_of(census, "enrolments")}
    moved = rows[university.enrolments["moved"].pk]
    assert moved["unit_id"] == university.units["H2"].pk
    assert moved["direction_id"] == university.directions["C"].pk
    assert rows[university.enrolments["suspended"].pk]["state"] == "suspended"
    later = rows[university.enrolments["awarded_later"].pk]
    assert (later["state"], later["awarded_on"]) == ("training", None)
    assert rows[university.enrolments["unknown"].pk]["state"] is None
    assert rows[university.enrolments["mended"].pk]["state"] == "training"
    gone = rows[university.enrolments["withdrawn"].pk]
    assert (gone["unit_id"], gone["last_unit_id"]) == (None, university.units["H1"].pk)


def test_nothing_after_the_day_is_in_it(university: SmallUniversity, census: Census) -> None:
    keys = {row["key"] for row in rows_of(census, "enrolments")}
    assert university.enrolments["future"].pk not in keys
    assert university.enrolments["fresh"].pk in keys
    assert [row["number"] for row in rows_of(census, "panels")] == ["P1", "P3"]
    assert len(rows_of(census, "rotations")) == 1
    dates = {
        "milestones": "held_on", "similarity_checks": "checked_on", "panels": "sits_on",
        "applications": "decided_on", "enrolments": "state_since", "titles": "valid_from",
        "supervisor_qualifications": "valid_from", "unit_relations": "valid_from",
        "disciplines": "valid_from", "rotations": "start_month",
    }  # fmt: skip
    for table, column in dates.items():
        assert all(row[column] is None or row[column] <= DAY for row in rows_of(census, table))


def test_a_corrected_row_is_not_in_it(university: SmallUniversity, census: Census) -> None:
    relations = {row["lower_id"] for row in rows_of(census, "unit_relations")}
    assert university.units["X"].pk not in relations
    assert university.units["C3"].pk in relations
    kept = {row["key"] for row in rows_of(census, "supervisor_qualifications")}
    assert university.qualifications["retracted"].pk not in kept


def test_rows_lie_in_the_order_of_their_keys(census: Census) -> None:
    for table in TABLES:
        keys = [row["key"] for row in rows_of(census, table.name)]
        assert keys == sorted(keys)


def test_no_column_of_identity_health_or_secret_leaves_the_database(census: Census) -> None:
    sealed = {Privacy.IDENTITY, Privacy.SENSITIVE, Privacy.SECRET}
    for table in TABLES:
        privacy = getattr(table.model, "privacy", {})
        closed = {name for name, degree in privacy.items() if degree in sealed}
        assert not closed & {column.name for column in table.columns}, table.name
    written = told_in(folder_of(census))
    assert {"number: P3", "cohort_on: 2022-09-01", "state: suspended"} <= written
    secrets = ("密名", "Secretname", "秘密", "secret reason", "illness", "1990-01-01")
    assert [secret for secret in secrets if secret in "\n".join(written)] == []


def told_in(folder: Path) -> set[str]:
    """All that the files of a census tell. Their bytes would not do: a table is packed, and dates
    lie in it as numbers."""
    tables = [pq.read_table(path) for path in folder.rglob("*.parquet")]
    rows = [row for table in tables for row in table.to_pylist()]
    heads = {str(table.schema.metadata) for table in tables}
    plain = {readable(path.read_bytes()) for path in folder.rglob("*.json")}
    return {f"{name}: {value}" for row in rows for name, value in row.items()} | heads | plain


def test_each_table_names_the_rows_and_the_hash_of_its_file(census: Census) -> None:
    files = census.manifest["files"]
    names = {f"{table.name}.parquet" for table in TABLES} | {"findings.parquet"}
    assert {name for name in files if name.endswith(".parquet")} == names
    for name in names:
        assert files[name]["rows"] == pq.read_metadata(folder_of(census) / name).num_rows
        assert len(files[name]["sha256"]) == 64
    assert COLUMNS[0].name == "key"


def test_the_manifest_says_by_what_code_rules_and_journal(fresh: SmallUniversity) -> None:
    before = freeze(fresh.root, date(2022, 12, 31), by=OPERATOR)
    frozen = freeze(fresh.root, DAY, by=OPERATOR)
    manifest = json.loads((folder_of(frozen) / "manifest.json").read_text())
    assert manifest == frozen.manifest
    line = JournalEntry.objects.get(subject_kind="census", subject_key=str(before.pk))
    assert manifest["journal"] == {"number": line.number, "hash": line.hash}
    assert manifest["code"]["version"] and len(manifest["code"]["source"]) == 64
    assert (manifest["edition"], manifest["packs"]) == (1, [])
    assert manifest["known_at"] == frozen.known_at.isoformat()


def test_a_pack_that_cannot_be_read_refuses_the_freeze_and_leaves_nothing(
    fresh: SmallUniversity,
) -> None:
    PackInForce.objects.create(
        institution=fresh.root, pack="nobody/nothing", version="1", hash="0" * 64,
        in_force_from=DAY, text="nothing",
    )  # fmt: skip
    with pytest.raises(PackError):
        freeze(fresh.root, DAY, by=OPERATOR)
    assert not Census.objects.exists()
    assert list(root_of(fresh.root).iterdir()) == []


def test_a_second_freeze_of_a_day_is_the_next_edition_and_leaves_the_first(
    fresh: SmallUniversity,
) -> None:
    first = freeze(fresh.root, DAY, by=OPERATOR)
    Enrolment.objects.filter(pk=fresh.enrolments["fresh"].pk).update(mode="in_service")
    second = freeze(fresh.root, DAY, by=OPERATOR)
    values = [
        census.figures.get(key="enrolled.fulltime_prof_doctoral", scope="SMALL-DP").value
        for census in (first, second)
    ]
    assert (first.edition, second.edition, values) == (1, 2, [5, 4])
    assert verify(first) == verify(second) == []
    assert census_of(fresh.root, year=2023) == second


def test_the_same_state_gives_the_same_files(fresh: SmallUniversity) -> None:
    first = freeze(fresh.root, DAY, by=OPERATOR).manifest["files"]
    assert first == freeze(fresh.root, DAY, by=OPERATOR).manifest["files"]


def test_every_file_of_a_census_is_read_only(census: Census) -> None:
    paths = [folder_of(census), *folder_of(census).rglob("*")]
    assert len(paths) > 50
    assert [path for path in paths if path.stat().st_mode & 0o222] == []


@pytest.mark.parametrize("table", ["reports_census", "reports_figurevalue"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_refuses_to_change_a_census(census: Census, table: str, change: str) -> None:
    with (
        pytest.raises(DatabaseError, match="never changes"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format(table))


def tampered(path: Path, content: bytes) -> None:
    path.parent.chmod(0o755)
    if path.exists():
        path.chmod(0o644)
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("enrolments.parquet", "enrolments.parquet was changed"),
        ("manifest.json", "manifest.json was changed"),
        ("extra.parquet", "extra.parquet does not belong"),
    ],
)
def test_a_file_changed_behind_our_back_is_found(
    fresh: SmallUniversity, name: str, problem: str
) -> None:
    frozen = freeze(fresh.root, DAY, by=OPERATOR)
    tampered(folder_of(frozen) / name, b"{}")
    (found,) = verify(frozen)
    assert problem in found


def test_a_changed_or_missing_key_file_is_found(fresh: SmallUniversity) -> None:
    frozen = freeze(fresh.root, DAY, by=OPERATOR)
    changed, missing = sorted((folder_of(frozen) / "figures").iterdir())[:2]
    tampered(changed, b"")
    missing.unlink()
    assert verify(frozen) == [
        f"figures/{missing.name} is missing.",
        f"figures/{changed.name} was changed after the freeze.",
    ]


def test_a_day_to_come_cannot_be_frozen(fresh: SmallUniversity) -> None:
    with pytest.raises(RuleBroken, match="has not come yet"):
        freeze(fresh.root, today() + timedelta(days=1), by=OPERATOR)


def test_a_day_before_the_first_record_cannot_be_frozen(fresh: SmallUniversity) -> None:
    with pytest.raises(RuleBroken, match="begin on 2000-01-01"):
        freeze(fresh.root, date(1999, 12, 31), by=OPERATOR)
    assert freeze(fresh.root, date(2000, 1, 1), by=OPERATOR).edition == 1


def test_a_year_without_census_says_what_to_do(fresh: SmallUniversity) -> None:
    with pytest.raises(InputRefused) as refused:
        census_of(fresh.root, year=2022)
    assert str(refused.value) == (
        "There is no census of 2022. Freeze one with: preceptor freeze 2022-12-31"
    )


def test_a_stranger_may_not_freeze(fresh: SmallUniversity) -> None:
    stranger = Account.objects.create(login="stranger", name="Stranger")
    with pytest.raises(NotPermitted):
        freeze(fresh.root, DAY, by=stranger)
    assert not Census.objects.exists()


FREEZE = """
import django; django.setup()
from datetime import date
from preceptor.base.actors import OPERATOR
from preceptor.institutions.models import Unit
from preceptor.reports.actions import freeze
{before}
print(freeze(Unit.objects.get(code="SMALL"), date(2023, 12, 31), by=OPERATOR).edition, flush=True)
"""
STOP_IN = """
import time
import preceptor.reports.{module} as module
def stop(*arguments, **options):
    print("here", flush=True)
    time.sleep(60)
module.{name} = stop
"""


@pytest.mark.parametrize(
    ("module", "name"),
    [("census.write", "write_rows"), ("figures.compute", "_entry"), ("actions", "write_manifest"),
     ("actions", "_figure_value")],
)  # fmt: skip
def test_killed_in_the_middle_a_freeze_leaves_the_old_state(
    process_environment: dict[str, str], home: Path, module: str, name: str
) -> None:
    environment = {**process_environment, "PRECEPTOR_HOME": str(home)}
    university = build()
    program = FREEZE.format(before=STOP_IN.format(module=module, name=name))
    with subprocess.Popen(
        [sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "here\n"
        os.kill(process.pid, signal.SIGKILL)
    assert not Census.objects.exists()
    assert not JournalEntry.objects.filter(verb="census.freeze").exists()
    frozen = freeze(university.root, DAY, by=OPERATOR)
    assert (frozen.edition, verify(frozen)) == (1, [])
    assert [path for path in root_of(university.root).iterdir() if path.name[0] == "."] == []


def test_two_freezes_at_once_get_two_editions(
    process_environment: dict[str, str], home: Path
) -> None:
    environment = {**process_environment, "PRECEPTOR_HOME": str(home)}
    build()

    def run(_number: int) -> str:
        ran = subprocess.run(
            [sys.executable, "-c", FREEZE.format(before="")], env=environment,
            capture_output=True, text=True,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        return ran.stdout.strip()

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(run, range(2))) == ["1", "2"]
    assert [verify(census) for census in Census.objects.all()] == [[], []]


def test_a_freeze_keeps_nobody_from_writing(
    process_environment: dict[str, str], home: Path
) -> None:
    environment = {**process_environment, "PRECEPTOR_HOME": str(home)}
    university = build()
    program = FREEZE.format(before=STOP_IN.format(module="census.write", name="write_rows"))
    with subprocess.Popen(
        [sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "here\n"
        begun = time.monotonic()
        Enrolment.objects.filter(pk=university.enrolments["fresh"].pk).update(cohort=2000)
        assert time.monotonic() - begun < 5
        process.kill()
