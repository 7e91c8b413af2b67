"""The page of “what if”: before and after side by side, for those who see the trainee; no traces."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from preceptor.base import journal
from preceptor.people.models import Account
from preceptor.training.models import Milestone, Rotation

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]

SignIn = Callable[..., Client]
FIVE_MONTHS = {"rotation": "specialty", "first": "2023-04", "last": "2023-08"}


def text_of(response: Any) -> str:
    return str(response.content.decode())


def address_of(cast: Cast) -> str:
    return f"/trainees/{cast.lin.pk}/what-if/"


def test_five_more_months_stand_beside_what_is_recorded(
    signed_in: SignIn, trainee: Account, cast: Cast
) -> None:
    response = signed_in(trainee, "en").get(address_of(cast), FIVE_MONTHS)
    [clinical] = response.context["changed"]
    assert (clinical["before"]["verdict"], clinical["after"]["verdict"]) == ("fail", "pass")
    assert "19 months" in clinical["before"]["text"]
    assert "24 months" in clinical["after"]["text"]
    assert "1 requirement would be judged otherwise." in text_of(response)


def test_everyone_who_sees_the_trainee_may_suppose_and_nobody_else(
    signed_in: SignIn, cast: Cast, trainee: Account, supervisor: Account, secretary: Account,
    office: Account, leader: Account, stranger: Account, neighbour: Account,
) -> None:  # fmt: skip
    for account in (trainee, supervisor, secretary, office, leader):
        assert signed_in(account).get(address_of(cast), FIVE_MONTHS).status_code == 200
    for account in (stranger, neighbour):
        answer = signed_in(account).get(address_of(cast), FIVE_MONTHS)
        assert answer.status_code == 404
        assert "林知远" not in text_of(answer)
        assert "2021110001" not in text_of(answer)


def test_the_trainees_page_leads_there(signed_in: SignIn, trainee: Account, cast: Cast) -> None:
    page = text_of(signed_in(trainee).get(f"/trainees/{cast.lin.pk}/"))
    assert address_of(cast) in page


def test_nothing_is_written_and_nothing_can_be_sent(
    signed_in: SignIn, office: Account, cast: Cast
) -> None:
    client, head = signed_in(office), journal.head()
    rows = Rotation.objects.count(), Milestone.objects.count()
    given = {**FIVE_MONTHS, "step": "defence", "passed_on": "2023-12-01", "similarity": "31"}
    client.get(address_of(cast), given)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address_of(cast), given).status_code == 200
    assert {query["sql"].split()[0] for query in captured} == {"SELECT"}
    assert client.post(address_of(cast), given).status_code == 405
    assert journal.head() == head
    assert (Rotation.objects.count(), Milestone.objects.count()) == rows


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"rotation": "specialty"}, "Fill this in too"),
        ({"first": "2023-04"}, "Fill this in too"),
        ({"step": "midterm"}, "Fill this in too"),
        ({**FIVE_MONTHS, "last": "2023-03"}, "lies before the first"),
        ({**FIVE_MONTHS, "last": "2099-03"}, "ten years after"),
        ({**FIVE_MONTHS, "first": "2023-13"}, "There is no such month"),
        ({**FIVE_MONTHS, "first": "0001-01"}, "There is no such day"),
        ({"step": "midterm", "passed_on": "2023-02-30"}, "There is no such day"),
        ({"step": "midterm", "passed_on": "9999-12-31"}, "There is no such day"),
        ({"similarity": "101"}, "100"),
        ({"similarity": "-1"}, "0"),
    ],
)
def test_half_a_supposition_is_named_and_nothing_is_judged(
    signed_in: SignIn, office: Account, cast: Cast, given: dict[str, str], said: str
) -> None:
    response = signed_in(office, "en").get(address_of(cast), given)
    assert response.status_code == 200
    assert said in text_of(response)
    assert "lead" not in response.context
    assert 'aria-invalid="true"' in text_of(response)


def test_an_empty_form_judges_nothing(signed_in: SignIn, office: Account, cast: Cast) -> None:
    response = signed_in(office, "en").get(address_of(cast), {"rotation": "", "similarity": ""})
    assert "lead" not in response.context
    assert "Fill this in too" not in text_of(response)


def test_what_changes_nothing_says_so(signed_in: SignIn, office: Account, cast: Cast) -> None:
    again = {"rotation": "specialty", "first": "2021-09", "last": "2022-12"}
    response = signed_in(office, "en").get(address_of(cast), again)
    assert "No requirement would be judged otherwise." in text_of(response)
    assert not response.context["changed"]
    assert len(response.context["same"]) > 2


def test_a_step_supposed_moves_the_next_step(
    signed_in: SignIn, supervisor: Account, cast: Cast
) -> None:
    given = {"step": "midterm", "passed_on": "2023-06-01"}
    response = signed_in(supervisor, "en").get(address_of(cast), given)
    assert response.context["step_before"].kind == "midterm"
    assert response.context["step_after"].kind == "clinical_exam"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_speaks_both_languages(
    signed_in: SignIn, trainee: Account, cast: Cast, language: str
) -> None:
    page = text_of(signed_in(trainee, language).get(address_of(cast), FIVE_MONTHS))
    assert ("假设推演" in page) == (language == "zh-hans")
    assert ("As supposed" in page) == (language == "en")


def test_as_many_queries_for_much_supposed_as_for_little(
    signed_in: SignIn, trainee: Account, cast: Cast
) -> None:
    client, counted = signed_in(trainee), []
    much = {**FIVE_MONTHS, "last": "2032-01", "step": "defence", "passed_on": "2031-12-01"}
    client.get(address_of(cast), much)
    for given in (FIVE_MONTHS, much):
        with CaptureQueriesContext(connection) as captured:
            client.get(address_of(cast), given)
        counted.append(len(captured))
    assert counted[0] == counted[1] <= 12
