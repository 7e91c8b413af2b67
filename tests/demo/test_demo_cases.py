"""The demo institution has requests in every state, and work on every desk."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.cases.models import Case
from preceptor.cases.queries import tasks_of
from preceptor.demo.actions import INSTITUTION, build
from preceptor.demo.cases import plant_cases
from preceptor.demo.planted import conflicts_of_interest
from preceptor.demo.preparation import rules_in_force
from preceptor.institutions.queries import institution
from preceptor.people.models import Account
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
    assert {"review", "compose", "sitting"} <= stages


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
