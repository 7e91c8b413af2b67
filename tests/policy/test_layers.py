"""Layers: a lower pack sets values of an upper one, stricter or as the upper one delegates."""

from __future__ import annotations

import hashlib
import itertools
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preceptor.policy import (
    LAYERS,
    Batch,
    Pack,
    PackError,
    Verdict,
    evaluate,
    explain,
    layered,
    load_pack_text,
    reference,
)
from preceptor.policy.layers import LAYER_TITLES, is_as_strict
from small_packs import FACTS, SCHEMA, case, rule_text

FAIL, PENDING, PASS = Verdict.FAIL, Verdict.PENDING, Verdict.PASS
START = date(2020, 1, 1)


def head(name: str, layer: str | None) -> str:
    return f"""
[pack]
id = "test/{name}"
version = "1"
title = {{ zh = "{name}", en = "{name}" }}
{f'layer = "{layer}"' if layer else ""}
[source.law]
title = {{ zh = "{name}条例", en = "{name} rules" }}
clause."1" = {{ title = {{ zh = "第一条", en = "article 1" }} }}
"""


def values(*steps: tuple[str, str]) -> str:
    inner = ", ".join(
        f'{{ from = {day}, value = {value}, cite = "law 1" }}' for day, value in steps
    )
    return f"values = [{inner}]\n"


def upper(
    *steps: tuple[str, str],
    stricter: str = '"higher"',
    delegates: str = "",
    kind: str = "int",
    bind: str = "event",
    require: str = "n >= least",
    layer: str = "statute",
    more: str = "",
) -> Pack:
    """A pack of one parameter ``least`` and one rule on it."""
    text = (
        head("upper", layer)
        + f"""
[param.least]
title = {{ zh = "最少", en = "least" }}
type = "{kind}"
unit = "person"
bind = "{bind}"
evidence = "A"
{f"stricter = {stricter}" if stricter else ""}
{f"delegates = {delegates}" if delegates else ""}
{more}
"""
    )
    steps = steps or (("2020-01-01", "5"),)
    return load_pack_text(text + values(*steps) + rule_text(require), SCHEMA, "upper.toml")


def lower(
    *steps: tuple[str, str],
    layer: str | None = "university",
    name: str = "lower",
    pack: str = "test/upper",
    param: str = "least",
) -> Pack:
    """A pack that only replaces a parameter of another."""
    text = head(name, layer) + (
        f'[[replace]]\npack = "{pack}"\nparam = "{param}"\nevidence = "S"\n'
    )
    return load_pack_text(text + values(*steps), SCHEMA, f"{name}.toml", strict=True)


def refused(*packs: Pack) -> PackError:
    with pytest.raises(PackError) as caught:
        layered(packs)
    return caught.value


def verdicts(pack: Pack, records: list[dict[str, Any]], on: date = START) -> list[Verdict]:
    """The verdicts of the evaluator, after holding it to the reference."""
    batch = Batch.from_records(SCHEMA, "case", records, on)
    result = evaluate(pack, batch)
    found = [result.verdict("r", place) for place in range(len(records))]
    for place, record in enumerate(records):
        expected = reference.evaluate(pack, SCHEMA, "case", record, on)["r"]
        assert (found[place], result.missing("r", place)) == expected
    return found


NUMBERS = list(itertools.product(range(3), repeat=2))


@pytest.mark.parametrize(("above", "below"), NUMBERS)
@pytest.mark.parametrize(
    ("stricter", "holds"),
    [
        ("higher", lambda above, below: below >= above),
        ("lower", lambda above, below: below <= above),
    ],
)
def test_a_number_may_move_in_its_strict_direction_only(
    stricter: str, holds: Any, above: int, below: int
) -> None:
    for bind in ("event", "cohort"):
        packs = (
            upper(("2020-01-01", str(above)), stricter=f'"{stricter}"', bind=bind),
            lower(("2020-01-01", str(below))),
        )
        if holds(above, below):
            assert layered(packs)[0].parameters["least"].steps[-1].value == below
        else:
            assert refused(*packs).problem == "looser"


SETS = [set(items) for size in (1, 2, 3) for items in itertools.combinations(("3", "5", "7"), size)]


@pytest.mark.parametrize("above", SETS)
@pytest.mark.parametrize("below", SETS)
def test_a_list_may_only_lose_options(above: set[str], below: set[str]) -> None:
    packs = (
        upper(
            ("2020-01-01", f"[{', '.join(sorted(above))}]"),
            stricter='"fewer"', kind="list(int)", require="n in least",
        ),
        lower(("2020-01-01", f"[{', '.join(sorted(below, reverse=True))}]")),
    )  # fmt: skip
    if below <= above:
        found = layered(packs)[0]
        answers = verdicts(found, [case(n=n, event_on=START) for n in (3, 5, 7)])
        assert answers == [PASS if str(n) in below else FAIL for n in (3, 5, 7)]
    else:
        assert refused(*packs).problem == "looser"


MAPS = list(itertools.product(range(2), repeat=3))


@pytest.mark.parametrize("stricter", ["higher", "lower"])
def test_a_map_is_compared_entry_by_entry(stricter: str) -> None:
    for above, below in itertools.product(MAPS, repeat=2):
        entries = [
            "{{ gold = {}, silver = {}, tin = {} }}".format(*three) for three in (above, below)
        ]
        packs = (
            upper(
                ("2020-01-01", entries[0]), stricter=f'"{stricter}"',
                kind="map(grade, int)", require="n >= least[grade]",
            ),
            lower(("2020-01-01", entries[1])),
        )  # fmt: skip
        signs = [
            b - a if stricter == "higher" else a - b for a, b in zip(above, below, strict=True)
        ]
        if min(signs) >= 0:
            assert layered(packs)[0].parameters["least"].steps[0].value == below
        else:
            assert refused(*packs).problem == "looser"


def test_a_date_and_a_decimal_have_a_strict_direction_too() -> None:
    dated = upper(
        ("2020-01-01", "2023-06-30"), stricter='"lower"', kind="date", require="begun_on <= least"
    )
    assert layered((dated, lower(("2020-01-01", "2023-05-31"))))
    assert refused(dated, lower(("2020-01-01", "2023-07-01"))).problem == "looser"
    ratio = upper(("2020-01-01", '"0.30"'), stricter='"lower"', kind="dec(2)", require="y <= least")
    found = layered((ratio, lower(("2020-01-01", '"0.25"'))))[0]
    assert verdicts(found, [case(y=y, event_on=START) for y in ("0.25", "0.2501")]) == [PASS, FAIL]
    assert "0.31" in refused(ratio, lower(("2020-01-01", '"0.31"'))).text("zh")


@pytest.mark.parametrize(
    ("kind", "value", "stricter"),
    [
        ("bool", "true", "higher"),
        ("grade", '"gold"', "lower"),
        ("list(int)", "[1]", "higher"),
        ("int", "1", "fewer"),
        ("map(grade, bool)", "{ gold = true, silver = true, tin = true }", "higher"),
    ],
)
def test_a_direction_that_does_not_suit_the_type_is_refused(
    kind: str, value: str, stricter: str
) -> None:
    with pytest.raises(PackError) as caught:
        upper(("2020-01-01", value), kind=kind, stricter=f'"{stricter}"', require="true")
    assert (caught.value.problem, caught.value.where) == ("stricter_unfit", "param least")


DAYS = ["2020-01-01", "2022-01-01", "2024-01-01"]


@pytest.mark.parametrize("bind", ["event", "cohort"])
def test_strictness_is_checked_on_every_day_on_which_either_value_changes(bind: str) -> None:
    """All upper and lower courses of three days and three values, against a look at each day."""
    courses: list[list[int | None]] = [
        list(course)
        for course in itertools.product((None, 1, 2, 3), repeat=3)
        if any(course) and course[0] != 2
    ]
    made = {"upper": 0, "refused": 0}
    for above in courses[::2]:
        steps = [(day, str(value)) for day, value in zip(DAYS, above, strict=True) if value]
        pack = upper(*steps, bind=bind)
        for below in courses[1::5]:
            mine = [(day, str(value)) for day, value in zip(DAYS, below, strict=True) if value]
            fits = all(
                up is None or low is None or low >= up
                for up, low in zip(held(above), held(below), strict=True)
            )
            try:
                found = layered((pack, lower(*mine)))[0]
            except PackError as fault:
                assert fault.problem == "looser" and not fits
                made["refused"] += 1
                continue
            assert fits, (above, below)
            made["upper"] += 1
            expected = [
                low if low is not None else up
                for up, low in zip(held(above), held(below), strict=True)
            ]
            assert seen(found) == expected
    assert min(made.values()) > 50


def held(course: list[int | None]) -> list[int | None]:
    """What holds on each of the days."""
    found: list[int | None] = []
    for value in course:
        found.append(value if value is not None else found[-1] if found else None)
    return found


def seen(pack: Pack) -> list[int | None]:
    steps = [pack.parameters["least"].step_on(day) for day in map(day_number_of, DAYS)]
    return [None if step is None else int(str(step.value)) for step in steps]


def day_number_of(day: str) -> int:
    return date.fromisoformat(day).toordinal() - date(1970, 1, 1).toordinal()


def test_the_message_of_a_looser_value_says_day_values_pack_and_file() -> None:
    fault = refused(upper(("2020-01-01", "5"), ("2025-06-01", "7")), lower(("2021-01-01", "6")))
    assert fault.text("en") == (
        "lower.toml: replace test/upper least: From 2025-06-01 it is 6, looser than 7 of "
        "'test/upper'. A lower layer may only be stricter (higher)."
    )
    assert "自 2025-06-01 起为 6，宽于“test/upper”规定的 7" in fault.text("zh")


def test_a_value_unknown_above_may_be_set_below() -> None:
    packs = upper(("2023-01-01", "5")), lower(("2020-01-01", "1"), ("2023-01-01", "5"))
    records = [case(n=1, event_on=date(year, 6, 1)) for year in (2019, 2020, 2023)]
    assert verdicts(packs[0], records) == [PENDING, PENDING, FAIL]
    assert verdicts(layered(packs)[0], records) == [PENDING, PASS, FAIL]


def test_values_hold_from_the_first_day_of_the_replacement_and_not_before() -> None:
    packs = upper(("2020-01-01", "5")), lower(("2023-01-01", "7"))
    found, itself = layered(packs)
    records = [
        case(n=n, event_on=day)
        for day in (date(2022, 12, 31), date(2023, 1, 1)) for n in (4, 5, 6, 7)
    ]  # fmt: skip
    assert verdicts(found, records) == [FAIL, PASS, PASS, PASS, FAIL, FAIL, FAIL, PASS]
    assert itself is packs[1]
    steps = found.parameters["least"].steps
    assert [(step.layer, step.pack) for step in steps] == [
        ("statute", "test/upper"), ("university", "test/lower"),
    ]  # fmt: skip
    assert [step.citation.text("en") for step in steps] == [
        "upper rules, article 1", "lower rules, article 1",
    ]  # fmt: skip


def test_a_parameter_that_says_nothing_cannot_be_replaced() -> None:
    fault = refused(upper(stricter=""), lower(("2020-01-01", "9")))
    assert fault.problem == "not_replaceable"


def test_a_layer_to_which_the_upper_one_delegates_may_set_any_value() -> None:
    above = upper(delegates='["university", "programme"]')
    found = layered((above, lower(("2020-01-01", "1"))))[0]
    assert found.parameters["least"].steps[-1].value == 1
    assert above.parameters["least"].delegates == ("university", "programme")
    assert refused(above, lower(("2020-01-01", "1"), layer="unit")).problem == "looser"
    free = upper(stricter="", delegates='["university"]')
    assert layered((free, lower(("2020-01-01", "1"))))
    assert refused(free, lower(("2020-01-01", "9"), layer="unit")).problem == "not_replaceable"


@pytest.mark.parametrize("delegates", ['["hospital"]', '["statute"]', "[3]", '"unit"'])
def test_only_layers_below_can_be_delegated_to(delegates: str) -> None:
    with pytest.raises(PackError) as caught:
        upper(delegates=delegates)
    assert caught.value.problem in ("unknown_choice", "list_of_names_expected")


@pytest.mark.parametrize(
    ("above", "below"), list(itertools.product(LAYERS, repeat=2)), ids="-".join
)
def test_only_a_lower_layer_may_replace(above: str, below: str) -> None:
    packs = upper(layer=above), lower(("2020-01-01", "9"), layer=below)
    if LAYERS.index(below) > LAYERS.index(above):
        assert layered(packs)[0].parameters["least"].steps[-1].layer == below
        assert layered(packs[::-1])[1].hash == layered(packs)[0].hash
    else:
        assert refused(*packs).problem == "replaced_from_above"


def test_a_pack_is_of_the_university_when_it_does_not_say() -> None:
    assert lower(("2020-01-01", "9"), layer=None).layer == "university"
    with pytest.raises(PackError) as caught:
        lower(("2020-01-01", "9"), layer="college")
    assert caught.value.problem == "unknown_choice"


def test_of_two_lower_packs_the_lowest_wins_and_is_stricter_than_the_one_between() -> None:
    above = upper()
    between = lower(("2020-01-01", "7"), name="between")
    packs = (above, lower(("2021-01-01", "9"), layer="unit"), between)
    found = layered(packs)[0]
    assert [(step.value, step.pack) for step in found.parameters["least"].steps] == [
        (7, "test/between"), (9, "test/lower"),
    ]  # fmt: skip
    fault = refused(above, lower(("2021-01-01", "6"), layer="unit"), between)
    assert (fault.problem, fault.file) == ("looser", "lower.toml")
    assert "7 of 'test/between'" in str(fault)


def test_two_packs_of_one_layer_may_not_set_the_same_value() -> None:
    fault = refused(
        upper(), lower(("2020-01-01", "7"), name="one"), lower(("2020-01-01", "8"), name="two")
    )
    assert (fault.problem, fault.file) == ("replaced_twice", "two.toml")


@pytest.mark.parametrize(
    ("keys", "problem", "hint"),
    [
        ({"pack": "test/uper"}, "replaced_pack_absent", "test/upper"),
        ({"param": "leest"}, "replaced_parameter_absent", "least"),
    ],
)
def test_an_unknown_pack_or_parameter_is_refused_with_the_one_meant(
    keys: dict[str, str], problem: str, hint: str
) -> None:
    fault = refused(upper(), lower(("2020-01-01", "9"), **keys))
    assert fault.problem == problem
    assert f"Did you mean '{hint}'?" in str(fault)


def test_a_pack_known_to_be_not_in_force_is_passed_over() -> None:
    alone = lower(("2020-01-01", "9"))
    assert refused(alone).problem == "replaced_pack_absent"
    assert layered((alone,), absent=("test/upper",)) == (alone,)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("true", "not_a_number"), ('"many"', "not_a_number"), ("[5]", "not_a_number"),
        ("16", "out_of_bounds"), ("5.5", "too_many_places"),
    ],
)  # fmt: skip
def test_a_value_that_is_not_of_the_type_is_refused_where_it_stands(
    value: str, problem: str
) -> None:
    fault = refused(upper(more="min = 1\nmax = 15"), lower(("2020-01-01", value)))
    assert (fault.problem, fault.where, fault.file) == (
        problem, "replace test/upper least", "lower.toml",
    )  # fmt: skip


def test_bounds_that_the_upper_pack_does_not_declare_widen() -> None:
    found = layered((upper(), lower(("2020-01-01", "9"))))[0]
    kind = found.parameters["least"].type
    assert (kind.low, kind.high) == (5, 9)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('param = "x"\n', "key_absent"),
        ('pack = "a"\nparam = "x"\nvalues = []\n', "no_values"),
        ('pack = "a"\nparam = "x"\nunit = "day"\n', "unknown_key"),
        ('pack = "a"\nparam = "x"\nvalues = [{ from = 2020-01-01, value = 1 }]\n', "key_absent"),
        (
            'pack = "a"\nparam = "x"\nevidence = "S"\n'
            + values(("2021-01-01", "1"), ("2020-01-01", "1")),
            "values_out_of_order",
        ),
    ],
)
def test_a_wrong_replacement_is_refused_when_its_own_pack_is_loaded(
    text: str, problem: str
) -> None:
    with pytest.raises(PackError) as caught:
        load_pack_text(head("lower", "unit") + "[[replace]]\n" + text, SCHEMA)
    assert caught.value.problem == problem
    assert caught.value.line is not None


def test_one_parameter_is_replaced_once_in_a_pack() -> None:
    one = '[[replace]]\npack = "a"\nparam = "x"\nevidence = "S"\n' + values(("2020-01-01", "1"))
    with pytest.raises(PackError) as caught:
        load_pack_text(head("lower", "unit") + one + one, SCHEMA)
    assert caught.value.problem == "replaced_twice"


def test_the_hash_of_a_pack_that_nothing_replaced_is_its_own() -> None:
    packs = upper(), load_pack_text(head("lower", "unit"), SCHEMA)
    assert layered(packs) == packs
    assert packs[0].parts == ()


def test_the_hash_of_a_layered_pack_is_made_of_all_its_parts() -> None:
    packs = upper(), lower(("2020-01-01", "7")), lower(("2021-01-01", "8"), layer="unit", name="b")
    found = layered(packs)[0]
    assert found.parts == tuple(pack.hash for pack in packs)
    assert found.hash == hashlib.sha256("\n".join(found.parts).encode()).hexdigest()
    assert found.content == packs[0].content
    assert layered(packs[:2])[0].hash not in (found.hash, packs[0].hash)


def test_layering_again_starts_from_the_packs_themselves() -> None:
    packs = upper(), lower(("2020-01-01", "7"))
    once = layered(packs)
    assert layered(once)[0].hash == once[0].hash
    assert layered(once[:1])[0].hash == packs[0].hash
    assert layered(once[:1])[0].parameters["least"].steps[0].value == 5


def test_a_replaced_value_reaches_the_where_of_a_fact_as_well() -> None:
    text = (
        head("upper", "statute")
        + """
[param.cohort_least]
title = { zh = "最少", en = "least" }
type = "int"
bind = "cohort"
evidence = "A"
stricter = "higher"
"""
    )
    above = load_pack_text(
        text + values(("2018-01-01", "1")) + FACTS + rule_text("late >= 1"), SCHEMA
    )
    below = lower(("2019-01-01", "3"), param="cohort_least")
    parts = [{"size": 2, "day": date(2024, 1, 2)}]
    records = [
        case(parts=parts, begun_on=date(2024, 1, 1), cohort_on=date(year, 9, 1))
        for year in (2018, 2019)
    ]
    assert verdicts(above, records) == [PASS, PASS]
    assert verdicts(layered((above, below))[0], records) == [PASS, FAIL]


def test_an_explanation_names_the_layer_and_the_citation_of_the_value_that_decided() -> None:
    found = layered((upper(("2020-01-01", "5")), lower(("2023-01-01", "7"))))[0]
    batch = Batch.from_records(
        SCHEMA, "case",
        [case(n=6, event_on=date(2022, 1, 1)), case(n=6, event_on=date(2023, 1, 1)),
         case(n=6, event_on=date(2019, 1, 1))], START,
    )  # fmt: skip
    before, after, never = (explain(found, batch, place, "en")[0] for place in range(3))
    assert (after.layer, after.pack, after.verdict) == ("statute", "test/upper", FAIL)
    assert before.decided_by is not None and after.decided_by is not None
    assert (before.decided_by.layer, before.decided_by.pack) == ("statute", "test/upper")
    assert (after.decided_by.layer, after.decided_by.pack) == ("university", "test/lower")
    assert after.decided_by.citation == "lower rules, article 1"
    assert (after.decided_by.value, after.decided_by.since) == ("7", date(2023, 1, 1))
    assert after.text.endswith("upper rules, article 1; university: lower rules, article 1.")
    assert "lower rules" not in before.text
    chinese = explain(found, batch, 1, "zh")[0].text
    assert chinese.endswith("upper条例第一条；学校规定：lower条例第一条。")
    assert never.decided_by is not None and never.decided_by.layer is None


def test_of_several_values_the_one_in_the_failing_part_decided() -> None:
    text = head("upper", "statute")
    for name in ("least", "other_least"):
        text += f"""
[param.{name}]
title = {{ zh = "{name}", en = "{name}" }}
type = "int"
bind = "event"
evidence = "A"
stricter = "higher"
""" + values(("2020-01-01", "5"))
    rule = rule_text("n >= least && m >= other_least")
    above = load_pack_text(text + rule, SCHEMA)
    found = layered((above, lower(("2020-01-01", "6"))))[0]
    batch = Batch.from_records(
        SCHEMA, "case",
        [case(n=9, m=1, event_on=START), case(n=5, m=9, event_on=START),
         case(n=9, m=9, event_on=START)], START,
    )  # fmt: skip
    deciding = [explain(found, batch, place, "en")[0].decided_by for place in range(3)]
    assert [use.name for use in deciding if use] == ["other_least", "least", "least"]
    bare = load_pack_text(head("bare", "unit") + rule_text("n > 1"), SCHEMA)
    assert explain(bare, batch, 0, "en")[0].decided_by is None


def test_every_layer_is_named_in_both_languages() -> None:
    assert list(LAYER_TITLES) == list(LAYERS)
    assert len({title.en for title in LAYER_TITLES.values()}) == len(LAYERS)


def test_equal_values_are_as_strict() -> None:
    assert is_as_strict("higher", 3, 3) and is_as_strict("lower", 3, 3)
    assert is_as_strict("fewer", (3, 5), (5, 3))


STEPS = st.dictionaries(st.sampled_from(DAYS), st.integers(1, 6).map(str), min_size=1)
RECORDS = st.lists(
    st.builds(
        lambda n, m, event, cohort: case(n=n, m=m, event_on=event, cohort_on=cohort),
        st.none() | st.integers(0, 7),
        st.none() | st.integers(0, 7),
        *[st.none() | st.dates(date(2019, 1, 1), date(2025, 1, 1))] * 2,
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=150, deadline=None)
@given(STEPS, STEPS, STEPS, st.sampled_from(["event", "cohort"]), RECORDS)
def test_layered_packs_judge_in_columns_as_the_reference_does(
    above: dict[str, str],
    between: dict[str, str],
    below: dict[str, str],
    bind: str,
    records: list[dict[str, Any]],
) -> None:
    packs = (
        upper(
            *sorted(above.items()), bind=bind, delegates='["university", "unit"]',
            require="n >= least || m == least",
        ),
        lower(*sorted(between.items()), name="between"),
        lower(*sorted(below.items()), layer="unit"),
    )  # fmt: skip
    found = layered(packs)[0]
    verdicts(found, records)
    since = [step.since for step in found.parameters["least"].steps]
    assert since == sorted(set(since))
