"""Who applies to a call keeps no office towards those who apply to it too."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import NotPermitted, RuleBroken
from preceptor.base.today import today
from preceptor.calls.access import visible_applications, visible_offers
from preceptor.calls.actions import publish_call
from preceptor.calls.models import Call, CallApplication, Offer
from preceptor.cases.access import (
    may_act,
    may_ask_letter,
    may_read_letters,
    may_run_sitting,
    may_view_case,
    may_view_sitting,
    visible_cases,
    visible_letters,
    visible_minutes,
    visible_sittings,
    visible_tasks,
)
from preceptor.cases.actions import answer_letter, ask_letter, decide_stage
from preceptor.cases.listing import count_cases, newest_cases
from preceptor.cases.models import Case, Task
from preceptor.cases.tasks import count_tasks, tasks_of
from preceptor.people.actions import delegate
from preceptor.people.models import Account
from small_calls import KIND, applied, board, drafted, published, screened, signed_up
from small_kinds import in_force

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "call_cast"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def own(call: Call, application: CallApplication) -> CallApplication:
    """The application of an officer of the personnel office, beside 苏未央's."""
    return applied(call, signed_up("rival@example.org"), "程望舒")


@pytest.fixture
def officer(own: CallApplication, personnel: Account) -> Account:
    """程望舒, who holds the personnel office and applies."""
    Account.objects.filter(person=own.person).update(person=None)
    Account.objects.filter(pk=personnel.pk).update(person=own.person)
    return anew(personnel)


def anew(account: Account) -> Account:
    """The account at its next request."""
    return Account.objects.get(pk=account.pk)


def test_an_officer_who_applies_sees_no_rivals_request_in_any_list(
    application: CallApplication, own: CallApplication, officer: Account
) -> None:
    assert list(visible_cases(officer)) == [own.case]
    assert not visible_cases(officer, application.case_id).exists()
    assert not may_view_case(officer, application.case)
    assert [row.pk for row in newest_cases(officer, {}, lambda rows: rows).rows] == [own.case_id]
    assert count_cases(officer) == 1
    assert list(visible_applications(officer)) == [own]


def test_an_officer_who_applies_sees_no_offer_to_a_rival(
    application: CallApplication, own: CallApplication, officer: Account, personnel: Account
) -> None:
    theirs, mine = (
        Offer.objects.create(
            application=one, terms="年薪三十万元", made_at=timezone.now(), answer_by=today()
        )
        for one in (application, own)
    )
    assert list(visible_offers(officer)) == [mine]
    Account.objects.filter(pk=personnel.pk).update(person=None)
    assert set(visible_offers(anew(personnel))) == {theirs, mine}


def test_no_officer_finds_or_does_the_task_of_screening_a_rival(
    application: CallApplication, own: CallApplication, officer: Account
) -> None:
    lines = tasks_of(officer)
    assert application.case_id not in {line.noun_key for line in lines}
    assert application.case not in {task.case for task in visible_tasks(officer)}
    assert count_tasks(officer) == len(lines)
    with override("en"):
        assert "compete" in str(may_act(officer, application.case).reason)
    with pytest.raises(NotPermitted):
        decide_stage(
            case=application.case, outcome="refused", by=officer,
            revision=application.case.revision, reason="材料不全",
        )  # fmt: skip
    assert Case.objects.get(pk=application.case_id).stage == "screen"


def test_nobody_screens_a_rival_for_the_officer_who_competes(
    application: CallApplication, own: CallApplication, officer: Account, office: Account
) -> None:
    last = today() + timedelta(days=9)
    delegate(giver=officer, taker=office, valid_from=today(), valid_to=last, by=officer)
    taker = anew(office)
    assert application.case not in {task.case for task in visible_tasks(taker)}
    assert not may_act(taker, application.case)
    Account.objects.filter(pk=officer.pk).update(person=None)
    taker = anew(office)
    assert application.case in {task.case for task in visible_tasks(taker)}
    assert may_act(taker, application.case)


def test_letters_about_a_rival_are_neither_asked_for_nor_read_by_a_competitor(
    application: CallApplication, officer: Account
) -> None:
    letter, token = ask_letter(
        case=application.case, name="纪云谦", email="ji@example.org",
        due_on=today() + timedelta(days=20), by=OPERATOR,
    )  # fmt: skip
    answer_letter(token=token, grade=4, text="该申请人的工作具有原创性。")
    assert not visible_letters(officer).exists()
    assert not may_read_letters(officer, application.case)
    assert not may_ask_letter(officer, application.case)
    Account.objects.filter(pk=officer.pk).update(person=None)
    assert list(visible_letters(anew(officer))) == [letter]


def test_the_board_of_a_rival_is_neither_seen_nor_run_by_a_competitor(
    application: CallApplication, officer: Account, voters: list[Account]
) -> None:
    persons = [voter.person for voter in voters if voter.person is not None]
    sitting = board(screened(application), persons)
    assert not visible_sittings(officer).exists()
    assert not may_view_sitting(officer, sitting)
    assert not may_run_sitting(officer, sitting)
    assert not visible_minutes(officer).exists()
    Account.objects.filter(pk=officer.pk).update(person=None)
    other = anew(officer)
    assert list(visible_sittings(other)) == [sitting]
    assert may_view_sitting(other, sitting)
    assert may_run_sitting(other, sitting)


def test_whoever_competes_is_found_out_with_the_same_number_of_queries_for_many_rivals(
    call: Call, application: CallApplication, own: CallApplication, officer: Account
) -> None:
    def asked() -> int:
        reader = anew(officer)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert [row.pk for row in visible_cases(reader)] == [own.case_id]
        return len(seen)

    first = asked()
    for place in range(3):
        applied(call, signed_up(f"more{place}@example.org"), f"申请人{place}")
    assert asked() == first


def test_an_officer_who_applies_to_nothing_sees_all_as_before(
    application: CallApplication, personnel: Account, cast: Cast
) -> None:
    Account.objects.filter(pk=personnel.pk).update(person=cast.persons["T2"])
    reader = anew(personnel)
    assert list(visible_cases(reader)) == [application.case]
    assert may_act(reader, application.case)


def test_a_host_neither_asks_for_nor_reads_the_letters_about_who_would_work_with_him(
    application: CallApplication, voters: list[Account]
) -> None:
    host, member = voters[0], voters[1]
    for voter in (host, member):
        Task.objects.create(
            case=application.case, stage="screen", holder="person", person=voter.person,
            institution=application.case.institution, since=timezone.now(),
        )  # fmt: skip
    _letter, token = ask_letter(
        case=application.case, name="纪云谦", email="ji@example.org",
        due_on=today() + timedelta(days=20), by=OPERATOR,
    )  # fmt: skip
    letter = answer_letter(token=token, grade=4, text="该申请人的工作具有原创性。")
    assert list(visible_letters(anew(host))) == [letter]
    CallApplication.objects.filter(pk=application.pk).update(host=host.person)
    assert not visible_letters(anew(host)).exists()
    assert not may_read_letters(anew(host), application.case)
    assert not may_ask_letter(anew(host), application.case)
    assert list(visible_letters(anew(member))) == [letter]
    assert may_read_letters(anew(member), application.case)


def test_no_call_asks_for_letters_that_its_procedure_never_waits_for(
    cast: Cast, call: Call
) -> None:
    without_board = KIND[: KIND.index("[[stages]]", KIND.index("[[stages]]") + 1)]
    in_force(
        cast.institution,
        without_board.replace('"entry"', '"quick"').replace(
            'agreed = "board"', 'agreed = "granted"'
        ),
    )
    drawn = drafted(cast, number="BSH-2", kind="quick", letters=2)
    with pytest.raises(RuleBroken, match="2"):
        publish_call(call=drawn, by=OPERATOR)
    assert published(cast, number="BSH-3", kind="quick").state == "published"
    assert published(cast, number="BSH-4", letters=2).state == "published"
