"""Conditions: whatever is typed gets an answer; what is picked is what is written, and back."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preceptor.policy import PackError
from preceptor.policy.parser import parse
from preceptor.policy.syntax_text import text_of as spelled
from preceptor.standing.editing.conditions import (
    Block,
    Picked,
    Row,
    checked,
    names_in,
    picked,
    suit,
    text_of,
)
from preceptor.standing.editing.conditions.picked import Operator
from preceptor.standing.packs import find

PACK = "yunting/clinical-doctorate"
NAMES = st.sampled_from(["size", "stage", "chairs", "defence_sizes", "today"])
NUMBERS = st.one_of(st.integers(-9, 99), st.decimals(0, 1, places=3))
WORDS = st.sampled_from(["defence", "midterm", "full"])
COMPARED: st.SearchStrategy[Operator] = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
ROWS = st.one_of(
    st.builds(Row, NAMES, st.sampled_from(["yes", "no"])),
    st.builds(Row, NAMES, COMPARED, st.tuples(st.one_of(NUMBERS, WORDS))),
    st.builds(lambda n, o, other: Row(n, o, other=other), NAMES, COMPARED, NAMES),
    st.builds(
        Row, NAMES, st.sampled_from(["in", "not in"]),
        st.lists(WORDS, min_size=1, max_size=4).map(tuple),
    ),
)  # fmt: skip
JOINS = st.sampled_from(["all", "any"])
BLOCKS = st.builds(Block, JOINS, st.lists(ROWS, min_size=1, max_size=4).map(tuple))
PICKED = st.builds(Picked, JOINS, st.lists(BLOCKS, min_size=1, max_size=4).map(tuple))


@given(PICKED)
def test_what_is_picked_is_read_back_from_its_text(condition: Picked) -> None:
    text = text_of(condition)
    again = picked(text)
    assert again is not None
    assert text_of(again) == text


@pytest.mark.parametrize("subject", ["panel", "enrolment", "thesis"])
def test_every_condition_of_the_shipped_pack_keeps_its_meaning_in_the_picker(subject: str) -> None:
    shown = 0
    for rule in find(PACK).rules_of(subject):
        for expression in (rule.require, rule.when):
            found = picked(expression.text) if expression else None
            if expression is not None and found is not None:
                assert text_of(found) == spelled(expression.syntax)
                shown += 1
    assert shown > 0


@pytest.mark.parametrize(
    "text", ["size + 1 > 3", "quota_by_grade[grade] > 1", "(a && b || c) && d || e", "!(a && b)", "3 < size"]
)  # fmt: skip
def test_a_condition_that_says_more_than_a_picker_can_is_left_to_the_text(text: str) -> None:
    parse(text)
    assert picked(text) is None


def test_a_condition_without_rows_is_empty() -> None:
    assert text_of(Picked("all", ())) == ""
    assert picked("  ") == Picked("all", ())


def test_a_fault_is_told_with_its_place_and_what_was_meant() -> None:
    fault = checked(find(PACK), "panel", "sise in defence_sizes").fault
    assert fault is not None
    assert (fault.column, fault.values["hint"]) == (1, "size")
    assert fault.caret.splitlines()[1] == "^^^^"
    wrong = checked(find(PACK), "panel", "stage == 'defense'").fault
    assert wrong is not None
    assert "defence" in wrong.sentence("zh")


def test_a_filter_sees_the_columns_of_its_list_and_a_rule_does_not() -> None:
    assert checked(find(PACK), "panel", "role == 'chair'", "members").expression is not None
    assert checked(find(PACK), "panel", "role == 'chair'").fault is not None


def test_a_cohort_number_is_not_offered_where_there_is_no_cohort() -> None:
    offered = {named.name for named in names_in(find(PACK), "supervisor")}
    assert "grade" in offered
    assert "clinical_months" not in offered
    assert "quota_by_grade" not in offered


def test_only_what_can_be_compared_is_offered_on_the_right() -> None:
    names = {named.name: named for named in names_in(find(PACK), "panel")}
    assert suit(names["size"], names["defence_sizes"])
    assert not suit(names["stage"], names["size"])
    assert not suit(names["size"], names["size"])


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(st.text(max_size=300), st.binary(max_size=300).map(lambda raw: raw.decode("latin-1")))
)
def test_any_text_whatever_gets_an_answer(text: str) -> None:
    pack = find(PACK)
    found = checked(pack, "panel", text)
    assert (found.expression is None) != (found.fault is None) or not text.strip()
    assert found.fault is None or isinstance(found.fault, PackError)
    picked(text)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000, "!" * 5000 + "x", "a" * 100_000, "[" * 1999, "size[" * 300, "-" * 1999 + "1",
        " && ".join(["size > 1"] * 160), "size in [" + "1," * 900 + "1]", "9" * 1999, "1.0" * 600,
        "size * " * 280 + "size", "\x00" * 2000, "🧿" * 2000, "\ud800" * 50,
    ],
)  # fmt: skip
def test_a_text_that_means_harm_is_answered_at_once(text: str) -> None:
    begun = time.perf_counter()
    checked(find(PACK), "panel", text)
    picked(text)
    assert time.perf_counter() - begun < 1
