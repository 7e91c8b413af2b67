"""An intended refusal: told, answered, heard, and only then decided."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pytest

from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry, OutgoingMail
from preceptor.cases.actions import decide_hearing, state_own_view
from preceptor.cases.models import Case, CaseKind, CaseStep, Hearing
from preceptor.people.models import Account
from timed_kinds import asked, decided

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "case_cast", "timed_cases"]
pytestmark = pytest.mark.django_db

TOLD, LAST, AFTER = date(2026, 3, 2), date(2026, 3, 16), date(2026, 3, 17)
VIEW = "本人因住院未能按期提交，附住院证明。"


@pytest.fixture
def case(
    cast: Cast, kinds: list[CaseKind], trainee: Account, supervisor: Account,
    on: Callable[[date], None],
) -> Case:  # fmt: skip
    on(TOLD)
    trainee.email = "lin@example.org"
    trainee.save(update_fields=["email"])
    return decided(asked(cast, trainee), "refused", supervisor)


def test_the_subject_is_told_of_the_intended_refusal_and_until_when(case: Case) -> None:
    hearing = Hearing.objects.get()
    assert (hearing.answer_until, hearing.facts) == (LAST, "材料不足")
    letter = OutgoingMail.objects.get(to="lin@example.org", body__contains="2026-03-16")
    assert "材料不足" not in letter.body
    assert case.state == "running"


def test_nothing_is_decided_before_the_view_is_stated_or_its_time_over(
    case: Case, office: Account, on: Callable[[date], None]
) -> None:
    for day in (TOLD, LAST):
        on(day)
        with pytest.raises(RuleBroken, match="2026-03-16"):
            decide_hearing(case=case, outcome="confirmed", by=office, revision=case.revision)
    on(AFTER)
    done = decide_hearing(case=case, outcome="confirmed", by=office, revision=case.revision)
    assert done.state == "refused"
    assert CaseStep.objects.filter(case=case).last().verb == "hear"  # type: ignore[union-attr]


def test_a_view_is_stated_once_up_to_and_on_the_last_day(
    case: Case, trainee: Account, on: Callable[[date], None]
) -> None:
    on(LAST)
    state_own_view(case=case, statement=VIEW, by=trainee)
    assert state_own_view(case=case, statement=VIEW, by=trainee).stated_at is not None
    with pytest.raises(RuleBroken, match="2026-03-16"):
        state_own_view(case=case, statement="另有补充。", by=trainee)
    assert Hearing.objects.get().statement == VIEW
    line = JournalEntry.objects.get(verb="hearing.state")
    assert VIEW not in f"{line.before}{line.after}{line.reason}"


def test_a_day_late_a_view_is_refused_and_nothing_is_lost(
    case: Case, trainee: Account, on: Callable[[date], None]
) -> None:
    on(AFTER)
    with pytest.raises(RuleBroken, match="2026-03-16"):
        state_own_view(case=case, statement=VIEW, by=trainee)
    assert Hearing.objects.get().stated_at is None


def test_only_the_person_concerned_states_a_view(
    case: Case, supervisor: Account, office: Account
) -> None:
    for by in (supervisor, office):
        with pytest.raises(NotPermitted):
            state_own_view(case=case, statement=VIEW, by=by)
    with pytest.raises(NotPermitted):
        decide_hearing(case=case, outcome="changed", by=supervisor, revision=case.revision)
    assert Hearing.objects.get().statement == ""


def test_who_asked_to_be_heard_is_heard_before_the_decision(
    case: Case, trainee: Account, office: Account
) -> None:
    state_own_view(case=case, statement=VIEW, by=trainee, wants_hearing=True)
    asked_for = {"case": case, "outcome": "changed", "by": office, "revision": case.revision}
    for missing in ({}, {"record": "已听取。"}, {"heard_on": TOLD}):
        with pytest.raises(RuleBroken):
            decide_hearing(**asked_for, **missing)  # type: ignore[arg-type]
    with pytest.raises(RuleBroken):
        decide_hearing(**asked_for, record="已听取。", heard_on=date(2026, 3, 1))  # type: ignore[arg-type]
    with pytest.raises(RuleBroken):
        decide_hearing(**asked_for, record="已听取。", heard_on=date(2026, 3, 3))  # type: ignore[arg-type]
    done = decide_hearing(**asked_for, record="已听取。", heard_on=TOLD)  # type: ignore[arg-type]
    held = Hearing.objects.get()
    assert (done.stage, held.record, held.heard_on) == ("notice", "已听取。", TOLD)
    assert CaseStep.objects.get(verb="hear").reason == ""


def test_a_second_intended_refusal_is_told_and_answered_anew(
    case: Case, trainee: Account, office: Account, on: Callable[[date], None]
) -> None:
    from preceptor.cases.actions import answer_objection, end_notices, object_to
    from preceptor.cases.models import Notice

    state_own_view(case=case, statement=VIEW, by=trainee)
    decide_hearing(case=case, outcome="changed", by=office, revision=case.revision, record="可以")
    made = object_to(notice=Notice.objects.get(), name="某", contact="c", text="不实")
    answer_objection(objection=made, is_upheld=True, answer="属实", by=office)
    on(date(2026, 3, 20))
    from preceptor.base.actors import OPERATOR

    assert end_notices(on=date(2026, 3, 20), by=OPERATOR) == 1
    second, first = Hearing.objects.filter(case=case)
    assert (first.statement, second.statement, second.stated_at) == (VIEW, "", None)
    with pytest.raises(RuleBroken):
        case.refresh_from_db()
        decide_hearing(case=case, outcome="confirmed", by=office, revision=case.revision)


def test_an_unknown_outcome_of_a_hearing_is_refused(case: Case, office: Account) -> None:
    with pytest.raises(InputRefused):
        decide_hearing(case=case, outcome="postponed", by=office, revision=case.revision)


def test_the_second_of_two_who_decide_is_told_who_was_faster(
    case: Case, trainee: Account, office: Account
) -> None:
    state_own_view(case=case, statement=VIEW, by=trainee)
    read = case.revision
    decide_hearing(case=case, outcome="confirmed", by=office, revision=read, token="a")
    again = decide_hearing(case=case, outcome="confirmed", by=office, revision=read, token="a")
    assert again.state == "refused"
    with pytest.raises(RuleBroken, match=office.name):
        decide_hearing(case=case, outcome="changed", by=office, revision=read, token="b")
