"""Offers: made, answered, taken back, lapsed; and how the reserve list moves up."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from preceptor.base.actors import OPERATOR, Mandate
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.models import OutgoingMail
from preceptor.base.queue.tasks import task_named
from preceptor.base.today import today
from preceptor.calls.access import may_answer_offer, visible_offers
from preceptor.calls.actions import (
    answer_offer,
    cancel_call,
    lapse_offers,
    make_offer,
    rank_applications,
    withdraw_offer,
)
from preceptor.calls.actions.ending import end_application
from preceptor.calls.models import Call, CallApplication, Offer
from preceptor.calls.queries import offers_of, open_offer, taken_places
from preceptor.cases.models import Case
from preceptor.people.models import Account
from small_calls import TestPurpose, signed_up

pytest_plugins = ["cast", "call_cast"]
pytestmark = pytest.mark.django_db

TERMS = "年薪三十万元，含安家费"


def account_of(application: CallApplication) -> Account:
    account = application.case.asked_by
    assert account is not None
    return Account.objects.get(pk=account.pk)


def on(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    """It is this day."""
    from preceptor.calls import access
    from preceptor.calls.actions import offer

    for module in (access, offer):
        monkeypatch.setattr(module, "today", lambda: day)


@pytest.fixture
def offer(compared: list[CallApplication]) -> Offer:
    """The place, offered to the first."""
    return make_offer(application=compared[0], terms=TERMS, by=OPERATOR)


def test_the_chosen_one_is_offered_the_place_for_the_days_of_the_call(
    compared: list[CallApplication], personnel: Account
) -> None:
    offer = make_offer(application=compared[0], terms=TERMS, by=personnel)
    assert (offer.state, offer.answer_by) == ("open", today() + timedelta(days=14))
    assert make_offer(application=compared[0], terms="别的条件", by=personnel) == offer
    letter = OutgoingMail.objects.get(unique_key__startswith=f"offer:{offer.pk}:")
    assert offer.answer_by.isoformat() in letter.body
    assert "三十万" not in letter.body + letter.subject


def test_nobody_is_offered_a_place_out_of_turn(
    compared: list[CallApplication], leader: Account, neighbour: Account
) -> None:
    for row in compared[1:]:
        with pytest.raises(RuleBroken):
            make_offer(application=row, by=OPERATOR)
    for other in (leader, neighbour, account_of(compared[0])):
        with pytest.raises(NotPermitted):
            make_offer(application=compared[0], by=other)
    assert not Offer.objects.exists()


def test_a_free_place_is_offered_to_the_first_of_the_reserve_list(
    compared: list[CallApplication], personnel: Account
) -> None:
    CallApplication.objects.filter(pk=compared[2].pk).update(result="reserve", rank=3)
    offer = make_offer(application=compared[0], by=personnel)
    withdraw_offer(offer=offer, reason="信息有误", by=personnel)
    with pytest.raises(RuleBroken, match=compared[1].person.name_zh):
        make_offer(application=compared[2], by=personnel)
    assert make_offer(application=compared[1], by=personnel).state == "open"


def test_a_decision_is_not_reopened_while_a_place_is_offered_on_it(offer: Offer) -> None:
    mandate = Mandate("account:1", "leader", "appeal")
    with pytest.raises(RuleBroken):
        end_application(application=offer.application, outcome="set_aside", by=mandate)
    assert CallApplication.objects.get(pk=offer.application_id).result == "placed"
    Offer.objects.update(state="withdrawn")
    end_application(application=offer.application, outcome="set_aside", by=mandate)
    assert CallApplication.objects.get(pk=offer.application_id).result == "open"


def test_an_accepted_offer_becomes_what_the_call_is_for_once(
    offer: Offer, purpose: TestPurpose, compared: list[CallApplication]
) -> None:
    applicant = account_of(compared[0])
    answer_offer(offer=offer, accepts=True, by=applicant)
    assert answer_offer(offer=offer, accepts=True, by=applicant).state == "accepted"
    assert [(row, key) for row, key, _by in purpose.accepted] == [(compared[0].pk, offer.pk)]
    mandate = purpose.accepted[0][2]
    assert (mandate.actor_key, mandate.case) == (applicant.actor_key, str(compared[0].case))
    with pytest.raises(NotPermitted):
        answer_offer(offer=offer, accepts=False, by=applicant)


def test_an_offer_that_the_room_above_refuses_stays_open(
    offer: Offer, purpose: TestPurpose, compared: list[CallApplication]
) -> None:
    purpose.says_no = "已在其他流动站"
    with pytest.raises(RuleBroken, match="已在其他流动站"):
        answer_offer(offer=offer, accepts=True, by=account_of(compared[0]))
    offer.refresh_from_db()
    assert (offer.state, offer.answered_at) == ("open", None)


def test_a_decision_that_was_set_aside_carries_nothing_out(
    offer: Offer, purpose: TestPurpose, compared: list[CallApplication]
) -> None:
    Case.objects.filter(pk=compared[0].case_id).update(state="running")
    with pytest.raises(RuleBroken):
        answer_offer(offer=offer, accepts=True, by=account_of(compared[0]))
    assert purpose.accepted == []


def test_only_the_applicant_answers_and_others_hear_nothing_of_the_terms(
    offer: Offer, compared: list[CallApplication], office: Account, personnel: Account,
    stranger: Account,
) -> None:  # fmt: skip
    for other in (account_of(compared[1]), office, personnel, stranger, OPERATOR):
        with pytest.raises(NotPermitted) as refusal:
            answer_offer(offer=offer, accepts=True, by=other)
        assert "三十万" not in str(refusal.value)
    assert not visible_offers(account_of(compared[1])).exists()
    assert list(visible_offers(account_of(compared[0]))) == [offer]
    assert list(visible_offers(personnel)) == [offer]


def test_a_declined_place_goes_to_the_reserve_list_without_the_others_terms(
    offer: Offer, call: Call, compared: list[CallApplication]
) -> None:
    answer_offer(offer=offer, accepts=False, reason="已有去处", by=account_of(compared[0]))
    following = open_offer(compared[1])
    assert following is not None
    assert following.terms == ""
    assert OutgoingMail.objects.filter(unique_key__startswith=f"offer:{following.pk}:").exists()
    for row in compared:
        row.refresh_from_db()
    assert [row.result for row in compared] == ["not_placed", "placed", "not_placed"]
    assert taken_places(call) == 1
    with pytest.raises(RuleBroken):
        make_offer(application=compared[0], by=OPERATOR)


def test_on_its_last_day_an_offer_is_answered_and_on_the_next_it_is_not(
    offer: Offer, compared: list[CallApplication], monkeypatch: pytest.MonkeyPatch
) -> None:
    applicant = account_of(compared[0])
    assert lapse_offers(on=offer.answer_by, by=OPERATOR) == 0
    on(monkeypatch, offer.answer_by + timedelta(days=1))
    assert not may_answer_offer(applicant, offer)
    with pytest.raises(NotPermitted):
        answer_offer(offer=offer, accepts=True, by=applicant)
    on(monkeypatch, offer.answer_by)
    assert answer_offer(offer=offer, accepts=True, by=applicant).state == "accepted"
    assert lapse_offers(on=offer.answer_by + timedelta(days=9), by=OPERATOR) == 0


def test_an_offer_not_answered_lapses_and_the_next_is_offered_the_place(
    offer: Offer, call: Call, compared: list[CallApplication]
) -> None:
    Offer.objects.filter(pk=offer.pk).update(answer_by=today() - timedelta(days=1))
    assert lapse_offers(on=today(), by=OPERATOR) == 1
    offer.refresh_from_db()
    assert (offer.state, offer.answered_at) == ("lapsed", None)
    assert open_offer(compared[1]) is not None
    assert lapse_offers(on=today(), by=OPERATOR) == 0
    assert offers_of(call).count() == 2


def test_the_nightly_job_lets_offers_lapse_and_nobody_else_does(
    offer: Offer, office: Account
) -> None:
    with pytest.raises(NotPermitted):
        lapse_offers(on=today(), by=office)
    Offer.objects.filter(pk=offer.pk).update(answer_by=today() - timedelta(days=1))
    assert task_named("calls.nightly").func() == {"lapsed": 1}
    assert task_named("calls.nightly").func() == {"lapsed": 0}


def test_an_offer_is_taken_back_with_a_reason_and_its_place_offered_by_hand(
    offer: Offer, call: Call, compared: list[CallApplication], personnel: Account
) -> None:
    with pytest.raises(RuleBroken):
        withdraw_offer(offer=offer, reason=" ", by=personnel)
    withdraw_offer(offer=offer, reason="材料不实", by=personnel)
    withdraw_offer(offer=offer, reason="材料不实", by=personnel)
    assert taken_places(call) == 0
    assert OutgoingMail.objects.filter(body__contains="材料不实").count() == 1
    offered = make_offer(application=compared[1], by=personnel)
    answer_offer(offer=offered, accepts=True, by=account_of(compared[1]))
    with pytest.raises(RuleBroken):
        withdraw_offer(offer=offered, reason="反悔", by=personnel)


def test_a_call_with_a_place_offered_is_not_cancelled_nor_compared_anew(
    offer: Offer, call: Call, compared: list[CallApplication]
) -> None:
    with pytest.raises(RuleBroken):
        cancel_call(call=call, by=OPERATOR, reason="取消")
    rank_applications(call=call, by=OPERATOR)
    compared[0].refresh_from_db()
    assert (compared[0].result, compared[0].rank) == ("placed", 1)


def test_what_is_granted_after_the_first_offer_comes_at_the_end_of_the_reserve_list(
    offer: Offer, call: Call, compared: list[CallApplication]
) -> None:
    late = compared[2]
    CallApplication.objects.filter(pk=late.pk).update(result="open", rank=None)
    rank_applications(call=call, by=OPERATOR)
    late.refresh_from_db()
    assert (late.result, late.rank) == ("reserve", 3)


@pytest.mark.parametrize("long", [{"terms": "条" * 5001}])
def test_terms_too_long_are_refused(compared: list[CallApplication], long: dict[str, Any]) -> None:
    with pytest.raises(InputRefused):
        make_offer(application=compared[0], by=OPERATOR, **long)


def test_somebody_from_outside_sees_no_offers(offer: Offer) -> None:
    assert not visible_offers(signed_up("other@example.org")).exists()
