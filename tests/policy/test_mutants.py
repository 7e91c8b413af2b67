"""Mutants: slips of a writer of rules, and which of them the examples of a pack tell from the rule."""

from __future__ import annotations

import copy
import random
import tomllib
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import preceptor
from preceptor.policy import Batch, Content, Pack, PackError, evaluate, load_content, load_pack
from preceptor.policy.mutants import Mutant, kills, mutants_of, survivors
from preceptor.policy.parser import parse
from preceptor.policy.syntax import Syntax
from preceptor.policy.syntax_text import text_of
from preceptor.standing.schema import SCHEMA as SHIPPED_SCHEMA
from small_packs import SCHEMA, TODAY, case, pack_of

SHIPPED = Path(preceptor.__file__).parent / "packs"


def texts(pack: Pack, what: str) -> set[str]:
    """What the mutants of one part of the rule would read."""
    return {mutant.after for mutant in mutants_of(pack, "r") if mutant.what == what}


@pytest.mark.parametrize(
    ("written", "slips"),
    [
        ("size >= 3", {"size > 3", "size >= 4", "size >= 2"}),
        ("size < 3", {"size <= 3", "size < 4", "size < 2"}),
        ("size == 0", {"size != 0", "size == 1", "size == -1"}),
        ("y <= 0.3", {"y < 0.3", "y <= 0.3001", "y <= 0.2999"}),
        ("grade == 'gold'", {"grade != 'gold'"}),
        ("flag", {"!flag"}),
        ("!flag", {"flag"}),
        ("flag && other", {"flag || other", "flag", "other", "!flag && other", "flag && !other"}),
        ("flag || other", {"flag && other", "flag", "other", "!flag || other", "flag || !other"}),
        ("n + 1 > m", {
            "n - 1 > m", "n + 1 >= m", "n + 2 > m", "n + 0 > m",
        }),
        ("grade in ['gold', 'tin']", {
            "!(grade in ['gold', 'tin'])", "grade in ['gold']", "grade in ['tin']",
        }),
        ("size in [5, 7]", {
            "!(size in [5, 7])", "size in [5]", "size in [7]",
            "size in [6, 7]", "size in [4, 7]", "size in [5, 8]", "size in [5, 6]",
        }),
        ("!(size in [5])", {"size in [5]", "!(size in [6])", "!(size in [4])"}),
    ],
)  # fmt: skip
def test_a_condition_has_every_single_slip_once(written: str, slips: set[str]) -> None:
    assert texts(pack_of(written), "require") == slips


def test_three_parts_lose_each_of_their_signs_and_parts() -> None:
    found = texts(pack_of("flag && other && some"), "require")
    assert {"flag || other && some", "flag && other || some"} <= found
    assert {"flag && other", "flag && some", "other && some"} <= found


def test_a_slip_of_another_type_is_no_mutant() -> None:
    # "!" before a number, an empty list, an order of names: none of them would load.
    assert not any("!n" in text for text in texts(pack_of("n > m && grade in ['gold']"), "require"))
    assert "grade in []" not in texts(pack_of("grade in ['gold']"), "require")


def test_the_condition_of_concern_is_changed_and_left_out() -> None:
    pack = pack_of("flag", when="\"grade == 'gold'\"")
    assert texts(pack, "when") == {"grade != 'gold'", ""}


def test_a_fact_loses_its_filter_or_a_part_of_it() -> None:
    pack = pack_of("fine_reds >= 1")
    assert texts(pack, "fact case.fine_reds, where") >= {"", "ok", "kind == 'red'", "ok || kind == 'red'"}  # fmt: skip


@pytest.mark.parametrize(
    ("condition", "fact", "others"),
    [
        ("first_on <= today", "first_on", {"max parts.day"}),
        ("last_on <= today", "last_on", {"min parts.day"}),
        ("some", "some", {"all parts.ok"}),
        ("every", "every", {"any parts.ok"}),
        ("total >= 3", "total", {"max parts.size", "min parts.size", "count parts"}),
        ("size >= 3", "size", set()),
    ],
)
def test_an_aggregate_is_taken_for_another_of_a_fitting_type(
    condition: str, fact: str, others: set[str]
) -> None:
    assert texts(pack_of(condition), f"fact case.{fact}") == others


def test_each_value_of_a_parameter_is_one_off_and_each_later_day_too() -> None:
    pack = pack_of("size >= least")
    assert texts(pack, "param least, 2020-01-01") == {"3", "1"}
    assert texts(pack, "param least, 2023-01-01") == {"4", "2"}
    assert texts(pack, "param least, from") == {"2022-12-31", "2023-01-02"}
    assert texts(pack, "param least, bind") == {"cohort"}
    assert not texts(pack, "param ceiling, 2000-01-01"), "the rule does not use it"


def test_values_of_every_type_are_changed_by_one_unit() -> None:
    pack = pack_of("size in sizes && y <= ceiling && n <= places[grade] && today <= deadline")
    assert texts(pack, "param sizes, 2000-01-01") == {"[5]", "[7]", "[6, 7]", "[4, 7]", "[5, 8]", "[5, 6]"}  # fmt: skip
    assert texts(pack, "param sizes, 2023-01-01") == {"[4]", "[2]"}
    assert texts(pack, "param ceiling, 2000-01-01") == {"0.31", "0.29"}
    assert texts(pack, "param deadline, 2000-01-01") == {"2022-12-30", "2023-01-01"}
    places = texts(pack, "param places, 2019-01-01")
    assert "{ gold = 3, silver = 1, tin = 0 }" in places
    assert len(places) == 6


def test_a_value_beyond_the_stated_bounds_is_no_mutant() -> None:
    content = copy.deepcopy(pack_of("size >= least").content)
    content["param"]["least"] |= {"min": 2, "max": 3}
    pack = load_content(content, SCHEMA)
    assert texts(pack, "param least, 2020-01-01") == {"3"}
    assert texts(pack, "param least, 2023-01-01") == {"2"}


def test_the_days_of_a_rule_are_a_day_off_and_bound_otherwise() -> None:
    pack = pack_of("flag", **{"from": "2020-01-01", "to": "2023-06-30"})
    assert texts(pack, "from") == {"2019-12-31", "2020-01-02"}
    assert texts(pack, "to") == {"2023-06-29", "2023-07-01"}
    assert texts(pack, "bind") == {"cohort"}
    assert not texts(pack_of("flag"), "bind"), "always in force: no date matters"


SPELLINGS = [
    "a && b || c && !d", "(a || b) && c", "!(a && b)", "!!a", "a - (b - c) * -d > 2", "-(-a) == b",
    "(a + b) * c <= d[e] + 0.25", "a in [1, -2, 0.5]", "!(a in sizes)", "d[a] == 'gold'",
    "(a == b) == (c < d)", "true || false", "((a || b) || c) && (d && (e && f))",
]  # fmt: skip


@pytest.mark.parametrize("source", SPELLINGS)
def test_an_expression_spelt_out_is_the_same_expression(source: str) -> None:
    once = text_of(parse(source))
    assert _shape(parse(once)) == _shape(parse(source))
    assert text_of(parse(once)) == once


def _shape(syntax: object) -> object:
    """A tree without the places of its parts in the text."""
    if isinstance(syntax, tuple):
        return tuple(_shape(part) for part in syntax)
    if not isinstance(syntax, Syntax):
        return syntax
    names = [name for kind in type(syntax).__mro__ for name in getattr(kind, "__slots__", ())]
    kept = [name for name in names if name not in ("start", "end", "depth")]
    return type(syntax).__name__, tuple(_shape(getattr(syntax, name)) for name in kept)


RULES = [
    ("size >= least && fine_reds == 0", {}),
    ("size in sizes || y <= ceiling", {"when": '"grade in [\'gold\', \'tin\']"'}),
    ("n <= places[grade] && !(total < cohort_least * 2)", {"bind": '"cohort"', "from": "2020-01-01"}),
    ("first_on <= last_on + 30 && every", {"when": '"some || begun_on < deadline"'}),
    ("late <= 1 || largest > 0.5", {"to": "2023-06-30", "from": "2020-01-01"}),
    ("odd + seen >= 2 && points - 1 <= 5", {"when": '"!flag"'}),
]  # fmt: skip


def _records(count: int) -> list[dict[str, Any]]:
    chance = random.Random(7)
    days = [TODAY + timedelta(days=step) for step in (-2000, -1500, -520, -1, 0, 40)]

    def one(*values: Any) -> Any:
        return chance.choice([None, *values, *values])

    def row() -> dict[str, Any]:
        return {
            "size": one(*range(-1, 5)), "price": one(Decimal("0.5"), Decimal("0.51")),
            "day": one(*days), "ok": one(True, False), "kind": one("red", "green", "blue"),
        }  # fmt: skip

    return [
        case(
            n=one(0, 1, 2, 3), y=one(Decimal("0.3"), Decimal("0.31")), flag=one(True, False),
            grade=one("gold", "silver", "tin"), begun_on=one(*days), cohort_on=one(*days),
            event_on=one(*days, date(2022, 12, 31), date(2023, 1, 1), date(2023, 6, 30)),
            parts=[row() for _ in range(chance.randrange(8))],
            marks=[{"seen": one(True, False), "points": one(0, 5, 6)} for _ in range(2)],
        )
        for _ in range(count)
    ]  # fmt: skip


def _written(pack: Pack, mutant: Mutant) -> Content:
    """The pack as if its writer had made the slip."""
    content = copy.deepcopy(pack.content)
    rule, what, after = content["rule"][0], mutant.what, mutant.after
    kind, _, name = what.partition(" ")
    if kind == "fact":
        _write_fact(content["fact"]["case"], name.removeprefix("case."), after)
    elif kind == "param":
        _write_parameter(content["param"], name, mutant)
    elif after:
        rule[what] = date.fromisoformat(after) if what in ("from", "to") else after
    else:
        del rule[what]
    return content


def _write_fact(facts: Content, name: str, after: str) -> None:
    fact, _, part = name.partition(", ")
    if part and after:
        facts[fact]["where"] = after
    elif part:
        del facts[fact]["where"]
    else:
        old = next(
            word for word in ("count", "sum", "min", "max", "any", "all") if word in facts[fact]
        )
        del facts[fact][old]
        aggregate, _, source = after.partition(" ")
        facts[fact][aggregate] = source


def _write_parameter(parameters: Content, name: str, mutant: Mutant) -> None:
    parameter, _, part = name.partition(", ")
    table = parameters[parameter]
    if part == "bind":
        table["bind"] = mutant.after
        return
    since = mutant.before if part == "from" else part
    step = next(one for one in table["values"] if str(one["from"]) == since)
    key = "from" if part == "from" else "value"
    step[key] = tomllib.loads(f"it = {mutant.after}", parse_float=Decimal)["it"]


@pytest.mark.parametrize(("condition", "keys"), RULES)
def test_a_mutant_judges_as_a_pack_in_which_the_slip_was_written(
    condition: str, keys: dict[str, str]
) -> None:
    pack = pack_of(condition, **keys)
    batch = Batch.from_records(SCHEMA, "case", _records(120), TODAY)
    own = evaluate(pack, batch).verdicts["r"]
    mutants = mutants_of(pack, "r")
    differing = 0
    for mutant, killed in zip(mutants, kills(batch, pack, mutants), strict=True):
        slipped = load_content(_written(pack, mutant), SCHEMA)
        assert np.array_equal(killed, evaluate(slipped, batch).verdicts["r"] != own), mutant.text
        differing += bool(killed.any())
    assert differing > 0.7 * len(mutants)


PASS = '{ verdict = "pass", record = { parts = [{ repeat = 3 }] } }'
FAIL = '{ verdict = "fail", record = { parts = [{ repeat = 2 }] } }'
FAR = '{ verdict = "pass", record = { parts = [{ repeat = 9 }] } }'


def test_a_threshold_that_no_example_touches_may_slip_unseen() -> None:
    pack = pack_of("size >= 3", example=f"[{FAR}, {FAIL}]")
    assert [mutant.text for mutant in survivors(pack)] == [
        "require: size > 3", "require: size >= 4",
    ]  # fmt: skip
    assert survivors(pack_of("size >= 3", example=f"[{PASS}, {FAIL}]")) == []


def test_examples_of_several_days_are_judged_each_on_its_day() -> None:
    early = '{ verdict = "fail", on = 2022-12-31, record = {} }'
    late = '{ verdict = "pass", on = 2023-01-01, record = {} }'
    assert "require: today > deadline" in {
        mutant.text for mutant in survivors(pack_of("today >= deadline", example=f"[{late}]"))
    }
    assert "require: today > deadline" not in {
        mutant.text
        for mutant in survivors(pack_of("today >= deadline", example=f"[{early}, {late}]"))
    }


def test_only_the_rules_named_are_tried() -> None:
    pack = pack_of("size >= 3", example=f"[{FAR}]")
    assert survivors(pack, rules=[]) == []
    assert {mutant.rule for mutant in survivors(pack, rules=["r"])} == {"r"}


def test_a_mutant_marked_as_equivalent_is_not_reported() -> None:
    marks = '["require: size  >  3", "require: size >= 4"]'
    assert survivors(pack_of("size >= 3", equivalent=marks, example=f"[{FAR}, {FAIL}]")) == []


@pytest.mark.parametrize("mark", ["require: size >= 2", "require: size => 3", "when: "])
def test_a_mark_that_fits_no_survivor_is_refused(mark: str) -> None:
    pack = pack_of("size >= 3", equivalent=f'["{mark}"]', example=f"[{FAR}, {FAIL}]")
    with pytest.raises(PackError) as caught:
        survivors(pack)
    assert (caught.value.problem, caught.value.where) == ("not_a_survivor", "rule r, equivalent")
    assert mark in caught.value.sentence("zh")


def test_marks_must_be_texts() -> None:
    with pytest.raises(PackError) as caught:
        pack_of("size >= 3", equivalent="[3]")
    assert caught.value.problem == "list_of_texts_expected"


def test_a_survivor_says_what_to_do_in_both_languages() -> None:
    mutant = survivors(pack_of("size >= least", example=f"[{FAR}]"))[0]
    assert "size > least" in mutant.sentence("en")
    assert "Add an example" in mutant.sentence("en")
    assert "请补一个能区分两者的示例" in mutant.sentence("zh-hans")
    dropped = next(one for one in mutants_of(pack_of("reds > 1"), "r") if not one.after)
    assert "(left out)" in dropped.sentence("en")
    assert "红件数" in dropped.sentence("zh")


@pytest.mark.parametrize(
    "file", sorted(SHIPPED.glob("yunting/clinical-*.toml")), ids=lambda file: file.stem
)
def test_the_examples_of_the_first_pack_kill_every_mutant(file: Path) -> None:
    pack = load_pack(file, SHIPPED_SCHEMA, strict=True)
    assert [mutant.text for mutant in survivors(pack)] == []
    assert sum(len(mutants_of(pack, rule)) for rule in pack.rules) > 250


def test_the_note_of_an_example_is_one_text_or_one_in_each_language() -> None:
    notes = ['"two"', '{ zh = "两件", en = "two" }']
    examples = [f'{{ verdict = "pass", note = {note}, record = {{ n = 2 }} }}' for note in notes]
    plain, both = pack_of("n >= 2", example=f"[{', '.join(examples)}]").rules["r"].examples
    assert (plain.note.zh, plain.note.en) == ("two", "two")
    assert (both.note.zh, both.note.en) == ("两件", "two")
    with pytest.raises(PackError) as caught:
        pack_of("n >= 2", example='[{ verdict = "pass", note = { zh = "两件" }, record = {} }]')
    assert caught.value.problem == "key_absent"
