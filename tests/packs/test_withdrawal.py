"""The withdrawal of postdocs: the same record under the lists of four makers, by data alone."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import Any

import pytest

from judged_packs import judge
from preceptor.standing.packs import SHIPPED, find
from preceptor.standing.schema import SCHEMA

ON = date(2024, 6, 1)
Record = dict[str, Any]
NATIONAL = "cn/postdoctoral-withdrawal"
ZHEJIANG = "zhejiang-university/postdoctoral-withdrawal"
ZHENGZHOU = "zhengzhou-university/postdoctoral-withdrawal"
SOOCHOW = "soochow-university/postdoctoral-withdrawal"
PACKS = (NATIONAL, ZHEJIANG, ZHENGZHOU, SOOCHOW)
NO_ROWS: Record = {name: [] for name in SCHEMA.subjects["postdoc"].lists}
IN_ORDER: Record = {
    **NO_ROWS,
    "event_on": ON, "is_in_station": True, "entered_on": date(2023, 3, 1),
    "term_ends_on": date(2025, 2, 28), "station_months": 15, "has_doctorate": True,
    "has_false_entry": False, "has_misconduct": False, "has_ethics_breach": False,
    "has_contract_breach": False, "is_unfit_by_illness": False, "has_exit_formalities": False,
    "has_other_ground": False, "absent_days_running": 0, "absent_days_in_year": 0,
    "abroad_days_late": 0,
}  # fmt: skip


def failed(kind: str, running: int) -> Record:
    return {"assessments": [{"kind": kind, "outcome": "fail", "fails_running": running}]}


def sanction(kind: str) -> Record:
    return {"sanctions": [{"sanction": kind}]}


# What happened, and the ground that each of the four lists sees in it ("" none).
TABLE: list[tuple[str, Record, tuple[str, str, str, str]]] = [
    ("nothing", {}, ("", "", "", "")),
    ("16 days absent running", {"absent_days_running": 16, "absent_days_in_year": 16},
     ("absence", "", "", "absence")),
    ("15 days absent running", {"absent_days_running": 15, "absent_days_in_year": 15},
     ("absence", "", "", "absence")),
    ("14 days absent running", {"absent_days_running": 14, "absent_days_in_year": 14},
     ("", "", "", "")),
    ("30 days absent in the year", {"absent_days_running": 4, "absent_days_in_year": 30},
     ("absence", "", "", "absence")),
    ("an absence found to be a breach", {"has_contract_breach": True},
     ("", "breach", "breach", "")),
    ("the mid-term failed", failed("midterm", 1), ("assessment", "assessment", "", "")),
    ("the mid-term failed twice running", failed("midterm", 2),
     ("assessment", "assessment", "assessment", "")),
    ("the annual assessment failed", failed("annual", 1), ("assessment", "", "", "assessment")),
    ("the exit assessment failed", failed("exit", 1),
     ("assessment", "assessment", "", "assessment")),
    ("a warning", sanction("disciplinary"), ("sanction", "", "", "sanction")),
    ("a sanction of the Party", sanction("party"), ("", "", "", "sanction")),
    ("a criminal penalty", sanction("criminal"),
     ("sanction", "sanction", "sanction", "sanction")),
    ("misconduct", {"has_misconduct": True},
     ("misconduct", "misconduct", "misconduct", "misconduct")),
    ("a breach of ethics", {"has_ethics_breach": True}, ("", "", "", "ethics")),
    ("31 days late from abroad", {"abroad_days_late": 31}, ("abroad", "abroad", "abroad", "")),
    ("30 days late from abroad", {"abroad_days_late": 30}, ("", "", "", "")),
    ("no doctorate half a year after entry",
     {"has_doctorate": False, "entered_on": date(2023, 11, 30)}, ("", "degree", "degree", "")),
    ("no doctorate on the last day of the half year",
     {"has_doctorate": False, "entered_on": date(2023, 12, 1)}, ("", "", "", "")),
    ("false papers of entry", {"has_false_entry": True}, ("", "entry", "entry", "")),
    ("unable to go on through illness", {"is_unfit_by_illness": True},
     ("illness", "illness", "illness", "illness")),
    ("the term over without formalities", {"term_ends_on": date(2024, 5, 31)},
     ("", "exit", "exit", "exit")),
    ("six years exactly", {"station_months": 72}, ("", "", "", "")),
    ("more than six years", {"station_months": 73}, ("", "years", "years", "years")),
    ("another ground", {"has_other_ground": True}, ("other", "other", "other", "other")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("record", "grounds"), [case[1:] for case in TABLE], ids=[case[0] for case in TABLE]
)
def test_the_same_record_has_the_grounds_of_each_institution_s_list(
    record: Record, grounds: tuple[str, ...]
) -> None:
    for name, ground in zip(PACKS, grounds, strict=True):
        verdicts = judge(find(name), "postdoc", {**IN_ORDER, **record}, ON)
        fails = [rule for rule, verdict in verdicts.items() if verdict.value == "fail"]
        assert fails == ([f"withdrawal.{ground}"] if ground else []), name
        assert "pending" not in {verdict.value for verdict in verdicts.values()}


@pytest.mark.parametrize("name", PACKS)
def test_who_has_left_has_no_ground_for_withdrawal(name: str) -> None:
    record = {**IN_ORDER, "is_in_station": False, "has_misconduct": True, "station_months": 90}
    verdicts = judge(find(name), "postdoc", record, ON)
    assert {verdict.value for verdict in verdicts.values()} == {"not_applicable"}


@pytest.mark.parametrize("name", PACKS)
def test_a_postdoc_of_whom_nothing_is_known_is_never_clear(name: str) -> None:
    verdicts = judge(find(name), "postdoc", NO_ROWS, ON)
    assert {verdict.value for verdict in verdicts.values()} == {"pending"}


def test_the_universities_differ_from_the_national_list_by_data_alone() -> None:
    """An overlay holds no condition of a ground that the base has: it only sets values, cites its
    own page and says which examples then hold."""
    base = find(NATIONAL)
    for folder in ("zhejiang", "zhengzhou", "soochow"):
        content = tomllib.loads((SHIPPED / folder / "postdoctoral-withdrawal.toml").read_text())
        kept = [rule for rule in content["rule"] if rule["id"] in base.rules]
        assert kept
        for rule in kept:
            assert not {"require", "when", "message", "title"} & set(rule), rule["id"]
        assert "fact" not in content


def test_zhejiang_and_zhengzhou_differ_only_in_how_often_an_assessment_may_fail() -> None:
    zhejiang, zhengzhou = find(ZHEJIANG), find(ZHENGZHOU)
    assert list(zhejiang.rules) == list(zhengzhou.rules)
    differing = [
        name
        for name, parameter in zhejiang.parameters.items()
        if parameter.steps[0].value != zhengzhou.parameters[name].steps[0].value
    ]
    assert differing == ["fails_running_limit"]


def test_a_university_s_grounds_cite_its_own_page() -> None:
    for name, source in ((ZHEJIANG, "zju"), (ZHENGZHOU, "zzu"), (SOOCHOW, "suda")):
        pack = find(name)
        assert {rule.citation.source.key for rule in pack.rules.values()} == {source}
        cited = {step.citation.source.key for p in pack.parameters.values() for step in p.steps}
        assert cited == {source, "local"}
        assert pack.extends is not None and pack.extends.id == NATIONAL
