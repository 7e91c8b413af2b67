"""`preceptor evaluate`: records of other programs judged without a database."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from preceptor.jobs.commands.common import clear_refusals
from preceptor.jobs.commands.evaluate import evaluate
from preceptor.policy.run import Run
from preceptor.standing.bulk.export import write_parquet_inputs
from trainees_with_gaps import crowd

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
PACK = "yunting/clinical-doctorate"
TEXT = pa.dictionary(pa.int32(), pa.string())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "in"
    place.mkdir()
    theses = {"key": ["T1", "T2", "T3"], "event_on": [date(2024, 5, 1)] * 3}
    similarity = pa.array(["0.30", "0.31", None]).cast(pa.decimal128(6, 4))
    pq.write_table(pa.table({**theses, "similarity": similarity}), place / "thesis.parquet")
    return place


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs the command as an English terminal would."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def work(*words: object) -> Result:
        with clear_refusals():
            return CliRunner().invoke(evaluate, [*map(str, words)], catch_exceptions=False)

    return work


def test_a_folder_is_judged_without_asking_the_database(
    run: Callable[..., Result], folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.parquet"
    found = run("--pack", PACK, "--parquet", folder, "--out", out, "--on", "2024-06-01",
                "--format", "json")  # fmt: skip
    assert found.exit_code == 0
    answer = json.loads(found.stdout)
    assert (answer["records"], answer["sampled"], answer["on"]) == (3, 3, "2024-06-01")
    assert answer["rules"]["thesis.similarity"] == {
        "pass": 1, "fail": 1, "pending": 1, "not_applicable": 0, "waived": 0,
    }  # fmt: skip
    lines = [line for line in pq.read_table(out).to_pylist() if line["rule"] == "thesis.similarity"]
    assert [(line["subject_key"], line["verdict"], line["missing"]) for line in lines] == [
        ("T1", "pass", ""), ("T2", "fail", ""), ("T3", "pending", "similarity"),
    ]  # fmt: skip


def test_the_summary_is_a_sentence_and_a_table(
    run: Callable[..., Result], folder: Path, tmp_path: Path
) -> None:
    found = run("--pack", PACK, "--parquet", folder, "--out", tmp_path / "out.csv",
                "--subject", "thesis", "--on", "2024-06-01")  # fmt: skip
    first, head, *rows = found.stdout.splitlines()
    assert "3 records in " in first
    assert "3 were judged again" in first
    assert head.split() == ["rule", "fail", "pending", "pass", "not_applicable", "waived"]
    assert ["thesis.similarity", "1", "1", "1", "0", "0"] in [row.split() for row in rows]


def test_a_file_that_does_not_fit_ends_with_one_message(
    run: Callable[..., Result], folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "thesis.parquet").write_text("similarity")
    with pytest.raises(SystemExit) as end:
        run("--pack", PACK, "--parquet", folder, "--out", tmp_path / "out.parquet")
    said = capsys.readouterr().err
    assert end.value.code == 1
    assert "thesis.parquet cannot be read as Parquet" in said
    assert said.count("\n") == 1
    assert not (tmp_path / "out.parquet").exists()


def test_an_empty_folder_says_which_file_is_wanted(
    run: Callable[..., Result], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        run("--pack", PACK, "--parquet", tmp_path, "--out", tmp_path / "out.parquet")
    assert end.value.code == 1
    assert ".parquet" in capsys.readouterr().err


def test_a_subject_of_which_the_pack_does_not_speak_is_wrong_use(
    run: Callable[..., Result], folder: Path, tmp_path: Path
) -> None:
    found = run(
        "--pack", PACK, "--parquet", folder, "--out", tmp_path / "o.csv", "--subject", "cat"
    )
    assert found.exit_code == 2
    assert "thesis" in found.stderr


def test_a_difference_ends_with_one_and_leaves_no_file(
    run: Callable[..., Result], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    judge = Run.verdict

    def broken(self: Run, rule: Any) -> Any:
        found = judge(self, rule)
        return 2 - found if rule.id == "thesis.similarity" else found

    monkeypatch.setattr(Run, "verdict", broken)
    with pytest.raises(SystemExit) as end:
        run("--pack", PACK, "--parquet", folder, "--out", tmp_path / "out.parquet")
    said = capsys.readouterr().err
    assert end.value.code == 1
    assert "Record T1, rule thesis.similarity" in said or "Record T2, rule thesis.sim" in said
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


@pytest.mark.django_db(transaction=True)
def test_the_database_and_its_export_give_the_same_verdicts(
    cast: Cast, run: Callable[..., Result], tmp_path: Path
) -> None:
    crowd(cast, 60)
    on, folder = date(2024, 6, 1), tmp_path / "in"
    folder.mkdir()
    for subject in ("enrolment", "thesis", "panel"):
        write_parquet_inputs(cast.institution, subject, on, folder)
    common = ("--pack", PACK, "--on", on, "--format", "json")
    by_file = run(*common, "--parquet", folder, "--out", tmp_path / "file.parquet")
    by_database = run(*common, "--institution", "YT", "--out", tmp_path / "database.parquet")
    assert by_file.exit_code == by_database.exit_code == 0
    lines = [pq.read_table(tmp_path / f"{way}.parquet").to_pylist() for way in ("file", "database")]
    assert lines[0] == lines[1]
    assert json.loads(by_database.stdout)["records"] > 60
