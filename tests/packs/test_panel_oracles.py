"""What the domain says of panels and theses, with the institution's rules and the law together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from judged_packs import judge
from preceptor.policy import (
    Batch,
    Explanation,
    Pack,
    PackError,
    Whole,
    explain,
    layered,
    load_pack_text,
    whole,
)
from preceptor.standing.packs import find
from preceptor.standing.schema import SCHEMA

BEFORE, AFTER = date(2024, 6, 1), date(2025, 6, 1)
Record = dict[str, Any]


def member(**columns: Any) -> Record:
    """A full professor of the institution who meets every local rule, save what is given."""
    return {
        "is_doctoral_supervisor": True, "title_level": "full", "title_series": "physician",
        "in_clinical_work": True, "is_outside_unit": False, "is_outside_institution": False,
        "is_degree_committee": True, "role": "member", "field": "same", **columns,
    }  # fmt: skip


CHAIR = member(role="chair", is_outside_institution=True, is_outside_unit=True)


def sitting(stage: str, on: date, members: Iterable[Record], **columns: Any) -> Record:
    return {
        "stage": stage, "event_on": on, "cohort_on": date(2021, 9, 1), "has_sat": True,
        "members": list(members), **columns,
    }  # fmt: skip


def both() -> tuple[Pack, ...]:
    """The institution's rules under the law, laid over each other as in force."""
    return layered([find("cn/degrees-law"), find("yunting/clinical-doctorate")])


def told(subject: str, record: Record, on: date) -> list[Explanation]:
    """What all packs say of the record."""
    batch = Batch.from_records(SCHEMA, subject, [record], on)
    return [one for pack in both() for one in explain(pack, batch, 0, "en")]


def failing(explanations: Iterable[Explanation]) -> dict[str, str]:
    """The rules that fail, each with its layer."""
    return {one.rule: one.layer for one in explanations if one.verdict.value == "fail"}


@pytest.mark.parametrize(
    ("on", "answer", "fails"),
    [
        (BEFORE, Whole.PASS, {}),
        (date(2024, 12, 31), Whole.PASS, {}),
        (date(2025, 1, 1), Whole.FAIL, {"law.defence.external": "statute"}),
        (AFTER, Whole.FAIL, {"law.defence.external": "statute"}),
    ],
)
def test_a_panel_of_five_with_only_its_chair_external_passes_until_the_law_is_in_force(
    on: date, answer: Whole, fails: dict[str, str]
) -> None:
    panel = sitting("defence", on, [CHAIR, *[member()] * 4], votes_for=5, votes_cast=5)
    found = told("panel", panel, on)
    assert whole(found) is answer
    assert failing(found) == fails


def test_with_a_second_member_from_outside_the_panel_passes_under_the_law() -> None:
    members = [CHAIR, member(is_outside_institution=True), *[member()] * 3]
    panel = sitting("defence", AFTER, members, votes_for=4, votes_cast=5)
    assert whole(told("panel", panel, AFTER)) is Whole.PASS


def test_where_two_layers_cannot_both_hold_each_is_named() -> None:
    """Six members please the law and not the institution; four of one outsider please neither."""
    six = sitting("defence", AFTER, [CHAIR, member(is_outside_institution=True), *[member()] * 4],
                  votes_for=6)  # fmt: skip
    assert failing(told("panel", six, AFTER)) == {"panel.defence.size": "university"}
    four = sitting("defence", AFTER, [CHAIR, *[member()] * 3], votes_for=4)
    assert failing(told("panel", four, AFTER)) == {
        "law.defence.size": "statute",
        "law.defence.external": "statute",
        "panel.defence.size": "university",
    }


def test_a_hospital_of_the_institution_is_outside_the_unit_and_not_outside_for_the_law() -> None:
    colleague = member(is_outside_unit=True, is_outside_institution=False)
    panel = sitting("defence", AFTER, [CHAIR, *[colleague] * 4], votes_for=5)
    assert failing(told("panel", panel, AFTER)) == {"law.defence.external": "statute"}


def test_votes_are_asked_for_when_the_panel_has_sat_and_not_before() -> None:
    members = [CHAIR, member(is_outside_institution=True), *[member()] * 3]
    to_come = sitting("defence", AFTER, members, has_sat=False)
    assert whole(told("panel", to_come, AFTER)) is Whole.PASS
    sat = sitting("defence", AFTER, members)
    open_rules = [one.rule for one in told("panel", sat, AFTER) if one.verdict.value == "pending"]
    assert open_rules == ["law.defence.vote"]


@pytest.mark.parametrize(("votes", "passes"), [(3, False), (4, True), (5, True)])
def test_two_thirds_of_all_members_pass_a_defence(votes: int, passes: bool) -> None:
    members = [CHAIR, member(is_outside_institution=True), *[member()] * 3]
    panel = sitting("defence", AFTER, members, votes_for=votes, votes_cast=votes)
    assert (failing(told("panel", panel, AFTER)) == {}) is passes


@pytest.mark.parametrize(("similarity", "fails"), [("0.3000", False), ("0.3001", True)])
@pytest.mark.parametrize("on", [BEFORE, AFTER])
def test_similarity_of_thirty_per_cent_passes_and_a_hundredth_more_fails(
    similarity: str, fails: bool, on: date
) -> None:
    reviews = [{"is_blind": True, "is_before_defence": True}] * 3
    thesis = {"event_on": on, "similarity": similarity, "reviews": reviews}
    found = told("thesis", thesis, on)
    assert failing(found) == ({"thesis.similarity": "university"} if fails else {})
    assert whole(found) is (Whole.FAIL if fails else Whole.PASS)


def test_a_proposal_panel_of_five_with_two_supervisors_is_told_that_one_more_is_needed() -> None:
    others = [member(is_doctoral_supervisor=False, title_level="associate")] * 3
    found = told("panel", sitting("proposal", BEFORE, [member(), member(), *others]), BEFORE)
    assert failing(found) == {"panel.proposal": "university"}
    (proposal,) = [one for one in found if one.rule == "panel.proposal"]
    assert proposal.needed == "doctoral supervisors: 1 more needed"


@pytest.mark.parametrize(
    ("size", "passes"), [(2, False), (3, True), (4, False), (5, True), (6, False)]
)
def test_a_mid_term_panel_has_three_or_five_members(size: int, passes: bool) -> None:
    found = told("panel", sitting("midterm", AFTER, [member()] * size), AFTER)
    assert failing(found) == ({} if passes else {"panel.midterm": "university"})


@pytest.mark.parametrize("supervising", [True, False])
def test_three_associate_professors_hear_a_pre_defence_only_as_doctoral_supervisors(
    supervising: bool,
) -> None:
    rows = [member(title_level="associate", is_doctoral_supervisor=supervising)] * 3
    found = told("panel", sitting("predefence", BEFORE, rows), BEFORE)
    assert failing(found) == ({} if supervising else {"panel.predefence": "university"})


def lower(value: int, since: str = "2025-06-01") -> Pack:
    """A university's pack that asks the law's committee for another least size."""
    return load_pack_text(
        f"""
[pack]
id = "test/university"
version = "1"
title = {{ zh = "学校规定", en = "University rules" }}
[source.rules]
title = {{ zh = "学校规定", en = "University rules" }}
[[replace]]
pack = "cn/degrees-law"
param = "defence_min"
values = [{{ from = {since}, value = {value}, cite = "rules", evidence = "S" }}]
""",
        SCHEMA,
    )


def test_a_university_may_ask_for_seven_and_not_for_four() -> None:
    law = find("cn/degrees-law")
    stricter, _ = layered([law, lower(7)])
    members = [CHAIR, member(is_outside_institution=True), *[member()] * 3]
    panel = sitting("defence", AFTER, members, votes_for=5)
    batch = Batch.from_records(SCHEMA, "panel", [panel], AFTER)
    assert failing(explain(stricter, batch, 0, "en")) == {"law.defence.size": "statute"}
    with pytest.raises(PackError):
        layered([law, lower(4)])


COMMITTEE = [
    {"role": "chair", "title_level": "full", "is_head": True, "is_present": True},
    *[{"role": "member", "title_level": "full", "is_head": False, "is_present": True}] * 8,
]


def test_a_degree_committee_of_nine_decides_by_more_than_half_of_all() -> None:
    law = find("cn/degrees-law")
    meeting = {
        "event_on": AFTER, "has_met": True, "has_odd_number": True, "members": COMMITTEE,
    }  # fmt: skip
    for votes, verdict in ((4, "fail"), (5, "pass")):
        found = judge(law, "committee", {**meeting, "votes_for": votes}, AFTER)
        assert found.pop("law.committee.vote").value == verdict
        assert {one.value for one in found.values()} == {"pass"}
