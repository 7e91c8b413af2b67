"""The page on which somebody appeals against a decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from answers import page_of
from new_experts import refused_leave
from preceptor.people.models import Account

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "case_cast"]
pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


def test_who_may_appeal_reads_until_when_and_keeps_the_ways_of_the_phone(
    cast: Cast, trainee: Account, port: object, signed_in: SignIn
) -> None:
    case = refused_leave(cast, trainee)
    page = signed_in(trainee).get(f"/cases/{case.pk}/appeal/")
    assert page.status_code == 200
    text = page_of(page)
    open_ones = [way for way in page.context["ways"] if way["permit"]]
    assert open_ones
    assert all(way["until"].isoformat() in text for way in open_ones)
    bar = text[text.index('class="phone-bar"') :].partition("</nav>")[0]
    assert '"/tasks/"' in bar
