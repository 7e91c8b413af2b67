"""Facts that are kept: judging by them is judging by the rows."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from preceptor.policy import Batch, Pack, PackError, evaluate, load_pack_text
from preceptor.policy.cached import Facts, evaluate_cached, facts_of
from small_packs import FACTS, HEAD, PARAMETERS, SCHEMA, TODAY, rule_text

CONDITIONS = (
    "fine >= least && total > 0",
    "grade in ['gold', 'silver'] || places[grade] > fine_reds",
    "first_on <= last_on && late == 0",
    "every || some",
    "n + points > m - 3 && smallest <= 2",
)
RULES = [f"r{number}" for number in range(len(CONDITIONS))]


def pack(parameters: str = PARAMETERS, facts: str = FACTS) -> Pack:
    rules = [
        rule_text(condition, id=f'"r{number}"', when='"flag"')
        for number, condition in enumerate(CONDITIONS)
    ]
    return load_pack_text(HEAD + parameters + facts + "\n".join(rules), SCHEMA)


def records(count: int, gaps: float) -> list[dict[str, Any]]:
    chance = random.Random(3)

    def cell(value: Any) -> Any:
        return None if chance.random() < gaps else value

    def day() -> date:
        return date(2019, 1, 1) + timedelta(days=chance.randrange(1800))

    return [
        {
            "n": cell(chance.randrange(4)), "m": cell(chance.randrange(4)),
            "flag": cell(chance.random() < 0.8), "grade": cell(chance.choice(["gold", "tin"])),
            "begun_on": cell(day()), "cohort_on": cell(day()), "event_on": cell(day()),
            "parts": [
                {
                    "size": cell(chance.randrange(-5, 6)), "price": cell(Decimal("1.25")),
                    "day": cell(day()), "ok": cell(chance.random() < 0.7),
                    "kind": cell(chance.choice(["red", "blue"])),
                }
                for _row in range(chance.randrange(5))
            ],
            "marks": [
                {"seen": cell(True), "points": cell(2)} for _row in range(chance.randrange(3))
            ],
        }
        for _number in range(count)
    ]  # fmt: skip


def batch(count: int = 200, gaps: float = 0.2) -> Batch:
    return Batch.from_records(SCHEMA, "case", records(count, gaps), TODAY)


def kept(facts: Facts, way: str, folder: Path) -> Facts:
    if way == "in memory":
        return facts
    facts.save(folder / "facts.npz")
    return Facts.load(folder / "facts.npz", mmap=way == "mapped")


@pytest.mark.parametrize("gaps", [0.0, 0.2])
@pytest.mark.parametrize("way", ["in memory", "loaded", "mapped"])
def test_kept_facts_give_the_verdicts_of_the_rows(way: str, gaps: float, tmp_path: Path) -> None:
    whole = batch(gaps=gaps)
    found = evaluate_cached(pack(), kept(facts_of(pack(), whole), way, tmp_path), RULES)
    wanted = evaluate(pack(), whole).verdicts
    assert {rule: codes.tolist() for rule, codes in found.items()} == {
        rule: codes.tolist() for rule, codes in wanted.items()
    }
    assert {code for codes in wanted.values() for code in codes.tolist()} >= {0, 2, 3}


@pytest.mark.parametrize(
    ("old", "new"), [("value = 3, cite", "value = 1, cite"), ("tin = 0", "tin = 5")]
)
def test_another_value_of_a_parameter_is_judged_without_the_rows(old: str, new: str) -> None:
    whole, moved = batch(), pack(PARAMETERS.replace(old, new))
    facts = facts_of(pack(), whole)
    changed = {rule: codes.tolist() for rule, codes in evaluate(moved, whole).verdicts.items()}
    assert changed != {rule: c.tolist() for rule, c in evaluate(pack(), whole).verdicts.items()}
    rules = [rule for rule in RULES if rule != "r2"]
    found = evaluate_cached(moved, facts, rules)
    assert {rule: codes.tolist() for rule, codes in found.items()} == {
        rule: changed[rule] for rule in rules
    }


def test_a_fact_defined_otherwise_is_refused_by_the_rules_that_use_it() -> None:
    other = pack(facts=FACTS.replace('fine = { count = "parts", where = "ok" }',
                                     'fine = { count = "parts", where = "!ok" }'))  # fmt: skip
    facts = facts_of(pack(), batch())
    with pytest.raises(PackError, match="fine"):
        evaluate_cached(other, facts, ["r0"])
    assert evaluate_cached(other, facts, ["r3"]).keys() == {"r3"}


def test_a_fact_whose_filter_names_the_changed_parameter_is_refused() -> None:
    moved = pack(PARAMETERS.replace("2021-09-01, value = 2", "2021-09-01, value = 4"))
    with pytest.raises(PackError, match="late"):
        evaluate_cached(moved, facts_of(pack(), batch()), ["r2"])


def test_chunks_and_the_whole_keep_the_same_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = batch()
    one = evaluate_cached(pack(), facts_of(pack(), whole), RULES)
    monkeypatch.setattr("preceptor.policy.cached.CHUNK", 50)
    monkeypatch.setattr("preceptor.policy.cached.AT_ONCE", 7)
    many = evaluate_cached(pack(), facts_of(pack(), whole), RULES)
    assert all(np.array_equal(one[rule], many[rule]) for rule in RULES)


@pytest.mark.parametrize("mmap", [False, True])
def test_no_records_keep_no_facts(tmp_path: Path, mmap: bool) -> None:
    facts_of(pack(), batch(0)).save(tmp_path / "none.npz")
    found = evaluate_cached(pack(), Facts.load(tmp_path / "none.npz", mmap), RULES)
    assert [len(codes) for codes in found.values()] == [0] * len(RULES)
