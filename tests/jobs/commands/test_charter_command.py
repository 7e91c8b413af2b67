"""`preceptor charter`: what the head of a laboratory may decide alone, and every decision."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from pi_rows import asked, decided, limited
from preceptor.base.errors import InputRefused
from preceptor.base.today import today
from preceptor.fellows.choices import LimitKind
from preceptor.jobs.commands.charter import charter

if TYPE_CHECKING:
    from pi_rows import Programme

pytest_plugins = ["pi_cast"]
pytestmark = [pytest.mark.django_db]


def run(*words: str) -> Any:
    return CliRunner().invoke(charter, [*words])


def decisions(pis: Programme) -> None:
    """One decision of the head, and one that climbed to the director."""
    limited(pis.laboratory, LimitKind.BUY, 100)
    decided(asked(pis.laboratory, LimitKind.BUY, 60, pis["head"]), pis["head"])
    beyond = decided(asked(pis.laboratory, LimitKind.BUY, 50, pis["head"]), pis["head"])
    decided(beyond, pis["director"])


def test_the_charter_as_json_says_limit_use_and_every_decision(pis: Programme) -> None:
    decisions(pis)
    answer = json.loads(run("YT-P1", "--json", "--lang", "en").stdout)
    assert (answer["laboratory"], answer["name"]["zh"]) == ("YT-P1", "云溪实验室")
    assert answer["on"] == today().isoformat()
    found = {row["kind"]: row for row in answer["authority"]}
    assert [found["buy"][name] for name in ("most", "used", "left", "period")] == [
        "100.00", "60.00", "40.00", "year",
    ]  # fmt: skip
    assert found["buy"]["paper"] == "云医校〔2022〕3号"
    assert {name: found["hire"][name] for name in ("most", "used", "left", "period")} == {
        "most": None, "used": None, "left": None, "period": None,
    }  # fmt: skip
    lines = [(row["amount"], row["is_within"], row["by"]) for row in answer["ledger"]]
    assert lines == [("60.00", True, "沈若溪"), ("50.00", False, "秦望舒")]
    assert all(row["case"].startswith("SQ-") for row in answer["ledger"])


def test_on_a_day_before_the_charter_there_is_no_authority_and_no_decision(
    pis: Programme,
) -> None:
    decisions(pis)
    answer = json.loads(run("YT-P1", "--json", "--on", "2021-12-31").stdout)
    assert [row["most"] for row in answer["authority"]] == [None] * 4
    assert answer["ledger"] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_charter_can_be_read_as_a_table_in_both_languages(
    pis: Programme, language: str
) -> None:
    decisions(pis)
    answer = run("YT-P1", "--lang", language)
    assert answer.exit_code == 0
    for text in ("云溪实验室", "100.00", "40.00", "沈若溪", "秦望舒"):
        assert text in answer.stdout
    assert ("no authority" in answer.stdout) == (language == "en")
    empty = run("YT-P2", "--lang", language)
    assert empty.exit_code == 0
    assert "秦望舒" not in empty.stdout


def test_an_unknown_laboratory_is_refused_by_its_code(pis: Programme) -> None:
    refusal = run("YT-99").exception
    assert isinstance(refusal, InputRefused)
    assert "YT-99" in str(refusal)
