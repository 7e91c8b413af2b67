"""Every form of a draft takes one step; the least overlay says exactly what they changed together."""

from __future__ import annotations

import copy
import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preceptor.base.errors import InputRefused
from preceptor.policy.composing import compose
from preceptor.policy.hashing import content_hash
from preceptor.policy.loading import read_content
from preceptor.policy.writing import write_pack
from preceptor.standing.editing.changes import (
    ClauseChange,
    ConditionChange,
    DatedValue,
    EquivalentMark,
    ExampleAddition,
    ExampleRemoval,
    FactChange,
    FilterChange,
    HeadChange,
    Pair,
    ParameterChange,
    Removal,
    RuleChange,
    SourceChange,
    Undoing,
    UsualRecord,
    ValueChange,
    ValueRemoval,
)
from preceptor.standing.editing.changes.example import print_of
from preceptor.standing.editing.desk import pruned
from preceptor.standing.editing.overlaying import overlay_between
from preceptor.standing.packs import find

DAY = datetime.date
PACK = "yunting/clinical-doctorate"
THIRTY = DatedValue(DAY(2024, 9, 1), 30, "report2023 四(五)", "S")
HEAD = {"extends": {"id": PACK}}


@pytest.fixture(scope="module")
def base() -> dict[str, Any]:
    return find(PACK).content


def changed(base: dict[str, Any], *changes: Any) -> dict[str, Any]:
    content = copy.deepcopy(base)
    for change in changes:
        change.apply(content)
    return pruned(content)


def laid(base: dict[str, Any], overlay: dict[str, Any]) -> dict[str, Any]:
    """What comes of the overlay after it was written as text and read again."""
    text = write_pack(overlay)
    return compose(base, read_content(text))


def test_another_value_leaves_an_overlay_of_that_value_alone(base: dict[str, Any]) -> None:
    overlay = overlay_between(base, changed(base, ValueChange("clinical_months", THIRTY)))
    assert overlay == {"param": {"clinical_months": {"values": [THIRTY.content()]}}}


def test_a_value_of_the_same_day_is_replaced_and_another_day_is_put_in_order(
    base: dict[str, Any],
) -> None:
    early = DatedValue(DAY(2010, 9, 1), 18, "report2023 四(五)", "R")
    again = DatedValue(DAY(2024, 9, 1), 36, "report2023 四(五)", "S")
    content = changed(
        base, ValueChange("clinical_months", THIRTY), ValueChange("clinical_months", early),
        ValueChange("clinical_months", again),
    )  # fmt: skip
    values = content["param"]["clinical_months"]["values"]
    assert [value["value"] for value in values] == [18, 24, 36]


def test_the_last_value_of_a_parameter_cannot_be_removed(base: dict[str, Any]) -> None:
    since = base["param"]["clinical_months"]["values"][0]["from"]
    with pytest.raises(InputRefused):
        changed(base, ValueRemoval("clinical_months", since))
    with pytest.raises(InputRefused):
        changed(base, ValueRemoval("clinical_months", DAY(1999, 1, 1)))


def test_what_was_changed_and_taken_back_leaves_no_overlay(base: dict[str, Any]) -> None:
    content = changed(
        base, ValueChange("clinical_months", THIRTY), ConditionChange("panel.defence.size", "require", "size == 5"),
        Removal("fact panel.size"), Removal("rule training.clinical"),
        Undoing("param clinical_months", base), Undoing("rule panel.defence.size", base),
        Undoing("fact panel.size", base), Undoing("rule training.clinical", base),
    )  # fmt: skip
    assert overlay_between(base, content) == {}


def test_a_name_that_conditions_could_not_use_is_refused(base: dict[str, Any]) -> None:
    for name in ("", "Größe", "two words", "today", "in", "9lives", "a" * 61):
        with pytest.raises(InputRefused):
            changed(
                base,
                ParameterChange(
                    name, Pair("甲", "A"), "month", type="int", bind="event", first=THIRTY
                ),
            )


def test_a_name_that_is_given_away_is_refused(base: dict[str, Any]) -> None:
    fact = FactChange(
        "panel", "size", "count", "members", "", "person", Pair("甲", "A"), is_new=True
    )
    named_as_parameter = FactChange(
        "panel", "proposal_min", "count", "members", "", "person", Pair("甲", "A"), is_new=True
    )
    rule = RuleChange(
        "training.clinical",
        "block",
        Pair("甲", "A"),
        Pair("乙", "B"),
        "local",
        "R",
        subject="panel",
        is_new=True,
    )
    source = SourceChange("local", Pair("甲", "A"), None, None, "", is_new=True)
    for change in (
        fact,
        named_as_parameter,
        rule,
        source,
        ClauseChange("report2023", Pair("四(五)", "4(5)")),
    ):
        with pytest.raises(InputRefused):
            changed(base, change)


def test_a_change_of_what_is_not_there_is_refused_in_words(base: dict[str, Any]) -> None:
    for change in (
        ValueChange("nothing", THIRTY), ConditionChange("no.rule", "when", "true"),
        Removal("rule no.rule"), Removal("fact panel.nothing"), FilterChange("panel", "nothing", ""),
        Removal("secrets of the house"), Undoing("rule no.rule", base), ExampleRemoval("training.clinical", "no such"),
        ClauseChange("nothing", Pair("一", "1")),
    ):  # fmt: skip
        with pytest.raises(InputRefused):
            changed(base, change)


def test_characters_that_no_database_takes_are_refused(base: dict[str, Any]) -> None:
    for text in ("size > 1\x00", "\ud800", "a\x07", "\ufffe"):
        with pytest.raises(InputRefused):
            changed(base, ConditionChange("training.clinical", "require", text))
        with pytest.raises(InputRefused):
            changed(base, HeadChange(Pair(text, "x"), "1", "university"))


def test_another_condition_takes_away_the_marks_of_the_former_one(base: dict[str, Any]) -> None:
    content = changed(
        base, EquivalentMark("training.clinical", "require: clinical > 3"),
        ConditionChange("training.clinical", "require", "clinical >= clinical_months"),
    )  # fmt: skip
    rule = next(rule for rule in content["rule"] if rule["id"] == "training.clinical")
    assert "equivalent" not in rule


def test_an_example_is_recognised_by_what_it_says_and_never_written_twice(
    base: dict[str, Any],
) -> None:
    addition = ExampleAddition("training.clinical", "fail", {"training": [{"repeat": 3}]})
    content = changed(base, addition)
    with pytest.raises(InputRefused):
        changed(content, addition)
    written = {"verdict": "fail", "record": {"training": [{"repeat": 3}]}}
    gone = changed(content, ExampleRemoval("training.clinical", print_of(written)))
    assert overlay_between(base, gone) == {}


CITES = st.sampled_from(["report2023 四(五)", "local"])
TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"),
    min_size=1, max_size=12,
).filter(str.strip)  # fmt: skip
PAIR = st.builds(Pair, TEXT, TEXT)
DAYS = st.dates(DAY(1990, 1, 1), DAY(2040, 1, 1))
VALUES = st.builds(
    DatedValue, DAYS, st.one_of(st.integers(0, 60), st.decimals(0, 1, places=4).map(str)), CITES,
    st.sampled_from("ABSCDR"), st.sampled_from(["", "R"]),
)  # fmt: skip
PARAMETERS = st.sampled_from(["clinical_months", "chief_months", "similarity_max", "fresh"])
RULES = st.sampled_from(
    ["training.clinical", "panel.defence.size", "panel.defence.rank", "fresh.rule"]
)
CHANGES = st.one_of(
    st.builds(ValueChange, PARAMETERS, VALUES),
    st.builds(ValueRemoval, PARAMETERS, st.sampled_from([DAY(2015, 9, 1), DAY(2000, 1, 1)])),
    st.builds(
        ParameterChange, PARAMETERS, PAIR, st.sampled_from(["month", "none"]), st.one_of(st.none(), st.just(1)),
        st.one_of(st.none(), st.just(99)), st.sampled_from(["", "higher"]), st.just("int"),
        st.just("event"), st.one_of(st.none(), VALUES),
    ),
    st.builds(ConditionChange, RULES, st.sampled_from(["require", "when"]), TEXT),
    st.builds(
        RuleChange, RULES, st.sampled_from(["block", "warn"]), PAIR, PAIR, CITES, st.just("R"),
        st.one_of(st.none(), PAIR), st.sampled_from(["", "defence"]), st.just("event"),
        st.one_of(st.none(), DAYS), st.none(), st.just("panel"), st.booleans(),
    ),
    st.builds(
        FactChange, st.just("panel"), st.sampled_from(["size", "fresh_fact"]), st.just("count"),
        st.just("members"), st.just(""), st.just("person"), PAIR, st.one_of(st.none(), TEXT), st.booleans(),
    ),
    st.builds(SourceChange, st.sampled_from(["local", "fresh_source"]), PAIR, st.one_of(st.none(), PAIR), st.one_of(st.none(), DAYS), st.just(""), st.booleans()),
    st.builds(ClauseChange, st.sampled_from(["local", "report2023"]), PAIR, TEXT),
    st.builds(
        ExampleAddition, RULES, st.sampled_from(["pass", "fail"]),
        st.fixed_dictionaries({"training": st.lists(st.fixed_dictionaries({"repeat": st.integers(2, 40)}), max_size=2)}),
        st.one_of(st.none(), PAIR),
    ),
    st.builds(UsualRecord, st.sampled_from(["panel", "committee"]), st.just({"stage": "defence"}), st.just({})),
    st.builds(HeadChange, PAIR, TEXT, st.sampled_from(["university", "unit"])),
    st.builds(Removal, st.sampled_from(["param grant_month", "fact panel.size", "rule panel.defence.size", "source local", "example panel"])),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(CHANGES, max_size=8))
def test_the_overlay_laid_over_its_base_is_the_content_that_was_written(changes: list[Any]) -> None:
    base = find(PACK).content
    content = copy.deepcopy(base)
    for change in changes:
        before = copy.deepcopy(content)
        try:
            change.apply(content)
        except InputRefused:
            content = before
    overlay = overlay_between(base, pruned(content))
    found = laid(base, overlay | {"pack": {**overlay.get("pack", {}), **HEAD}})
    found["pack"].pop("based_on")
    assert content_hash(_sorted_rules(found)) == content_hash(_sorted_rules(pruned(content)))
    # Written again, the overlay does not grow.
    assert overlay_between(base, found) == overlay_between(base, pruned(content))


def test_a_rule_removed_and_written_anew_without_examples_has_none_through_an_overlay(
    base: dict[str, Any],
) -> None:
    named = "panel.defence.size"
    text = Pair("人数", "size")
    again = RuleChange(
        named, "block", text, text, "report2023 四(四)2", "R", None, "", "event", None, None, "panel",
        True,
    )  # fmt: skip
    content = changed(base, Removal(f"rule {named}"), again)
    found = laid(base, overlay_between(base, content) | {"pack": HEAD})
    (rule,) = [rule for rule in found["rule"] if rule["id"] == named]
    assert "example" not in rule
    assert _sorted_rules(found)["rule"] == _sorted_rules(content)["rule"]


def _sorted_rules(content: dict[str, Any]) -> dict[str, Any]:
    """An overlay keeps the order of its base; a rule that was removed and put back stands there."""
    return content | {"rule": sorted(content["rule"], key=lambda rule: str(rule["id"]))}


def test_decimals_keep_their_places_through_an_overlay(base: dict[str, Any]) -> None:
    value = DatedValue(DAY(2025, 1, 1), Decimal("0.30"), "local", "R")
    overlay = overlay_between(base, changed(base, ValueChange("similarity_max", value)))
    assert str(laid(base, overlay)["param"]["similarity_max"]["values"][-1]["value"]) == "0.30"
