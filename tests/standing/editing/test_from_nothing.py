"""A whole pack is written from nothing by the steps that the forms take, and the strict loader takes it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.utils import translation

from preceptor.base.errors import RuleBroken
from preceptor.base.today import today
from preceptor.people.models import Account
from preceptor.policy import Verdict
from preceptor.policy.examples import verdict_of
from preceptor.policy.mutants import survivors
from preceptor.policy.proposing import proposals_against
from preceptor.standing.actions import approve_draft, change_draft, propose_draft, write_draft
from preceptor.standing.editing import sight_of
from preceptor.standing.editing.changes import (
    Change,
    ClauseChange,
    ConditionChange,
    DatedValue,
    ExampleAddition,
    FactChange,
    FilterChange,
    Pair,
    ParameterChange,
    RuleChange,
    SourceChange,
    UsualRecord,
)
from preceptor.standing.models import PackDraft
from preceptor.standing.packs import find, in_force

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Refusals are read here in English."""
    with translation.override("en"):
        yield


SHIPPED = "yunting/clinical-doctorate"
MEMBER = {
    "is_doctoral_supervisor": True, "title_level": "full", "title_series": "physician",
    "in_clinical_work": True, "is_outside_unit": False, "is_outside_institution": False,
    "is_degree_committee": False, "role": "member", "field": "same",
}  # fmt: skip


def _filter(subject: str, fact: str) -> str:
    """Which rows the shipped pack counts, as an officer would type it again."""
    where = find(SHIPPED).facts[subject][fact].where
    assert where is not None
    return where.text


FOUNDATION: list[Change] = [
    SourceChange("rules2024", Pair("云汀医科大学培养细则", "Training rules of Yunting"), None, date(2024, 6, 15), "", is_new=True),
    ClauseChange("rules2024", Pair("第四条", "article 4"), "答辩委员会 5 或 7 人。"),
    ClauseChange("rules2024", Pair("第五条", "article 5")),
    ParameterChange(
        "defence_sizes", Pair("答辩委员会人数", "size of a defence committee"), "person", 1, 15,
        "", "list(int)", "event", DatedValue(date(2000, 1, 1), [5, 7], "rules2024 第四条", "S", "R"),
    ),
    ParameterChange(
        "clinical_months", Pair("临床训练总月数", "months of clinical training in all"), "month", 0,
        60, "higher", "int", "cohort", DatedValue(date(2015, 9, 1), 24, "rules2024 第五条", "S", "R"),
    ),
    FactChange("panel", "size", "count", "members", "", "person", Pair("成员人数", "members"), is_new=True),
    FilterChange("panel", "size", _filter("panel", "size")),
    FactChange(
        "enrolment", "clinical", "sum", "training", "months", "month",
        Pair("临床训练月数", "months of clinical training"), is_new=True,
    ),
    FilterChange("enrolment", "clinical", _filter("enrolment", "clinical")),
    UsualRecord(
        "panel",
        {"stage": "defence", "event_on": date(2024, 6, 1), "cohort_on": date(2021, 9, 1)},
        {"members": MEMBER},
    ),
    UsualRecord(
        "enrolment",
        {"cohort_on": date(2021, 9, 1), "event_on": date(2024, 6, 1), "mode": "full_time",
         "degree_type": "professional", "state": "defence_ready"},
        {"training": {"month": date(2022, 3, 1), "months": 1, "kind": "specialty"}},
    ),
]  # fmt: skip
RULES: list[Change] = [
    RuleChange(
        "panel.defence.size", "block", Pair("答辩委员会为 5 或 7 人", "A defence committee has 5 or 7 members"),
        Pair("现有 {size} 人，应为 {defence_sizes} 人", "{size} members; must be {defence_sizes}"),
        "rules2024 第四条", "S", Pair("现有 {size} 人", "{size} members"), "defence",
        subject="panel", is_new=True,
    ),
    ConditionChange("panel.defence.size", "when", "stage in ['defence', 'clinical_exam']"),
    ConditionChange("panel.defence.size", "require", "size in defence_sizes"),
    RuleChange(
        "training.clinical", "block", Pair("临床训练不少于规定月数", "Clinical training is long enough"),
        Pair("已完成 {clinical} 个月，要求 {clinical_months} 个月", "{clinical} months; at least {clinical_months} required"),
        "rules2024 第五条", "S", None, "defence", "cohort", subject="enrolment", is_new=True,
    ),
    ConditionChange("training.clinical", "require", "clinical >= clinical_months"),
]  # fmt: skip


@pytest.fixture
def draft(cast: Cast, office: Account) -> PackDraft:
    return write_draft(
        institution=cast.institution, pack="yunting/defence", title=Pair("答辩细则", "Defence rules"),
        layer="university", by=office,
    )  # fmt: skip


def written(draft: PackDraft, changes: list[Change], by: Account) -> PackDraft:
    for change in changes:
        draft = change_draft(draft=draft, edition=draft.edition, change=change, by=by)
    return draft


def with_proposals(draft: PackDraft, by: Account) -> PackDraft:
    """Every example that the product proposes for the rules, confirmed one by one."""
    for rule in ("panel.defence.size", "training.clinical"):
        pack = sight_of(draft).pack
        assert pack is not None
        for one in proposals_against(pack, rule, survivors(pack, (rule,))):
            change = ExampleAddition(
                rule, one.verdict.value, one.record, Pair(one.note_zh, one.note_en)
            )
            draft = change_draft(draft=draft, edition=draft.edition, change=change, by=by)
    return draft


def test_panel_size_and_clinical_months_are_written_from_nothing_and_load_strictly(
    draft: PackDraft, office: Account
) -> None:
    done = with_proposals(written(draft, FOUNDATION + RULES, office), office)
    sight = sight_of(done)
    assert sight.faults == []
    assert sight.whole is not None
    assert set(sight.whole.rules) == {"panel.defence.size", "training.clinical"}
    assert sight.surviving == []
    assert sight.marks == []


def test_what_was_written_judges_the_examples_of_the_shipped_rules_alike(
    draft: PackDraft, office: Account
) -> None:
    done = with_proposals(written(draft, FOUNDATION + RULES, office), office)
    ours, shipped = sight_of(done).whole, find(SHIPPED)
    assert ours is not None
    judged = 0
    for name, rule in ours.rules.items():
        for example in shipped.rules[name].examples:
            assert verdict_of(ours, rule, example) is example.verdict
            judged += 1
    assert judged > 15


def test_a_pack_without_rules_cannot_be_proposed(draft: PackDraft, office: Account) -> None:
    done = written(draft, FOUNDATION, office)
    with pytest.raises(RuleBroken, match="no rule"):
        propose_draft(draft=done, edition=done.edition, effective_from=today(), by=office)


def test_a_rule_without_examples_is_a_fault_that_names_the_rule(
    draft: PackDraft, office: Account
) -> None:
    done = written(draft, FOUNDATION + RULES, office)
    faults = sight_of(done).faults
    assert {(fault.problem, fault.where) for fault in faults} == {
        ("example_absent", "rule panel.defence.size"), ("example_absent", "rule training.clinical"),
    }  # fmt: skip


def test_the_new_pack_is_approved_and_judges_beside_the_others(
    cast: Cast, draft: PackDraft, office: Account, leader: Account
) -> None:
    done = with_proposals(written(draft, FOUNDATION + RULES, office), office)
    whole = sight_of(done).whole
    assert whole is not None
    done.previewed_hash = whole.hash
    done.save()
    proposed = propose_draft(draft=done, edition=done.edition, effective_from=today(), by=office)
    approve_draft(draft=proposed, edition=proposed.edition, by=leader)
    assert {pack.id for pack in in_force(cast.institution)} == {SHIPPED, "yunting/defence"}


def test_the_proposed_examples_show_every_verdict(draft: PackDraft, office: Account) -> None:
    done = with_proposals(written(draft, FOUNDATION + RULES, office), office)
    whole = sight_of(done).whole
    assert whole is not None
    for rule in whole.rules.values():
        given = {example.verdict for example in rule.examples}
        assert {Verdict.PASS, Verdict.FAIL, Verdict.PENDING} <= given
