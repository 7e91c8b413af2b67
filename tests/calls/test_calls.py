"""Calls: prepared, published, changed, closed and cancelled, and who sees them when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.models import OutgoingMail
from preceptor.base.permits import refused
from preceptor.calls import registry
from preceptor.calls.access import is_open, may_keep_call, may_view_call, visible_calls
from preceptor.calls.actions import (
    NewCriterion,
    cancel_call,
    change_call,
    close_call,
    open_call,
    publish_call,
    set_criteria,
)
from preceptor.calls.models import Call, CallApplication
from preceptor.calls.queries import open_calls
from preceptor.cases.models import CaseKind
from preceptor.people.models import Account
from small_calls import TestPurpose, drafted, over, published, signed_up

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "call_cast"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(cast: Cast, entry_kind: CaseKind) -> Call:
    return drafted(cast)


def given(cast: Cast) -> dict[str, Any]:
    now = timezone.now()
    return {
        "institution": cast.institution, "unit": cast.general, "number": "BSH-7",
        "purpose": "test.postdoc", "kind": "entry", "title_zh": "招收", "title_en": "Intake",
        "text_zh": "正文", "text_en": "Text", "places": 2, "opens_at": now,
        "closes_at": now + timedelta(days=3),
    }  # fmt: skip


def test_a_draft_is_seen_by_who_keeps_fellows_there_and_by_nobody_else(
    draft: Call, personnel: Account, office: Account, secretary: Account, leader: Account,
    neighbour: Account, trainee: Account, stranger: Account,
) -> None:  # fmt: skip
    for reader in (personnel, office, secretary, leader):
        assert list(visible_calls(reader)) == [draft]
        assert may_view_call(reader, draft)
    for other in (neighbour, trainee, stranger, AnonymousUser()):
        assert not visible_calls(other).exists()
        assert not may_view_call(other, draft)


def test_a_published_call_is_seen_by_everybody_also_signed_out(draft: Call) -> None:
    publish_call(call=draft, by=OPERATOR)
    assert [row.number for row in visible_calls(AnonymousUser())] == ["BSH-1"]
    draft.refresh_from_db()
    assert may_view_call(AnonymousUser(), draft)


def test_the_personnel_office_prepares_and_publishes_and_a_leader_or_another_hospital_does_not(
    cast: Cast, entry_kind: CaseKind, personnel: Account, leader: Account, neighbour: Account
) -> None:
    for other in (leader, neighbour):
        with pytest.raises(NotPermitted):
            open_call(**given(cast), by=other)
    call = open_call(**given(cast), by=personnel)
    for other in (leader, neighbour):
        with pytest.raises(NotPermitted):
            publish_call(call=call, by=other)
    published = publish_call(call=call, by=personnel)
    first = published.published_at
    assert publish_call(call=call, by=personnel).published_at == first


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"purpose": "no.such"}, InputRefused),
        ({"kind": "leave"}, InputRefused),
        ({"places": 0}, InputRefused),
        ({"offer_days": 0}, InputRefused),
        ({"title_zh": " "}, InputRefused),
        ({"text_en": ""}, InputRefused),
        ({"number": "x" * 41}, InputRefused),
        ({"closes_at": timezone.now() - timedelta(days=9)}, RuleBroken),
    ],
)
def test_a_call_that_cannot_be_is_refused_and_nothing_is_written(
    cast: Cast, entry_kind: CaseKind, wrong: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        open_call(**(given(cast) | wrong), by=OPERATOR)
    assert not Call.objects.exists()


def test_a_number_names_one_call(cast: Cast, draft: Call) -> None:
    with pytest.raises(RuleBroken, match="BSH-1"):
        open_call(**(given(cast) | {"number": draft.number}), by=OPERATOR)


def test_a_call_whose_purpose_forbids_it_or_whose_closing_is_past_is_not_published(
    draft: Call, purpose: TestPurpose
) -> None:
    purpose.allows = refused("流动站未获批准")
    with pytest.raises(RuleBroken, match="流动站未获批准"):
        publish_call(call=draft, by=OPERATOR)
    purpose.allows = type(purpose.allows)(True)
    with pytest.raises(RuleBroken):
        publish_call(call=over(draft), by=OPERATOR)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_what_the_public_has_read_stays_but_the_words_and_a_later_closing(call: Call) -> None:
    for later in (
        {"places": 9},
        {"kind": "entry2"},
        {"opens_at": call.opens_at - timedelta(days=1)},
        {"closes_at": call.closes_at - timedelta(days=1)},
    ):
        with pytest.raises(RuleBroken):
            change_call(call=call, by=OPERATOR, **later)
    held = change_call(
        call=call, by=OPERATOR, text_zh="更正后的正文", closes_at=call.closes_at + timedelta(days=2)
    )
    assert held.revision == call.revision + 1
    assert change_call(call=call, by=OPERATOR, text_zh="更正后的正文").revision == held.revision
    with pytest.raises(RuleBroken):
        change_call(call=call, by=OPERATOR, text_zh="另一人的正文", revision=call.revision)
    with pytest.raises(ValueError, match="change_call takes"):
        change_call(call=call, by=OPERATOR, state="closed")
    assert Call.objects.get().text_zh == "更正后的正文"


def test_a_closed_call_is_not_opened_again_by_a_later_closing(call: Call) -> None:
    held = over(call)
    with pytest.raises(RuleBroken):
        change_call(call=held, by=OPERATOR, closes_at=timezone.now() + timedelta(days=5))


def test_a_call_closes_when_it_said_it_would(call: Call) -> None:
    with pytest.raises(RuleBroken):
        close_call(call=call, by=OPERATOR)
    assert close_call(call=over(call), by=OPERATOR).state == "closed"
    assert close_call(call=call, by=OPERATOR).state == "closed"
    assert visible_calls(AnonymousUser()).count() == 1


def test_open_calls_are_those_that_take_applications_now(call: Call, cast: Cast) -> None:
    now = timezone.now()
    later = published(cast, number="BSH-2", opens_at=now + timedelta(days=1))
    drafted(cast, number="BSH-3")
    assert list(open_calls()) == [call]
    assert list(open_calls(call.closes_at)) == [later] if later.closes_at > call.closes_at else True
    assert list(open_calls(call.opens_at)) == [call]
    assert not open_calls(call.opens_at - timedelta(microseconds=1)).exists()
    assert is_open(call, call.opens_at)
    assert not is_open(call, call.closes_at)


def test_who_began_an_application_is_told_why_a_call_is_cancelled(
    call: Call, application: CallApplication
) -> None:
    with pytest.raises(RuleBroken):
        cancel_call(call=call, by=OPERATOR, reason=" ")
    cancel_call(call=call, by=OPERATOR, reason="经费未到位")
    cancel_call(call=call, by=OPERATOR, reason="经费未到位")
    letters = OutgoingMail.objects.filter(to="su@example.org", body__contains="经费未到位")
    assert letters.count() == 1
    assert visible_calls(AnonymousUser()).count() == 1


def test_criteria_are_fixed_once_the_call_is_published(draft: Call) -> None:
    rows = set_criteria(call=draft, criteria=[NewCriterion("业绩", "Record")], by=OPERATOR)
    assert [row.name_zh for row in rows] == ["业绩"]
    publish_call(call=draft, by=OPERATOR)
    assert set_criteria(call=draft, criteria=[NewCriterion("业绩", "Record")], by=OPERATOR) == rows
    with pytest.raises(RuleBroken):
        set_criteria(call=draft, criteria=[NewCriterion("关系", "Ties")], by=OPERATOR)
    assert [str(row) for row in draft.criteria.all()] == ["业绩"]


@pytest.mark.parametrize(
    "wrong",
    [
        NewCriterion("", "Record"),
        NewCriterion("业绩", "Record", most=0),
        NewCriterion("业绩", "Record", weight=0),
        NewCriterion("业" * 81, "Record"),
    ],
)
def test_a_criterion_that_cannot_be_is_refused(draft: Call, wrong: NewCriterion) -> None:
    with pytest.raises(InputRefused):
        set_criteria(call=draft, criteria=[NewCriterion("业绩", "Record"), wrong], by=OPERATOR)
    assert draft.criteria.count() == 2


def test_who_applied_to_a_call_does_not_keep_it(
    call: Call, cast: Cast, secretary: Account, signed_in: Callable[..., Any]
) -> None:
    assert may_keep_call(secretary, call)
    secretary.person = cast.persons["T3"]
    secretary.save()
    from small_calls import applied

    applied(call, secretary, "方叔玉")
    assert not may_keep_call(Account.objects.get(pk=secretary.pk), call)
    assert may_keep_call(OPERATOR, call)


def test_a_purpose_has_one_room(purpose: TestPurpose) -> None:
    class Other(TestPurpose):
        pass

    with pytest.raises(ValueError, match=r"test\.postdoc"):
        registry.register_purpose(Other())
    with pytest.raises(LookupError, match=r"no\.such"):
        registry.purpose_named("no.such")
    assert "test.postdoc" in registry.purposes()


def test_applications_from_outside_give_no_reach_besides_the_own(call: Call) -> None:
    account = signed_up("other@example.org")
    assert not may_keep_call(account, call)
    with pytest.raises(NotPermitted):
        cancel_call(call=call, by=account, reason="我要取消")
