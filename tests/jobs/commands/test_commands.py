"""The command as an operator meets it: processes, exit codes, one message and no traceback."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import schema
from command_server import CommandServer, command_server, environment_of

WORKBOOK = Path(__file__).resolve().parents[2] / "data" / "roster-2023.xlsx"
EXPECTED = json.loads(WORKBOOK.with_name("roster-2023.expected.json").read_text("utf-8"))


class Place:
    """A home of its own in which the command runs; started anew each time where no server is given."""

    def __init__(self, folder: Path, server: CommandServer | None = None) -> None:
        self.folder, self.server = folder, server
        self.environment = environment_of(folder)

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return (self.server.run if self.server else self.start)(*words, **environment)

    def start(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """The command as the shell starts it."""
        return subprocess.run(
            [sys.executable, "-m", "preceptor", *words], env=self.environment | environment,
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip

    def answer(self, *words: str) -> Any:
        done = self.run(*words, "--format", "json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def count(self, table: str) -> int:
        with sqlite3.connect(self.folder / "preceptor.sqlite3") as database:
            return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


@pytest.fixture(scope="module")
def prepared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home as `preceptor demo --once --empty` leaves it."""
    place = Place(tmp_path_factory.mktemp("prepared"))
    schema.put_into(place.folder, request.config)
    done = place.run("demo", "--once", "--empty")
    assert done.returncode == 0, done.stderr
    return place.folder


@pytest.fixture(scope="module")
def empty(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """An institution with nobody in training."""
    folder = tmp_path_factory.mktemp("empty")
    shutil.copytree(prepared, folder, dirs_exist_ok=True)
    with command_server(environment_of(folder)) as server:
        yield Place(folder, server)


@pytest.fixture(scope="module")
def filled(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The same institution after the office workbook was taken in."""
    folder = tmp_path_factory.mktemp("filled")
    shutil.copytree(prepared, folder, dirs_exist_ok=True)
    assert Place(folder).start("import", "roster", str(WORKBOOK)).returncode == 0
    with command_server(environment_of(folder)) as server:
        yield Place(folder, server)


def _refused(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    assert done.returncode == code, (done.returncode, done.stderr)
    assert "Traceback" not in done.stderr + done.stdout
    assert "unexpected fault" not in done.stderr
    for word in words:
        assert word in done.stderr


def test_the_dry_run_lists_the_refused_rows_and_writes_nothing(empty: Place) -> None:
    answer = empty.answer("import", "roster", str(WORKBOOK), "--dry-run")
    keys = ("sheet", "row", "column", "kind")
    assert [{key: row[key] for key in keys} for row in answer["refused"]] == EXPECTED["errors"]
    assert empty.count("training_enrolment") == 0


def test_check_counts_the_verdicts_of_the_workbook(filled: Place) -> None:
    rows = {row["rule"]: row for row in filled.answer("check")}
    assert rows["training.clinical"]["pass"] == EXPECTED["clinical_pass"]
    assert rows["training.clinical"]["fail"] == 613 - EXPECTED["clinical_pass"]
    assert rows["thesis.similarity"]["fail"] == EXPECTED["similarity_fail"]
    assert set(rows["panel.defence.size"]) == {
        "rule", "pass", "fail", "pending", "not_applicable", "waived",
    }  # fmt: skip


def test_check_of_one_rule_on_a_day_counts_only_what_had_happened_by_then(filled: Place) -> None:
    early = filled.answer("check", "--rule", "training.clinical", "--on", "2022-12-31")
    assert len(early) == 1
    assert early[0]["pass"] < EXPECTED["clinical_pass"]
    assert early[0]["pass"] + early[0]["fail"] < 613


def test_a_command_started_anew_does_and_says_what_it_does_and_says_here(filled: Place) -> None:
    """The tests of this file call a process that has loaded the product before."""
    for words in (
        ("check", "--on", "2022-12-31", "--format", "json"),
        ("explain", "enrolment", "0000000000"),
        ("check", "--on", "yesterday"),
    ):
        called, started = filled.run(*words), filled.start(*words)
        assert (called.returncode, called.stdout) == (started.returncode, started.stdout)
        assert called.stderr.splitlines()[-1:] == started.stderr.splitlines()[-1:]


def test_explain_says_how_many_months_are_missing_in_both_languages(filled: Place) -> None:
    months = EXPECTED["clinical_months"]
    number = next(student for student, done in months.items() if done == 21)
    for language, word in (("zh", "24 个月"), ("en", "at least 24")):
        answer = filled.answer("explain", "enrolment", number, "--lang", language)
        clinical = next(
            rule for rule in answer["requirements"] if rule["rule"] == "training.clinical"
        )
        assert clinical["verdict"] == "fail"
        assert "21" in clinical["text"]
        assert word in clinical["text"]
        assert "3" in clinical["needed"]


def test_explain_names_the_member_whose_title_is_not_recorded(filled: Place) -> None:
    answer = filled.answer("explain", "panel", "P031", "--lang", "zh")
    assert answer["verdict"] == "pending"
    rank = next(rule for rule in answer["requirements"] if rule["rule"] == "panel.defence.rank")
    assert rank["missing"]


def test_importing_again_changes_nothing_and_is_done(filled: Place) -> None:
    answer = filled.answer("import", "roster", str(WORKBOOK))
    assert (answer["taken"], answer["changed"]) == (0, 0)
    assert answer["unchanged"] > 613


@pytest.mark.parametrize("words", [
    ("explain", "enrolment", "0000000000"),
    ("explain", "panel", "P999"),
    ("report", "1999"),
    ("figures", "--census", "1999-12-31"),
])  # fmt: skip
def test_what_is_not_there_is_said_and_nothing_is_written(
    filled: Place, words: tuple[str, ...]
) -> None:
    before = filled.count("base_journalentry")
    _refused(filled.run(*words), 1, "preceptor: ")
    assert filled.count("base_journalentry") == before


@pytest.mark.parametrize("words", [
    ("freeze", "2023-02-30"),
    ("check", "--on", "yesterday"),
    ("check", "--rule", "training.nothing"),
    ("report", "2023", "--format", "odt"),
    ("report", "2023", "--lang", "fr"),
    ("demo", "--scale", "0"),
    ("demo", "--scale", "-3"),
    ("demo", "--scale", "many"),
    ("import", "roster", "no-such-file.xlsx"),
    ("explain", "enrolment"),
    ("nonsense",),
])  # fmt: skip
def test_wrong_use_ends_with_two_and_says_what_is_wrong(
    filled: Place, words: tuple[str, ...]
) -> None:
    _refused(filled.run(*words), 2)


def _renamed_text(folder: Path) -> Path:
    path = folder / "text.xlsx"
    path.write_text("学号,姓名\n2021510001,某人\n", encoding="utf-8")
    return path


def _password(folder: Path) -> Path:
    path = folder / "locked.xlsx"
    path.write_bytes(bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 4096)
    return path


def _bomb(folder: Path) -> Path:
    path = folder / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        with pack.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(400):
                sheet.write(b"0" * 1_000_000)
        pack.writestr("xl/workbook.xml", "<workbook/>")
    return path


def _large(folder: Path) -> Path:
    path = folder / "large.xlsx"
    with path.open("wb") as target:
        target.write(b"PK\x03\x04")
        target.truncate(100 * 1024 * 1024)
    return path


@pytest.mark.parametrize("make", [_renamed_text, _password, _bomb, _large])
def test_a_workbook_that_is_none_is_refused_with_one_message(
    filled: Place, tmp_path: Path, make: Any
) -> None:
    before = filled.count("base_journalentry")
    done = filled.run("import", "roster", str(make(tmp_path)))
    _refused(done, 1, "preceptor: ")
    assert len(done.stderr.strip().splitlines()) == 1
    assert filled.count("base_journalentry") == before


def test_a_broken_pack_is_named_with_its_line_and_what_was_meant(
    filled: Place, tmp_path: Path
) -> None:
    from preceptor.standing.packs import SHIPPED

    source = next(SHIPPED.glob("yunting/clinical-doctorate*.toml")).read_text("utf-8")
    broken = tmp_path / "broken.toml"
    broken.write_text(source.replace("clinical >= clinical_months", "clinicl >= clinical_months"))
    done = filled.run("check", "--pack", str(broken))
    _refused(done, 1, "broken.toml", "training.clinical", "clinicl", "clinical")


def test_a_home_that_cannot_be_written_is_said_at_once(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    done = Place(blocked).run("check")
    assert done.returncode != 0
    assert "PRECEPTOR_HOME" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_home_without_tables_says_how_to_make_them(tmp_path: Path) -> None:
    done = Place(tmp_path).run("check")
    _refused(done, 1, "preceptor demo --once")


def test_messages_come_in_the_language_of_the_terminal(filled: Place) -> None:
    done = filled.start("explain", "enrolment", "0000000000", LC_ALL="zh_CN.UTF-8")
    assert done.returncode == 1
    assert "学号" in done.stderr


@pytest.mark.parametrize("words", [
    (), ("demo",), ("check",), ("explain",), ("freeze",), ("figures",), ("report",),
    ("import", "roster"), ("serve",), ("worker",),
])  # fmt: skip
def test_each_command_explains_itself(filled: Place, words: tuple[str, ...]) -> None:
    done = filled.run(*words, "--help")
    assert done.returncode == 0
    assert "Usage" in done.stdout


def test_the_demo_names_its_accounts_as_data(empty: Place) -> None:
    answer = empty.answer("demo", "--once")
    assert {account["role"] for account in answer["accounts"]} == {
        "trainee", "supervisor", "secretary", "office", "leader",
    }  # fmt: skip
    assert answer["institution"] == "YUNTING"


def test_a_demo_that_was_broken_off_is_finished_by_the_next_run(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    place = Place(tmp_path)
    schema.put_into(tmp_path, request.config)
    assert place.run("migrate").returncode == 0
    command = [sys.executable, "-m", "preceptor", "demo", "--once", "--scale", "0.1"]
    with subprocess.Popen(
        command, env=place.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stderr is not None
        for line in child.stderr:
            if "rules and standing" in line:
                child.kill()
                break
    done = place.run("demo", "--once", "--scale", "0.1")
    assert done.returncode == 0, done.stderr
    assert "not built again" in done.stderr
    assert place.answer("check")
    assert place.count("reports_census") == 4


def test_an_account_opened_at_the_command_line_acts_in_its_unit(empty: Place) -> None:
    words = ("account", "open", "eye-office", "--name", "眼科秘书", "--role", "secretary")
    done = empty.run(*words, "--unit", "YUNTING-EH", "--password", "a-long-secret-phrase-7")
    assert done.returncode == 0, done.stderr
    assert empty.count("people_role") == 4


@pytest.mark.parametrize(("words", "said"), [
    (("office", "--name", "n", "--role", "office", "--unit", "YUNTING"), "taken"),
    (("new", "--name", "n", "--role", "office", "--unit", "NOWHERE"), "NOWHERE"),
    (("new", "--name", "n", "--role", "supervisor", "--unit", "YUNTING", "--person", "X9"), "X9"),
])  # fmt: skip
def test_an_account_that_cannot_be_opened_is_refused_and_nothing_is_written(
    filled: Place, words: tuple[str, ...], said: str
) -> None:
    before = (filled.count("people_account"), filled.count("base_journalentry"))
    done = filled.run("account", "open", *words, "--password", "a-long-secret-phrase-7")
    _refused(done, 1, said)
    assert (filled.count("people_account"), filled.count("base_journalentry")) == before


def test_a_password_that_is_too_easy_is_refused(filled: Place) -> None:
    words = ("account", "open", "new", "--name", "n", "--role", "office", "--unit", "YUNTING")
    _refused(filled.run(*words, "--password", "12345"), 1, "short")


def test_verify_answers_no_when_a_line_of_the_journal_was_changed(empty: Place) -> None:
    assert empty.answer("verify")["journal"]["first_broken"] is None
    with sqlite3.connect(empty.folder / "preceptor.sqlite3") as database:
        database.execute("DROP TRIGGER journal_no_update")
        database.execute("UPDATE base_journalentry SET verb = 'other' WHERE number = 2")
    done = empty.run("verify", "--format", "json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["journal"]["first_broken"] == 2
