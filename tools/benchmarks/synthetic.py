"""Made-up enrolments in arrays, the same for the same seed, and made-up packs of any size."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from preceptor.policy import Batch, Schema
from preceptor.policy.types import day_number

Columns = dict[str, tuple[npt.NDArray[Any], npt.NDArray[np.bool_] | None]]
ON = date(2024, 6, 1)
MONTHS = 24
STEPS = 6

HEAD = """
[pack]
id = "bench/made-up"
version = "1"
title = { zh = "基准测试", en = "Benchmark" }
[source.law]
title = { zh = "基准条例", en = "Benchmark rules" }
clause."1" = { title = { zh = "第一条", en = "article 1" } }
"""
PARAMETER = """
[param.least_{n}]
title = {{ zh = "最少月数 {n}", en = "least months {n}" }}
type = "int"
unit = "month"
min = 0
max = 60
bind = "cohort"
evidence = "S"
values = [
    {{ from = 2010-09-01, value = {first}, cite = "law 1" }},
    {{ from = 2021-09-01, value = {second}, cite = "law 1" }},
]
"""
FACTS = """
[fact.enrolment]
clinical = { sum = "training.months", where = "kind in ['specialty', 'chief_resident', 'equivalent_post']" }
chief = { sum = "training.months", where = "kind in ['chief_resident', 'equivalent_post']" }
specialty = { sum = "training.months", where = "kind == 'specialty'" }
passed = { count = "milestones", where = "outcome == 'pass'" }
failed = { count = "milestones", where = "outcome == 'fail'" }
proposal_on = { min = "milestones.day", where = "kind == 'proposal' && outcome == 'pass'" }
midterm_on = { min = "milestones.day", where = "kind == 'midterm' && outcome == 'pass'" }
defence_on = { min = "milestones.day", where = "kind == 'defence'" }
"""
RULE = """
[[rule]]
id = "made.up.n{n}"
subject = "enrolment"
kind = "block"
title = {{ zh = "规则 {n}", en = "rule {n}" }}
cite = "law 1"
evidence = "S"
{when}require = "{require}"
message = {{ zh = "条件 {n} 不满足", en = "condition {n} does not hold" }}
"""
CONDITIONS = (
    ("degree_type == 'professional'", "clinical >= least_{n}"),
    ("degree_type == 'professional'", "chief >= least_{n}"),
    ("", "proposal_on <= midterm_on && midterm_on <= defence_on"),
    ("mode == 'full_time'", "specialty + chief >= least_{n} || failed == 0"),
    ("", "failed <= least_{n} && passed >= 1"),
    ("state != 'withdrawn'", "clinical - chief >= least_{n} || passed > failed"),
)


def pack_text(rules: int, change: int = 0) -> str:
    """A pack of so many rules, each with a dated parameter; `change` moves the first parameter."""
    parts = [HEAD]
    for n in range(rules):
        first = 3 + n % 20 + (change if n == 0 else 0)
        parts.append(PARAMETER.format(n=n, first=first, second=first + 2))
    parts.append(FACTS)
    for n in range(rules):
        when, require = CONDITIONS[n % len(CONDITIONS)]
        parts.append(
            RULE.format(n=n, when=f'when = "{when}"\n' if when else "", require=require.format(n=n))
        )
    return "".join(parts)


def enrolments(schema: Schema, count: int, seed: int = 1, gaps: bool = True) -> Batch:
    """So many enrolments, each with 24 months of training and 6 milestones, one cell in fifty
    not known (none without `gaps`); from arrays as the types code them."""
    chance = np.random.default_rng(seed)
    known = _known if gaps else _all_known
    begun = day_number(date(2015, 9, 1)) + chance.integers(0, 8, count) * 365
    defence = (begun + 4 * 365).astype(np.int32)
    columns: Columns = {
        "cohort_on": (begun.astype(np.int32), None),
        "mode": (chance.integers(0, 2, count, dtype=np.uint8), None),
        "degree_type": (chance.integers(0, 2, count, dtype=np.uint8), None),
        "state": (chance.integers(0, 19, count, dtype=np.uint8), None),
        "event_on": (defence, known(chance, count)),
        "planned_on": (defence, None),
    }
    lists = {
        "training": _training(chance, count, begun, known),
        "milestones": _milestones(chance, count, begun, known),
    }
    keys = [str(place) for place in range(count)]
    return Batch.from_columns(schema, "enrolment", keys, columns, lists, ON)


Known = Callable[[np.random.Generator, int], npt.NDArray[np.bool_] | None]


def _all_known(chance: np.random.Generator, count: int) -> None:
    return None


def _known(chance: np.random.Generator, count: int) -> npt.NDArray[np.bool_]:
    return chance.integers(0, 50, count, dtype=np.uint8) > 0


def _offsets(count: int, rows: int) -> npt.NDArray[np.int64]:
    return np.arange(count + 1, dtype=np.int64) * rows


def _training(
    chance: np.random.Generator, count: int, begun: Any, known: Known
) -> tuple[Any, Columns]:
    rows = count * MONTHS
    month = np.repeat(begun.astype(np.int32), MONTHS)
    month += np.tile(np.arange(MONTHS, dtype=np.int32) * 30, count)
    kinds = chance.integers(0, 4, rows, dtype=np.uint8)
    columns: Columns = {
        "month": (month, None),
        "months": (np.ones(rows, dtype=np.int8), None),
        "kind": (kinds, known(chance, rows)),
    }
    return _offsets(count, MONTHS), columns


def _milestones(
    chance: np.random.Generator, count: int, begun: Any, known: Known
) -> tuple[Any, Columns]:
    rows = count * STEPS
    day = np.repeat(begun.astype(np.int32), STEPS)
    day += np.tile(np.arange(1, STEPS + 1, dtype=np.int32) * 200, count)
    columns: Columns = {
        "kind": (np.tile(np.array([0, 1, 1, 2, 3, 4], dtype=np.uint8), count), None),
        "outcome": (
            (chance.integers(0, 5, rows, dtype=np.uint8) == 0).astype(np.uint8),
            known(chance, rows),
        ),
        "day": (day, known(chance, rows)),
        "attempt": (np.ones(rows, dtype=np.int8), None),
    }
    return _offsets(count, STEPS), columns
