"""The same text through an independent implementation of the Common Expression Language.

A name that is unknown here is left unbound there; an error there means that the answer is open. Facts with
missing cells have no counterpart there and stay out; dates are bound as day numbers.
"""

from __future__ import annotations

import sys
import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preceptor.policy import PackError, Verdict
from preceptor.policy.types import day_number
from small_packs import TODAY, case, pack_of, verdicts_of

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import celpy
    from celpy import celtypes
    from celpy.evaluation import CELEvalError

VERDICTS = {True: Verdict.PASS, False: Verdict.FAIL, None: Verdict.PENDING}
INTEGERS = st.sampled_from(["n", "m", "size", "least", "0", "1", "3"])
CONDITIONS = st.recursive(
    st.sampled_from(
        [
            "flag",
            "other",
            "true",
            "false",
            "grade == 'gold'",
            "grade in ['gold', 'tin']",
            "n in sizes",
            "n in [1, 2, 3]",
            "places[grade] > 1",
            "begun_on <= today",
            "begun_on != today",
            "-n < m",
        ]
    )
    | st.tuples(
        INTEGERS,
        st.sampled_from("+-*"),
        INTEGERS,
        st.sampled_from(["==", "!=", "<", "<=", ">", ">="]),
        INTEGERS,
    ).map(" ".join),
    lambda inner: (
        st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        )
        | inner.map(lambda one: f"!({one})")
    ),
    max_leaves=5,
)
RECORDS = st.fixed_dictionaries(
    {
        "n": st.none() | st.integers(-2, 8),
        "m": st.none() | st.integers(-2, 8),
        "flag": st.none() | st.booleans(),
        "other": st.none() | st.booleans(),
        "grade": st.none() | st.sampled_from(["gold", "silver", "tin"]),
        "begun_on": st.none() | st.just(TODAY),
        "parts": st.integers(0, 3).map(lambda rows: [{}] * rows),
    }
)


def outside(text: str, record: dict[str, Any]) -> bool | None:
    """The answer of the other implementation; None when it cannot give one."""
    bound: dict[str, Any] = {
        "size": celtypes.IntType(len(record["parts"])),
        "least": celtypes.IntType(3),
        "sizes": celtypes.ListType([celtypes.IntType(3)]),
        "today": celtypes.IntType(day_number(TODAY)),
        "places": celtypes.MapType(
            {
                celtypes.StringType(name): celtypes.IntType(value)
                for name, value in {"gold": 2, "silver": 1, "tin": 0}.items()
            }
        ),
    }
    for name in ("n", "m"):
        if record[name] is not None:
            bound[name] = celtypes.IntType(record[name])
    for name in ("flag", "other"):
        if record[name] is not None:
            bound[name] = celtypes.BoolType(record[name])
    if record["grade"] is not None:
        bound["grade"] = celtypes.StringType(record["grade"])
    if record["begun_on"] is not None:
        bound["begun_on"] = celtypes.IntType(day_number(record["begun_on"]))
    limit = sys.getrecursionlimit()  # its parser raises the limit of the whole process
    try:
        environment = celpy.Environment()
        found = environment.program(environment.compile(text)).evaluate(bound)
    except CELEvalError:
        return None
    finally:
        sys.setrecursionlimit(limit)
    return bool(found)


@settings(max_examples=150, deadline=None)
@given(CONDITIONS, RECORDS)
def test_an_independent_implementation_gives_the_same_answer(
    text: str, record: dict[str, Any]
) -> None:
    try:
        pack = pack_of(text)
    except PackError as fault:
        assert fault.problem == "too_large"
        return
    ours = verdicts_of(pack, [case(**record, cohort_on=TODAY)])[0]
    assert ours is VERDICTS[outside(text, record)]


@pytest.mark.parametrize(
    ("text", "answer"),
    [("flag || other", True), ("other || flag", True), ("!flag && !other", False), ("other", None)],
)
def test_an_unbound_name_is_there_what_unknown_is_here(text: str, answer: bool | None) -> None:
    record = {"flag": True, "other": None, "n": None, "m": None, "grade": None, "begun_on": None}
    assert outside(text, {**record, "parts": []}) is answer
    assert verdicts_of(pack_of(text), [case(**record)])[0] is VERDICTS[answer]
