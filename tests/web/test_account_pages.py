"""Signing in and out, the account, preferences, and the health page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from answers import page_of, text_of
from preceptor.base.models import Job, JournalEntry
from preceptor.people.actions import change_password
from preceptor.people.models import Account

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]

SignIn = Callable[..., Client]
PASSWORD = "only-for-tests-2026"


def sign_in(client: Client, login: str, password: str, **more: str) -> Any:
    return client.post("/sign-in/", {"username": login, "password": password, **more})


def test_a_secretary_signs_in_and_is_led_to_the_page_asked_for(secretary: Account) -> None:
    response = sign_in(Client(), "secretary", PASSWORD, next="/trainees/")
    assert response.status_code == 302
    assert response.headers["Location"] == "/trainees/"


def test_signing_in_never_leads_to_another_site(secretary: Account) -> None:
    response = sign_in(Client(), "secretary", PASSWORD, next="https://elsewhere.example/")
    assert response.headers["Location"] == "/"


def test_a_wrong_password_and_an_unknown_name_read_the_same(secretary: Account) -> None:
    said = [
        sign_in(Client(), login, "wrong").context["form"].non_field_errors()
        for login in ("secretary", "nobody-of-this-name")
    ]
    assert said[0] == said[1]
    assert len(said[0]) == 1


def test_after_eight_wrong_passwords_even_the_right_one_waits(secretary: Account) -> None:
    client = Client()
    answers = [sign_in(client, "secretary", "wrong").status_code for _try in range(8)]
    assert answers[-1] == 429
    locked = sign_in(client, "secretary", PASSWORD)
    assert locked.status_code == 429
    assert "secretary" not in locked.content.decode()


def test_signing_out_needs_a_post(signed_in: SignIn, secretary: Account) -> None:
    client = signed_in(secretary)
    assert client.get("/sign-out/").status_code == 405
    assert client.get("/account/").status_code == 200
    client.post("/sign-out/")
    assert client.get("/account/").status_code == 302


def test_the_account_names_its_roles_and_units(signed_in: SignIn, secretary: Account) -> None:
    response = signed_in(secretary, "en").get("/account/")
    assert [(role["title"], role["unit"]) for role in response.context["roles"]] == [
        ("secretary", "General Hospital")
    ]


NEW = "plum-blossom-at-dawn-7"
CHOSEN = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}


def test_the_own_password_is_changed_and_the_reader_stays_signed_in(
    signed_in: SignIn, secretary: Account
) -> None:
    client, elsewhere = Client(), Client()
    for each in (client, elsewhere):
        assert sign_in(each, "secretary", PASSWORD).status_code == 302
    response = client.post("/account/password/", CHOSEN, follow=True)
    assert response.redirect_chain == [("/account/", 302)]
    assert [str(message) for message in response.context["messages"]] == ["密码已更改。"]
    assert elsewhere.get("/account/").status_code == 302
    assert sign_in(Client(), "secretary", PASSWORD).status_code == 200
    assert sign_in(Client(), "secretary", NEW).status_code == 302


def test_the_journal_tells_that_a_password_was_changed_and_nothing_of_it(
    signed_in: SignIn, secretary: Account
) -> None:
    signed_in(secretary).post("/account/password/", CHOSEN)
    line = JournalEntry.objects.get(verb="account.password")
    assert (line.actor_key, line.subject_key) == (secretary.actor_key, str(secretary.pk))
    assert not (line.before or line.after)


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"old_password": "wrong"}, "old_password", ("当前密码", "present password")),
        ({"new_password2": NEW + "x"}, "new_password2", ("不一致", "differ")),
        (
            {"new_password1": "short-1", "new_password2": "short-1"}, "new_password2",
            ("10", "10 characters"),
        ),
        (
            {"new_password1": "1234567890", "new_password2": "1234567890"}, "new_password2",
            ("密码太常见", "too common"),
        ),
        (
            {"new_password1": "secretary-1", "new_password2": "secretary-1"}, "new_password2",
            ("相似", "too similar"),
        ),
    ],
)  # fmt: skip
def test_a_password_that_will_not_do_is_refused_in_both_languages_and_the_old_one_stays(
    given: dict[str, str], field: str, said: tuple[str, str], signed_in: SignIn, secretary: Account
) -> None:
    for language, words in zip(("zh-hans", "en"), said, strict=True):
        response = signed_in(secretary, language).post("/account/password/", CHOSEN | given)
        assert response.status_code == 200
        assert list(response.context["form"].errors) == [field]
        page = response.content.decode()
        (said_there,) = re.findall(r'<p class="field-error">.*?</svg>(.*?)</p>', page)
        assert words in said_there
        assert PASSWORD not in page
    assert not JournalEntry.objects.filter(verb="account.password").exists()
    assert sign_in(Client(), "secretary", PASSWORD).status_code == 302


def test_nobody_changes_the_password_of_another(secretary: Account, neighbour: Account) -> None:
    with pytest.raises(PermissionDenied):
        change_password(account=secretary, password=NEW, by=neighbour)
    assert Client().post("/account/password/", CHOSEN).status_code == 302
    assert sign_in(Client(), "secretary", PASSWORD).status_code == 302


def test_the_account_leads_to_the_change_of_the_password(
    signed_in: SignIn, secretary: Account
) -> None:
    client = signed_in(secretary, "en")
    assert 'href="/account/password/"' in client.get("/account/").content.decode()
    assert "Change the password" in client.get("/account/password/").content.decode()


def test_the_accounts_of_a_demonstration_are_offered_only_where_there_is_one(
    home: Path, db: None
) -> None:
    assert "demo_accounts" not in Client().get("/sign-in/").context
    known = {"password": "shown-to-all", "accounts": [{"role": "office", "username": "office"}]}
    (home / "demonstration.json").write_text(json.dumps(known), encoding="utf-8")
    page = Client().get("/sign-in/")
    assert page.context["demo_accounts"][0]["username"] == "office"
    assert "shown-to-all" in page.content.decode()


@pytest.mark.parametrize(
    ("part", "title"), [("postdoc", "博士后"), ("pi", "独立 PI"), ("director", "项目主任")]
)
def test_a_demonstration_names_an_account_by_its_part_where_no_role_does(
    home: Path, db: None, part: str, title: str
) -> None:
    account = {"role": "leader", "username": part, "part": part}
    known = {"password": "shown-to-all", "accounts": [account]}
    (home / "demonstration.json").write_text(json.dumps(known), encoding="utf-8")
    [shown] = Client().get("/sign-in/").context["demo_accounts"]
    assert shown["role"] == title


@pytest.mark.parametrize(
    ("address", "name", "value"),
    [("/theme/", "theme", "dark"), ("/language/", "language", "en")],
)
def test_a_stranger_may_choose_theme_and_language(address: str, name: str, value: str) -> None:
    client = Client()
    response = client.post(address, {name: value, "next": "/sign-in/"})
    assert response.headers["Location"] == "/sign-in/"
    assert client.cookies[name].value == value
    assert client.cookies[name]["samesite"] == "Lax"


@pytest.mark.parametrize("address", ["/theme/", "/language/"])
def test_a_preference_needs_a_post_and_a_known_value_and_stays_on_this_site(address: str) -> None:
    client = Client()
    assert client.get(address).status_code == 405
    given = {"theme": "neon", "language": "xx", "next": "//elsewhere.example/"}
    response = client.post(address, given)
    assert response.headers["Location"] == "/"
    assert not {"theme", "language"} & set(client.cookies)


def test_health_is_open_to_all_and_names_nobody(cast: Cast) -> None:
    page = Client().get("/health/", headers={"accept": "text/html"})
    machine = Client().get("/health/?format=json")
    assert (page.status_code, machine.status_code) == (200, 200)
    assert machine.json()["ok"] is True
    assert machine.json()["parts"]["journal"]["value"] > 0
    for told in (page_of(page), text_of(machine)):
        assert "林知远" not in told
        assert "operator" not in told


def test_health_says_when_no_worker_takes_what_is_due(db: None) -> None:
    due = timezone.now() - timedelta(minutes=30)
    Job.objects.create(key=uuid4(), task="nothing", run_at=due)
    response = Client().get("/health/?format=json")
    assert response.status_code == 503
    assert response.json()["parts"]["worker"]["works"] is False
    assert response.json()["parts"]["database"]["works"] is True


def test_health_answers_even_when_the_database_does_not(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*given: Any, **named: Any) -> None:
        raise OperationalError("no connection to server at 10.0.0.7 as user preceptor")

    with monkeypatch.context() as broken:
        broken.setattr(connection, "cursor", refuse)
        answers = [
            Client().get("/health/", headers={"accept": accept})
            for accept in ("text/html", "application/json")
        ]
    assert [answer.status_code for answer in answers] == [503, 503]
    assert not any("10.0.0.7" in answer.content.decode() for answer in answers)
