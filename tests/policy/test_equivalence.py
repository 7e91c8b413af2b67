"""The evaluator over columns and the reference interpreter agree on whatever can be written."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from preceptor.policy import Batch, Pack, PackError, Verdict, evaluate, load_pack_text, reference
from small_packs import SCHEMA, TODAY, case, pack_text, rule_text

INTEGERS = st.sampled_from(
    [
        "n",
        "m",
        "size",
        "reds",
        "fine",
        "total",
        "smallest",
        "points",
        "seen",
        "least",
        "cohort_least",
        "places[grade]",
        "0",
        "1",
        "2",
        "3",
    ]
)
DECIMALS = st.sampled_from(["x", "y", "paid", "largest", "ceiling", "0.5", "0.30", "1.25"])
DATES = st.sampled_from(
    ["begun_on", "cohort_on", "event_on", "planned_on", "first_on", "last_on", "deadline", "today"]
)
PLAIN = st.sampled_from(
    "flag other some every true false|grade == 'gold'|grade in ['gold', 'tin']|n in sizes"
    "|size in sizes|size in [0, 1, 2]|total in sizes|paid in [0.5, 1]|grade != 'tin'".replace(" some", "|some")
    .replace("flag other", "flag|other").replace(" every", "|every").replace(" true", "|true")
    .replace(" false", "|false").split("|")
)  # fmt: skip
ORDER = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])


def numbers(leaf: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.recursive(
        leaf,
        lambda inner: (
            st.tuples(inner, st.sampled_from("+-*"), inner).map(
                lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
            )
            | inner.map(lambda one: f"(-{one})")
        ),
        max_leaves=3,
    )


def compared(side: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(side, ORDER, side).map(" ".join)


CONDITIONS = st.recursive(
    PLAIN
    | compared(numbers(INTEGERS))
    | compared(numbers(INTEGERS | DECIMALS))
    | compared(DATES)
    | compared(st.tuples(DATES, st.sampled_from("+-"), INTEGERS).map(" ".join)),
    lambda inner: (
        st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        )
        | inner.map(lambda one: f"!({one})")
    ),
    max_leaves=5,
)

DAYS = st.sampled_from(
    [TODAY + timedelta(days=days) for days in (-3000, -1500, -600, -200, -1, 0, 40)]
)
CENTS = st.integers(-500, 500).map(lambda cents: Decimal(cents).scaleb(-2))


def cell(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values | values


PARTS = st.fixed_dictionaries(
    {
        "size": cell(st.integers(-5, 5)),
        "price": cell(CENTS),
        "day": cell(DAYS),
        "ok": cell(st.booleans()),
        "kind": cell(st.sampled_from(["red", "green", "blue"])),
    }
)
MARKS = st.fixed_dictionaries({"seen": cell(st.booleans()), "points": cell(st.integers(0, 9))})
RECORDS = st.fixed_dictionaries(
    {
        "n": cell(st.integers(-3, 9)),
        "m": cell(st.sampled_from([-(2**30), 2**30, 0, 1])),
        "x": cell(CENTS),
        "y": cell(st.integers(0, 10000).map(lambda units: Decimal(units).scaleb(-4))),
        "flag": cell(st.booleans()),
        "other": cell(st.booleans()),
        "grade": cell(st.sampled_from(["gold", "silver", "tin"])),
        "begun_on": cell(DAYS),
        "cohort_on": cell(DAYS),
        "event_on": cell(DAYS),
        "planned_on": cell(DAYS),
        "parts": st.lists(PARTS, max_size=4),
        "marks": st.lists(MARKS, max_size=3),
    }
)
DATED = st.sampled_from(
    [{}, {"from": "2020-01-01"}, {"to": "2023-06-30"}, {"from": "2020-01-01", "bind": '"cohort"'}]
)


@st.composite
def packs(draw: st.DrawFn) -> Pack:
    rules = []
    for place in range(draw(st.integers(1, 3))):
        keys = dict(draw(DATED))
        if draw(st.booleans()):
            keys["when"] = f'"{draw(CONDITIONS)}"'
        rules.append(rule_text(draw(CONDITIONS), id=f'"r{place}"', **keys))
    try:
        return load_pack_text(pack_text(*rules), SCHEMA)
    except PackError as fault:
        assert fault.problem == "too_large", fault
        return load_pack_text(pack_text(rule_text("flag")), SCHEMA)


def batch_of(records: list[dict[str, Any]]) -> Batch:
    return Batch.from_records(SCHEMA, "case", records, TODAY)


def table(
    pack: Pack, batch: Batch, chunk: int = 10**6
) -> list[dict[str, tuple[Verdict, list[str]]]]:
    result = evaluate(pack, batch, chunk=chunk)
    return [
        {rule: (result.verdict(rule, place), result.missing(rule, place)) for rule in pack.rules}
        for place in range(len(batch))
    ]


@settings(max_examples=300, deadline=None)
@given(packs(), st.lists(RECORDS, min_size=1, max_size=6))
def test_columns_and_reference_give_the_same_verdicts_and_missing_names(
    pack: Pack, records: list[dict[str, Any]]
) -> None:
    expected = [reference.evaluate(pack, SCHEMA, "case", record, TODAY) for record in records]
    assert table(pack, batch_of(records)) == expected


@settings(max_examples=100, deadline=None)
@given(packs(), st.lists(RECORDS, min_size=2, max_size=8), st.integers(1, 12), st.randoms())
def test_the_whole_is_any_chunking_is_one_by_one_is_any_order(
    pack: Pack, records: list[dict[str, Any]], chunk: int, dice: random.Random
) -> None:
    together = table(pack, batch_of(records))
    assert table(pack, batch_of(records), chunk) == together
    assert [table(pack, batch_of([record]))[0] for record in records] == together
    order = list(range(len(records)))
    dice.shuffle(order)
    shuffled = table(pack, batch_of([records[place] for place in order]))
    assert shuffled == [together[place] for place in order]


@settings(max_examples=100, deadline=None)
@given(
    packs(), st.lists(RECORDS, min_size=1, max_size=4), st.lists(RECORDS, min_size=1, max_size=4)
)
def test_a_strangers_rows_change_nobody(
    pack: Pack, records: list[dict[str, Any]], strangers: list[dict[str, Any]]
) -> None:
    alone = table(pack, batch_of(records))
    among = table(pack, batch_of([*strangers, *records, *strangers]))
    assert among[len(strangers) : len(strangers) + len(records)] == alone


@settings(max_examples=60, deadline=None)
@given(packs(), st.lists(RECORDS, min_size=1, max_size=5))
def test_missing_names_in_bulk_are_those_of_each_record(
    pack: Pack, records: list[dict[str, Any]]
) -> None:
    result = evaluate(pack, batch_of(records))
    for rule in pack.rules:
        masks = result.missing_masks(rule)
        for place in range(len(records)):
            names = sorted(name for name, mask in masks.items() if mask[place])
            assert names == result.missing(rule, place)


def test_no_records_give_no_verdicts() -> None:
    pack = load_pack_text(pack_text(rule_text("size > 1 && first_on < today || every")), SCHEMA)
    result = evaluate(pack, batch_of([]))
    assert len(result.verdicts["r"]) == 0
    assert set(result.counts("r").values()) == {0}


def test_a_list_that_nobody_has_rows_of_is_empty_for_all() -> None:
    pack = load_pack_text(pack_text(rule_text("size == 0 && seen == 0 && every && !some")), SCHEMA)
    result = evaluate(pack, batch_of([case(), case()]))
    assert result.counts("r")["pass"] == 2


def test_dates_before_the_epoch_are_days_like_any_other() -> None:
    pack = load_pack_text(
        pack_text(rule_text("begun_on < deadline && first_on < begun_on")), SCHEMA
    )
    record = case(
        begun_on=date(1950, 1, 2), event_on=TODAY, parts=[{"kind": "red", "day": date(1950, 1, 1)}]
    )
    assert table(pack, batch_of([record]))[0]["r"][0] is Verdict.PASS
