"""Two who act on the places of a call in the same moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from at_once import at_once
from preceptor.base.actors import OPERATOR
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.calls.actions import (
    answer_offer,
    begin_application,
    cancel_call,
    give_points,
    lapse_offers,
    make_offer,
    submit_application,
)
from preceptor.calls.models import Call, CallApplication, Offer, Score
from preceptor.calls.queries import taken_places
from preceptor.cases.models import Case
from preceptor.people.models import Account, Person
from small_calls import TestPurpose, began, board, over, screened, signed_up

pytest_plugins = ["cast", "call_cast"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

MANY = 8


@pytest.fixture
def chosen(call: Call, applicant: Account) -> list[CallApplication]:
    """Two granted applications, one chosen and one on the reserve list."""
    rows = [began(call, applicant, "苏未央"), began(call, signed_up("b@example.org"), "程望舒")]
    for rank, row in enumerate(rows, start=1):
        Case.objects.filter(pk=row.case_id).update(state="granted", stage="", stage_kind="")
        result = "placed" if rank == 1 else "reserve"
        CallApplication.objects.filter(pk=row.pk).update(result=result, rank=rank)
        row.refresh_from_db()
    over(call)
    return rows


def answering(offer: Offer, by: Account, *, accepts: bool) -> Callable[[], Offer]:
    return lambda: answer_offer(offer=offer, accepts=accepts, by=by)


def offering(application: CallApplication) -> Callable[[], Offer]:
    return lambda: make_offer(application=application, by=OPERATOR)


def own(application: CallApplication) -> Account:
    return Account.objects.get(person=application.person_id)


def test_many_clicks_on_accept_are_one_acceptance(
    chosen: list[CallApplication], purpose: TestPurpose
) -> None:
    offer = make_offer(application=chosen[0], by=OPERATOR)
    by = own(chosen[0])
    answers = at_once(answering(offer, by, accepts=True) for _each in range(MANY))
    assert all(isinstance(answer, Offer) for answer in answers)
    assert len(purpose.accepted) == 1


def test_of_accepting_and_declining_at_once_one_wins(
    chosen: list[CallApplication], purpose: TestPurpose, call: Call
) -> None:
    offer = make_offer(application=chosen[0], by=OPERATOR)
    by = own(chosen[0])
    answers = at_once(answering(offer, by, accepts=accepts) for accepts in (True, False))
    assert sum(isinstance(answer, Offer) for answer in answers) == 1
    assert taken_places(call) == 1
    state = Offer.objects.get(pk=offer.pk).state
    assert len(purpose.accepted) == (state == "accepted")


def test_of_accepting_and_lapsing_at_once_one_wins_and_no_place_is_given_twice(
    chosen: list[CallApplication], purpose: TestPurpose, call: Call
) -> None:
    offer = make_offer(application=chosen[0], by=OPERATOR)
    by, later = own(chosen[0]), offer.answer_by + timedelta(days=1)
    answers = at_once(
        [
            lambda: answer_offer(offer=offer, accepts=True, by=by),
            lambda: lapse_offers(on=later, by=OPERATOR),
        ]
    )
    accepted = isinstance(answers[0], Offer)
    assert answers[1] == (0 if accepted else 1)
    assert len(purpose.accepted) == accepted
    assert taken_places(call) == 1
    assert Offer.objects.filter(application=chosen[1]).exists() == (not accepted)


def test_many_who_offer_the_last_place_offer_it_once(
    chosen: list[CallApplication], call: Call
) -> None:
    answers = at_once(offering(row) for row in [*chosen, *chosen, *chosen])
    assert sum(isinstance(answer, Offer) for answer in answers) == 3
    assert taken_places(call) == 1


def test_two_lapses_at_once_move_the_reserve_list_up_once(
    chosen: list[CallApplication], call: Call
) -> None:
    offer = make_offer(application=chosen[0], by=OPERATOR)
    Offer.objects.filter(pk=offer.pk).update(answer_by=today() - timedelta(days=1))
    answers = at_once((lambda: lapse_offers(on=today(), by=OPERATOR)) for _each in range(4))
    assert sorted(answers) == [0, 0, 0, 1]
    assert Offer.objects.count() == 2
    assert taken_places(call) == 1


def test_many_clicks_begin_one_application_and_one_person(call: Call, applicant: Account) -> None:
    answers = at_once(
        (
            lambda: begin_application(
                call=call, by=Account.objects.get(pk=applicant.pk), name_zh="苏未央"
            )
        )
        for _each in range(MANY)
    )
    assert {answer.pk for answer in answers} == {CallApplication.objects.get().pk}
    assert Person.objects.filter(name_zh="苏未央").count() == 1
    assert Case.objects.filter(asked_by=applicant).count() == 1


def test_of_handing_in_and_cancelling_a_call_at_once_no_application_outlives_the_call(
    call: Call, applicant: Account
) -> None:
    application = began(call, applicant, "苏未央")
    answers = at_once(
        [
            lambda: submit_application(application=application, by=applicant),
            lambda: cancel_call(call=call, reason="岗位取消", by=OPERATOR),
        ]
    )
    assert Call.objects.get(pk=call.pk).state == "cancelled"
    entered = next(
        (line.pk for line in JournalEntry.objects.filter(verb="case.submit").order_by("pk")), None
    )
    cancelled = JournalEntry.objects.get(verb="call.cancel").pk
    assert (entered is not None) == isinstance(answers[0], CallApplication)
    assert entered is None or entered < cancelled


def test_points_given_twice_at_once_are_kept_once(
    application: CallApplication, voters: list[Account]
) -> None:
    board(screened(application), [voter.person for voter in voters if voter.person is not None])
    keys = list(application.call.criteria.values_list("pk", flat=True))

    def giving(points: int) -> Callable[[], Any]:
        given = dict.fromkeys(keys, Decimal(points))
        return lambda: give_points(application=application, points=given, by=voters[1])

    answers = at_once(giving(points) for points in (10, 20, 30, 40))
    assert not any(isinstance(answer, Exception) for answer in answers)
    rows = Score.objects.filter(application=application, person=voters[1].person)
    assert rows.count() == len(keys)
    assert len(set(rows.values_list("points", flat=True))) == 1
