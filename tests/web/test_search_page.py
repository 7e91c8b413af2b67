"""One box finds trainees, panels, rules and units, within the reader's scope."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from preceptor.people.models import Account

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = pytest.mark.both

SignIn = Callable[..., Client]


def found(client: Client, text: str) -> set[str]:
    groups = client.get("/search/", {"q": text}).context["groups"]
    return {str(find["title"]) for group in groups for find in group["finds"]}


@pytest.mark.parametrize("text", ["林知远", "林知", "林", "lin zhi", "linzhiyuan", "2021110001"])
def test_a_trainee_is_found_by_name_pinyin_and_number(
    text: str, signed_in: SignIn, secretary: Account
) -> None:
    assert "林知远" in found(signed_in(secretary), text)


@pytest.mark.parametrize("text", ["林知远", "linzhi", "2021110001", "P-2022"])
def test_search_finds_nothing_of_another_hospital(
    text: str, signed_in: SignIn, neighbour: Account, stranger: Account
) -> None:
    for account in (neighbour, stranger):
        assert found(signed_in(account), text) == set()


def test_rules_and_units_are_found_in_both_languages(signed_in: SignIn, leader: Account) -> None:
    assert found(signed_in(leader, "en"), "general hosp") == {"General Hospital"}
    assert found(signed_in(leader), "总医院") == {"总医院"}
    assert found(signed_in(leader, "en"), "training.chief") == {
        "At least 6 months as chief resident or equivalent"
    }


def test_an_empty_box_asks_nothing_and_finds_nothing(signed_in: SignIn, office: Account) -> None:
    response = signed_in(office, "en").get("/search/?q=%20")
    assert response.context["groups"] == []
    assert "What are you looking for?" in response.content.decode()


@pytest.mark.parametrize("text", ["%", "_", "'; --", "\uffff", "林" * 500])
def test_odd_text_finds_nobody_and_breaks_nothing(
    text: str, signed_in: SignIn, cast: Cast, office: Account
) -> None:
    assert not {"林知远", "顾清妍", "沈墨白"} & found(signed_in(office), text)
