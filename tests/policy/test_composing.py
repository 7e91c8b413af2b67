"""Overlays: what each table of an overlay does to its base, and what is refused."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preceptor.policy import (
    Batch,
    Content,
    Pack,
    PackError,
    Verdict,
    compose,
    evaluate,
    load_content,
    load_pack,
    load_pack_text,
    read_content,
)
from preceptor.policy.hashing import content_hash
from preceptor.policy.head import Extends
from small_overlays import BASE, BASE_TEXT, EXAMPLES, HEAD, OVERLAYS, overlaid
from small_packs import SCHEMA, TODAY, case, rule_text


def refused(text: str, base: Pack | None = BASE) -> PackError:
    with pytest.raises(PackError) as caught:
        load_pack_text(text, SCHEMA, "overlay.toml", base=base)
    return caught.value


def days_of(pack: Pack, name: str) -> list[tuple[str, Any]]:
    return [(str(step.since), step.value) for step in pack.parameters[name].steps]


def test_the_head_of_an_overlay_replaces_keys_and_keeps_the_others() -> None:
    found = overlaid('version = "2"\nid = "other/pack"\n')
    assert (found.id, found.version, found.title.en) == ("other/pack", "2", "Test")
    assert found.extends == Extends("test/small", "", "")
    assert found.content["pack"]["based_on"] == {
        "id": "test/small", "version": "1", "hash": BASE.hash,
    }  # fmt: skip
    assert found.hash != BASE.hash


def test_the_composed_whole_loads_alone_and_knows_what_it_was_made_of() -> None:
    found = overlaid('[param.least]\nunit = "month"\n')
    again = load_content(found.content, SCHEMA)
    assert again.hash == found.hash
    assert again.extends == Extends("test/small", "1", BASE.hash)
    assert BASE.extends is None


def test_an_overlay_keeps_the_hash_of_the_base_that_it_was_written_for() -> None:
    text = '[pack]\nextends = { id = "test/small", version = "0", hash = "abc" }\n'
    found = load_pack_text(text, SCHEMA, base=BASE)
    assert found.extends == Extends("test/small", "0", "abc")
    assert found.content["pack"]["based_on"]["hash"] == BASE.hash


def test_values_of_the_same_day_replace_and_others_are_added_in_their_order() -> None:
    found = overlaid(
        "[param.least]\nvalues = [\n"
        '{ from = 2026-01-01, value = 9, cite = "law" },\n'
        '{ from = 2020-01-01, value = 1, cite = "law" },\n'
        '{ from = 2021-06-01, value = 4, cite = "law" } ]\n'
    )
    assert days_of(found, "least") == [
        ("2020-01-01", 1), ("2021-06-01", 4), ("2023-01-01", 3), ("2026-01-01", 9),
    ]  # fmt: skip
    assert found.parameters["least"].title.en == "least"


def test_a_value_can_be_dropped_by_its_day() -> None:
    found = overlaid("[param.least]\nvalues = [{ from = 2023-01-01, drop = true }]\n")
    assert days_of(found, "least") == [("2020-01-01", 2)]


def test_a_parameter_can_be_added_changed_and_dropped() -> None:
    found = overlaid(
        '[param.extra]\ntitle = { zh = "另", en = "extra" }\ntype = "int"\nbind = "event"\n'
        'evidence = "S"\nvalues = [{ from = 2020-01-01, value = 1, cite = "law" }]\n'
        '[param.sizes]\ndrop = true\n[param.least]\nevidence = "R"\ndrop_keys = ["unit"]\n'
    )
    assert "extra" in found.parameters and "sizes" not in found.parameters
    assert found.parameters["least"].unit == "none"
    assert found.parameters["least"].steps[0].evidence == "R"


def test_a_fact_is_replaced_as_a_whole_added_or_dropped() -> None:
    found = overlaid(
        '[fact.case]\nreds = { count = "marks" }\nnew = { max = "parts.size" }\n'
        'late = { drop = true }\nsize = { drop_keys = ["unit"] }\n'
    )
    reds, size = found.facts["case"]["reds"], found.facts["case"]["size"]
    assert (reds.rows, reds.where, reds.title.en) == ("marks", None, "reds")
    assert "new" in found.facts["case"] and "late" not in found.facts["case"]
    assert (size.unit, size.title.en) == ("none", "parts")


def test_a_source_is_laid_over_key_by_key_down_to_its_clauses() -> None:
    found = overlaid(
        '[source.law]\nurl = "https://law.example"\ntitle.en = "New rules"\n'
        '[source.law.clause."2"]\ntitle = { zh = "第二条", en = "article 2" }\n'
    )
    law = found.sources["law"]
    assert (law.title.zh, law.title.en, law.url) == (
        "测试条例", "New rules", "https://law.example",
    )  # fmt: skip
    assert sorted(law.clauses) == ["1", "2"]
    gone = compose(BASE.content, {"source": {"law": {"clause": {"1": {"drop": True}}}}})
    assert gone["source"]["law"]["clause"] == {}


def test_a_base_record_of_the_examples_is_laid_over_key_by_key() -> None:
    base = load_pack_text(
        BASE_TEXT + "[example.case]\nrecord = { n = 3, m = 1 }\nrows.parts = { size = 1 }\n", SCHEMA
    )
    found = compose(base.content, {"example": {"case": {"record": {"m": 2, "drop_keys": ["n"]}}}})
    assert found["example"]["case"] == {"record": {"m": 2}, "rows": {"parts": {"size": 1}}}
    assert compose(base.content, {"example": {"case": {"drop": True}}})["example"] == {}


def test_a_rule_is_laid_over_by_its_id_in_its_place_and_new_ones_follow() -> None:
    found = overlaid(
        '[[rule]]\nid = "first"\nkind = "warn"\ndrop_keys = ["gate"]\n'
        + rule_text("true", id='"third"')
    )
    assert list(found.rules) == ["first", "second", "third"]
    first = found.rules["first"]
    assert (first.kind, first.gate, first.require.text) == ("warn", None, "n >= least")
    assert list(overlaid('[[rule]]\nid = "first"\ndrop = true\n').rules) == ["second"]


def test_examples_are_added_to_those_of_the_base_or_stand_anew() -> None:
    one = 'example = [{ verdict = "pass", record = { n = 7 } }]\n'
    added = overlaid(f'[[rule]]\nid = "first"\n{one}')
    found = [example.record.get("n") for example in added.rules["first"].examples]
    assert found == [9, 0, None, 7]
    anew = overlaid(f'[[rule]]\nid = "first"\nexamples_anew = true\n{one}')
    assert [example.record["n"] for example in anew.rules["first"].examples] == [7]
    none = overlaid('[[rule]]\nid = "first"\nexamples_anew = true\n')
    assert none.rules["first"].examples == ()
    assert "examples_anew" not in none.content["rule"][0]


def test_what_an_overlay_changes_decides_verdicts_and_leaves_the_base_as_it_was() -> None:
    found = overlaid(
        '[param.least]\nvalues = [{ from = 2024-01-01, value = 30, cite = "law 1" }]\nmax = 40\n'
    )
    before = copy.deepcopy(BASE.content)
    batch = Batch.from_records(SCHEMA, "case", [case(n=24, event_on=TODAY)], TODAY)
    assert evaluate(BASE, batch).verdict("first", 0) is Verdict.PASS
    assert evaluate(found, batch).verdict("first", 0) is Verdict.FAIL
    assert BASE.content == before


REFUSED = [
    ("[param.leest]\ndrop = true\n", "drop_unknown", "param leest"),
    ("[source.lawe]\ndrop = true\n", "drop_unknown", "source lawe"),
    ("[fact.case]\nsise = { drop = true }\n", "drop_unknown", "fact case.sise"),
    ("[example.case]\ndrop = true\n", "drop_unknown", "example case"),
    ('[[rule]]\nid = "frist"\ndrop = true\n', "drop_unknown", "rule frist"),
    ('[[rule]]\nid = "first"\ndrop_keys = ["wen"]\n', "drop_unknown", "rule first"),
    ('[[rule]]\nid = "new"\ndrop_keys = ["when"]\n', "drop_unknown", "rule new"),
    (
        "[param.least]\nvalues = [{ from = 2023-01-02, drop = true }]\n",
        "drop_unknown",
        "param least, values 1",
    ),
    (
        '[[replace]]\npack = "a"\nparam = "b"\ndrop = true\n',
        "drop_unknown",
        "replace a b",
    ),
    ('[param.least]\ndrop = true\nunit = "day"\n', "drop_alone", "param least"),
    ('[[rule]]\nid = "first"\ndrop = false\n', "drop_alone", "rule first"),
    ('[[rule]]\nid = "first"\ndrop = true\nkind = "warn"\n', "drop_alone", "rule first"),
    ('[[rule]]\nid = "first"\ndrop_keys = "gate"\n', "list_of_names_expected", "rule first"),
    ('[[rule]]\nid = "first"\nexamples_anew = 1\n', "not_a_bool", "rule first"),
    ('[[rule]]\nid = "first"\n[[rule]]\nid = "first"\n', "rule_twice", "rule first"),
    ('[[rule]]\nkind = "warn"\n', "key_absent", "rule 1"),
    ("[param]\nleast = 3\n", "table_expected", "param least"),
    ('[param.least]\nvalues = [{ from = "2023-01-01", value = 1 }]\n', "date_expected", "param least, values 1"),
    ("[param.sizes]\ndrop = true\n[rules]\n", "unknown_key", ""),
    ("rule = 3\n", "list_of_tables_expected", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "problem", "where"), REFUSED)
def test_an_overlay_that_does_not_fit_its_base_is_refused_at_its_place(
    text: str, problem: str, where: str
) -> None:
    fault = refused(text + HEAD if text.startswith("rule =") else HEAD + text)
    assert (fault.problem, fault.where, fault.file) == (problem, where, "overlay.toml")
    if where and problem != "table_expected" and not where.startswith("example"):
        assert fault.line is not None and fault.line >= 3


def test_a_wrong_name_to_drop_is_refused_with_the_one_that_was_meant() -> None:
    fault = refused(HEAD + '[[rule]]\nid = "frist"\ndrop = true\n')
    assert fault.text("en") == (
        "overlay.toml:4: rule frist: The base has no 'frist', so it cannot be removed. "
        "Did you mean 'first'?"
    )
    assert "您要写的是“first”吗" in fault.text("zh")


def test_what_still_uses_what_an_overlay_dropped_is_refused() -> None:
    fault = refused(HEAD + "[param.least]\ndrop = true\n")
    assert (fault.problem, fault.where) == ("unknown_name", "rule first, require")
    assert fault.file == "overlay.toml"


def test_an_overlay_without_its_base_is_refused() -> None:
    assert refused(HEAD, base=None).problem == "base_absent"
    assert "test/small" in str(refused(HEAD, base=None))
    with pytest.raises(PackError) as caught:
        load_content(read_content(HEAD), SCHEMA)
    assert caught.value.problem == "base_absent"


def test_another_base_than_the_one_named_is_refused() -> None:
    fault = refused('[pack]\nextends = { id = "test/other" }\n')
    assert (fault.problem, fault.line) == ("base_differs", 1)


def test_an_overlay_over_an_overlay_that_is_not_whole_is_refused() -> None:
    with pytest.raises(PackError) as caught:
        compose(read_content(HEAD), read_content(HEAD))
    assert caught.value.problem == "base_not_whole"


def test_a_composed_base_can_be_the_base_of_another() -> None:
    middle = overlaid('id = "test/middle"\n[param.least]\nunit = "month"\n')
    last = load_pack_text(
        '[pack]\nextends = { id = "test/middle" }\n[param.least]\nevidence = "R"\n',
        SCHEMA,
        base=middle,
    )
    assert (last.id, last.parameters["least"].unit) == ("test/middle", "month")
    assert last.content["pack"]["based_on"]["hash"] == middle.hash


def test_overlay_words_mean_nothing_in_a_whole_pack() -> None:
    text = BASE_TEXT + "[param.more]\ndrop = true\n"
    with pytest.raises(PackError) as caught:
        load_pack_text(text, SCHEMA)
    assert caught.value.problem == "unknown_key"


def test_a_strict_overlay_runs_the_examples_of_the_whole(tmp_path: Path) -> None:
    base = load_pack_text(
        BASE_TEXT.partition("[fact.case]")[0] + rule_text("n >= 3", example=EXAMPLES), SCHEMA
    )
    path = tmp_path / "overlay.toml"
    path.write_text(HEAD + '[[rule]]\nid = "r"\nrequire = "n >= 10"\n')
    with pytest.raises(PackError) as caught:
        load_pack(path, SCHEMA, strict=True, base=base)
    assert (caught.value.problem, caught.value.line) == ("example_differs", 4)


@settings(max_examples=200, deadline=None)
@given(OVERLAYS)
def test_laying_the_same_overlay_twice_changes_nothing_more(overlay: Content) -> None:
    base, patch = copy.deepcopy(BASE.content), copy.deepcopy(overlay)
    once = compose(base, overlay)
    assert (base, overlay) == (BASE.content, patch)
    twice = compose(once, overlay)
    once.get("pack", {}).pop("based_on", None)
    twice.get("pack", {}).pop("based_on", None)
    assert twice == once


@settings(max_examples=100, deadline=None)
@given(OVERLAYS)
def test_every_overlay_of_known_parts_gives_a_pack_that_loads(overlay: Content) -> None:
    whole = compose(BASE.content, overlay)
    assert load_content(whole, SCHEMA).hash == content_hash(whole)


def test_an_empty_overlay_gives_the_base() -> None:
    assert compose(BASE.content, {}) == BASE.content
    nothing: Content = {part: {} for part in ("pack", "source", "param", "fact", "example")}
    assert compose(BASE.content, nothing) == BASE.content


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.dates(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "pack",
                        "source",
                        "param",
                        "fact",
                        "example",
                        "replace",
                        "rule",
                        "id",
                        "drop",
                        "drop_keys",
                        "values",
                        "from",
                        "extends",
                        "case",
                        "first",
                        "least",
                        "law",
                        "examples_anew",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=15,
    ),
)
def test_whatever_is_laid_over_a_base_only_its_own_error_comes_out(content: Any) -> None:
    overlay = content if isinstance(content, dict) else {"param": content}
    try:
        load_content(compose(BASE.content, overlay), SCHEMA)
    except PackError as fault:
        assert fault.text("zh") and fault.text("en")


def test_text_that_is_no_toml_is_refused_with_its_line() -> None:
    assert refused(HEAD + "x = = 1\n").line == 3
