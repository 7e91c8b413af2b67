"""`preceptor packs show` where units of an institution are judged by other values, or alone."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from preceptor.base.actors import OPERATOR
from preceptor.institutions.models import Unit
from preceptor.jobs.commands.common import clear_refusals
from preceptor.jobs.commands.packs_show import show
from preceptor.standing.actions import end_force, put_in_force
from standing.test_bindings import DOCTORATE, ORDERED, OWN, STRICTER

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]

SINCE = date(2024, 1, 1)


def said(monkeypatch: pytest.MonkeyPatch, *words: str, locale: str = "C.UTF-8") -> str:
    monkeypatch.setenv("LC_ALL", locale)
    with clear_refusals():
        done = CliRunner().invoke(show, words, catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


def answer(monkeypatch: pytest.MonkeyPatch, *words: str) -> Any:
    return json.loads(said(monkeypatch, *words, "--format", "json"))


def months(shown: dict[str, Any]) -> str:
    found = {known["name"]: known["value"] for known in shown["parameters"]}
    return str(found["clinical_months"])


def put(cast: Cast, pack: str, text: str, unit: Unit | None = None) -> None:
    put_in_force(
        institution=cast.institution, pack=pack, valid_from=SINCE, by=OPERATOR, unit=unit, text=text
    )


@pytest.fixture
def stricter(cast: Cast) -> None:
    """The General Hospital asks for 30 months where the university asks for 24."""
    put(cast, DOCTORATE, ORDERED)
    put(cast, "yunting/stricter", STRICTER.replace("VALUE", "30"), cast.general)


@pytest.mark.usefixtures("stricter")
def test_a_stricter_value_of_a_unit_is_shown_with_the_units_name_and_whose_it_is(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = answer(monkeypatch, DOCTORATE)
    [other] = shown["units"]
    assert (shown["unit"], months(shown)) == (None, "24 months")
    assert (other["unit"], other["unit_name"], months(other)) == (
        "YT-01", "General Hospital", "30 months",
    )  # fmt: skip
    value = next(known for known in other["parameters"] if known["name"] == "clinical_months")
    assert (value["pack"], value["layer"]) == ("yunting/stricter", "unit")
    text = said(monkeypatch, DOCTORATE)
    assert text.index("in force; ") < text.index("24 months")
    head = "in force for General Hospital (YT-01) and all below it; "
    assert text.index(head) < text.index("30 months")
    assert "总医院（YT-01）及其下属单位" in said(monkeypatch, DOCTORATE, locale="zh_CN.UTF-8")


@pytest.mark.usefixtures("stricter")
def test_after_the_last_day_of_the_units_pack_only_the_universitys_is_shown(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    end_force(
        institution=cast.institution, pack="yunting/stricter", last_day=date(2025, 1, 1),
        by=OPERATOR, unit=cast.general,
    )  # fmt: skip
    assert answer(monkeypatch, DOCTORATE, "--on", "2025-01-01")["units"] != []
    assert answer(monkeypatch, DOCTORATE, "--on", "2025-01-02")["units"] == []


def test_a_pack_of_two_units_alone_is_shown_for_each_and_not_as_the_universitys(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for unit in (cast.general, cast.cancer):
        put(cast, "yunting/own", OWN, unit)
    shown = answer(monkeypatch, "yunting/own")
    assert [shown["unit"], *(other["unit"] for other in shown["units"])] == ["YT-01", "YT-02"]
    assert shown["in_force"]
    assert answer(monkeypatch, DOCTORATE)["units"] == []
