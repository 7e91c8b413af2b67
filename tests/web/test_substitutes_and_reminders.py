"""Who acts for somebody who is away hears of what waits, and sees no more than that; reminders stand on
the pages of those who are reminded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse

from preceptor.base.models import OutgoingMail
from preceptor.base.today import today
from preceptor.cases.access import visible_cases
from preceptor.cases.actions import remind
from preceptor.cases.models import Case, CaseStep
from preceptor.people.actions import declare_tie, delegate, end_delegation
from preceptor.people.models import Account, Delegation

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "case_cast"]
pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
WEEK = timedelta(days=7)
REASON = "报告课题结果，家属住院需陪同"


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Any) -> None:
    settings.PRECEPTOR_HOME = tmp_path


@pytest.fixture
def reached(supervisor: Account, neighbour: Account, leader: Account) -> None:
    for account in (supervisor, neighbour, leader):
        account.email = f"{account.login}@example.org"
        account.save(update_fields=["email"])


def given(giver: Account, taker: Account, **more: Any) -> Delegation:
    return delegate(
        giver=giver, taker=taker, valid_from=today(), valid_to=today() + WEEK, by=giver, **more
    )


def fresh(account: Account) -> Account:
    return Account.objects.get(pk=account.pk)


def told(begin: str) -> set[str]:
    rows = OutgoingMail.objects.filter(unique_key__startswith=begin)
    return set(rows.values_list("to", flat=True))


def test_who_acts_for_somebody_is_written_to_when_it_is_set(
    reached: None, supervisor: Account, leader: Account
) -> None:
    row = given(supervisor, leader)
    letter = OutgoingMail.objects.get(unique_key__startswith="delegation:")
    assert letter.to == "leader@example.org"
    assert supervisor.name in letter.subject and str(row.valid_to) in letter.subject


def test_a_reminder_reaches_the_substitute_too_while_the_delegation_lasts(
    reached: None, case: Case, trainee: Account, supervisor: Account, leader: Account
) -> None:
    row = given(supervisor, leader)
    remind(case=case, by=trainee)
    assert told("remind:") == {"supervisor@example.org", "leader@example.org"}
    OutgoingMail.objects.all().delete()
    end_delegation(delegation=row, by=supervisor)
    case.reminders.all().delete()
    remind(case=case, by=trainee)
    assert told("remind:") == {"supervisor@example.org"}


def test_a_substitute_for_another_kind_or_tied_to_the_person_hears_nothing_of_it(
    cast: Cast, reached: None, case: Case, trainee: Account, supervisor: Account, leader: Account
) -> None:
    given(supervisor, leader, case_kind="defence")
    remind(case=case, by=trainee)
    assert told("remind:") == {"supervisor@example.org"}
    Delegation.objects.update(case_kind="")
    leader.person = cast.persons["T2"]
    leader.save(update_fields=["person"])
    assert case.person is not None
    declare_tie(person=leader.person, other=case.person, kind="kinship", by=leader)
    case.reminders.all().delete()
    OutgoingMail.objects.all().delete()
    remind(case=case, by=trainee)
    assert told("remind:") == {"supervisor@example.org"}


def test_a_substitute_sees_the_request_while_it_waits_and_nothing_else_of_the_trainee(
    case: Case, supervisor: Account, neighbour: Account, signed_in: SignIn
) -> None:
    page = reverse("case", args=[case.pk])
    trainee = f"/trainees/{_enrolment(case)}/"
    assert signed_in(neighbour).get(page).status_code == 404
    given(supervisor, neighbour)
    client = signed_in(neighbour)
    assert client.get(page).status_code == 200
    assert client.get(trainee).status_code == 404
    data = {"revision": case.revision, "outcome": "agreed"}
    client.post(reverse("case_step", args=[case.pk, "decide"]), data)
    assert CaseStep.objects.filter(case=case, verb="agree").get().on_behalf_of == supervisor.name
    assert not visible_cases(fresh(neighbour)).exists()
    gone = client.get(page)
    assert gone.status_code == 404 and REASON not in gone.content.decode()


def _enrolment(case: Case) -> int:
    from preceptor.training.models import Enrolment

    return Enrolment.objects.get(person=case.person).pk


def test_a_delegation_that_ends_while_the_form_is_open_decides_nothing(
    case: Case, supervisor: Account, neighbour: Account, signed_in: SignIn
) -> None:
    row = given(supervisor, neighbour)
    client = signed_in(neighbour)
    assert client.get(reverse("case", args=[case.pk])).status_code == 200
    end_delegation(delegation=row, by=supervisor)
    data = {"revision": case.revision, "outcome": "agreed"}
    answer = client.post(reverse("case_step", args=[case.pk, "decide"]), data)
    assert answer.status_code == 404
    assert not CaseStep.objects.filter(case=case, verb="agree").exists()
    assert client.get("/tasks/").status_code == 200


@pytest.mark.parametrize(
    ("language", "said"), [("zh-hans", "今日已催办"), ("en", "reminded today")]
)
def test_a_reminder_stands_on_the_page_and_in_the_list_of_who_is_reminded(
    reached: None, case: Case, trainee: Account, supervisor: Account, signed_in: SignIn,
    language: str, said: str,
) -> None:  # fmt: skip
    client = signed_in(supervisor, language)
    page = reverse("case", args=[case.pk])
    assert said not in client.get("/tasks/").content.decode()
    remind(case=case, by=trainee)
    assert said in client.get("/tasks/").content.decode()
    names = [trainee.name]
    assert all(name in client.get(page).content.decode() for name in names)
    asked = {"zh-hans": "今天催办", "en": "asked today for this to be seen to"}
    assert asked[language] in client.get(page).content.decode()
