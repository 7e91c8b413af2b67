"""The guidance committee on the page of its trainee: members, days of meetings, advice, for its readers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from answers import page_of
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.cases.actions import (
    advise,
    call_meeting,
    give_seat,
    open_sitting,
    set_up_body,
)
from preceptor.cases.models import Body
from preceptor.people.models import Account

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = pytest.mark.django_db

SignIn = Callable[..., Client]
NAME, ADVICE = "林知远指导小组", "每两周汇报一次进展"


def at(days: int) -> datetime:
    """Two in the afternoon, so many days from today."""
    day = today() + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, datetime.min.time()) + timedelta(hours=14))


@pytest.fixture
def guidance(cast: Cast) -> Body:
    """The committee of 林知远, that met today, meets again in ten days, and gave an advice."""
    body = set_up_body(
        institution=cast.institution, unit=cast.general, code="G-01", kind="guidance",
        name_zh=NAME, name_en="Guidance committee of Lin Zhiyuan", opened_on=date(2024, 9, 1),
        person=cast.persons["S1"], meetings_a_year=2, by=OPERATOR,
    )  # fmt: skip
    give_seat(
        body=body, person=cast.persons["T1"], role="chair", valid_from=date(2024, 9, 1), by=OPERATOR
    )
    open_sitting(sitting=call_meeting(body=body, starts_at=at(0), by=OPERATOR), by=OPERATOR)
    call_meeting(body=body, starts_at=at(10), by=OPERATOR)
    advise(
        body=body, text=ADVICE, given_on=today(), person=cast.persons["S1"],
        owner=cast.persons["S1"], due_on=today() + timedelta(days=14), by=OPERATOR,
    )  # fmt: skip
    return body


def page(client: Client, cast: Cast) -> str:
    return page_of(client.get(f"/trainees/{cast.lin.pk}/?show=guidance"))


@pytest.mark.parametrize("who", ["trainee", "supervisor", "secretary", "office", "leader"])
def test_the_trainees_page_shows_who_guides_when_they_met_and_what_they_advised(
    cast: Cast, guidance: Body, who: str, signed_in: SignIn, request: pytest.FixtureRequest
) -> None:
    found = page(signed_in(request.getfixturevalue(who), "zh-hans"), cast)
    for text in (
        NAME, "江晚晴", ADVICE, today().isoformat(), (today() + timedelta(days=10)).isoformat(),
        f"/bodies/{guidance.pk}/",
    ):  # fmt: skip
        assert text in found, text


def test_another_trainee_of_the_same_hospital_shows_nothing_of_it(
    cast: Cast, guidance: Body, office: Account, signed_in: SignIn
) -> None:
    other = page_of(signed_in(office).get(f"/trainees/{cast.gu.pk}/?show=guidance"))
    assert NAME not in other
    assert ADVICE not in other


def test_who_keeps_the_unit_is_led_to_set_one_up_with_what_is_known_filled_in(
    cast: Cast, secretary: Account, trainee: Account, signed_in: SignIn
) -> None:
    client = signed_in(secretary)
    path = f"/bodies/new/?kind=guidance&unit={cast.general.pk}&person={cast.lin.student_number}"
    assert path in page(client, cast)
    form = page_of(client.get(path))
    assert f'value="{cast.lin.student_number}"' in form
    assert '<option value="guidance" selected>' in form
    assert "/bodies/new/" not in page(signed_in(trainee), cast)


def test_the_page_asks_as_much_for_one_meeting_as_for_four(
    cast: Cast, guidance: Body, office: Account, signed_in: SignIn
) -> None:
    client = signed_in(office)

    def asked() -> int:
        page(client, cast)
        with CaptureQueriesContext(connection) as queries:
            page(client, cast)
        return len(queries)

    before = asked()
    for days in (20, 30):
        call_meeting(body=guidance, starts_at=at(days), by=OPERATOR)
        advise(
            body=guidance, text="补做样本量估算", given_on=today(), owner=cast.persons["T1"],
            by=OPERATOR,
        )  # fmt: skip
    assert asked() == before
    assert before <= 12
