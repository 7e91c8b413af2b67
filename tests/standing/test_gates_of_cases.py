"""What the rules say to a case that wants to pass a step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.utils.translation import override

from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.cases import gates
from preceptor.cases.models import Body, Case, CaseKind, Item, Sitting
from preceptor.standing.gates import gate_answer
from preceptor.standing.models import Waiver
from preceptor.standing.packs import in_force_in
from preceptor.training.actions import NewSeat, compose_panels
from preceptor.training.models import Enrolment, Panel

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]

DAY = date(2025, 6, 1)


@pytest.fixture
def case(cast: Cast) -> Case:
    """A request of 林知远; what its kind says plays no part here."""
    kind = CaseKind.objects.create(
        institution=cast.institution, name="defence", version="1", title_zh="答辩", title_en="Defence",
        port="training.milestone", content="", hash="0" * 64, written_by="operator",
        written_by_key="operator",
    )  # fmt: skip
    return Case.objects.create(
        institution=cast.institution, unit=cast.general, kind=kind, person=cast.persons["S1"],
        title_zh="答辩申请", title_en="Request of a defence",
    )  # fmt: skip


def defence_panel(cast: Cast, number: str = "D1") -> Panel:
    row = Panel(
        number=number,
        institution=cast.institution,
        enrolment=cast.lin,
        stage="defence",
        sits_on=DAY,
    )
    seats = [NewSeat(cast.persons[key], "member", {"field": "same"}) for key in ("T1", "T3")]
    compose_panels(institution=cast.institution, panels=[(row, seats)], by=OPERATOR)
    return row


def said(case: Case, gate: str, judged: Mapping[str, set[int]]) -> dict[str, gates.GateFinding]:
    found = gate_answer(case, gate, judged, today())
    return {one.rule: one for one in found.findings}


def test_the_evaluator_is_registered_with_the_cases() -> None:
    assert gates._evaluate == [gate_answer]


def test_the_rules_of_the_gate_are_asked_and_those_of_other_steps_are_not(
    case: Case, cast: Cast
) -> None:
    judged = {"enrolment": {cast.lin.pk}}
    found = said(case, "defence", judged)
    pack = in_force_in(cast.institution.pk, cast.general.pk)[0]
    assert found
    assert {pack.rules[rule].gate for rule in found} == {"defence"}
    assert not found.keys() & said(case, "admission", judged).keys()
    answer = gate_answer(case, "defence", judged, today())
    assert not answer.is_passed
    assert {one.verdict for one in answer.holding} <= {"fail", "pending"}
    assert {(one.pack, one.version, one.hash) for one in answer.findings} == {
        (pack.id, pack.version, pack.hash)
    }


def test_a_finding_is_told_in_both_languages_whoever_asks(case: Case, cast: Cast) -> None:
    judged = {"enrolment": {cast.lin.pk}, "panel": {defence_panel(cast).pk}}
    found = []
    for language in ("zh-hans", "en"):
        with override(language):
            found.append(gate_answer(case, "defence", judged, today()))
    assert found[0] == found[1]
    for one in found[0].findings:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in one.text_zh)
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in one.title_en)


def test_every_blocking_rule_of_a_panel_counts_and_no_warning_of_another_step(
    case: Case, cast: Cast
) -> None:
    found = said(case, "defence", {"panel": {defence_panel(cast).pk}})
    assert {one.kind for one in found.values()} == {"block"}
    assert {"fail", "pending"} >= {found[rule].verdict for rule in found if "chair" in rule}
    other = said(case, "nothing", {"panel": {Panel.objects.get(number="D1").pk}})
    assert other.keys() == found.keys()


def test_a_waived_rule_lets_the_case_through(case: Case, cast: Cast) -> None:
    judged = {"enrolment": {cast.lin.pk}}
    answer = gate_answer(case, "defence", judged, today())
    for one in answer.holding:
        Waiver.objects.create(
            enrolment=cast.lin, pack=one.pack, rule=one.rule, layer="institution", state="granted",
            paper="校学位字〔2026〕1号", reason="", valid_from=date(2020, 1, 1),
            valid_to=date(2099, 1, 1), asked_by="office", asked_by_key="account:1",
            asked_at="2026-01-05T08:00:00Z",
        )  # fmt: skip
    again = said(case, "defence", judged)
    failed = [one.rule for one in answer.holding if one.verdict == "fail"]
    assert failed
    assert {again[rule].verdict for rule in failed} == {"waived"}


def test_a_trainee_of_whom_the_packs_do_not_speak_has_no_requirement(
    case: Case, cast: Cast
) -> None:
    Enrolment.objects.filter(pk=cast.lin.pk).update(degree_level="master")
    assert said(case, "defence", {"enrolment": {cast.lin.pk}}) == {}


def test_the_last_vote_of_the_degree_committee_on_the_case_is_judged_with_it(
    case: Case, cast: Cast
) -> None:
    from preceptor.standing.actions import put_in_force

    put_in_force(
        institution=cast.institution,
        pack="cn/degrees-law",
        valid_from=date(2025, 1, 1),
        by=OPERATOR,
    )
    assert said(case, "decision", {}) == {}
    body = Body.objects.create(
        institution=cast.institution, unit=cast.institution, code="DEC", kind="degree",
        name_zh="学位评定委员会", name_en="Degree committee", opened_on=date(2020, 1, 1),
    )  # fmt: skip
    sitting = Sitting.objects.create(
        institution=cast.institution, unit=cast.institution, body=body, title_zh="会议",
        title_en="Meeting", starts_at="2025-06-01T08:00:00Z", state="open",
    )  # fmt: skip
    voting: dict[str, Any] = {"passes": "more than 1/2 of all", "quorum": "2/3 of all"}
    item = Item.objects.create(
        sitting=sitting, place=1, case=case, title_zh="授予学位", voting=voting, state="open"
    )
    found = said(case, "decision", {})
    assert found
    assert not gate_answer(case, "decision", {}, today()).is_passed
    Item.objects.filter(pk=item.pk).update(state="postponed")
    assert said(case, "decision", {}) == {}


def test_the_number_of_queries_does_not_grow_with_the_records(
    case: Case, cast: Cast, django_assert_num_queries: Any
) -> None:
    first, second = defence_panel(cast).pk, defence_panel(cast, "D2").pk
    few = {"enrolment": {cast.lin.pk}, "panel": {first}}
    many = {"enrolment": {cast.lin.pk, cast.gu.pk, cast.shen.pk}, "panel": {first, second}}
    gate_answer(case, "defence", few, today())
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        gate_answer(case, "defence", few, today())
    with django_assert_num_queries(len(asked)):
        gate_answer(case, "defence", many, today())


def test_a_defence_is_not_held_back_by_that_its_day_lies_ahead(case: Case, cast: Cast) -> None:
    from preceptor.training.models import Milestone, MilestoneCase

    for kind, day in (("proposal", 6), ("midterm", 7), ("predefence", 8)):
        Milestone.objects.update_or_create(
            enrolment=cast.lin, kind=kind, attempt=1,
            defaults={"held_on": date(2023, day, 1), "outcome": "pass"},
        )  # fmt: skip
    judged = {"enrolment": {cast.lin.pk}}
    Milestone.objects.create(
        enrolment=cast.lin, kind="defence", attempt=1, planned_on=date(2024, 1, 10)
    )
    assert said(case, "defence", judged)["milestones.order"].verdict == "pending"
    MilestoneCase.objects.create(case=case, enrolment=cast.lin, milestone="defence", attempt=1)
    assert said(case, "defence", judged)["milestones.order"].verdict == "pass"
    assert Milestone.objects.get(enrolment=cast.lin, kind="defence").held_on is None
    Milestone.objects.filter(enrolment=cast.lin, kind="predefence").update(outcome="fail")
    assert said(case, "defence", judged)["milestones.order"].verdict != "pass"
