"""What the language takes, what it refuses, and how it says so."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preceptor.policy import PackError, Verdict, load_pack_text
from preceptor.policy.parser import DEEPEST, parse
from small_packs import SCHEMA, case, pack_of, pack_text, rule_text, verdict, verdicts_of


def refusal(require: str) -> PackError:
    with pytest.raises(PackError) as caught:
        pack_of(require)
    return caught.value


@pytest.mark.parametrize(
    ("require", "problem", "column", "hint"),
    [
        ("sise > 3", "unknown_name", 1, "size"),
        ("size > leest", "unknown_name", 8, "least"),
        ("kind == 'red'", "row_name_outside", 1, None),
        ("grade == 'golt'", "unknown_value", 10, "gold"),
        ("grade == 'Z'", "unknown_value", 10, None),
        ("grade in ['gold', 'silber']", "unknown_value", 19, "silver"),
        ("n = 3", "bad_character", 3, "=="),
        ("n ≥ 3", "bad_character", 3, ">="),
        ("（n > 3", "bad_character", 1, "("),
        ("flag & other", "bad_character", 6, "&&"),
        ("flag and other", "end_expected", 6, "&&"),
        ("not flag", "not_a_word", 1, "!"),
        ("True", "not_a_word", 1, "true"),
        ("n > 3)", "end_expected", 6, None),
        ("(n > 3", "not_closed", 7, None),
        ("n in [1, 2", "not_closed", 11, None),
        ("n >", "ends_early", 4, None),
        ("", "string_expected", None, None),
        ("n > > 3", "value_expected", 5, None),
        ("1 < n < 3", "chained_comparison", 7, None),
        ("n", "not_a_condition", 1, None),
        ("n && flag", "condition_expected", 1, None),
        ("!n", "condition_expected", 2, None),
        ("-flag == n", "number_expected", 2, None),
        ("n == 'gold'", "string_against", 6, None),
        ("'gold' == 'gold'", "string_out_of_place", 11, None),
        ("n == flag", "types_differ", 1, None),
        ("grade == flag", "types_differ", 1, None),
        ("n in [1, true]", "types_differ", 10, None),
        ("grade < 'silver'", "no_order", 1, None),
        ("flag < other", "no_order", 1, None),
        ("begun_on + begun_on == begun_on", "cannot_calculate", 1, None),
        ("grade + 1 == 2", "cannot_calculate", 1, None),
        ("n in 3", "list_expected", 6, None),
        ("n in least", "list_expected", 6, None),
        ("n in m", "list_expected", 6, None),
        ("n in []", "empty_list", 6, None),
        ("n in [m]", "literal_expected", 7, None),
        ("[1] == [1]", "list_out_of_place", 1, None),
        ("sizes == 5", "not_a_scalar", 1, None),
        ("places == 5", "not_a_scalar", 1, None),
        ("places['platinum'] == 1", "unknown_value", 8, None),
        ("places[n] == 1", "wrong_key", 8, None),
        ("sizes[0] == 5", "not_a_map", 1, None),
        ("count(parts) > 3", "no_calls", 1, None),
        ("n / 2 == 1", "bad_character", 3, None),
        ("n % 2 == 1", "bad_character", 3, None),
        ("n ? 1 : 2", "bad_character", 3, None),
        ("parts.size > 1", "bad_character", 6, None),
        ("n == 12abc", "bad_number", 6, None),
        ("n == 0x1F", "bad_number", 6, None),
        ("n == 1.2.3", "bad_number", 6, None),
        ("n == 99999999999999999999", "number_too_large", 6, None),
        ("x == 0.1234567891", "number_too_large", 6, None),
        ("grade == 'gold", "bad_string", 10, None),
        (r"grade == 'go\\ld'", "bad_string", 10, None),
        ("n * n * n == 1", "too_large", 1, None),
        ("n * 4611686018427 == m", "too_large", 1, None),
        ("null == n", "unknown_name", 1, None),
    ],
)
def test_a_wrong_expression_is_refused_with_its_column_and_a_hint(
    require: str, problem: str, column: int | None, hint: str | None
) -> None:
    fault = refusal(require)
    assert (fault.problem, fault.column) == (problem, column)
    assert (fault.values.get("hint") or None) == hint


def test_an_error_names_file_line_rule_and_shows_a_caret() -> None:
    text = pack_text(rule_text("size >= 1", id='"fine"'), rule_text("size >= 1 && sise < 9"))
    with pytest.raises(PackError) as caught:
        load_pack_text(text, SCHEMA, "packs/small.toml")
    fault = caught.value
    line = text.splitlines().index('require = """size >= 1 && sise < 9"""') + 1
    assert (fault.file, fault.line, fault.where) == ("packs/small.toml", line, "rule r, require")
    assert fault.caret.splitlines() == ["size >= 1 && sise < 9", "             ^^^^"]
    assert str(fault).startswith(f"packs/small.toml:{line}:14: rule r, require: ")
    assert "Did you mean 'size'?" in fault.text("en")
    assert "没有名称“sise”" in fault.text("zh-hans")
    assert "您要写的是“size”吗" in fault.text("zh-hans")


def test_the_caret_stands_below_its_character_after_chinese_text() -> None:
    fault = refusal("grade == '金' && sise > 1")
    assert fault.problem == "unknown_value"
    fault = refusal("（")
    assert fault.caret == "（\n^"


def test_an_unknown_value_lists_what_is_allowed() -> None:
    assert "gold, silver, tin" in str(refusal("grade == 'Z'"))


def test_a_comment_or_a_second_line_needs_no_special_care() -> None:
    assert verdict("n > 1 &&\n    n < 5", n=3) is Verdict.PASS


@pytest.mark.parametrize(
    ("require", "same"),
    [
        ("flag || other && flag", "flag || (other && flag)"),
        ("!flag && other", "(!flag) && other"),
        ("n + m * 2 > 3 - 1", "(n + (m * 2)) > (3 - 1)"),
        ("n - m - 1 == 0", "((n - m) - 1) == 0"),
        ("-n * 2 == m", "((-n) * 2) == m"),
        ("n + 1 in [1, 2] || flag", "((n + 1) in [1, 2]) || flag"),
        ("!(n == 1) == flag", "(!(n == 1)) == flag"),
    ],
)
def test_precedence_is_that_of_the_common_expression_language(require: str, same: str) -> None:
    trees = [pack_of(text).rules["r"].require.tree.key for text in (require, same)]
    assert trees[0] == trees[1]


def test_subtraction_goes_from_left_to_right() -> None:
    assert verdict("n - m - 1 == 4", n=10, m=5) is Verdict.PASS
    assert verdict("n - (m - 1) == 6", n=10, m=5) is Verdict.PASS


@pytest.mark.parametrize(
    "deep",
    [
        "(" * 200 + "flag" + ")" * 200,
        "!" * 500 + "flag",
        "-" * 500 + "n == 1",
        "n" + " + 1" * 400 + " == 1",
        "n" + " * 1" * 400 + " == 1",
        "places[" * 100 + "grade" + "]" * 100 + " == 1",
        "[" * 300,
        "(flag && " * 100 + "flag" + ")" * 100,
        "(!" * 33 + "flag" + ")" * 33,
    ],
)
def test_nesting_beyond_the_bound_is_refused_and_never_exhausts_the_stack(deep: str) -> None:
    assert refusal(deep).problem in ("too_deep", "value_expected", "not_closed")


def test_nesting_up_to_the_bound_and_long_chains_are_taken() -> None:
    nested = "(" * DEEPEST + "flag" + ")" * DEEPEST
    assert verdict(nested, flag=True) is Verdict.PASS
    assert verdict(" && ".join(["flag"] * 150), flag=True) is Verdict.PASS
    assert verdict("n" + " + 1" * 25 + " == 25", n=0) is Verdict.PASS


def test_an_expression_beyond_the_length_is_refused() -> None:
    assert refusal("flag" + " || flag" * 300).problem == "too_long"


def test_a_list_beyond_its_bound_is_refused() -> None:
    options = ", ".join(str(place) for place in range(201))
    assert refusal(f"n in [{options}]").problem == "list_too_long"


WORDS = st.sampled_from(
    [
        "n",
        "m",
        "x",
        "flag",
        "grade",
        "size",
        "least",
        "sizes",
        "places",
        "today",
        "'gold'",
        "'tin'",
        "1",
        "0.30",
        "true",
        "false",
        "&&",
        "||",
        "!",
        "==",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "in",
        "+",
        "-",
        "*",
        "(",
        ")",
        "[",
        "]",
        ",",
        ".",
        "/",
        "=",
        "&",
        "且",
        "（",
        '"',
        "'",
        "\\",
        "\n",
        "\x00",
        "🙂",
        "null",
        "and",
    ]
)


@settings(max_examples=600, deadline=None)
@given(st.lists(WORDS, max_size=25).map(" ".join) | st.text(max_size=60))
def test_whatever_is_typed_the_parser_raises_only_its_own_error(text: str) -> None:
    try:
        syntax = parse(text)
    except PackError as fault:
        assert fault.source is None or 0 <= fault.start <= len(fault.source)
        assert fault.text("zh") and fault.text("en")
    else:
        assert 0 <= syntax.start < syntax.end <= len(text)


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=12).map(" ".join))
def test_whatever_is_typed_a_pack_loads_and_evaluates_or_is_refused(text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\x00", "")
    rule = rule_text("true").replace('"""true"""', f'"{quoted}"')
    try:
        pack = load_pack_text(pack_text(rule), SCHEMA)
    except PackError as fault:
        assert fault.where
    else:
        assert verdicts_of(pack, [case(), case(n=1, grade="tin", flag=True)])


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda raw: raw.decode("latin-1")))
def test_whatever_a_file_holds_loading_raises_only_its_own_error(text: str) -> None:
    with pytest.raises(PackError) as caught:
        load_pack_text(text, SCHEMA, "anything.toml")
    assert caught.value.file == "anything.toml"


@pytest.mark.parametrize(
    ("require", "verdicts"),
    [
        ("y <= 0.30", {"0.2999": "pass", "0.3000": "pass", "0.3001": "fail"}),
        ("y <= ceiling", {"0.2999": "pass", "0.3000": "pass", "0.3001": "fail"}),
        ("ceiling >= y", {"0.3000": "pass", "0.3001": "fail"}),
        ("y < ceiling", {"0.2999": "pass", "0.3000": "fail"}),
        ("y in [0.3, 0.25]", {"0.3000": "pass", "0.2500": "pass", "0.3001": "fail"}),
        ("y * 100 == 30", {"0.3000": "pass", "0.3001": "fail"}),
        ("y + 1 > 1.3", {"0.3000": "fail", "0.3001": "pass"}),
        ("1 - y >= 0.7", {"0.3000": "pass", "0.3001": "fail"}),
        ("-y == -0.3", {"0.3000": "pass"}),
    ],
)
def test_decimals_are_exact_at_the_threshold(require: str, verdicts: dict[str, str]) -> None:
    assert {y: verdict(require, y=y).value for y in verdicts} == verdicts


def test_days_are_counted_between_dates() -> None:
    begun = date(2024, 2, 28)
    assert verdict("today - begun_on >= 94", date(2024, 6, 1), begun_on=begun) is Verdict.PASS
    assert verdict("today - begun_on >= 95", date(2024, 6, 1), begun_on=begun) is Verdict.FAIL
    assert (
        verdict("begun_on + 2 == event_on", begun_on=begun, event_on=date(2024, 3, 1))
        is Verdict.PASS
    )
    assert (
        verdict("event_on - 2 == begun_on", begun_on=begun, event_on=date(2024, 3, 1))
        is Verdict.PASS
    )
    assert verdict("today - begun_on >= 1") is Verdict.PENDING
