"""`preceptor panel repair` and the job behind the page give the same answer, and clear refusals."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from django.core.exceptions import PermissionDenied

from panel_pools import OUTSIDE, Pool, defence, pool
from preceptor.base.models import JournalEntry
from preceptor.jobs.commands.common import clear_refusals
from preceptor.jobs.commands.panel import panel as command
from preceptor.jobs.tasks import panel_repair
from preceptor.people.models import Account
from preceptor.training.models import Panel, PanelSeat

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = pytest.mark.django_db

ON = "2026-11-20"
Run = Callable[..., Result]


@pytest.fixture
def experts(cast: Cast) -> Pool:
    return pool(cast)


@pytest.fixture
def four(experts: Pool) -> Callable[[Cast], Panel]:
    def made(cast: Cast) -> Panel:
        seats = [(experts["X1"], "chair", OUTSIDE)]
        seats += [(experts[key], "member", {"field": "same"}) for key in ("H1", "H3", "H4")]
        return defence(cast, seats)

    return made


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command in an English terminal, as `preceptor` does."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def invoke(*words: str) -> Result:
        with clear_refusals():
            return CliRunner().invoke(command, ["repair", *words], catch_exceptions=False)
        raise AssertionError

    return invoke


def test_the_command_names_the_change_in_either_language_and_writes_nothing(
    cast: Cast, four: Callable[[Cast], Panel], run: Run
) -> None:
    four(cast)
    lines = JournalEntry.objects.count()
    english = run("P-2026-0001", "--on", ON, "--lang", "en")
    chinese = run("P-2026-0001", "--on", ON, "--lang", "zh")
    assert english.exit_code == chinese.exit_code == 0
    assert "Expert X2" in english.output
    assert "专家X2" in chinese.output
    assert "panel.defence.size" in chinese.output
    assert JournalEntry.objects.count() == lines
    assert PanelSeat.objects.filter(panel__number="P-2026-0001").count() == 4


def test_the_json_of_the_command_is_the_answer_of_the_job(
    cast: Cast, experts: Pool, four: Callable[[Cast], Panel], run: Run, office: Account
) -> None:
    made = four(cast)
    printed = json.loads(run("P-2026-0001", "--on", ON, "--json", "--keep", "H6").stdout)
    kept = experts["H6"].pk
    assert kept in [one["person"]["key"] for one in printed["changes"]]
    answer = panel_repair.call(panel=made.pk, account=office.pk, on=ON, keep=[kept])
    assert json.loads(json.dumps(answer)) == printed


def test_where_nothing_will_do_the_command_says_what_conflicts_and_ends_with_one(
    cast: Cast, experts: Pool, four: Callable[[Cast], Panel], run: Run
) -> None:
    four(cast)
    words = ("P-2026-0001", "--on", ON, "--lang", "en", "--without", "H2")
    assert run(*words).exit_code == 0
    PanelSeat.objects.filter(person__in=[experts["X2"], experts["X3"]]).delete()
    found = run(*words)
    assert found.exit_code == 1
    assert "law.defence" in found.output or "external" in found.output
    assert "pool:" in found.output


@pytest.mark.parametrize("words", [("P-9999",), ("P-2026-0001", "--keep", "nobody")])
def test_an_unknown_number_is_one_clear_line(
    cast: Cast, four: Callable[[Cast], Panel], run: Run, words: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    four(cast)
    with pytest.raises(SystemExit) as ended:
        run(*words)
    said = capsys.readouterr().err
    assert ended.value.code == 1
    assert words[-1] in said
    assert said.count("\n") == 1


def test_the_job_answers_a_panel_that_has_sat_with_the_reason_in_both_languages(
    cast: Cast, office: Account
) -> None:
    answer = panel_repair.call(panel=cast.panel.pk, account=office.pk, on=ON)
    assert not answer["is_feasible"]
    assert "P-2022-0001" in answer["problem"]["zh"]
    assert "P-2022-0001" in answer["problem"]["en"]


def test_the_job_refuses_who_may_not_keep_the_trainees_panels(
    cast: Cast, four: Callable[[Cast], Panel], neighbour: Account
) -> None:
    made = four(cast)
    with pytest.raises(PermissionDenied):
        panel_repair.call(panel=made.pk, account=neighbour.pk, on=ON)


def test_a_refusal_speaks_the_language_that_was_asked_for(
    cast: Cast, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    for lang, word in (("zh", "没有编号为“P-0”的评审小组"), ("en", "There is no panel “P-0”")):
        with pytest.raises(SystemExit) as ended:
            run("P-0", "--lang", lang)
        assert ended.value.code == 1
        assert word in capsys.readouterr().err


def test_verdicts_are_told_with_the_stops_of_the_language(
    cast: Cast, four: Callable[[Cast], Panel], run: Run
) -> None:
    four(cast)
    assert "：" not in run("P-2026-0001", "--on", ON, "--lang", "en").output
    chinese = run("P-2026-0001", "--on", ON, "--lang", "zh").output
    assert "符合。" in chinese and "符合. " not in chinese
