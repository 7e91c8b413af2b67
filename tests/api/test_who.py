"""Who may call the interface: a session with its token, or a key in force."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from answers import page_of, text_of
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.people.actions import close_account, make_key, revoke_key
from preceptor.people.models import AccessKey, Account
from preceptor.people.queries import account_of_key

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "program"]
pytestmark = pytest.mark.django_db
STATE = {"to": "suspended", "on": "2024-05-02", "reason": "祖母病重需要照料"}


def code_of(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def test_nobody_is_told_to_sign_in_and_is_not_led_anywhere(cast: Cast) -> None:
    response = Client().get(f"/api/v1/enrolments/{cast.lin.pk}")
    assert code_of(response) == (401, "not_signed_in")
    assert "林知远" not in text_of(response)


def test_a_key_reads_what_its_account_sees(cast: Cast, trainee: Account, program: Any) -> None:
    caller = program(trainee)
    found = caller.get(f"/enrolments/{cast.lin.pk}").json()
    assert found["person"]["name_zh"] == "林知远"
    assert code_of(caller.get(f"/enrolments/{cast.gu.pk}")) == (404, "not_found")


@pytest.mark.parametrize("sent", ["Bearer wrong", "Bearer ", "Bearer", "Basic dTpw", "Bearer \x7f"])
def test_a_wrong_key_opens_nothing_even_beside_a_session(
    sent: str, office: Account, signed_in: Callable[..., Client]
) -> None:
    response = signed_in(office).get("/api/v1/enrolments", headers={"Authorization": sent})
    assert code_of(response) == (401, "not_signed_in")


def test_a_key_that_is_revoked_expired_or_of_a_closed_account_opens_nothing(
    office: Account, secretary: Account, trainee: Account
) -> None:
    revoked, secret = make_key(account=office, name="one", by=office)
    revoke_key(key=revoked, by=office)
    assert account_of_key(secret) is None
    expired, secret = make_key(account=secretary, name="two", by=secretary, days=1)
    assert account_of_key(secret) == expired
    AccessKey.objects.filter(pk=expired.pk).update(expires_on=today() - timedelta(days=1))
    assert account_of_key(secret) is None
    _key, secret = make_key(account=trainee, name="three", by=trainee)
    close_account(account=trainee, by=OPERATOR)
    assert account_of_key(secret) is None


def test_of_a_key_only_a_digest_is_kept_and_the_journal_does_not_tell_it(office: Account) -> None:
    key, secret = make_key(account=office, name="reads lists", by=office, may_write=True)
    assert secret not in str(AccessKey.objects.values().get(pk=key.pk))
    line = JournalEntry.objects.get(verb="key.make")
    assert secret not in str(line.after) and key.digest not in str(line.after)
    assert key.expires_on <= today() + timedelta(days=365)


def test_nobody_makes_or_revokes_a_key_of_another(office: Account, trainee: Account) -> None:
    key, _secret = make_key(account=trainee, name="own", by=trainee)
    with pytest.raises(NotPermitted):
        make_key(account=trainee, name="for another", by=office)
    with pytest.raises(NotPermitted):
        revoke_key(key=key, by=office)
    assert AccessKey.objects.get().revoked_at is None


@pytest.mark.parametrize(("name", "days"), [(" ", 9), ("x" * 81, 9), ("x", 0), ("x", 366)])
def test_a_key_has_a_name_and_an_end(office: Account, name: str, days: int) -> None:
    with pytest.raises(InputRefused):
        make_key(account=office, name=name, days=days, by=office)


def test_an_account_keeps_no_more_than_twenty_keys(office: Account) -> None:
    for number in range(20):
        make_key(account=office, name=str(number), by=office)
    with pytest.raises(RuleBroken):
        make_key(account=office, name="one too many", by=office)


def test_a_key_that_reads_does_not_write(cast: Cast, secretary: Account, program: Any) -> None:
    caller = program(secretary, may_write=False)
    response = caller.post(f"/enrolments/{cast.lin.pk}/state", STATE)
    assert code_of(response) == (403, "not_permitted")
    cast.lin.refresh_from_db()
    assert cast.lin.state == "candidate"
    assert program(secretary).post(f"/enrolments/{cast.lin.pk}/state", STATE).status_code == 200


def test_the_day_on_which_a_key_was_used_is_kept_and_nothing_else_is_written(
    office: Account, program: Any
) -> None:
    caller, lines = program(office), JournalEntry.objects.count()
    for _again in range(2):
        assert caller.get("/units").status_code == 200
    assert AccessKey.objects.get().last_used_on == today()
    assert JournalEntry.objects.count() == lines + 0


def test_a_session_writes_only_with_the_token_of_a_page(
    cast: Cast, secretary: Account, signed_in: Callable[..., Client]
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed_in(secretary).cookies
    address = f"/api/v1/enrolments/{cast.lin.pk}/state"
    response = client.post(address, STATE, content_type="application/json")
    assert code_of(response) == (403, "not_permitted")
    client.get("/account/")
    token = client.cookies["csrftoken"].value
    sent = client.post(
        address, STATE, content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert sent.status_code == 200
    assert sent.json()["state"] == "suspended"


def test_a_page_makes_a_key_shows_it_once_and_revokes_it(
    office: Account, trainee: Account, signed_in: Callable[..., Client]
) -> None:
    client = signed_in(office)
    made = client.post("/account/keys/new/", {"name": "排课程序", "days": "30"})
    secret = made.context["secret"]
    assert secret in page_of(made)
    assert made["Cache-Control"] == "no-store"
    listed = page_of(client.get("/account/"))
    assert "排课程序" in listed and secret not in listed
    key = AccessKey.objects.get()
    assert (key.expires_on, key.may_write) == (today() + timedelta(days=30), False)
    other = signed_in(trainee).post(f"/account/keys/{key.pk}/revoke/")
    assert other.status_code == 404
    assert client.post(f"/account/keys/{key.pk}/revoke/").status_code == 302
    assert account_of_key(secret) is None


def test_a_closed_account_is_asked_again_on_each_call(office: Account, program: Any) -> None:
    caller = program(office)
    assert caller.get("/account").json()["login"] == "office"
    close_account(account=office, by=OPERATOR)
    assert caller.get("/account").status_code == 401


def test_a_day_is_told_as_iso(cast: Cast, office: Account, program: Any) -> None:
    told = program(office).get(f"/enrolments/{cast.lin.pk}").json()["cohort_on"]
    assert date.fromisoformat(told) == cast.lin.cohort_on
