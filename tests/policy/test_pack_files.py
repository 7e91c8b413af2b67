"""Loading packs: what is refused, where, and what the content hash depends on."""

from __future__ import annotations

from pathlib import Path

import pytest

from preceptor.policy import PackError, load_content, load_pack, load_pack_text, read_content
from preceptor.policy.problems import PROBLEMS
from small_packs import FACTS, HEAD, PARAMETERS, SCHEMA, pack_text, rule_text


def refused(text: str, strict: bool = False) -> PackError:
    with pytest.raises(PackError) as caught:
        load_pack_text(text, SCHEMA, "small.toml", strict)
    return caught.value


MESSAGE = '{ zh = "{size} 件", en = "{size} parts" }'


@pytest.mark.parametrize(
    ("keys", "problem", "where"),
    [
        ({"kind": '"blok"'}, "unknown_choice", "rule r"),
        ({"subject": '"kase"'}, "unknown_choice", "rule r"),
        ({"evidence": '"Z"'}, "unknown_choice", "rule r"),
        ({"cite": '"laws 1"'}, "unknown_source", "rule r"),
        ({"cite": '"law 7"'}, "unknown_clause", "rule r"),
        ({"titel": '"x"'}, "unknown_key", "rule r"),
        ({"title": '"x"'}, "table_expected", "rule r, title"),
        ({"title": '{ zh = "x" }'}, "key_absent", "rule r, title"),
        ({"title": '{ zh = "x", en = "" }'}, "string_expected", "rule r, title"),
        ({"title": '{ zh = "x", en = "x", fr = "x" }'}, "unknown_key", "rule r, title"),
        ({"when": '"sise > 1"'}, "unknown_name", "rule r, when"),
        ({"message": '{ zh = "{sise}", en = "{sise}" }'}, "unknown_place", "rule r, message"),
        ({"message": '{ zh = "{size}", en = "none" }'}, "place_in_one_language", "rule r, message"),
        ({"message": '{ zh = "{size}", en = "{size" }'}, "stray_brace", "rule r, message"),
        ({"message": '{ zh = "{size.x}", en = "{size.x}" }'}, "stray_brace", "rule r, message"),
        ({"message": '{ zh = "{n.rows}", en = "{n.rows}" }'}, "no_rows", "rule r, message"),
        ({"message": '{ zh = "{0}", en = "{0}" }'}, "stray_brace", "rule r, message"),
        ({"message": '{ zh = "{size!r}", en = "{size!r}" }'}, "stray_brace", "rule r, message"),
        ({"met": '{ zh = "{sise}", en = "{sise}" }'}, "unknown_place", "rule r, met"),
        ({"from": "2024-01-02", "to": "2024-01-01"}, "dates_crossed", "rule r"),
        ({"from": '"2024-01-02"'}, "date_expected", "rule r"),
        ({"from": "2024-01-02T00:00:00"}, "date_expected", "rule r"),
        ({"bind": '"cohort"', "subject": '"other"', "condition": "n > 1"}, "no_cohort_date", "rule r"),
        ({"example": '[{ verdict = "waived", record = {} }]'}, "unknown_choice", "rule r, example 1"),
        ({"example": '[{ verdict = "pass", record = { parts = 3 } }]'}, "list_of_tables_expected", "rule r, example 1, record"),
    ],
)  # fmt: skip
def test_a_wrong_rule_is_refused_at_its_place(
    keys: dict[str, str], problem: str, where: str
) -> None:
    fault = refused(pack_text(rule_text(keys.pop("condition", "true"), **keys)))
    assert (fault.problem, fault.where) == (problem, where)
    assert fault.line is not None


def test_two_rules_of_one_id_are_refused() -> None:
    assert refused(pack_text(rule_text("true"), rule_text("false"))).problem == "rule_twice"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "key_absent"),
        ("pack = 3", "table_expected"),
        ("[pack", "not_toml"),
        ("a = 1\na = 2", "not_toml"),
        ("[pack]\nid = 'x'", "key_absent"),
        (HEAD.replace('version = "1"', "version = 1"), "string_expected"),
        (HEAD + "[rules]\n", "unknown_key"),
        (HEAD + "rule = 3\n", "unknown_key"),
        (HEAD + "[[rule]]\n", "key_absent"),
        (HEAD + "[fact.kase]\n", "unknown_subject"),
        (HEAD + "[source.other]\n", "key_absent"),
        (HEAD + "[param.In]\n", "bad_name"),
        ("rule = 3\n" + HEAD, "list_of_tables_expected"),
    ],
)
def test_a_broken_file_is_refused_with_one_clear_message(text: str, problem: str) -> None:
    fault = refused(text)
    assert fault.problem == problem
    assert fault.text("en").startswith("small.toml")
    assert fault.text("zh").startswith("small.toml")


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "[" * 60 + "1" + "]" * 60,
        "x = " + "{ a = " * 60 + "1" + " }" * 60,
        "[" + ".".join("a" * 60) + "]",
        "x = " + "[" * 100_000,
        ".".join("a" * 100_000) + " = 1",
    ],
    ids=["lists", "tables", "heads", "pathological lists", "pathological keys"],
)
def test_tables_nested_without_end_are_refused(text: str) -> None:
    assert refused(HEAD + text).problem in ("nested_too_deep", "not_toml")
    content = read_content(HEAD)
    for _depth in range(60):
        content = {"pack": content}
    with pytest.raises(PackError) as caught:
        load_content(content, SCHEMA)
    assert caught.value.problem == "nested_too_deep"


def test_a_syntax_error_of_toml_names_its_line() -> None:
    assert refused(HEAD + "\nx = = 3\n").line == len(HEAD.splitlines()) + 2


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    for name, content, problem in [
        ("absent.toml", None, "unreadable"),
        ("folder", "", "unreadable"),
        ("latin.toml", b"title = '\xe9'", "not_utf8"),
        ("huge.toml", b"#" * 4_000_001, "file_too_large"),
    ]:
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif content is not None:
            path.mkdir()
        with pytest.raises(PackError) as caught:
            load_pack(path, SCHEMA)
        assert caught.value.problem == problem
        assert str(path) in str(caught.value)


def test_the_hash_stays_when_only_comments_spaces_and_order_change() -> None:
    one, other = rule_text("size >= 1"), rule_text("true", id='"other"')
    text = pack_text(one, other)
    hash_of = load_pack_text(text, SCHEMA).hash
    assert load_pack_text("# a comment\n\n" + text, SCHEMA).hash == hash_of
    assert load_pack_text(text.replace(" = ", "   =  "), SCHEMA).hash == hash_of
    reordered = HEAD + FACTS + PARAMETERS + "\n".join((one, other))
    assert load_pack_text(reordered, SCHEMA).hash == hash_of
    turned = "[[rule]]\n" + "\n".join(reversed(one.strip().splitlines()[1:])) + "\n"
    assert load_pack_text(pack_text(turned, other), SCHEMA).hash == hash_of
    assert load_pack_text(text.replace("\n", "\r\n"), SCHEMA).hash == hash_of


def test_the_hash_changes_with_whatever_may_change_a_verdict_or_a_word() -> None:
    text = pack_text(rule_text("size >= 1"), rule_text("true", id='"other"'))
    hashes = {load_pack_text(text, SCHEMA).hash}
    for old, new in [
        ("size >= 1", "size >= 2"),
        ("size >= 1", "size > 1"),
        ("value = 3", "value = 4"),
        ("2023-01-01, value = 3", "2023-01-02, value = 3"),
        ("消息", "讯息"),
        ('version = "1"', 'version = "2"'),
        ('"0.30"', '"0.31"'),
    ]:
        hashes.add(load_pack_text(text.replace(old, new), SCHEMA).hash)
    swapped = pack_text(rule_text("true", id='"other"'), rule_text("size >= 1"))
    hashes.add(load_pack_text(swapped, SCHEMA).hash)
    assert len(hashes) == 9


def example(verdict: str, n: str) -> str:
    return f'{{ verdict = "{verdict}", record = {{ {n} }} }}'


TITLED = """
[fact.case]
size = { count = "parts", title = { zh = "件数", en = "parts" } }
"""


def test_a_strict_pack_needs_titles_and_examples_that_pass_fail_and_stay_pending() -> None:
    whole = [example("pass", "n = 3"), example("fail", "n = 2"), example("pending", "")]
    rule = rule_text("n >= 3", example=f"[{', '.join(whole)}]")
    load_pack_text(HEAD + TITLED + rule, SCHEMA, strict=True)
    for absent in range(3):
        some = ", ".join(whole[:absent] + whole[absent + 1 :])
        fault = refused(HEAD + TITLED + rule_text("n >= 3", example=f"[{some}]"), strict=True)
        assert (fault.problem, fault.where) == ("example_absent", "rule r")
    wrong = rule_text("n >= 3", example=f"[{', '.join([*whole, example('pass', 'n = 2')])}]")
    fault = refused(HEAD + TITLED + wrong, strict=True)
    assert (fault.problem, fault.where) == ("example_differs", "rule r, example 4")
    unfit = rule_text("n >= 3", example=f"[{', '.join([*whole, example('pass', 'k = 2')])}]")
    assert refused(HEAD + TITLED + unfit, strict=True).problem == "example_unfit"
    untitled = TITLED.replace(', title = { zh = "件数", en = "parts" }', "")
    assert refused(HEAD + untitled + rule, strict=True).problem == "key_absent"


def test_examples_build_on_a_base_record_and_can_blank_what_it_gives() -> None:
    base = """
[example.case]
record = { n = 3, grade = "gold" }
rows = { parts = { kind = "red" } }
"""
    examples = ", ".join(
        [
            '{ verdict = "pass", record = { parts = [{ repeat = 3 }, { kind = "blue" }] } }',
            '{ verdict = "fail", record = { parts = [{ repeat = 2 }] } }',
            '{ verdict = "pending", record = { parts = [{ repeat = 2 }, { unknown = ["kind"] }] } }',
        ]
    )
    rule = rule_text("reds >= n && grade == 'gold'", example=f"[{examples}]")
    reds = TITLED + (
        'reds = { count = "parts", where = "kind == \'red\'", title = { zh = "红", en = "red" } }\n'
    )
    pack = load_pack_text(HEAD + reds + base + rule, SCHEMA, strict=True)
    assert [len(one.record["parts"]) for one in pack.rules["r"].examples] == [4, 2, 3]  # type: ignore[arg-type]


@pytest.mark.parametrize("problem", PROBLEMS)
def test_every_problem_is_said_in_both_languages_with_the_same_places(problem: str) -> None:
    import re

    places = [set(re.findall(r"<(\w+)>", sentence)) for sentence in PROBLEMS[problem]]
    assert places[0] == places[1]
    chinese, english = PROBLEMS[problem]
    assert any("一" <= character <= "鿿" for character in chinese)
    assert english.isascii()


def test_the_sources_and_clauses_of_a_pack_can_be_read() -> None:
    pack = load_pack_text(pack_text(rule_text("true", message=MESSAGE)), SCHEMA)
    citation = pack.rules["r"].citation
    assert citation.text("en") == "Test rules, article 1"
    assert citation.text("zh") == "测试条例第一条"
    assert pack.sources["law"].clauses["1"].title.en == "article 1"
    assert pack.subjects == ("case",)
    assert [rule.id for rule in pack.rules_of("case")] == ["r"]
    assert pack.rules_of("other") == ()
