"""The new experts of an appeal, chosen and called by a program: as its page does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from answers import text_of
from new_experts import Review, colleague, guides_too, keys
from preceptor.base.actors import OPERATOR
from preceptor.cases.models import Case, Sitting
from preceptor.people.actions import declare_tie
from preceptor.people.choices import TieKind
from preceptor.people.models import Account, Person
from preceptor.training.actions import ask_milestone
from preceptor.training.choices import MilestoneKind

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "appeal_cast", "program"]
pytestmark = pytest.mark.django_db
AT = "2026-12-01T09:00:00+08:00"


def path(case: Case) -> str:
    return f"/cases/{case.pk}/experts"


def call(case: Case, persons: list[Person], **more: Any) -> dict[str, Any]:
    return {"persons": keys(persons), "starts_at": AT, "revision": case.revision, **more}


@pytest.mark.parametrize(("language", "told_in"), [("zh-hans", "zh"), ("en", "en")])
def test_a_program_is_told_of_each_expert_what_the_page_shows(
    language: str, told_in: str, cast: Cast, review: Review, office: Account,
    signed_in: Callable[..., Client], program: Any,
) -> None:  # fmt: skip
    declare_tie(person=review.experts[4], other=cast.persons["S2"], kind=TieKind.OTHER, by=OPERATOR)
    guides_too(cast, review.experts[5])
    client, caller = signed_in(office, language), program(office, language=language)
    found: dict[int, bool] = {}
    for name in ("Expert", colleague(cast).name_zh, cast.persons["T1"].name_zh):
        page = client.post(f"{path(review.case)}/", {"q": name}).context["found"]
        told = caller.get(path(review.case), q=name).json()
        assert [_as_shown(one, told_in) for one in told] == [
            {key: line[key] for key in line if key != "name"} for line in page
        ]
        found |= {one["person"]["key"]: one["is_stopped"] for one in told}
    assert len(found) == 9
    stopped = [*review.experts[:3], review.experts[4], review.experts[5], cast.persons["T1"]]
    assert {key for key in found if found[key]} == set(keys(stopped))


def _as_shown(told: dict[str, Any], language: str) -> dict[str, Any]:
    """What is told of an expert, in the words of the page."""
    ties = [
        {
            "title": tie["title"],
            "is_block": tie["level"] == "block",
            "evidence": [one["text"][language] for one in tie["evidence"]],
        }
        for tie in told["conflicts"]
    ]
    words = {word: told[word] for word in ("is_former", "is_concerned", "is_stopped")}
    return {"key": told["person"]["key"], **words, "conflicts": ties}


def test_experts_are_called_once_however_often_it_is_sent(
    review: Review, office: Account, program: Any
) -> None:
    caller, sent = program(office), call(review.case, review.experts[3:6], place="302 室")
    answers = [
        caller.post(path(review.case), sent, **{"Idempotency-Key": "once"}) for _again in "12"
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    first, again = (answer.json() for answer in answers)
    assert (first["sitting"], first["state"]) == (again["sitting"], "called")
    sitting = Sitting.objects.get(items__case=review.case)
    assert sitting.pk == first["sitting"]
    seats = sitting.seats.order_by("pk").values_list("person", "role")
    roles = ("chair", "member", "member")
    assert list(seats) == list(zip(keys(review.experts[3:6]), roles, strict=True))
    assert Case.objects.get(pk=review.case.pk).stage == "review"


def test_a_refused_call_says_whom_and_why_and_writes_nothing(
    cast: Cast, review: Review, office: Account, program: Any
) -> None:
    caller, free = program(office), review.experts[3:6]
    for persons, status, said in (
        ([*free, cast.persons["T1"]], 409, cast.persons["T1"].name_zh),
        ([*free, review.experts[0]], 409, review.experts[0].name_zh),
        (free[:2], 409, "3"),
        ([*free, free[0]], 422, ""),
        ([*free, cast.persons["S3"]], 404, ""),
    ):
        answer = caller.post(path(review.case), call(review.case, persons))
        assert answer.status_code == status
        assert said in answer.json()["message"]
    stale = call(review.case, free, revision=review.case.revision - 1)
    assert caller.post(path(review.case), stale).status_code == 409
    unread = call(review.case, free, revision=None)
    assert caller.post(path(review.case), unread).status_code == 422
    assert caller.post(path(review.case), {**stale, "starts_at": "soon"}).status_code == 422
    assert not Sitting.objects.filter(items__case=review.case).exists()
    assert Case.objects.get(pk=review.case.pk).stage == "compose"


def test_nobody_but_who_calls_them_is_told_of_experts_or_calls_any(
    review: Review, office: Account, supervisor: Account, secretary: Account,
    neighbour: Account, stranger: Account, program: Any,
) -> None:  # fmt: skip
    found = text_of(program(office).get(path(review.case), q="Expert"))
    assert all(one.name_zh in found for one in review.experts)
    for account, status in (
        (neighbour, 404), (stranger, 404), (supervisor, 404), (review.asker, 403),
        (secretary, 403),
    ):  # fmt: skip
        caller = program(account)
        read = caller.get(path(review.case), q="Expert")
        sent = caller.post(path(review.case), call(review.case, review.experts[3:6]))
        assert (read.status_code, sent.status_code) == (status, status)
        for answer in (read, sent):
            assert not any(one.name_zh in text_of(answer) for one in review.experts)
    assert not Sitting.objects.filter(items__case=review.case).exists()


def test_a_request_that_is_no_appeal_has_no_experts(
    cast: Cast, review: Review, office: Account, program: Any
) -> None:
    case = ask_milestone(enrolment=cast.lin, milestone=MilestoneKind.MIDTERM, by=office)
    caller = program(office)
    assert caller.get(path(case), q="Expert").status_code == 404
    assert caller.post(path(case), call(case, review.experts[3:6])).status_code == 404
