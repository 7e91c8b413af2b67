"""`preceptor packs` as an officer and a packer of rules meet it: processes, no database needed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import schema
from command_server import CommandServer, command_server, environment_of
from preceptor.standing.packs import SHIPPED

FIRST = "yunting/clinical-doctorate"
SOURCE = next(SHIPPED.glob("yunting/clinical-doctorate*.toml")).read_text("utf-8")
OVERLAY = """
[pack]
id = "test/more-months"
version = "1"
title = { zh = "更多月数", en = "More months" }
extends = { id = "yunting/clinical-doctorate", version = "2023.1" }
[[param.clinical_months.values]]
from = 2024-09-01
value = 30
cite = "report2023 四(五)"
evidence = "R"
"""


class Shell:
    """A folder for files of rules, and the command in a home where nothing has made a database."""

    def __init__(self, folder: Path, home: Path, server: CommandServer) -> None:
        self.folder, self.home, self.server = folder, home, server

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        done = self.server.run("packs", *words, **environment)
        assert "Traceback" not in done.stderr + done.stdout
        assert "unexpected fault" not in done.stderr
        return done

    def answer(self, *words: str, code: int = 0) -> Any:
        done = self.run(*words, "--format", "json")
        assert done.returncode == code, done.stderr + done.stdout
        return json.loads(done.stdout)

    def file(self, name: str, text: str) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return str(path)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, CommandServer]]:
    home = tmp_path_factory.mktemp("home")
    with command_server(environment_of(home)) as server:
        yield home, server


@pytest.fixture
def shell(served: tuple[Path, CommandServer], tmp_path: Path) -> Shell:
    return Shell(tmp_path, *served)


def test_every_pack_that_ships_is_right_and_lets_no_mutant_live(shell: Shell) -> None:
    answer = shell.answer("check", str(SHIPPED))
    assert {report["pack"] for report in answer} >= {FIRST, "cn/degrees-law"}
    assert all(report["right"] and not report["survivors"] for report in answer)
    assert sum(report["mutants"] for report in answer) > 500
    assert not (shell.home / "preceptor.sqlite3").exists()


def test_an_error_is_told_with_its_place_a_caret_and_what_was_meant(shell: Shell) -> None:
    broken = SOURCE.replace("clinical >= clinical_months", "clinicl >= clinical_months")
    done = shell.run("check", shell.file("broken.toml", broken))
    assert done.returncode == 1
    line = 1 + broken[: broken.index("clinicl")].count("\n")
    assert f"broken.toml:{line}:1: rule training.clinical, require:" in done.stdout
    assert "Did you mean 'clinical'?" in done.stdout
    assert "clinicl >= clinical_months\n^^^^^^^\n" in done.stdout


def test_each_wrong_file_is_told_and_the_right_ones_too(shell: Shell) -> None:
    shell.file("rules/a.toml", SOURCE.replace('type = "int"', 'type = "itn"', 1))
    shell.file("rules/deep/b.toml", "[pack")
    shell.file("rules/c.toml", SOURCE)
    answer = shell.answer("check", str(shell.folder / "rules"), code=1)
    assert [(Path(one["file"]).name, one["right"]) for one in answer] == [
        ("a.toml", False), ("c.toml", True), ("b.toml", False),
    ]  # fmt: skip
    wrong = answer[0]["error"]
    assert (wrong["problem"], wrong["where"]) == ("bad_type", "param proposal_min")
    assert wrong["line"] and "itn" in wrong["message"]
    assert answer[2]["error"]["problem"] == "not_toml"


def test_a_surviving_mutant_is_listed_and_ends_with_1(shell: Shell) -> None:
    # No thesis of exactly 30 % is left among the examples.
    path = shell.file("weak.toml", SOURCE.replace('similarity = "0.3000"', 'similarity = "0.2999"'))
    answer = shell.answer("check", path, code=1)
    assert {(one["rule"], one["text"]) for one in answer[0]["survivors"]} == {
        ("thesis.similarity", "require: similarity < similarity_max"),
        ("thesis.similarity", "param similarity_max, 2000-01-01: 0.2999"),
    }
    chinese = shell.run("check", path, LC_ALL="zh_CN.UTF-8")
    assert "请补一个能区分两者的示例" in chinese.stdout
    assert "require: similarity < similarity_max" in chinese.stdout


def test_a_mark_of_an_equivalent_mutant_must_fit(shell: Shell) -> None:
    marked = SOURCE.replace(
        'id = "thesis.blind"', 'id = "thesis.blind"\nequivalent = ["require: x"]'
    )
    answer = shell.answer("check", shell.file("marked.toml", marked), code=1)
    assert answer[0]["error"]["problem"] == "not_a_survivor"


def test_an_overlay_finds_its_base_among_those_that_ship(shell: Shell) -> None:
    answer = shell.answer("check", shell.file("more.toml", OVERLAY), code=1)
    assert (answer[0]["pack"], answer[0]["error"]) == ("test/more-months", None)
    # The new value needs examples of its own.
    assert {one["what"] for one in answer[0]["survivors"]} == {
        "param clinical_months, 2024-09-01", "param clinical_months, from",
    }  # fmt: skip


def test_an_overlay_prefers_the_base_that_is_given_with_it(shell: Shell) -> None:
    base = SOURCE.replace(FIRST, "test/base").replace("value = 24,", "value = 20,")
    shell.file("pair/base.toml", base)
    shell.file("pair/over.toml", OVERLAY.replace(FIRST, "test/base"))
    answer = shell.answer("check", str(shell.folder / "pair"), code=1)
    assert [one["error"]["problem"] if one["error"] else None for one in answer] == [
        "example_differs", "example_differs",
    ]  # fmt: skip


def test_overlays_of_each_other_and_of_nothing_are_told_as_such(shell: Shell) -> None:
    first = OVERLAY.replace(FIRST, "test/second")
    second = OVERLAY.replace(FIRST, "test/more-months").replace('"test/more-months"', '"test/second"', 1)  # fmt: skip
    shell.file("ring/a.toml", first)
    shell.file("ring/b.toml", second)
    answer = shell.answer("check", str(shell.folder / "ring"), code=1)
    assert [one["error"]["problem"] for one in answer] == ["base_absent", "base_absent"]


def test_a_lower_pack_may_not_be_looser_than_the_statute_it_stands_under(shell: Shell) -> None:
    lower = (
        SOURCE.replace(FIRST, "test/lower")
        + """
[[replace]]
pack = "cn/degrees-law"
param = "defence_min"
evidence = "R"
values = [{ from = 2025-06-01, value = 4, cite = "report2023" }]
"""
    )
    answer = shell.answer("check", shell.file("lower.toml", lower), code=1)
    assert answer[0]["error"]["problem"] == "looser"
    right = shell.file("right.toml", lower.replace("value = 4", "value = 7"))
    assert shell.answer("check", right)[0]["right"]


@pytest.mark.parametrize(
    "words",
    [
        ("check",),
        ("check", "no-such-file.toml"),
        ("check", "."),
        ("show", FIRST, "--on", "2024-02-30"),
    ],
)
def test_wrong_use_ends_with_2(shell: Shell, words: tuple[str, ...]) -> None:
    words = tuple(str(shell.folder) if word == "." else word for word in words)
    assert shell.run(*words).returncode == 2


@pytest.fixture
def ruled(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shell]:
    """A home of its own with the institution's rules in force."""
    schema.put_into(tmp_path, request.config)
    with command_server(environment_of(tmp_path)) as server:
        made = server.run("demo", "--once", "--empty")
        assert made.returncode == 0, made.stderr
        yield Shell(tmp_path, tmp_path, server)


def test_what_changed_in_the_base_is_said_where_the_old_one_was_in_force(ruled: Shell) -> None:
    shell = ruled
    old = shell.answer("show", FIRST)
    assert old["in_force"]
    changed = SOURCE.replace("max = 60", "max = 72").replace(
        "住院总医师（或相当）月数", "住院总医师月数"
    )
    shell.file("new/base.toml", changed)
    head = f'extends = {{ id = "{FIRST}", version = "2023.1", hash = "{old["hash"]}" }}'
    over = OVERLAY.replace(
        'extends = { id = "yunting/clinical-doctorate", version = "2023.1" }', head
    )
    shell.file("new/over.toml", over)
    reports = {Path(one["file"]).name: one for one in shell.answer("check", str(shell.folder / "new"), code=1)}  # fmt: skip
    assert any("72" in change for change in reports["over.toml"]["base_changes"])
    assert reports["base.toml"]["base_changes"] == []
    said = shell.run("check", str(shell.folder / "new"), LC_ALL="zh_CN.UTF-8").stdout
    assert "住院总医师月数" in said


def test_a_pack_is_shown_as_it_holds_on_a_day(shell: Shell) -> None:
    over = shell.file("more.toml", OVERLAY)
    values = {}
    for day in ("2015-08-31", "2024-09-01"):
        answer = shell.answer("show", over, "--on", day)
        found = {known["name"]: known for known in answer["parameters"]}
        values[day] = found["clinical_months"]["value"]
        assert not answer["in_force"]
    assert values == {"2015-08-31": None, "2024-09-01": "30 months"}
    last = found["clinical_months"]
    assert (last["from"], last["evidence"], last["bind"]) == ("2024-09-01", "R", "cohort")
    assert last["citation"] == "Report 2023, part 4(5)"


def test_a_statute_is_shown_with_its_layer_and_rules_not_yet_in_force(shell: Shell) -> None:
    early = shell.answer("show", "cn/degrees-law", "--on", "2024-12-31")
    late = shell.answer("show", "cn/degrees-law", "--on", "2025-01-01")
    assert early["layer"] == "statute"
    sizes = [
        next(rule for rule in answer["rules"] if rule["rule"] == "law.defence.size")
        for answer in (early, late)
    ]
    assert [size["in_force"] for size in sizes] == [False, True]
    assert sizes[1]["require"] == "size >= defence_min"


def test_a_pack_is_shown_in_the_readers_language(shell: Shell) -> None:
    done = shell.run("show", FIRST, LC_ALL="zh_CN.UTF-8")
    assert done.returncode == 0
    assert "临床能力训练总月数：24 个月" in done.stdout
    assert "《2023 年度报告》四（五）" in done.stdout
    assert "clinical >= clinical_months" in done.stdout


def test_a_pack_that_is_not_there_is_refused_with_those_that_are(shell: Shell) -> None:
    done = shell.run("show", "nowhere/none")
    assert done.returncode == 1
    assert "nowhere/none" in done.stderr and FIRST in done.stderr


def test_the_schema_names_what_another_program_must_write(shell: Shell) -> None:
    subjects = shell.answer("schema")["subjects"]
    thesis, panel = subjects["thesis"], subjects["panel"]
    assert thesis["columns"]["similarity"] == {
        "title": {"zh": "论文重复率", "en": "thesis similarity"},
        "type": "dec(4)", "parquet": "decimal128(18, 4)", "unit": "ratio",
        "min": "0.0000", "max": "1.0000",
    }  # fmt: skip
    stage = panel["columns"]["stage"]
    assert (stage["type"], stage["parquet"]) == ("enum", "dictionary(string)")
    assert stage["values"]["defence"] == {"zh": "答辩", "en": "defence"}
    members = panel["lists"]["members"]
    assert members["most"] == 100
    assert members["columns"]["is_doctoral_supervisor"]["parquet"] == "bool"
    assert panel["dates"] == {"cohort": "cohort_on", "event": "event_on", "planned": "planned_on"}
    assert "predefence" in panel["gates"]
    assert subjects["enrolment"]["columns"]["cohort_on"]["parquet"] == "date32"


def test_the_schema_is_read_as_text_in_both_languages(shell: Shell) -> None:
    english, chinese = shell.run("schema"), shell.run("schema", LC_ALL="zh_CN.UTF-8")
    assert "similarity  thesis similarity: dec(4); 0.0000 … 1.0000; ratio" in english.stdout
    assert "论文重复率" in chinese.stdout
    assert "gates: " in english.stdout
    assert "gates: " not in chinese.stdout
