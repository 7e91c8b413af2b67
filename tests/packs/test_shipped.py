"""Every pack that ships: it loads strictly, its examples kill its mutants, and it names nobody."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from preceptor.policy import Batch, Pack, evaluate, explain, load_pack, reference
from preceptor.policy.mutants import survivors
from preceptor.standing.packs import SHIPPED, find, read, shipped
from preceptor.standing.schema import SCHEMA

FILES = sorted(SHIPPED.glob("**/*.toml"))
NAMES = [str(path.relative_to(SHIPPED)) for path in FILES]
SHIPPED_IDS = {
    "cn/blind-review-scores",
    "cn/degrees-law",
    "cn/postdoctoral-management",
    "cn/postdoctoral-withdrawal",
    "cn/station-opening",
    "cn/stipends",
    "cn/thesis-sampling",
    "dk/doctoral-panels",
    "shandong-university/blind-review",
    "soochow-university/postdoctoral-withdrawal",
    "tingnan/dual-degree",
    "yunting/appointments",
    "yunting/clinical-doctorate",
    "yunting/dual-degree",
    "yunting/independent-pi",
    "zhejiang-university/postdoctoral-withdrawal",
    "zhengzhou-university/postdoctoral-withdrawal",
}


def strictly(path: Path) -> Pack:
    """The pack of a file in strict mode, laid over its base where it has one."""
    extends = read(path).extends
    base = find(extends.id) if extends is not None else None
    return load_pack(path, SCHEMA, strict=True, base=base)


def is_chinese(text: str) -> bool:
    return any("一" <= letter <= "鿿" for letter in text)


def test_no_two_packs_have_one_id() -> None:
    assert set(shipped()) == SHIPPED_IDS
    assert len(FILES) == len(SHIPPED_IDS)


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_pack_loads_strictly_and_its_examples_kill_every_mutant(path: Path) -> None:
    pack = strictly(path)
    assert pack.hash == read(path).hash
    assert [mutant.sentence("en") for mutant in survivors(pack)] == []


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_every_example_has_its_verdict_in_the_reference_and_is_explained_in_both_languages(
    path: Path,
) -> None:
    pack = read(path)
    for rule in pack.rules.values():
        for example in rule.examples:
            batch = Batch.from_records(SCHEMA, rule.subject, [example.record], example.on)
            assert evaluate(pack, batch).verdict(rule.id, 0) is example.verdict
            found = reference.evaluate(pack, SCHEMA, rule.subject, example.record, example.on)
            assert found[rule.id][0] is example.verdict
            for language in ("zh", "en"):
                told = next(one for one in explain(pack, batch, 0, language) if one.rule == rule.id)
                assert "{" not in told.text and told.citation in told.text


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_what_is_said_while_an_answer_is_open_does_not_say_that_it_fails(path: Path) -> None:
    """One message serves a fail and an open answer: only the values may tell them apart."""
    for rule in read(path).rules.values():
        for word in ("未达三分之二", "未过半数", "不合格，", "已认定", "属于存在问题"):
            assert word not in rule.message.text.zh, (rule.id, word)


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_every_rule_and_value_says_where_it_stands_and_how_well_that_is_attested(
    path: Path,
) -> None:
    pack = read(path)
    assert {rule.evidence for rule in pack.rules.values()} <= set("ABSCDR")
    for rule in pack.rules.values():
        local = rule.citation.source.key == "local"
        assert local or rule.citation.clause is not None, rule.id
        assert not local or rule.evidence == "R"
        assert is_chinese(rule.title.zh) and not is_chinese(rule.title.en)
    for source in pack.sources.values():
        assert is_chinese(source.title.zh) and not is_chinese(source.title.en)
        for clause in source.clauses.values():
            # A gist of ours, not the wording of the source.
            assert clause.wording is None or clause.wording.strip().startswith("要点：")


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_the_notes_of_examples_are_in_both_languages(path: Path) -> None:
    for rule in read(path).rules.values():
        for example in rule.examples:
            assert example.note.zh and example.note.en, rule.id
            assert not is_chinese(example.note.en)


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_every_parameter_and_fact_of_a_pack_is_used_by_a_rule(path: Path) -> None:
    pack = read(path)
    used = {parameter.name for rule in pack.rules.values() for parameter in rule.parameters}
    unused = set(pack.parameters) - used
    # Kept for institutions that pay an assistantship by the rules of the report.
    assert unused <= {"assistantship_min"}
    for subject, facts in pack.facts.items():
        rules = pack.rules_of(subject)
        named = {fact.name for rule in rules for fact in rule.facts}
        told = {place.name for rule in rules for place in rule.message.places()}
        # The vocabulary of the clinical pack has a day that no rule asks for yet.
        assert set(facts) - named - told <= {"clinical_on"}, subject


def test_an_overlay_that_ships_was_written_for_the_base_that_ships() -> None:
    overlays = [path for path in FILES if "extends" in tomllib.loads(path.read_text())["pack"]]
    assert len(overlays) == 3
    for path in overlays:
        stated = tomllib.loads(path.read_text())["pack"]["extends"]
        base = find(stated["id"])
        assert (stated["version"], stated["hash"]) == (base.version, base.hash), path.name


def test_only_the_law_is_a_statute_and_only_it_was_read_in_full() -> None:
    packs = [read(path) for path in FILES]
    assert [pack.id for pack in packs if pack.layer == "statute"] == ["cn/degrees-law"]
    for pack in packs:
        read_in_full = {rule.evidence for rule in pack.rules.values()} == {"A"}
        assert read_in_full == (pack.id == "cn/degrees-law"), pack.id


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_pack_holds_no_number_of_a_person(path: Path) -> None:
    """Examples are made up: no row of theirs names anybody."""
    pack = read(path)
    for rule in pack.rules.values():
        for example in rule.examples:
            record = json.dumps(example.record, default=str)
            assert '"name"' not in record and '"key"' not in record, rule.id
