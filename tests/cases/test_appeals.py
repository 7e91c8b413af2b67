"""Appeals: who, on what ground, until when, judged by whom, and what a granted one does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.cases.actions import (
    appeal,
    decide_hearing,
    decide_stage,
    state_own_view,
    submit_case,
    withdraw_case,
)
from preceptor.cases.appeals import barred
from preceptor.cases.models import Case, CaseKind, CaseStep
from preceptor.people.models import Account
from small_kinds import TestPort
from timed_kinds import asked, decided, refusal_told

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "case_cast", "timed_cases"]
pytestmark = pytest.mark.django_db

#: Thirty calendar days after Monday 2 March 2026 is Wednesday 1 April.
DECIDED, LAST, AFTER = date(2026, 3, 2), date(2026, 4, 1), date(2026, 4, 2)
WHY = "未考虑住院证明，家属病情从略。"


@pytest.fixture
def refused_case(
    cast: Cast, kinds: list[CaseKind], trainee: Account, supervisor: Account, office: Account,
    on: Callable[[date], None],
) -> Case:  # fmt: skip
    on(DECIDED)
    case = refusal_told(decided(asked(cast, trainee), "refused", supervisor), office)
    state_own_view(case=case, statement="请再议。", by=trainee)
    return decide_hearing(case=case, outcome="confirmed", by=office, revision=case.revision)


def handed_in(case: Case, by: Account) -> Case:
    return submit_case(case=appeal(case=case, ground="decision", reason=WHY, by=by), by=by)


def test_a_refusal_is_appealed_up_to_and_on_the_last_day(
    refused_case: Case, trainee: Account, on: Callable[[date], None]
) -> None:
    on(LAST)
    made = handed_in(refused_case, trainee)
    assert (made.appeal_of_id, made.ground, made.state) == (refused_case.pk, "decision", "running")
    assert made.reason == WHY


def test_a_day_late_an_appeal_is_refused_with_the_last_day(
    refused_case: Case, trainee: Account, on: Callable[[date], None]
) -> None:
    on(AFTER)
    with pytest.raises(RuleBroken, match="2026-04-01"):
        appeal(case=refused_case, ground="decision", reason=WHY, by=trainee)
    assert not Case.objects.filter(appeal_of=refused_case).exists()


def test_a_draft_prepared_in_time_is_not_handed_in_too_late(
    refused_case: Case, trainee: Account, on: Callable[[date], None]
) -> None:
    draft = appeal(case=refused_case, ground="decision", reason=WHY, by=trainee)
    on(AFTER)
    with pytest.raises(NotPermitted, match="2026-04-01"):
        submit_case(case=draft, by=trainee)
    assert Case.objects.get(pk=draft.pk).state == "draft"


def test_one_appeal_on_a_ground_in_a_round(refused_case: Case, trainee: Account) -> None:
    draft = appeal(case=refused_case, ground="decision", reason=WHY, by=trainee)
    assert appeal(case=refused_case, ground="decision", reason="另", by=trainee) == draft
    submit_case(case=draft, by=trainee)
    with pytest.raises(RuleBroken):
        appeal(case=refused_case, ground="decision", reason=WHY, by=trainee)
    withdraw_case(case=draft, by=trainee)
    assert appeal(case=refused_case, ground="decision", reason=WHY, by=trainee) != draft


def test_an_appeal_needs_a_ground_that_the_kind_allows_and_a_reason(
    refused_case: Case, trainee: Account
) -> None:
    with pytest.raises(RuleBroken):
        appeal(case=refused_case, ground="academic", reason=WHY, by=trainee)
    with pytest.raises(InputRefused):
        appeal(case=refused_case, ground="mercy", reason=WHY, by=trainee)
    with pytest.raises(InputRefused):
        appeal(case=refused_case, ground="decision", reason="  ", by=trainee)


def test_nobody_else_appeals_and_nothing_undecided_is_appealed(
    cast: Cast, refused_case: Case, trainee: Account, supervisor: Account, stranger: Account
) -> None:
    for by in (supervisor, stranger):
        with pytest.raises(NotPermitted):
            appeal(case=refused_case, ground="decision", reason=WHY, by=by)
    with pytest.raises(NotPermitted):
        appeal(case=asked(cast, trainee), ground="decision", reason=WHY, by=trainee)


def test_a_granted_appeal_reopens_the_case_and_its_first_result_stays_readable(
    refused_case: Case, trainee: Account, secretary: Account, port: TestPort
) -> None:
    made = handed_in(refused_case, trainee)
    first = list(CaseStep.objects.filter(case=refused_case).values_list("revision", "verb"))
    decided(made, "agreed", secretary)
    refused_case.refresh_from_db()
    assert (refused_case.state, refused_case.stage, refused_case.round) == ("running", "opinion", 2)
    steps = list(CaseStep.objects.filter(case=refused_case).values_list("revision", "verb"))
    assert steps[: len(first)] == first
    assert [verb for _number, verb in steps[len(first) :]] == ["reopen"]
    assert [outcome for _case, outcome, _by in port.done] == ["refused", "set_aside"]


def test_a_refused_appeal_leaves_the_result_as_it_was(
    refused_case: Case, trainee: Account, secretary: Account
) -> None:
    decided(handed_in(refused_case, trainee), "refused", secretary)
    refused_case.refresh_from_db()
    assert (refused_case.state, refused_case.round) == ("refused", 1)
    with pytest.raises(RuleBroken):
        appeal(case=refused_case, ground="decision", reason=WHY, by=trainee)


def test_who_judged_before_judges_no_appeal_of_it(
    cast: Cast, refused_case: Case, trainee: Account, supervisor: Account, office: Account,
    port: TestPort,
) -> None:  # fmt: skip
    port.judged_experts = {cast.persons["T2"].pk}
    made = handed_in(refused_case, trainee)
    assert barred(made) == {cast.persons["T1"].pk, cast.persons["T2"].pk}
    office.person = cast.persons["T2"]
    office.save(update_fields=["person"])
    asking: dict[str, Any] = {"case": made, "outcome": "agreed", "revision": made.revision}
    with pytest.raises(NotPermitted):
        decide_stage(by=Account.objects.get(pk=office.pk), **asking)
    refused_case.refresh_from_db()
    assert refused_case.state == "refused"
