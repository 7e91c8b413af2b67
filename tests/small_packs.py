"""A small schema and packs of one rule, for tests of the rule language."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from preceptor.policy import (
    Batch,
    Bool,
    Date,
    Dec,
    Enum,
    Int,
    Pack,
    Rows,
    Schema,
    Subject,
    Verdict,
    evaluate,
    load_pack_text,
    reference,
)

DAY = datetime.date
TODAY = DAY(2024, 6, 1)
GRADES = Enum("gold", "silver", "tin")
KINDS = Enum("red", "green", "blue")

CASE = Subject(
    columns={
        "n": Int(-(2**30), 2**30),
        "m": Int(-(2**30), 2**30),
        "x": Dec(2, -1000, 1000),
        "y": Dec(4, 0, 1),
        "flag": Bool(),
        "other": Bool(),
        "grade": GRADES,
        "begun_on": Date(),
        "cohort_on": Date(),
        "event_on": Date(),
        "planned_on": Date(),
    },
    lists={
        "parts": Rows(
            {"size": Int(-5, 5), "price": Dec(2, -5, 5), "day": Date(), "ok": Bool(), "kind": KINDS}
        ),
        "marks": Rows({"seen": Bool(), "points": Int(0, 9)}),
    },
    dates={"cohort": "cohort_on", "event": "event_on", "planned": "planned_on"},
    titles={
        "n": ("数量", "number"),
        "y": ("比例", "ratio"),
        "grade": ("等级", "grade"),
        "grade.gold": ("金", "gold"),
        "parts": ("部件", "parts"),
        "parts.kind": ("颜色", "colour"),
        "parts.kind.red": ("红", "red"),
    },
    units={"y": "ratio"},
)
OTHER = Subject(columns={"n": Int(0, 9), "event_on": Date()}, dates={"event": "event_on"})
SCHEMA = Schema({"case": CASE, "other": OTHER})

HEAD = """
[pack]
id = "test/small"
version = "1"
title = { zh = "测试", en = "Test" }
[source.law]
title = { zh = "测试条例", en = "Test rules" }
clause."1" = { title = { zh = "第一条", en = "article 1" } }
"""
PARAMETERS = """
[param.least]
title = { zh = "最少", en = "least" }
type = "int"
unit = "person"
bind = "event"
evidence = "S"
values = [
    { from = 2020-01-01, value = 2, cite = "law 1" },
    { from = 2023-01-01, value = 3, cite = "law 1" },
]
[param.cohort_least]
title = { zh = "批次最少", en = "least of the cohort" }
type = "int"
bind = "cohort"
evidence = "S"
values = [
    { from = 2018-09-01, value = 1, cite = "law" },
    { from = 2021-09-01, value = 2, cite = "law" },
]
[param.ceiling]
title = { zh = "上限", en = "ceiling" }
type = "dec(2)"
unit = "ratio"
bind = "event"
evidence = "S"
values = [{ from = 2000-01-01, value = "0.30", cite = "law" }]
[param.sizes]
title = { zh = "人数", en = "sizes" }
type = "list(int)"
unit = "person"
bind = "event"
evidence = "S"
values = [
    { from = 2000-01-01, value = [5, 7], cite = "law" },
    { from = 2023-01-01, value = [3], cite = "law" },
]
[param.places]
title = { zh = "名额", en = "places" }
type = "map(grade, int)"
bind = "cohort"
evidence = "R"
values = [{ from = 2019-01-01, value = { gold = 2, silver = 1, tin = 0 }, cite = "law" }]
[param.deadline]
title = { zh = "截止日", en = "deadline" }
type = "date"
bind = "event"
evidence = "S"
values = [{ from = 2000-01-01, value = 2022-12-31, cite = "law" }]
"""
FACTS = """
[fact.case]
size = { count = "parts", unit = "person", title = { zh = "件数", en = "parts" } }
reds = { count = "parts", where = "kind == 'red'", title = { zh = "红件数", en = "red parts" } }
fine = { count = "parts", where = "ok" }
fine_reds = { count = "parts", where = "ok && kind == 'red'" }
odd = { count = "parts", where = "!(kind in ['red', 'green']) || size > 1" }
total = { sum = "parts.size", where = "ok" }
paid = { sum = "parts.price" }
first_on = { min = "parts.day", where = "kind == 'red'", title = { zh = "首日", en = "first day" } }
last_on = { max = "parts.day" }
smallest = { min = "parts.size" }
largest = { max = "parts.price", where = "ok" }
some = { any = "parts.ok", where = "kind != 'blue'" }
every = { all = "parts.ok" }
late = { count = "parts", where = "day > begun_on && size >= cohort_least" }
constant = { count = "parts", where = "true" }
never = { count = "parts", where = "1 > 2" }
flagged = { count = "parts", where = "flag" }
seen = { count = "marks", where = "seen" }
points = { sum = "marks.points", where = "seen" }
"""


def rule_text(require: str, /, **more: str) -> str:
    """A rule ``r`` of the subject ``case``; ``more`` adds or replaces keys, as TOML."""
    keys = {
        "id": '"r"',
        "subject": '"case"',
        "kind": '"block"',
        "title": '{ zh = "规则", en = "Rule" }',
        "cite": '"law 1"',
        "evidence": '"S"',
        "require": f'"""{require}"""',
        "message": '{ zh = "消息", en = "message" }',
        **more,
    }
    return "[[rule]]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items())


def pack_text(*rules: str) -> str:
    """A pack with all small parameters and facts."""
    return HEAD + PARAMETERS + FACTS + "\n".join(rules)


def pack_of(require: str, **more: str) -> Pack:
    """A pack of one rule."""
    return load_pack_text(pack_text(rule_text(require, **more)), SCHEMA)


def case(**columns: Any) -> dict[str, Any]:
    """A record: what is not given is unknown, lists are empty."""
    return {"parts": [], "marks": [], **columns}


def verdicts_of(
    pack: Pack, records: Sequence[Mapping[str, Any]], on: DAY = TODAY, rule: str = "r"
) -> list[Verdict]:
    """The verdicts of the evaluator, after holding it to the reference, with the missing names."""
    batch = Batch.from_records(SCHEMA, "case", records, on)
    result = evaluate(pack, batch)
    found = [result.verdict(rule, place) for place in range(len(records))]
    for place, record in enumerate(records):
        expected = reference.evaluate(pack, SCHEMA, "case", record, on)[rule]
        assert (found[place], result.missing(rule, place)) == expected, (place, record)
    return found


def verdict(require: str, on: DAY = TODAY, **columns: Any) -> Verdict:
    """The verdict of one condition for one record."""
    return verdicts_of(pack_of(require), [case(**columns)], on)[0]
