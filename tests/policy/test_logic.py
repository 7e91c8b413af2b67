"""The meaning of every operator, over all combinations of a few telling values."""

from __future__ import annotations

import itertools
import operator
from typing import Any

import numpy as np
import pytest

from preceptor.policy import Batch, Verdict
from preceptor.policy.run import Run
from preceptor.policy.values import Truth
from small_packs import SCHEMA, TODAY, case, pack_of, verdict, verdicts_of

LARGEST = 2**30
NUMBERS = (None, -LARGEST, -1, 0, 1, LARGEST)
COMPARISONS = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
KLEENE = {True: Verdict.PASS, False: Verdict.FAIL, None: Verdict.PENDING}


def both(left: bool | None, right: bool | None) -> bool | None:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def either(left: bool | None, right: bool | None) -> bool | None:
    if left is True or right is True:
        return True
    return None if left is None or right is None else False


@pytest.mark.parametrize("sign", COMPARISONS)
def test_a_comparison_is_known_exactly_when_both_sides_are(sign: str) -> None:
    pairs = list(itertools.product(NUMBERS, NUMBERS))
    wanted = [
        None if left is None or right is None else COMPARISONS[sign](left, right)
        for left, right in pairs
    ]
    found = verdicts_of(pack_of(f"n {sign} m"), [case(n=n, m=m) for n, m in pairs])
    assert found == [KLEENE[value] for value in wanted]


@pytest.mark.parametrize("sign", COMPARISONS)
@pytest.mark.parametrize("constant", [-LARGEST, -1, 0, 1, LARGEST])
def test_a_comparison_with_a_literal_reads_the_same_from_either_side(
    sign: str, constant: int
) -> None:
    records = [case(n=n) for n in NUMBERS]
    wanted = [KLEENE[None if n is None else COMPARISONS[sign](n, constant)] for n in NUMBERS]
    assert verdicts_of(pack_of(f"n {sign} {constant}"), records) == wanted
    turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(sign, sign)
    assert verdicts_of(pack_of(f"{constant} {turned} n"), records) == wanted


@pytest.mark.parametrize("sign", ["+", "-", "*"])
def test_arithmetic_is_exact_and_unknown_as_soon_as_one_side_is(sign: str) -> None:
    pairs = list(itertools.product(NUMBERS, NUMBERS))
    calculate = {"+": operator.add, "-": operator.sub, "*": operator.mul}[sign]
    batch = Batch.from_records(SCHEMA, "case", [case(n=n, m=m) for n, m in pairs], TODAY)
    node = pack_of(f"n {sign} m == 0").rules["r"].require.tree
    value = Run(batch).number(node.left)  # type: ignore[attr-defined]
    for place, (left, right) in enumerate(pairs):
        known = value.known is None or bool(value.known[place])
        assert known == (left is not None and right is not None)
        if left is not None and right is not None:
            exact = calculate(left, right)
            assert (int(value.low[place]), int(value.high[place])) == (exact, exact)


@pytest.mark.parametrize("sign", ["&&", "||"])
def test_and_and_or_are_those_of_kleene(sign: str) -> None:
    pairs = list(itertools.product((None, False, True), repeat=2))
    rule = both if sign == "&&" else either
    found = verdicts_of(pack_of(f"flag {sign} other"), [case(flag=a, other=b) for a, b in pairs])
    assert found == [KLEENE[rule(a, b)] for a, b in pairs]


def test_not_turns_true_and_false_and_leaves_unknown_open() -> None:
    records = [case(flag=value) for value in (None, False, True)]
    found = verdicts_of(pack_of("!flag"), records)
    assert found == [Verdict.PENDING, Verdict.PASS, Verdict.FAIL]
    assert verdicts_of(pack_of("!!flag"), records) == [Verdict.PENDING, Verdict.FAIL, Verdict.PASS]


@pytest.mark.parametrize(
    ("require", "wanted"),
    [
        ("true", Verdict.PASS),
        ("!true", Verdict.FAIL),
        ("!false", Verdict.PASS),
        ("true && flag", Verdict.PENDING),
        ("false && flag", Verdict.FAIL),
        ("true || flag", Verdict.PASS),
        ("!(true && false)", Verdict.PASS),
        ("!(1 > 2)", Verdict.PASS),
        ("1 in [1, 2]", Verdict.PASS),
        ("!(3 in [1, 2])", Verdict.PASS),
    ],
)
def test_a_constant_condition_holds_for_every_record(require: str, wanted: Verdict) -> None:
    assert verdicts_of(pack_of(require), [case(), case(), case(n=1)]) == [wanted] * 3


def test_equal_truth_values_compare_like_any_other() -> None:
    pairs = list(itertools.product((None, False, True), repeat=2))
    records = [case(flag=a, other=b) for a, b in pairs]
    for sign in ("==", "!="):
        wanted = [
            KLEENE[None if a is None or b is None else COMPARISONS[sign](a, b)] for a, b in pairs
        ]
        assert verdicts_of(pack_of(f"flag {sign} other"), records) == wanted


@pytest.mark.parametrize("grade", ["gold", "silver", "tin", None])
def test_an_enumeration_is_compared_by_name_and_has_no_other_relation(grade: str | None) -> None:
    for name in ("gold", "silver", "tin"):
        known = None if grade is None else grade == name
        assert verdict(f"grade == '{name}'", grade=grade) is KLEENE[known]
        opposite = None if known is None else not known
        assert verdict(f"'{name}' != grade", grade=grade) is KLEENE[opposite]
    among = None if grade is None else grade in ("gold", "tin")
    assert verdict("grade in ['tin', 'gold']", grade=grade) is KLEENE[among]


def test_a_number_among_options_is_found_or_not_or_unknown() -> None:
    wanted = {
        None: Verdict.PENDING,
        4: Verdict.FAIL,
        5: Verdict.PASS,
        6: Verdict.FAIL,
        7: Verdict.PASS,
    }
    for n, expected in wanted.items():
        assert verdict("n in [7, 5, 5]", n=n) is expected
    many = ", ".join(str(2 * place) for place in range(20))
    assert verdict(f"n in [{many}]", n=38) is Verdict.PASS
    assert verdict(f"n in [{many}]", n=37) is Verdict.FAIL


INTERVALS = [(low, high) for low in range(4) for high in range(low, 4)]


def possible_answers(sign: str, left: Any, right: Any) -> set[bool]:
    return {
        COMPARISONS[sign](a, b)
        for a in range(left[0], left[1] + 1)
        for b in range(right[0], right[1] + 1)
    }


@pytest.mark.parametrize("sign", COMPARISONS)
def test_a_comparison_of_intervals_is_known_when_all_their_values_agree(sign: str) -> None:
    pairs = list(itertools.product(INTERVALS, INTERVALS))
    records = [
        case(
            parts=[{"ok": True}] * a[0] + [{"ok": None}] * (a[1] - a[0]) + [{"ok": False}],
            marks=[{"seen": True}] * b[0] + [{"seen": None}] * (b[1] - b[0]),
        )
        for a, b in pairs
    ]
    found = verdicts_of(pack_of(f"fine {sign} seen"), records)
    for (left, right), given in zip(pairs, found, strict=True):
        answers = possible_answers(sign, left, right)
        wanted = KLEENE[answers.pop()] if len(answers) == 1 else Verdict.PENDING
        assert given is wanted, (left, right)


def test_an_interval_is_among_options_when_all_its_values_are() -> None:
    records = [
        case(parts=[{"ok": True}] * low + [{"ok": None}] * (high - low)) for low, high in INTERVALS
    ]
    for options in ([0], [1, 2], [0, 1, 2, 3], [2, 3], [0, 3]):
        found = verdicts_of(pack_of(f"fine in {options}"), records)
        for (low, high), given in zip(INTERVALS, found, strict=True):
            answers = {value in options for value in range(low, high + 1)}
            wanted = KLEENE[answers.pop()] if len(answers) == 1 else Verdict.PENDING
            assert given is wanted, (options, low, high)


@pytest.mark.parametrize("sign", ["+", "-", "*"])
def test_arithmetic_widens_intervals_to_all_that_can_come_out(sign: str) -> None:
    calculate = {"+": operator.add, "-": operator.sub, "*": operator.mul}[sign]
    pairs = list(itertools.product(INTERVALS, INTERVALS))
    records = [
        case(
            parts=[{"ok": True, "size": 1}] * a[0] + [{"ok": None, "size": 1}] * (a[1] - a[0]),
            marks=[{"seen": True}] * b[0] + [{"seen": None}] * (b[1] - b[0]),
        )
        for a, b in pairs
    ]
    node = pack_of(f"(total - 2) {sign} (seen - 1) == 0").rules["r"].require.tree
    value = Run(Batch.from_records(SCHEMA, "case", records, TODAY)).number(node.left)  # type: ignore[attr-defined]
    for place, (left, right) in enumerate(pairs):
        outcomes = [
            calculate(a - 2, b - 1)
            for a in range(left[0], left[1] + 1)
            for b in range(right[0], right[1] + 1)
        ]
        assert (int(value.low[place]), int(value.high[place])) == (min(outcomes), max(outcomes))


def test_unknown_is_never_certain_and_always_possible() -> None:
    batch = Batch.from_records(SCHEMA, "case", [case(n=None), case(n=3)], TODAY)
    value = Run(batch).value(pack_of("n == 3").rules["r"].require.tree)
    assert isinstance(value, Truth)
    assert np.array_equal(value.certain, [False, True])
    assert np.array_equal(value.possible, [True, True])
