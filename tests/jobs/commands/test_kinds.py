"""`preceptor kinds`: the shipped kinds come into force, and a text is checked before anybody uses it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from preceptor.base.errors import InputRefused
from preceptor.cases.models import CalendarYear, CaseKind
from preceptor.jobs.commands.kinds import kinds

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
SHIPPED = Path(__file__).parents[3] / "src" / "preceptor" / "cases" / "shipped" / "yunting"


def run(*words: str) -> Any:
    return CliRunner().invoke(kinds, [*words, "--format", "json"])


def test_the_shipped_kinds_and_calendars_come_into_force_once(cast: Cast) -> None:
    assert json.loads(run("list").stdout) == {"kinds": []}
    for _time in range(2):
        answer = run("adopt", "--from", "2026-01-01")
        assert answer.exit_code == 0
    found = {row["kind"]: row["from"] for row in json.loads(run("list").stdout)["kinds"]}
    assert found["defence"] == "2026-01-01"
    assert set(found) == {path.stem for path in SHIPPED.glob("*.toml")}
    assert CaseKind.objects.count() == len(found)
    assert CalendarYear.objects.filter(year=2026).count() == 1


@pytest.mark.django_db
def test_a_text_with_a_dead_end_is_refused_with_its_line(tmp_path: Path) -> None:
    good = (SHIPPED / "defence.toml").read_text(encoding="utf-8")
    assert json.loads(run("check", str(SHIPPED / "defence.toml")).stdout)["kind"] == "defence"
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(good.replace('passed = "granted"', 'passed = "nowhere"'), encoding="utf-8")
    refusal = run("check", str(wrong)).exception
    assert isinstance(refusal, InputRefused)
    line = (
        wrong.read_text(encoding="utf-8")
        .splitlines()
        .index('then = { passed = "nowhere", failed = "refused" }')
        + 1
    )
    assert "nowhere" in str(refusal) and str(line) in str(refusal)
