"""The demo institution has requests in every state, and work on every desk."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.cases.access import may_state_view
from preceptor.cases.models import Case, CaseKind, Hearing, Notice, Objection
from preceptor.cases.queries import tasks_of
from preceptor.demo.actions import INSTITUTION, build
from preceptor.demo.cases import plant_cases
from preceptor.demo.degrees import HEARD
from preceptor.demo.planted import conflicts_of_interest
from preceptor.demo.preparation import rules_in_force
from preceptor.institutions.queries import institution
from preceptor.people.models import Account, Delegation
from preceptor.standing.radar import conflicts, rule_of
from preceptor.standing.supposing import supposed_panel
from preceptor.training.models import MilestoneCase, Panel


@pytest.fixture(scope="module")
def small(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The institution at a tenth, judged, with its requests; taken back after the file."""
    with django_db_blocker.unblock(), transaction.atomic():
        build(scale=Decimal("0.1"), by=OPERATOR)
        rules_in_force()
        yield
        transaction.set_rollback(True)


pytestmark = pytest.mark.usefixtures("small")


def _where() -> set[tuple[str, str, str]]:
    rows = Case.objects.values_list("kind__name", "state", "stage")
    return {(kind, state, stage) for kind, state, stage in rows}


def test_a_tenth_of_the_institution_has_requests_in_every_state() -> None:
    assert Case.objects.count() >= 35
    states = set(Case.objects.values_list("state", flat=True))
    assert states == {"draft", "returned", "running", "granted", "refused", "withdrawn"}
    stages = set(Case.objects.filter(state="running").values_list("stage_kind", flat=True))
    assert stages == {"review", "compose", "sitting", "hearing", "notice"}


@pytest.mark.parametrize("step", ["proposal", "midterm", "clinical_exam", "predefence", "defence"])
def test_every_step_before_a_panel_waits_at_its_composition(step: str) -> None:
    assert (step, "running", "compose") in _where()


def test_a_defence_waits_with_a_committee_that_breaks_the_law_and_has_a_conflict() -> None:
    found = []
    rows = MilestoneCase.objects.filter(milestone="defence", case__stage="compose")
    for row in rows.exclude(panel=None).select_related("panel__enrolment"):
        panel = row.panel
        assert panel is not None
        seats = list(panel.seats.select_related("person"))
        standing = supposed_panel(panel, seats, today(), "zh-hans")
        day = panel.planned_on or today()
        ties = conflicts([seat.person for seat in seats], panel.enrolment, day, rule_of(panel))
        failing = {one.rule for one in standing.requirements if one.verdict.value == "fail"}
        if failing and any(
            tie.level == "block" for found_ties in ties.values() for tie in found_ties
        ):
            found.append(failing)
    assert any("law.defence.external" in failing for failing in found)


def test_a_refused_defence_is_under_academic_review() -> None:
    appeals = Case.objects.filter(appeal_of__kind__name="defence", appeal_of__state="refused")
    assert appeals.filter(kind__name="appeal_academic", state="running").exists()


def test_the_new_experts_of_an_academic_review_are_to_be_chosen() -> None:
    assert ("appeal_academic", "running", "compose") in _where()


def test_a_trainee_with_an_account_may_state_a_view_on_an_intended_refusal() -> None:
    hearing = Hearing.objects.select_related("case").get(decided_at=None)
    account = Account.objects.get(login=HEARD)
    assert account.person_id == hearing.case.person_id
    assert hearing.answer_until is not None
    assert hearing.answer_until > today()
    assert may_state_view(account, hearing.case)


def test_a_failed_vote_is_told_with_its_facts_and_never_by_the_words_of_who_agreed_before(
    client: Client,
) -> None:
    hearing = Hearing.objects.select_related("case").get(decided_at=None)
    agreed = hearing.case.steps.exclude(verb="tell").exclude(reason="")
    client.force_login(Account.objects.get(login=HEARD))
    page = client.get(reverse("case", args=[hearing.case_id]))
    told = page.context["hearing"].facts
    assert "学位法" in told
    assert not [step.reason for step in agreed if step.reason and step.reason in told]
    assert "样本量与研究方案不一致" in page.content.decode()


def test_after_a_public_notice_comes_the_decision_and_not_the_hearing_alone(client: Client) -> None:
    client.force_login(Account.objects.get(login="office"))
    page = client.get(reverse("case", args=[Notice.objects.get().case_id]))
    assert page.context["place"]["may_end"]
    first = Case.objects.filter(kind__name="degree_award", stage="sub_committee").first()
    assert first is not None
    page = client.get(reverse("case", args=[first.pk]))
    assert not page.context["place"]["may_end"]


def test_the_list_of_delegations_names_the_procedure_by_its_title(client: Client) -> None:
    client.force_login(Account.objects.get(login="office"))
    rows = client.get(reverse("delegations")).context["rows"]
    assert {str(row["tasks"]) for row in rows} == {"全部待办", "延长学习、休学与暂缓授予"}


def test_a_degree_is_on_public_display_with_an_objection_that_waits() -> None:
    notice = Notice.objects.get()
    assert notice.state == "open"
    assert notice.case.kind.name == "degree_award"
    assert [one.state for one in Objection.objects.filter(notice=notice)] == ["open"]


def test_the_office_acts_for_two_accounts_by_delegation() -> None:
    givers = Delegation.objects.filter(taker__login="office").values_list("giver__login", flat=True)
    assert set(givers) == {"supervisor", "secretary"}


@pytest.mark.parametrize("login", ["trainee", "supervisor", "secretary", "office", "leader"])
def test_nobody_s_list_of_tasks_is_empty(login: str) -> None:
    assert tasks_of(Account.objects.get(login=login))


def test_the_trainee_of_the_account_has_requests_to_follow() -> None:
    person = Account.objects.get(login="trainee").person
    assert Case.objects.filter(person=person).count() >= 2


def test_every_planted_conflict_is_found_on_its_panel() -> None:
    for number, person, kind in conflicts_of_interest():
        panel = Panel.objects.select_related("enrolment").get(number=number)
        seats = panel.seats.select_related("person").filter(person=person)
        day = panel.planned_on or today()
        ties = conflicts(
            [seat.person for seat in seats], panel.enrolment, day, rule_of(panel), panel
        )
        assert kind in {tie.kind for tie in ties[person]}


def test_requests_are_planted_once() -> None:
    before = Case.objects.count()
    assert plant_cases(institution(INSTITUTION)) == []
    assert Case.objects.count() == before


def test_a_kind_that_the_office_made_itself_has_requests_at_each_stage() -> None:
    kind = CaseKind.objects.get(name="conference_leave")
    assert (kind.state, kind.written_by_key != kind.approved_by_key) == ("in_force", True)
    rows = Case.objects.filter(kind=kind).order_by("pk")
    assert [row.stage or row.state for row in rows] == ["opinion", "office", "granted"]
