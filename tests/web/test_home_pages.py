"""The first page of each role."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.people.models import Account
from preceptor.standing.actions import evaluate_all
from preceptor.standing.models import PackDraft, PackInForce
from preceptor.training.actions import record_milestones
from preceptor.training.choices import EnrolmentState, MilestoneKind
from preceptor.training.models import Enrolment, Milestone

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]

SignIn = Callable[..., Client]


def test_a_trainee_sees_standing_next_step_and_who_acts_at_once(
    signed_in: SignIn, trainee: Account
) -> None:
    page = signed_in(trainee, "en").get("/").content.decode()
    assert "19 months; at least 24 required" in page
    assert "mid-term assessment" in page
    assert "The secretary of the hospital calls the panel." in page


def test_a_supervisor_sees_the_own_trainees_with_verdicts_and_nobody_else(
    signed_in: SignIn, supervisor: Account
) -> None:
    response = signed_in(supervisor).get("/")
    assert {row[0]["text"] for row in response.context["rows"]} == {"林知远", "顾清妍"}
    assert all(row[-1]["verdict"] == "open" for row in response.context["rows"])
    assert "沈墨白" not in response.content.decode()


def test_the_overview_counts_the_own_unit_only(
    signed_in: SignIn, secretary: Account, neighbour: Account, office: Account, leader: Account
) -> None:
    counted = {
        account: signed_in(account).get("/").context["overview"]["enrolled"]
        for account in (secretary, neighbour, office, leader)
    }
    assert counted == {secretary: "2", neighbour: "1", office: "3", leader: "3"}


def test_the_tiles_lead_to_as_many_trainees_as_they_say(
    signed_in: SignIn, cast: Cast, office: Account
) -> None:
    Enrolment.objects.filter(pk=cast.gu.pk).update(state=EnrolmentState.AWARDED)
    client = signed_in(office, "en")
    overview = client.get("/").context["overview"]
    assert (overview["enrolled"], overview["all"]) == ("2", "3")
    for count, address in (("2", "studying_url"), ("3", "all_url")):
        assert client.get(overview[address]).context["count_text"] == f"{count} trainees"
    for bar in overview["states"]:
        found = client.get(bar["url"]).context["count_text"]
        assert found.startswith(f"{bar['text']} ")


def test_each_count_by_rule_leads_to_as_many_trainees(signed_in: SignIn, office: Account) -> None:
    client = signed_in(office)
    rules = client.get("/").context["overview"]["rules"]
    checked = 0
    for rule in rules:
        for link in rule["links"]:
            if link["count"]:
                found = client.get(link["url"]).context["count_text"]
                assert found.startswith(f"{link['count']} ")
                checked += 1
    assert checked >= 4


def test_a_trainee_short_of_months_needs_attention_once_the_predefence_is_planned(
    signed_in: SignIn, cast: Cast, office: Account, neighbour: Account
) -> None:
    assert signed_in(office).get("/").context["overview"]["problems"] == []
    planned = Milestone(
        enrolment=cast.lin, kind=MilestoneKind.PREDEFENCE, planned_on=date(2024, 1, 16)
    )
    record_milestones(institution=cast.institution, milestones=[planned], by=OPERATOR)
    overview = signed_in(office, "en").get("/").context["overview"]
    assert {(one["name"], one["title"]) for one in overview["problems"]} == {
        ("Lin Zhiyuan", "At least 24 months of clinical training"),
        ("Lin Zhiyuan", "At least 6 months as chief resident or equivalent"),
    }
    assert overview["problem_count"] == "2"
    assert "林知远" not in signed_in(neighbour).get("/").content.decode()


def test_an_account_without_a_role_is_told_whom_to_ask(
    signed_in: SignIn, stranger: Account
) -> None:
    page = signed_in(stranger, "en").get("/").content.decode()
    assert "Your account has no role today" in page
    assert "林知远" not in page


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_home_of_each_role_is_written_in_both_languages(
    language: str,
    signed_in: SignIn,
    trainee: Account,
    supervisor: Account,
    secretary: Account,
    office: Account,
    leader: Account,
) -> None:
    for account in (trainee, supervisor, secretary, office, leader):
        response = signed_in(account, language).get("/")
        assert response.status_code == 200
        assert f'lang="{language}"' in response.content.decode().lower()


def test_the_overview_asks_as_often_however_much_is_recorded(
    signed_in: SignIn, cast: Cast, office: Account
) -> None:
    client = signed_in(office)

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/")
        return len(captured)

    def plan(*trainees: Enrolment) -> None:
        planned = [
            Milestone(enrolment=row, kind=MilestoneKind.PREDEFENCE, planned_on=date(2024, 1, 16))
            for row in trainees
        ]
        record_milestones(institution=cast.institution, milestones=planned, by=OPERATOR)
        evaluate_all(institution=cast.institution, on=today(), by=OPERATOR)

    plan(cast.lin)
    asked()
    before = asked()
    plan(cast.gu, cast.shen)
    assert asked() == before
    assert before <= 12


def test_the_home_of_each_role_asks_at_most_twelve_times(
    signed_in: SignIn,
    trainee: Account,
    supervisor: Account,
    secretary: Account,
    office: Account,
    leader: Account,
) -> None:
    for account in (trainee, supervisor, secretary, office, leader):
        client = signed_in(account)
        client.get("/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/")
        assert len(captured) <= 12, account.login


def test_whoever_approves_is_told_of_a_planned_change_that_waits_and_its_author_is_not(
    signed_in: SignIn, office: Account, leader: Account, secretary: Account, cast: Cast
) -> None:
    base = PackInForce.objects.get(institution=cast.institution)
    PackDraft.objects.create(
        institution=cast.institution, pack=base.pack, base=base, overlay="", author="office",
        author_key=office.actor_key, state="proposed",
    )  # fmt: skip
    told = {
        account.login: "待您审批的规则修订" in signed_in(account).get("/").content.decode()
        for account in (office, leader, secretary)
    }
    assert told == {"office": False, "leader": True, "secretary": False}
