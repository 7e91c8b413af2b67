"""Fifty who decide in the same moment, each on a connection of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from at_once import at_once
from preceptor.base.errors import RuleBroken
from preceptor.base.journal import first_broken
from preceptor.base.models import JournalEntry
from preceptor.cases.actions import decide_stage, submit_case, withdraw_case
from preceptor.cases.models import Case, CaseStep, Task
from preceptor.people.models import Account

if TYPE_CHECKING:
    from small_kinds import TestPort

pytest_plugins = ["cast", "case_cast"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

MANY = 50


def deciding(case: Case, by: Account, outcome: str, token: str = "") -> Callable[[], Case]:
    return lambda: decide_stage(
        case=case, outcome=outcome, by=by, revision=2, reason="看法", token=token
    )


def test_fifty_decisions_at_once_are_one_and_forty_nine_are_told_who_was_faster(
    case: Case, supervisor: Account, port: TestPort
) -> None:
    outcomes = ("agreed", "refused") * (MANY // 2)
    answers = at_once(deciding(case, supervisor, outcome) for outcome in outcomes)
    won = [answer for answer in answers if isinstance(answer, Case)]
    told = [answer for answer in answers if isinstance(answer, RuleBroken)]
    assert (len(won), len(told)) == (1, MANY - 1)
    assert all(supervisor.name in str(answer) for answer in told)
    stored = Case.objects.get(pk=case.pk)
    assert (stored.revision, stored.state, stored.stage) == (3, won[0].state, won[0].stage)
    assert CaseStep.objects.filter(case=case).count() == 3
    assert JournalEntry.objects.filter(verb__in=["case.agree", "case.refuse"]).count() == 1
    assert Task.objects.filter(case=case, done_at=None).count() == (stored.state == "running")
    assert first_broken() is None


def test_the_same_form_sent_ten_times_at_once_is_one_step_and_ten_same_answers(
    case: Case, supervisor: Account
) -> None:
    answers = at_once(deciding(case, supervisor, "agreed", "form") for _time in range(10))
    assert [(one.pk, one.revision, one.stage) for one in answers] == [(case.pk, 3, "check")] * 10
    assert CaseStep.objects.filter(case=case).count() == 3


def test_a_request_handed_in_twice_at_once_has_one_number_and_one_task(
    draft: Case, trainee: Account
) -> None:
    answers = at_once(lambda: submit_case(case=draft, by=trainee) for _time in range(4))
    assert sum(isinstance(one, Case) for one in answers) == 1
    assert all(str(one) for one in answers)
    assert Task.objects.filter(case=draft).count() == 1


def test_a_withdrawal_and_a_decision_at_once_leave_one_of_them_as_the_last_word(
    case: Case, supervisor: Account, trainee: Account
) -> None:
    answers = at_once(
        [deciding(case, supervisor, "refused"), lambda: withdraw_case(case=case, by=trainee)]
    )
    [won] = [answer for answer in answers if isinstance(answer, Case)]
    assert Case.objects.get(pk=case.pk).state == won.state
    assert won.state in ("refused", "withdrawn")
