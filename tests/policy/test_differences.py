"""What one pack changes of another, in sentences that an officer can read."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings

from preceptor.policy import Content, Pack, compose, load_content, load_pack_text
from preceptor.policy.differences import PART_TITLES, Difference, differences, part_title
from preceptor.policy.hashing import content_hash
from small_overlays import BASE, BASE_TEXT, OVERLAYS, overlaid
from small_packs import SCHEMA, pack_text, rule_text


def only(text: str, base: Pack = BASE) -> Difference:
    found = differences(base, overlaid(text, base))
    assert len(found) == 1, found
    return found[0]


def key_of(one: Difference) -> tuple[str, str, str, str]:
    return one.kind, one.name, one.part, one.change


VALUE = "[param.least]\nvalues = [{{ from = {}, {} }}]\n"


@pytest.mark.parametrize(
    ("text", "key", "before", "after", "english", "chinese"),
    [
        (
            VALUE.format("2023-01-01", 'value = 4, cite = "law 1"'),
            ("param", "least", "value 2023-01-01", "changed"), "3 人 / 3 people", "4 人 / 4 people",
            "Parameter 'least': the value from 2023-01-01 was '3 people' and is now '4 people'.",
            "参数“最少”（least）：自 2023-01-01 起的取值由“3 人”改为“4 人”。",
        ),
        (
            VALUE.format("2026-01-01", 'value = 1, cite = "law 1"'),
            ("param", "least", "value 2026-01-01", "added"), "",
            "1 人，测试条例第一条 / 1 person, Test rules, article 1",
            "Parameter 'least': the value from 2026-01-01 is now '1 person, Test rules, article 1'.",
            "参数“最少”（least）：自 2026-01-01 起的取值定为“1 人，测试条例第一条”。",
        ),
        (
            VALUE.format("2023-01-01", "drop = true"),
            ("param", "least", "value 2023-01-01", "removed"),
            "3 人，测试条例第一条 / 3 people, Test rules, article 1", "",
            "Parameter 'least': the value from 2023-01-01 is gone; it was "
            "'3 people, Test rules, article 1'.",
            "参数“最少”（least）：删去自 2023-01-01 起的取值（原为“3 人，测试条例第一条”）。",
        ),
        (
            VALUE.format("2023-01-01", 'value = 3, cite = "law"'),
            ("param", "least", "cite 2023-01-01", "changed"),
            "测试条例第一条 / Test rules, article 1", "测试条例 / Test rules",
            "Parameter 'least': the citation of the value from 2023-01-01 was "
            "'Test rules, article 1' and is now 'Test rules'.",
            "参数“最少”（least）：自 2023-01-01 起取值的出处由“测试条例第一条”改为“测试条例”。",
        ),
        (
            VALUE.format("2023-01-01", 'value = 3, cite = "law 1", from_evidence = "R"'),
            ("param", "least", "from_evidence 2023-01-01", "changed"), "S", "R",
            "Parameter 'least': the evidence level of the date of the value from 2023-01-01 was "
            "'S' and is now 'R'.",
            "参数“最少”（least）：自 2023-01-01 起取值的日期的依据等级由“S”改为“R”。",
        ),
        (
            '[param.ceiling]\nvalues = [{ from = 2000-01-01, value = "0.25", cite = "law" }]\n',
            ("param", "ceiling", "value 2000-01-01", "changed"), "30%", "25%",
            "Parameter 'ceiling': the value from 2000-01-01 was '30%' and is now '25%'.",
            "参数“上限”（ceiling）：自 2000-01-01 起的取值由“30%”改为“25%”。",
        ),
        (
            "[param.sizes]\nvalues = [{ from = 2023-01-01, value = [3, 5], cite = \"law\" }]\n",
            ("param", "sizes", "value 2023-01-01", "changed"), "3 人 / 3 people",
            "3 或 5 人 / 3 or 5 people",
            "Parameter 'sizes': the value from 2023-01-01 was '3 people' and is now '3 or 5 people'.",
            "参数“人数”（sizes）：自 2023-01-01 起的取值由“3 人”改为“3 或 5 人”。",
        ),
        (
            "[param.places]\nvalues = [{ from = 2019-01-01, cite = \"law\", "
            "value = { gold = 3, silver = 1, tin = 0 } }]\n",
            ("param", "places", "value 2019-01-01", "changed"),
            "金 2、silver 1、tin 0 / gold 2, silver 1, tin 0",
            "金 3、silver 1、tin 0 / gold 3, silver 1, tin 0",
            "Parameter 'places': the value from 2019-01-01 was 'gold 2, silver 1, tin 0' and is now "
            "'gold 3, silver 1, tin 0'.",
            "参数“名额”（places）：自 2019-01-01 起的取值由“金 2、silver 1、tin 0”改为"
            "“金 3、silver 1、tin 0”。",
        ),
        (
            '[param.least]\nstricter = "higher"\n',
            ("param", "least", "stricter", "added"), "",
            "下级只能提高 / a lower layer may only raise it",
            "Parameter 'least': the stricter direction is now 'a lower layer may only raise it'.",
            "参数“最少”（least）：从严方向定为“下级只能提高”。",
        ),
        (
            "[param.least]\nmax = 9\n", ("param", "least", "max", "added"), "", "9",
            "Parameter 'least': the upper bound is now '9'.", "参数“最少”（least）：上限定为“9”。",
        ),
        (
            "[param.deadline]\ndrop = true\n", ("param", "deadline", "", "removed"),
            "2022-12-31", "", "Parameter 'deadline' is gone.", "删除参数“截止日”（deadline）。",
        ),
        (
            '[source.law]\nissued_on = 2023-05-01\n',
            ("source", "law", "issued_on", "added"), "", "2023-05-01",
            "Source 'Test rules' (law): the date of issue is now '2023-05-01'.",
            "出处“测试条例”（law）：发布日期定为“2023-05-01”。",
        ),
        (
            '[source.law.clause."2"]\ntitle = { zh = "第二条", en = "article 2" }\n',
            ("source", "law", "clause 2", "added"), "", "第二条 / article 2",
            "Source 'Test rules' (law): clause 2 is now 'article 2'.",
            "出处“测试条例”（law）：条款“2”定为“第二条”。",
        ),
        (
            '[source.law.clause."1"]\nwording = "条文"\n',
            ("source", "law", "wording 1", "added"), "", "条文",
            "Source 'Test rules' (law): the wording of clause 1 is now '条文'.",
            "出处“测试条例”（law）：条款“1”的内容定为“条文”。",
        ),
        (
            '[fact.case]\nnew = { count = "parts", where = "ok" }\n',
            ("fact", "case.new", "", "added"), "", "count parts, ok",
            "Fact 'new' (case.new) is new: count parts, ok.",
            "新增事实“new”（case.new）：count parts, ok。",
        ),
        (
            '[fact.case]\nfine = { count = "parts", where = "ok && size > 1" }\n',
            ("fact", "case.fine", "where", "changed"), "ok", "ok && size > 1",
            "Fact 'fine' (case.fine): which rows count was 'ok' and is now 'ok && size > 1'.",
            "事实“fine”（case.fine）：计入的条件由“ok”改为“ok && size > 1”。",
        ),
        (
            '[[rule]]\nid = "first"\nrequire = "n > least"\n',
            ("rule", "first", "require", "changed"), "n >= least", "n > least",
            "Rule 'Rule' (first): the condition was 'n >= least' and is now 'n > least'.",
            "规则“规则”（first）：条件由“n >= least”改为“n > least”。",
        ),
        (
            '[[rule]]\nid = "first"\nfrom = 2025-01-01\n',
            ("rule", "first", "from", "added"), "", "2025-01-01",
            "Rule 'Rule' (first): the first day is now '2025-01-01'.",
            "规则“规则”（first）：起始日期定为“2025-01-01”。",
        ),
        (
            '[[rule]]\nid = "first"\nkind = "warn"\n',
            ("rule", "first", "kind", "changed"),
            "必须满足 / must be met", "原则上满足 / gives notice", None, None,
        ),
        (
            '[[rule]]\nid = "first"\nevidence = "D"\n',
            ("rule", "first", "evidence", "changed"), "S", "D", None, None,
        ),
        (
            '[[rule]]\nid = "first"\nbind = "cohort"\n',
            ("rule", "first", "bind", "changed"),
            "事项发生日 / the day of the event", "入学年级 / the cohort", None, None,
        ),
        (
            '[[rule]]\nid = "first"\ntitle = { zh = "规则", en = "The rule" }\n',
            ("rule", "first", "title", "changed"), "规则 / Rule", "规则 / The rule",
            "Rule 'The rule' (first): the title was 'Rule' and is now 'The rule'.",
            "规则“规则”（first）：名称由“规则 / Rule”改为“规则 / The rule”。",
        ),
        (
            '[[rule]]\nid = "first"\ndrop_keys = ["gate"]\n',
            ("rule", "first", "gate", "removed"), "award", "",
            "Rule 'Rule' (first): the step is gone; it was 'award'.",
            "规则“规则”（first）：删去环节（原为“award”）。",
        ),
        (
            '[[rule]]\nid = "second"\ndrop = true\n', ("rule", "second", "", "removed"),
            None, "", "Rule 'Rule' (second) is gone.", "删除规则“规则”（second）。",
        ),
        (
            '[[rule]]\nid = "first"\nexample = [{ verdict = "pass", record = { n = 8 } }]\n',
            ("example", "first", "", "changed"), "3", "4",
            "Examples of 'Rule' (first): 1 added, 0 removed, 4 in all.",
            "示例“规则”（first）：新增示例 1 个，删去 0 个，现有 4 个。",
        ),
        (
            "[example.case]\nrecord = { n = 3 }\n",
            ("example", "case", "record", "added"), "", "{record: {n: 3}}", None, None,
        ),
        (
            '[[replace]]\npack = "cn/law"\nparam = "size"\nevidence = "S"\n'
            'values = [{ from = 2025-01-01, value = [5, 7], cite = "law" }]\n',
            ("param", "cn/law size", "", "added"), "", "5, 7",
            "Parameter 'size of cn/law' (cn/law size) is new: 5, 7.",
            "新增参数“替换 cn/law 的参数 size”（cn/law size）：5, 7。",
        ),
        (
            "", ("pack", "test/small", "version", "changed"), "1", "2",
            "Pack 'Test' (test/small): the version was '1' and is now '2'.",
            "规则包“测试”（test/small）：版本由“1”改为“2”。",
        ),
    ],
)  # fmt: skip
def test_a_change_is_one_difference_with_one_sentence(
    text: str,
    key: tuple[str, str, str, str],
    before: str | None,
    after: str,
    english: str | None,
    chinese: str | None,
) -> None:
    found = only(text or 'version = "2"\n')
    assert key_of(found) == key
    assert found.after == after
    assert before is None or found.before == before
    assert english is None or found.sentence("en") == english
    assert chinese is None or found.sentence("zh-hans") == chinese


def test_another_unit_is_told_with_the_values_that_it_changes() -> None:
    found = differences(BASE, overlaid('[param.least]\nunit = "month"\n'))
    assert [(one.part, one.before, one.after) for one in found] == [
        ("unit", "人 / people", "个月 / months"),
        ("value 2020-01-01", "2 人 / 2 people", "2 个月 / 2 months"),
        ("value 2023-01-01", "3 人 / 3 people", "3 个月 / 3 months"),
    ]


def test_a_pack_without_changes_has_no_difference() -> None:
    assert differences(BASE, BASE) == []
    assert differences(BASE, overlaid("")) == []
    reordered = load_pack_text("# a comment\n" + BASE_TEXT.replace(" = ", "  = "), SCHEMA)
    assert differences(BASE, reordered) == []


def test_a_pack_from_nothing_is_all_new() -> None:
    found = differences(None, BASE)
    assert {one.change for one in found} == {"added"}
    assert {one.kind for one in found} == {"pack", "source", "param", "fact", "rule"}
    whole = len(BASE.sources) + len(BASE.parameters) + len(BASE.facts["case"]) + len(BASE.rules) + 1
    assert len(found) == whole
    assert found[0].sentence("en") == "Pack 'Test' (test/small) is new: 1."


def test_rules_in_another_order_are_a_difference() -> None:
    one, other = rule_text("flag", id='"a"'), rule_text("flag", id='"b"')
    packs = [load_pack_text(pack_text(*two), SCHEMA) for two in ((one, other), (other, one))]
    (found,) = differences(*packs)
    assert (found.kind, found.part, found.before, found.after) == ("pack", "order", "a, b", "b, a")


def test_what_changed_in_the_base_since_an_overlay_was_written() -> None:
    overlay = overlaid("[param.least]\nmax = 40\n")
    later = overlaid(VALUE.format("2026-01-01", 'value = 9, cite = "law"'))
    base = load_content(later.content, SCHEMA)
    assert overlay.content["pack"]["based_on"]["hash"] == BASE.hash != base.hash
    assert [key_of(one) for one in differences(BASE, base)] == [
        ("param", "least", "value 2026-01-01", "added")
    ]


def test_every_value_of_a_replacement_is_told_by_its_day() -> None:
    text = (
        '[[replace]]\npack = "cn/law"\nparam = "size"\nevidence = "S"\n'
        'values = [{{ from = 2025-01-01, value = {}, cite = "law" }}]\n'
    )
    base = load_content(overlaid(text.format(7)).content, SCHEMA)
    found = only(text.format(9), base)
    assert key_of(found) == ("param", "cn/law size", "value 2025-01-01", "changed")
    assert (found.before, found.after) == ("7", "9")


def parts(content: Content) -> Content:
    """A content without what it was made of."""
    head = {key: value for key, value in content["pack"].items() if key != "based_on"}
    return {**content, "pack": head}


def plain(content: Content) -> str:
    """The hash of what is meant: an evidence level is that of each value."""
    found = parts(content)
    for parameter in found["param"].values():
        level = parameter.pop("evidence", None)
        for value in parameter["values"]:
            value.setdefault("evidence", level)
            value.setdefault("from_evidence", value["evidence"])
    return content_hash(found)


@settings(max_examples=150, deadline=None)
@given(OVERLAYS)
def test_two_packs_differ_exactly_where_a_difference_is_told(overlay: Content) -> None:
    whole = load_content(compose(BASE.content, overlay), SCHEMA)
    found = differences(BASE, whole)
    back = differences(whole, BASE)
    assert (found == []) is (plain(compose(whole.content, {})) == plain(compose(BASE.content, {})))
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    assert {(one.kind, one.part, one.before, one.after, turned[one.change]) for one in found} == {
        (one.kind, one.part, one.after, one.before, one.change) for one in back
    }
    for one in found:
        assert one.sentence("zh").endswith("。") and one.sentence("en").endswith(".")
        assert one.sentence("en") != one.sentence("zh")


def test_every_part_is_named_in_both_languages() -> None:
    for word, key in itertools.product(PART_TITLES, ("", " 2024-01-01")):
        title = part_title(word + key)
        assert title.zh and title.en and title.zh != title.en
    assert part_title("").en == ""
