"""The pages of accounts and roles: who may sign in, in what role, since when and until when."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from preceptor.base.actors import OPERATOR
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.people.actions import open_account
from preceptor.people.models import Account, Role

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = pytest.mark.django_db

SignIn = Callable[..., Client]


def text_of(response: Any) -> str:
    return str(response.content.decode())


def asked(cast: Cast, **changed: Any) -> dict[str, Any]:
    return {
        "login": "qin", "number": "T2", "email": "", "kind": "secretary",
        "unit": cast.cancer.pk, "valid_from": today().isoformat(), **changed,
    }  # fmt: skip


def test_the_office_opens_an_account_whose_first_password_works_and_is_shown_once(
    signed_in: SignIn, office: Account, cast: Cast, client: Client
) -> None:
    response = signed_in(office).post(reverse("account_open"), asked(cast))
    made = Account.objects.get(login="qin")
    found = re.search(r"首个密码</dt><dd><code>([^<]+)</code>", text_of(response))
    assert found and made.check_password(found[1])
    assert response["Cache-Control"] == "no-store"
    (role,) = Role.objects.known().filter(account=made)
    assert (role.kind, role.unit) == ("secretary", cast.cancer)
    again = signed_in(office).get(reverse("account_of", args=[made.pk]))
    assert found[1] not in text_of(again)
    assert found[1] not in "".join(str(line.after) for line in JournalEntry.objects.all())


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"number": "T999"}, "T999"),
        ({"login": "office"}, "office"),
        ({"login": "a b"}, "._-@"),
        ({"valid_from": "2024-02-30"}, "2023-12-31"),
        ({"kind": "operator"}, "operator"),
    ],
)
def test_what_cannot_be_opened_is_said_at_the_form_and_nothing_is_written(
    signed_in: SignIn, office: Account, cast: Cast, changed: dict[str, Any], said: str
) -> None:
    before = Account.objects.count()
    response = signed_in(office).post(reverse("account_open"), asked(cast, **changed))
    assert response.status_code == 200
    assert said.replace("._-@", ".") in text_of(response)
    assert Account.objects.count() == before


def test_a_person_has_one_account(
    signed_in: SignIn, office: Account, supervisor: Account, cast: Cast
) -> None:
    response = signed_in(office).post(reverse("account_open"), asked(cast, number="T1"))
    assert supervisor.login in text_of(response)
    assert not Account.objects.filter(login="qin").exists()


def test_a_role_is_granted_ended_and_its_history_stays(
    signed_in: SignIn, office: Account, secretary: Account, cast: Cast
) -> None:
    page = reverse("account_of", args=[secretary.pk])
    client = signed_in(office)
    client.post(
        page, {"kind": "leader", "unit": cast.general.pk, "valid_from": today().isoformat()}
    )
    role = Role.objects.known().get(account=secretary, kind="leader")
    last = today() + timedelta(days=3)
    client.post(
        reverse("role_end", args=[secretary.pk, role.pk]),
        {"last_day": last.isoformat(), "reason": "调任"},
    )
    assert Role.objects.known().get(account=secretary, kind="leader").valid_to == last
    assert last.isoformat() in text_of(client.get(page))


def test_a_closed_account_cannot_sign_in_until_it_is_open_again(
    signed_in: SignIn, office: Account, trainee: Account
) -> None:
    switch = reverse("account_switch", args=[trainee.pk])
    client = signed_in(office)
    client.post(switch)
    assert not Account.objects.get(pk=trainee.pk).is_active
    client.post(switch)
    assert Account.objects.get(pk=trainee.pk).is_active


def test_only_the_office_sees_accounts_and_a_secretary_learns_nothing(
    signed_in: SignIn, secretary: Account, leader: Account, stranger: Account, trainee: Account
) -> None:
    for reader in (secretary, leader, stranger, trainee):
        client = signed_in(reader)
        for address in (reverse("accounts"), reverse("account_of", args=[trainee.pk])):
            response = client.get(address)
            assert response.status_code == 404
            assert trainee.login not in text_of(response).replace(reader.login, "")
        response = client.post(reverse("account_switch", args=[trainee.pk]))
        assert response.status_code == 404
        assert Account.objects.get(pk=trainee.pk).is_active


def test_accounts_of_another_institution_are_not_there(
    signed_in: SignIn, office: Account, stranger: Account
) -> None:
    client = signed_in(office)
    assert stranger.login not in text_of(client.get(reverse("accounts")))
    assert client.get(reverse("account_of", args=[stranger.pk])).status_code == 404


def test_the_list_asks_as_often_for_many_accounts_as_for_few(
    signed_in: SignIn, office: Account, cast: Cast
) -> None:
    client = signed_in(office)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("accounts"))
        return len(captured)

    queries()
    few = queries()
    for number, person in enumerate(list(cast.persons.values())[1:8]):
        if not Account.objects.filter(person=person).exists():
            open_account(
                login=f"more{number}", name=person.name_zh, password="x", person=person, by=OPERATOR
            )
    assert queries() == few <= 12
