"""`preceptor flow` and `preceptor coverage`: the same figures as the pages, as a table and as JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from new_fellows import Fellows, entering
from preceptor.base.errors import InputRefused
from preceptor.base.today import today
from preceptor.fellows.actions import enter_postdoc
from preceptor.institutions.models import DegreePoint
from preceptor.jobs.commands.coverage import coverage
from preceptor.jobs.commands.flow import flow

pytest_plugins = ["fellow_cast"]
pytestmark = pytest.mark.django_db
YEAR = ["--from", "2023-01-01", "--to", "2023-12-31"]


def run(command: Any, *words: str) -> Any:
    return CliRunner().invoke(command, words)


def test_the_flow_of_a_year_adds_up_and_names_its_station(fellows: Fellows) -> None:
    answer = run(flow, *YEAR, "--by", "station", "--json")
    found = json.loads(answer.stdout)
    assert (found["from"], found["to"], found["by"]) == ("2023-01-01", "2023-12-31", "station")
    [row] = found["rows"]
    assert (row["start"], row["entries"], row["end"]) == (0, 1, 1)
    assert row["name_zh"] == fellows.station.name_zh


def test_one_station_alone_is_asked_for_by_its_code_and_an_unknown_one_is_refused(
    fellows: Fellows,
) -> None:
    enter_postdoc(**entering(fellows, station=fellows.other_station))
    last = ["--from", "2023-01-01", "--to", today().isoformat(), "--json"]
    assert json.loads(run(flow, *last).stdout)["rows"][0]["end"] == 2
    [row] = json.loads(run(flow, *last, "--station", "LD-1001").stdout)["rows"]
    assert row["end"] == 1
    refusal = run(flow, *last, "--station", "LD-0").exception
    assert isinstance(refusal, InputRefused) and "LD-0" in str(refusal)


def test_the_table_shows_every_number_of_a_row(
    fellows: Fellows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    _head, row = run(flow, *YEAR).stdout.splitlines()
    assert row.split()[-10:] == ["0", "1", *["0"] * 7, "1"]


def test_coverage_counts_disciplines_with_a_station(fellows: Fellows) -> None:
    for place, discipline in enumerate((fellows.clinical, fellows.basic)):
        DegreePoint.objects.create(
            code=f"D{place}", institution=fellows.institution, discipline=discipline,
            degree_level="doctor", degree_type="academic", name_zh="点", name_en="point",
        )  # fmt: skip
    found = json.loads(run(coverage, "--json").stdout)
    assert (found["covered"], found["disciplines"]) == (2, 2)
    assert found["rows"][1]["stations"][0]["code"] == "LD-1002"
    before = json.loads(run(coverage, "--json", "--on", "2009-12-31").stdout)
    assert (before["covered"], before["disciplines"]) == (0, 2)
    assert "LD-1002" in run(coverage).stdout
