"""Examples that the product proposes: at and around each threshold, enough to kill every mutant."""

from __future__ import annotations

import copy
from datetime import date
from pathlib import Path

import pytest

import preceptor
from preceptor.policy import Pack, PackError, Schema, Verdict, load_content, load_pack
from preceptor.policy.examples import verdict_of
from preceptor.policy.mutants import mutants_of, survivors
from preceptor.policy.proposing import Proposal, proposals, proposals_against
from preceptor.policy.seeking import MOST_NEW, ROUNDS, Search
from preceptor.policy.spaces import space_of
from preceptor.standing.schema import SCHEMA as SHIPPED_SCHEMA
from small_packs import SCHEMA, pack_of

FILE = Path(preceptor.__file__).parent / "packs" / "yunting" / "clinical-doctorate-2023.toml"
FIRST = load_pack(FILE, SHIPPED_SCHEMA)


def with_examples(pack: Pack, rule: str, found: list[Proposal], schema: Schema) -> Pack:
    """The pack of which one rule has the proposals, all of them confirmed, for its examples."""
    content = copy.deepcopy(pack.content)
    table = next(one for one in content["rule"] if one["id"] == rule)
    table["example"] = [one.content for one in found]
    return load_content(content, schema)


def without_examples(pack: Pack, schema: Schema) -> Pack:
    content = copy.deepcopy(pack.content)
    for table in content["rule"]:
        table.pop("example", None)
    return load_content(content, schema)


@pytest.mark.parametrize("rule", list(FIRST.rules))
def test_what_is_proposed_for_a_rule_without_examples_kills_every_mutant(rule: str) -> None:
    found = proposals(without_examples(FIRST, SHIPPED_SCHEMA), rule)
    pack = with_examples(FIRST, rule, found, SHIPPED_SCHEMA)
    assert [mutant.text for mutant in survivors(pack, rules=[rule])] == []
    for example in pack.rules[rule].examples:
        assert verdict_of(pack, pack.rules[rule], example) is example.verdict
    verdicts = {one.verdict for one in found}
    assert {Verdict.PASS, Verdict.FAIL, Verdict.PENDING} <= verdicts
    assert (Verdict.NOT_APPLICABLE in verdicts) == (FIRST.rules[rule].when is not None)
    assert len(found) <= 15


def test_the_months_of_training_are_proposed_on_both_sides_of_24() -> None:
    found = proposals(FIRST, "training.clinical")
    said = {(one.verdict.value, one.note_en) for one in found}
    title = "months of clinical training"
    assert ("pass", f"{title}: 25 rows") in said
    assert ("pending", f"{title}: 23 rows, 1 row (kind of training not known)") in said
    assert ("pending", f"cohort date: 2015-08-31; {title}: none") in said
    assert ("pending", f"cohort date not known; {title}: none") in said
    zh = {one.note_zh for one in found}
    assert "临床训练月份：23 行、1 行（训练类别未知）" in zh
    assert "年级日期未知；临床训练月份：无" in zh


def test_a_ceiling_is_proposed_at_its_value_and_one_unit_beside_it() -> None:
    found = {
        one.record.get("similarity"): one.verdict for one in proposals(FIRST, "thesis.similarity")
    }
    assert found["0.3000"] is Verdict.PASS
    assert found["0.3001"] is Verdict.FAIL


def test_sizes_are_proposed_at_and_around_each_of_them() -> None:
    found = {
        sum(row.get("repeat", 1) for row in one.record["members"]): one.verdict.value
        for one in proposals(FIRST, "panel.defence.size")
        if set(one.record) == {"members"} and one.verdict is not Verdict.PENDING
    }
    assert found == {4: "fail", 5: "pass", 6: "fail", 7: "pass", 8: "fail"}


def test_a_proposal_says_only_what_differs_from_the_base_record() -> None:
    base = FIRST.content["example"]["panel"]
    for one in proposals(FIRST, "panel.proposal"):
        for name, value in one.record.items():
            assert base["record"].get(name) != value
        for row in one.record["members"]:
            assert all(base["rows"]["members"].get(name) != value for name, value in row.items())
            assert row.get("repeat") != 1


def test_the_plainest_proposal_of_a_verdict_comes_first() -> None:
    found = proposals(FIRST, "supervisor.quota")
    assert found[0].verdict is Verdict.PASS
    assert (found[0].record, found[0].note_en, found[0].note_zh) == (
        {}, "as the base record", "与基础记录相同",
    )  # fmt: skip
    order = [one.verdict.value for one in found]
    assert order == sorted(order, key=["pass", "fail", "pending", "not_applicable"].index)


RULES = [
    ("size >= least", {}),
    ("size >= least && fine_reds == 0", {"when": '"grade in [\'gold\', \'tin\']"'}),
    ("y <= ceiling", {"from": "2020-01-01", "to": "2023-06-30"}),
    ("n <= places[grade]", {}),
    ("begun_on + 30 <= today", {"when": '"!flag"'}),
    ("event_on - begun_on <= 365", {}),
    ("total == 7 && seen >= 2", {}),
    ("paid >= 2.5", {}),
    ("last_on <= first_on + 10", {}),
    ("late == 0", {"bind": '"cohort"', "from": "2020-01-01"}),
    ("some && every", {}),
    ("n * 2 + 1 >= m", {}),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "keys"), RULES)
def test_a_pack_without_base_records_gets_examples_that_say_everything(
    condition: str, keys: dict[str, str]
) -> None:
    pack = pack_of(condition, **keys)
    found = proposals(pack, "r")
    confirmed = with_examples(pack, "r", found, SCHEMA)
    assert [mutant.text for mutant in survivors(confirmed)] == []
    for example in confirmed.rules["r"].examples:
        assert verdict_of(confirmed, confirmed.rules["r"], example) is example.verdict
    assert {Verdict.PASS, Verdict.FAIL, Verdict.PENDING} <= {one.verdict for one in found}


def test_a_later_value_is_proposed_on_both_sides_of_its_first_day() -> None:
    days = {one.record.get("event_on") for one in proposals(pack_of("size >= least"), "r")}
    assert {date(2022, 12, 31), date(2023, 1, 1), date(2019, 12, 31)} <= days


def test_against_survivors_only_what_is_wanted_is_proposed() -> None:
    far = '{ verdict = "pass", record = { parts = [{ repeat = 9 }] } }'
    fail = '{ verdict = "fail", record = { parts = [{ repeat = 2 }] } }'
    pending = '{ verdict = "pending", record = { unknown = ["flag"], parts = [{ repeat = 9 }] } }'
    pack = pack_of("size >= 3 && flag", example=f"[{far}, {fail}, {pending}]")
    living = [one for one in survivors(pack) if one.text == "require: size > 3 && flag"]
    found = proposals_against(pack, "r", living)
    assert [(one.verdict, one.record["parts"]) for one in found] == [
        (Verdict.PASS, [{"repeat": 3}])
    ]
    assert proposals_against(pack, "r", []) == []


def test_a_verdict_without_example_is_proposed_even_where_no_mutant_survives() -> None:
    one = '{ verdict = "pass", record = { n = 3 } }'
    found = proposals_against(pack_of("n >= 3", example=f"[{one}]"), "r", [])
    assert [one.verdict for one in found] == [Verdict.FAIL, Verdict.PENDING]


def test_mutants_of_another_rule_ask_for_nothing() -> None:
    others = mutants_of(FIRST, "panel.field")
    assert proposals_against(FIRST, "training.clinical", others) == []


def test_what_cannot_be_reached_is_left_and_the_search_ends() -> None:
    # No part of a price can make up the sum: nothing passes, whatever is tried.
    pack = pack_of("total * 1000000 == 999999 && reds * 7 == 3 && flag")
    rule, mutants = pack.rules["r"], mutants_of(pack, "r")
    search = Search(pack, rule, space_of(pack, rule, mutants), mutants)
    verdicts = {one.verdict for one in search.found()}
    assert Verdict.PASS not in verdicts
    assert Verdict.FAIL in verdicts
    assert len(search.seen) <= (ROUNDS + 1) * MOST_NEW


def test_a_base_record_that_does_not_fit_the_schema_is_refused_at_its_place() -> None:
    content = copy.deepcopy(pack_of("n >= 3").content)
    content["example"] = {"case": {"record": {"n": "many"}}}
    with pytest.raises(PackError) as caught:
        proposals(load_content(content, SCHEMA), "r")
    assert caught.value.problem == "not_a_number"
    assert "example" in caught.value.where


def test_a_base_record_that_leaves_a_column_unknown_is_filled_where_the_rule_needs_it() -> None:
    content = copy.deepcopy(pack_of("n >= 3").content)
    content["example"] = {"case": {"record": {"unknown": ["n"]}}}
    pack = load_content(content, SCHEMA)
    confirmed = with_examples(pack, "r", proposals(pack, "r"), SCHEMA)
    assert survivors(confirmed) == []
    for example in confirmed.rules["r"].examples:
        assert verdict_of(confirmed, confirmed.rules["r"], example) is example.verdict
