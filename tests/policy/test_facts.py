"""Facts: aggregates of rows, and what a missing cell does to them."""

from __future__ import annotations

from datetime import date

import pytest

from preceptor.policy import Batch, PackError, Verdict, evaluate, load_pack_text
from small_packs import (
    FACTS,
    HEAD,
    PARAMETERS,
    SCHEMA,
    TODAY,
    case,
    pack_of,
    rule_text,
    verdict,
    verdicts_of,
)

FAIL, PENDING, PASS = Verdict.FAIL, Verdict.PENDING, Verdict.PASS


@pytest.mark.parametrize("require", ["size == 0", "total == 0", "paid == 0", "every", "!some"])
def test_an_empty_list_counts_and_adds_up_to_nothing(require: str) -> None:
    assert verdict(require) is PASS


@pytest.mark.parametrize(
    "require", ["first_on <= today", "last_on > today", "smallest == 0", "largest < 1"]
)
def test_the_least_and_the_most_of_an_empty_list_are_unknown(require: str) -> None:
    assert verdict(require) is PENDING


def test_a_missing_fact_is_named_by_itself_when_there_is_no_row_to_blame() -> None:
    pack = pack_of("first_on <= today")
    batch = Batch.from_records(
        SCHEMA, "case", [case(), case(parts=[{"kind": None, "day": TODAY}])], TODAY
    )
    result = evaluate(pack, batch)
    assert result.missing("r", 0) == ["first_on"]
    assert result.missing("r", 1) == ["parts.kind"]


def test_a_panel_member_of_unknown_kind_never_passes_as_the_right_one() -> None:
    members = [{"kind": "red"}] * 4
    assert verdict("reds == size", parts=members) is PASS
    assert verdict("reds == size", parts=[*members, {"kind": None}]) is PENDING
    assert verdict("reds == size", parts=[*members, {"kind": "blue"}]) is FAIL


def test_five_members_of_whom_one_is_unknown_still_fail_at_least_seven() -> None:
    members = [{"kind": "red"}] * 4 + [{"kind": None}]
    assert verdict("reds >= 7", parts=members) is FAIL
    assert verdict("reds >= 5", parts=members) is PENDING
    assert verdict("reds >= 4", parts=members) is PASS
    assert verdict("reds <= 3", parts=members) is FAIL


def test_a_row_that_surely_does_not_count_may_lack_what_it_likes() -> None:
    rows = [{"ok": False, "kind": None}, {"ok": True, "kind": "red"}]
    assert verdict("fine_reds == 1", parts=rows) is PASS
    assert verdict("fine_reds == 1", parts=[{"ok": None, "kind": "blue"}]) is FAIL
    assert verdict("fine_reds == 1", parts=[{"ok": None, "kind": None}]) is PENDING


def test_a_sum_with_a_missing_condition_reaches_from_all_out_to_all_in() -> None:
    rows = [{"ok": True, "size": 2}, {"ok": None, "size": 3}, {"ok": None, "size": -1}]
    assert verdict("total >= 1", parts=rows) is PASS
    assert verdict("total >= 2", parts=rows) is PENDING
    assert verdict("total <= 5", parts=rows) is PASS
    assert verdict("total == 6", parts=rows) is FAIL


def test_a_sum_with_a_missing_amount_reaches_over_the_bounds_of_the_column() -> None:
    rows = [{"ok": True, "size": 2}, {"ok": True, "size": None}]
    assert verdict("total >= -3", parts=rows) is PASS
    assert verdict("total > -3", parts=rows) is PENDING
    assert verdict("total > 7", parts=rows) is FAIL
    assert verdict("total == 2", parts=[{"ok": True, "size": 2}, {"ok": False}]) is PASS


def test_the_earliest_day_is_bounded_by_what_is_known() -> None:
    known, unknown = {"kind": "red", "day": date(2024, 1, 5)}, {"kind": "red", "day": None}
    assert verdict("first_on <= today", parts=[known, unknown]) is PASS
    assert verdict("first_on == last_on", parts=[known]) is PASS
    assert verdict("first_on <= today", parts=[unknown]) is PENDING
    maybe = {"kind": None, "day": date(2024, 1, 2)}
    assert (
        verdict("first_on == begun_on", begun_on=date(2024, 1, 5), parts=[known, maybe]) is PENDING
    )
    assert verdict("first_on == begun_on", begun_on=date(2024, 1, 6), parts=[known, maybe]) is FAIL


def test_any_and_all_follow_kleene() -> None:
    yes, no, unknown = {"ok": True}, {"ok": False}, {"ok": None}
    for rows, some, every in [
        ([yes, unknown], PASS, PENDING),
        ([no, unknown], PENDING, FAIL),
        ([yes, no], PASS, FAIL),
        ([yes, yes], PASS, PASS),
        ([unknown], PENDING, PENDING),
    ]:
        colours = [{**row, "kind": "red"} for row in rows]
        assert verdict("some", parts=colours) is some
        assert verdict("every", parts=colours) is every
    assert verdict("some", parts=[{"ok": True, "kind": None}]) is PENDING
    assert verdict("some", parts=[{"ok": True, "kind": "blue"}]) is FAIL


def test_a_constant_where_holds_for_every_row_of_every_record() -> None:
    records = [case(parts=[{}] * rows) for rows in (2, 0, 5)]
    assert verdicts_of(pack_of("constant == size && never == 0"), records) == [PASS] * 3
    assert verdicts_of(pack_of("constant == 2"), records) == [PASS, FAIL, FAIL]


def test_a_column_of_the_subject_inside_a_where_holds_for_its_own_rows_only() -> None:
    records = [
        case(flag=flag, parts=[{}] * rows) for flag in (True, False, None) for rows in (0, 3)
    ]
    found = verdicts_of(pack_of("flagged == 3"), records)
    assert found == [FAIL, PASS, FAIL, FAIL, FAIL, PENDING]


def test_records_without_rows_between_others_stay_empty() -> None:
    rows = [0, 3, 0, 0, 1, 0]
    records = [case(parts=[{"size": 1, "ok": True, "kind": "red"}] * count) for count in rows]
    for fact in ("size", "total", "reds", "fine_reds"):
        for count in (0, 1, 3):
            wanted = [PASS if given == count else FAIL for given in rows]
            assert verdicts_of(pack_of(f"{fact} == {count}"), records) == wanted


@pytest.mark.parametrize(
    ("fact", "problem", "hint"),
    [
        ('{ count = "part" }', "unknown_list", "parts"),
        ('{ count = "parts.size" }', "count_of_rows", None),
        ('{ sum = "parts" }', "column_wanted", None),
        ('{ sum = "parts.sise" }', "unknown_column", "size"),
        ('{ sum = "parts.kind" }', "wrong_aggregate", None),
        ('{ sum = "parts.day" }', "wrong_aggregate", None),
        ('{ min = "parts.ok" }', "wrong_aggregate", None),
        ('{ any = "parts.size" }', "wrong_aggregate", None),
        ('{ count = "parts", sum = "parts.size" }', "one_aggregate", None),
        ("{ }", "one_aggregate", None),
        ('{ count = "parts", were = "ok" }', "unknown_key", "where"),
        ('{ count = "parts", where = "zzz" }', "unknown_name", None),
        ('{ count = "parts", where = "size > 1 && reds > 1" }', "unknown_name", None),
        ('{ count = "parts", where = "size" }', "not_a_condition", None),
        ('"parts"', "table_expected", None),
    ],
)
def test_a_wrong_fact_is_refused_at_its_place(fact: str, problem: str, hint: str | None) -> None:
    with pytest.raises(PackError) as caught:
        load_pack_text(HEAD + PARAMETERS + FACTS + f"extra = {fact}\n" + rule_text("true"), SCHEMA)
    assert caught.value.problem == problem
    assert caught.value.where.startswith("fact case.extra")
    assert (caught.value.values.get("hint") or None) == hint


@pytest.mark.parametrize("name", ["n", "least", "Size", "in", "today", "true"])
def test_a_fact_may_not_take_a_name_that_means_something_else(name: str) -> None:
    with pytest.raises(PackError) as caught:
        load_pack_text(
            HEAD + PARAMETERS + FACTS + f'{name} = {{ count = "parts" }}\n' + rule_text("true"),
            SCHEMA,
        )
    assert caught.value.problem in ("name_taken", "bad_name")


def test_a_sum_that_could_pass_64_bits_is_refused_when_the_pack_is_loaded() -> None:
    rule = rule_text("total * total * total * total * total == 1")
    with pytest.raises(PackError) as caught:
        load_pack_text(HEAD + PARAMETERS + FACTS + rule, SCHEMA)
    assert caught.value.problem == "too_large"
    load_pack_text(HEAD + PARAMETERS + FACTS + rule_text("total * total * total == 1"), SCHEMA)
