"""What a reader is told: why, what is missing, what would mend it, and when."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from preceptor.policy import (
    Batch,
    Explanation,
    Verdict,
    Whole,
    evaluate,
    explain,
    load_pack_text,
    whole,
)
from small_packs import SCHEMA, TODAY, case, pack_of, pack_text, rule_text


def told(require: str, language: str = "en", on: date = TODAY, **columns: object) -> Explanation:
    pack = pack_of(require)
    return explain(pack, Batch.from_records(SCHEMA, "case", [case(**columns)], on), 0, language)[0]


def parts(*kinds: str | None) -> list[dict[str, object]]:
    return [{"kind": kind, "ok": True, "size": 1} for kind in kinds]


@pytest.mark.parametrize(
    ("require", "columns", "zh", "en"),
    [
        ("size >= 3", {}, "还差 3 人", "3 more needed"),
        ("size > 3", {}, "还差 4 人", "4 more needed"),
        ("3 <= size", {}, "还差 3 人", "3 more needed"),
        ("!(size < 3)", {}, "还差 3 人", "3 more needed"),
        ("size <= 1", {"parts": parts("red", "red")}, "须减少 1 人", "1 fewer needed"),
        ("size == 3", {"parts": parts("red")}, "还差 2 人", "2 more needed"),
        ("size >= least", {"parts": parts("red")}, "还差 2 人", "2 more needed"),
        ("reds == 0", {"parts": parts("red")}, "红件数须为 0", "there must be no red parts"),
        ("n in [5, 7]", {"n": 4}, "还差 1（达到 5）", "1 more needed (to reach 5)"),
        ("n in [5, 7]", {"n": 6}, "还差 1（达到 7）", "1 more needed (to reach 7)"),
        ("n in [5, 7]", {"n": 9}, "须减少 2（达到 7）", "2 fewer needed (to reach 7)"),
        ("y <= 0.3", {"y": "0.3001"}, "须降低 0.01 个百分点", "0.01 percentage points less needed"),
        ("grade == 'gold'", {"grade": "tin"}, "等级须为 金", "grade must be gold"),
        ("grade != 'gold'", {"grade": "gold"}, "等级不得为 金", "grade must not be gold"),
        ("grade in ['gold']", {"grade": "tin"}, "等级须为 金 之一", "grade must be one of gold"),
        ("flag", {"flag": False}, "flag须为 是", "flag must be yes"),
        ("!flag", {"flag": True}, "flag须为 否", "flag must be no"),
        (
            "begun_on <= event_on",
            {"begun_on": date(2024, 2, 2), "event_on": date(2024, 1, 1)},
            "begun_on不得晚于event_on",
            "begun_on must not be later than event_on",
        ),
    ],
)
def test_what_would_make_it_pass_is_said_in_both_languages(
    require: str, columns: dict[str, object], zh: str, en: str
) -> None:
    assert told(require, "zh", **columns).needed == zh
    assert told(require, "en", **columns).needed == en


@pytest.mark.parametrize(
    ("require", "begun", "day"),
    [
        ("begun_on + 100 <= today", date(2024, 5, 1), "2024-08-09"),
        ("begun_on + 100 < today", date(2024, 5, 1), "2024-08-10"),
        ("today - begun_on >= 100", date(2024, 5, 1), "2024-08-09"),
        ("100 < today - begun_on", date(2024, 5, 1), "2024-08-10"),
    ],
)
def test_what_time_alone_mends_says_the_day(require: str, begun: date, day: str) -> None:
    assert told(require, begun_on=begun).needed == f"met on {day} by time alone"
    assert told(require, "zh", begun_on=begun).needed == f"到 {day} 自然满足"
    met = date.fromisoformat(day)
    assert told(require, on=met, begun_on=begun).verdict is Verdict.PASS
    eve = date.fromordinal(met.toordinal() - 1)
    assert told(require, on=eve, begun_on=begun).verdict is Verdict.FAIL


def test_what_time_only_makes_worse_names_no_day() -> None:
    found = told("today <= begun_on + 10", begun_on=date(2024, 1, 1))
    assert found.verdict is Verdict.FAIL
    assert "time alone" not in (found.needed or "")


def test_of_a_conjunction_everything_that_fails_is_said_and_nothing_else() -> None:
    found = told("size >= 2 && reds >= 1 && n == 1", n=1, parts=parts("blue"))
    assert found.needed == "parts: 1 more needed; red parts: 1 more needed"


def test_of_a_disjunction_the_cheaper_side_is_said() -> None:
    assert told("size >= 9 || reds >= 1").needed == "red parts: 1 more needed"
    assert told("(size >= 1 && reds >= 1) || n >= 3", n=2).needed == "number: 1 more needed"
    assert told("!(size < 9 && reds < 1)").needed == "red parts: 1 more needed"


def test_offending_rows_are_named_and_rows_that_may_offend_are_marked() -> None:
    rows = [
        {"name": "甲", "kind": "red"},
        {"name": "乙", "kind": "blue"},
        {"name": "丙", "kind": "red"},
        {"name": "丁"},
    ]
    assert told("reds == 0", parts=rows).rows == ["甲", "丙", "丁 (open)"]
    assert told("reds == 0", "zh", parts=rows).rows == ["甲", "丙", "丁（待定）"]
    assert told("reds >= 9", parts=rows).rows == []
    broken = [{"name": "甲", "ok": True}, {"name": "乙", "ok": False}]
    assert told("every", parts=broken).rows == ["乙"]


def test_a_missing_cell_is_named_by_row_and_column() -> None:
    rows = [{"name": "甲", "kind": "red"}, {"name": "乙"}, {}]
    assert told("reds == 1", parts=rows).missing == ["colour of 乙", "colour of row 3"]
    assert told("reds == 1", "zh", parts=rows).missing == ["乙的颜色", "第 3 行的颜色"]
    assert told("y <= 0.3").missing == ["ratio"]
    assert told("first_on <= today").missing == ["first day (nothing recorded yet)"]


def test_a_message_is_filled_from_the_same_values_in_both_languages() -> None:
    message = (
        '{ zh = "{size} 件，红 {red_rows}，比例 {y}，上限 {ceiling}，应为 {sizes}，等级 {grade}，{begun_on}", '
        'en = "{size} parts, red {red_rows}, ratio {y}, ceiling {ceiling}, {sizes}, {grade}, {begun_on}" }'
    ).replace("red_rows", "reds.rows")
    pack = pack_of("n == 1", message=message)
    record = case(
        n=2,
        y="0.3001",
        grade="gold",
        parts=[{"name": "甲", "kind": "red"}],
        event_on=date(2022, 1, 1),
    )
    batch = Batch.from_records(SCHEMA, "case", [record], TODAY)
    assert explain(pack, batch, 0, "zh-hans")[0].text.startswith(
        "1 件，红 甲，比例 30.01%，上限 30%，应为 5 或 7，等级 金，未知；须减少 1"
    )
    assert explain(pack, batch, 0, "en-gb")[0].text.startswith(
        "1 parts, red 甲, ratio 30.01%, ceiling 30%, 5 or 7, gold, unknown; 1 fewer needed. Test rules"
    )


def test_a_name_that_looks_like_a_place_is_never_read_as_one() -> None:
    rows = [{"name": "{size} {0.__class__}", "kind": "red"}]
    pack = pack_of("reds == 0", message='{ zh = "{reds.rows}", en = "{reds.rows}" }')
    batch = Batch.from_records(SCHEMA, "case", [case(parts=rows)], TODAY)
    assert explain(pack, batch, 0, "en")[0].message == "{size} {0.__class__}"


@pytest.mark.parametrize(
    ("rows", "zh", "en"),
    [
        ([], "尚无", "not yet"),
        ([{"kind": "green", "day": date(2023, 3, 1)}], "尚无", "not yet"),
        ([{"kind": "red"}], "未知", "unknown"),
        ([{"day": date(2023, 3, 1)}], "未知", "unknown"),
        ([{"kind": "red", "day": date(2023, 3, 1)}], "2023-03-01", "2023-03-01"),
    ],
)
def test_a_step_that_was_not_held_has_no_date_yet_and_one_without_its_date_an_unknown_one(
    rows: list[dict[str, object]], zh: str, en: str
) -> None:
    pack = pack_of("first_on < begun_on", message='{ zh = "{first_on}", en = "{first_on}" }')
    batch = Batch.from_records(SCHEMA, "case", [case(parts=rows)], TODAY)
    assert explain(pack, batch, 0, "zh")[0].message == zh
    assert explain(pack, batch, 0, "en")[0].message == en


def test_an_interval_is_shown_as_what_it_can_be() -> None:
    pack = pack_of("reds >= 2", message='{ zh = "{reds} 件", en = "{reds} parts" }')
    batch = Batch.from_records(SCHEMA, "case", [case(parts=parts("red", None))], TODAY)
    assert explain(pack, batch, 0, "en")[0].message == "1 to 2 parts"
    assert explain(pack, batch, 0, "zh")[0].message == "1–2 件"


def test_a_sum_with_an_unknown_amount_is_shown_as_unknown() -> None:
    pack = pack_of("total >= 2", message='{ zh = "{total}", en = "{total}" }')
    batch = Batch.from_records(SCHEMA, "case", [case(parts=[{"ok": True, "size": None}])], TODAY)
    assert explain(pack, batch, 0, "en")[0].message == "unknown"


def test_the_parameters_used_are_listed_with_value_date_and_source() -> None:
    found = told("n >= least && n >= cohort_least", n=0, event_on=date(2024, 1, 1))
    uses = {use.name: use for use in found.parameters}
    assert (uses["least"].value, uses["least"].since) == ("3", date(2023, 1, 1))
    assert uses["least"].citation == "Test rules, article 1"
    assert (uses["cohort_least"].value, uses["cohort_least"].since) == ("unknown", None)


def test_what_blocks_the_next_step_comes_first() -> None:
    rules = [
        rule_text("true", id='"passed"'),
        rule_text("false", id='"informs"', kind='"inform"'),
        rule_text("false", id='"warns"', kind='"warn"'),
        rule_text("false", id='"later"', gate='"award"'),
        rule_text("flag", id='"open"', gate='"defence"'),
        rule_text("false", id='"now"', gate='"defence"'),
        rule_text("false", id='"elsewhere"', when='"false"'),
    ]
    pack = load_pack_text(pack_text(*rules), SCHEMA)
    batch = Batch.from_records(SCHEMA, "case", [case()], TODAY)
    order = [one.rule for one in explain(pack, batch, 0, "en", step="defence")]
    assert order == ["now", "open", "later", "warns", "informs", "passed", "elsewhere"]
    assert explain(pack, batch, 0, "en", step="award")[0].rule == "later"


def test_a_waiver_turns_fail_into_waived_and_leaves_pending_pending() -> None:
    pack = pack_of("n >= 3")
    batch = Batch.from_records(SCHEMA, "case", [case(n=1), case(), case(n=3), case(n=1)], TODAY)
    waived = batch.with_waived({"r": np.array([True, True, True, False])})
    result = evaluate(pack, waived, chunk=2)
    found = [result.verdict("r", place) for place in range(4)]
    assert found == [Verdict.WAIVED, Verdict.PENDING, Verdict.PASS, Verdict.FAIL]
    assert explain(pack, waived, 0, "en")[0].verdict is Verdict.WAIVED
    assert explain(pack, waived, 3, "en")[0].verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("rules", "wanted"),
    [
        ([], Whole.NOT_APPLICABLE),
        ([("block", "true")], Whole.PASS),
        ([("block", "true"), ("warn", "false")], Whole.WARN),
        ([("warn", "false"), ("block", "flag")], Whole.PENDING),
        ([("warn", "flag")], Whole.PENDING),
        ([("block", "flag"), ("block", "false")], Whole.FAIL),
        ([("inform", "false"), ("inform", "flag")], Whole.PASS),
    ],
)
def test_the_whole_is_the_worst_of_fail_pending_warn_and_pass(
    rules: list[tuple[str, str]], wanted: Whole
) -> None:
    from preceptor.policy import wholes

    texts = [
        rule_text(require, id=f'"r{place}"', kind=f'"{kind}"')
        for place, (kind, require) in enumerate(rules)
    ]
    never = rule_text("false", id='"never"', when='"false"')
    pack = load_pack_text(pack_text(*texts, never), SCHEMA)
    batch = Batch.from_records(SCHEMA, "case", [case()], TODAY)
    assert whole(explain(pack, batch, 0, "en")) is wanted
    assert wholes(evaluate(pack, batch)).tolist() == [wanted.code]


def test_numbers_are_shown_without_exponent_and_idle_zeros() -> None:
    pack = pack_of("x == 1", message='{ zh = "{x}", en = "{x}" }')
    for x, shown in [("100", "100"), ("0.50", "0.5"), ("-3.25", "-3.25"), ("0", "0")]:
        batch = Batch.from_records(SCHEMA, "case", [case(x=x)], TODAY)
        assert explain(pack, batch, 0, "en")[0].message == shown
