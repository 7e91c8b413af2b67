"""`preceptor preview`: whom a change of a pack would concern, and clear refusals."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from planned_overlays import CHANGED, HEAD, months
from preceptor.base import journal
from preceptor.jobs.commands.common import clear_refusals
from preceptor.jobs.commands.preview import preview
from preceptor.standing.models import Finding, Preview

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command on an overlay's text, in an English terminal, as `preceptor` does."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def command(overlay: str | bytes, *words: str) -> Result:
        path = tmp_path / "overlay.toml"
        path.write_bytes(overlay if isinstance(overlay, bytes) else overlay.encode())
        with clear_refusals():
            return CliRunner().invoke(preview, [str(path), *words], catch_exceptions=False)
        raise AssertionError

    return command


def answer(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_each_person_stands_with_the_clause_that_flips_them(cast: Cast, run: Run) -> None:
    found = answer(run(months(18), "--format", "json"))
    assert found["persons"] == [
        {
            "number": "2021110001", "panel": None, "unit": "YT-01", "cohort": 2021,
            "rule": "training.clinical", "before": "fail", "after": "pass",
            "text": found["persons"][0]["text"],
        }
    ]  # fmt: skip
    assert "19 months" in found["persons"][0]["text"]
    assert "part 4(5)" in found["persons"][0]["text"]
    assert found["changes"] == {"fail>pass": 1}
    assert found["units"] == {"YT-01": {"fail>pass": 1}}
    assert found["cohorts"] == {"2021": {"fail>pass": 1}}
    assert (found["records"], found["flips"], found["trainees"]) == (4, 1, 1)
    assert found["base"]["id"] == "yunting/clinical-doctorate"


def test_the_text_says_the_same_as_the_numbers(cast: Cast, run: Run) -> None:
    found, said = answer(run(CHANGED, "--format", "json")), run(CHANGED)
    assert said.exit_code == 0
    assert f"{found['flips']} verdicts would change; trainees concerned: 3." in said.output
    for line in found["persons"]:
        assert f"{line['rule']}: {line['before']} → {line['after']}. {line['text']}" in said.output
    assert "P-2022-0001  panel.midterm: pending → fail" in said.output


def test_decisions_that_a_change_reaching_back_would_have_made_otherwise_are_listed(
    cast: Cast, run: Run
) -> None:
    five = HEAD + (
        "[param.midterm_sizes]\n"
        'values = [{ from = 2022-01-01, value = [3, 5], cite = "report2023 四(四)2" }]\n'
        '[[rule]]\nid = "panel.midterm"\nrequire = "size in midterm_sizes"\n'
    )
    [decision] = answer(run(five, "--format", "json"))["decisions"]
    assert decision == {
        "on": "2022-12-01", "step": "midterm", "number": "2021110001", "panel": "P-2022-0001",
        "rule": "panel.midterm", "before": "pending", "after": "pass",
    }  # fmt: skip


def test_a_day_can_be_given(cast: Cast, run: Run) -> None:
    before = answer(run(months(18), "--on", "2023-01-31", "--format", "json"))
    after = answer(run(months(18), "--on", "2023-02-28", "--format", "json"))
    assert (before["on"], before["flips"], after["flips"]) == ("2023-01-31", 0, 1)


def test_before_a_pack_was_in_force_every_verdict_of_it_is_new(cast: Cast, run: Run) -> None:
    found = answer(run(months(24), "--on", "2022-06-30", "--format", "json"))
    assert found["flips"] > 3
    assert {line["before"] for line in found["persons"]} == {"not_applicable"}


def test_nothing_is_written(cast: Cast, run: Run) -> None:
    head, findings = journal.head(), Finding.objects.count()
    assert run(CHANGED).exit_code == 0
    assert journal.head() == head
    assert Finding.objects.count() == findings
    assert not Preview.objects.exists()


def test_a_change_of_nothing_says_that_nobody_is_concerned(cast: Cast, run: Run) -> None:
    said = run(months(24))
    assert said.exit_code == 0
    assert "0 verdicts would change; trainees concerned: 0." in said.output


@pytest.mark.parametrize(
    ("overlay", "said"),
    [
        (HEAD + '[[rule]]\nid = "training.clinical"\nrequire = "clinicl >= 3"\n', "clinical"),
        (months(24, base="yunting/nothing"), "yunting/nothing"),
        (b"\xff\xfe", "UTF-8"),
        ("not toml at all", "overlay.toml"),
        (months(61), "61"),
    ],
)
def test_a_wrong_overlay_ends_with_one_clear_message(
    cast: Cast, run: Run, capsys: pytest.CaptureFixture[str], overlay: str | bytes, said: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(overlay)
    assert ended.value.code == 1
    message = capsys.readouterr().err
    assert message.startswith("preceptor: ")
    assert said in message
    assert "Traceback" not in message


def test_a_file_that_is_not_there_is_named(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended, clear_refusals():
        CliRunner().invoke(preview, [str(tmp_path / "gone.toml")], catch_exceptions=False)
    assert ended.value.code == 1
    assert "gone.toml" in capsys.readouterr().err


def test_an_unknown_institution_is_named(cast: Cast, run: Run, capsys: Any) -> None:
    assert cast.institution.code != "XX"
    with pytest.raises(SystemExit) as ended:
        run(months(18), "--institution", "XX")
    assert ended.value.code == 1
    assert "institution" in capsys.readouterr().err
