"""An intended refusal: told, answered, heard, and only then decided."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry, OutgoingMail
from preceptor.cases.actions import (
    answer_objection,
    decide_hearing,
    end_notices,
    object_to,
    state_facts,
    state_own_view,
)
from preceptor.cases.models import Case, CaseKind, CaseStep, Hearing, Notice, Task
from preceptor.people.models import Account
from timed_kinds import asked, decided, refusal_told

BACKEND = "django.contrib.auth.backends.ModelBackend"

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "case_cast", "timed_cases"]
pytestmark = pytest.mark.django_db

REASON = "材料不足"
TOLD, LAST, AFTER = date(2026, 3, 2), date(2026, 3, 16), date(2026, 3, 17)
VIEW = "本人因住院未能按期提交，附住院证明。"


@pytest.fixture
def case(untold: Case, office: Account) -> Case:
    """An intended refusal of which the person was told."""
    return refusal_told(untold, office)


@pytest.fixture
def untold(
    cast: Cast, kinds: list[CaseKind], trainee: Account, supervisor: Account,
    on: Callable[[date], None],
) -> Case:  # fmt: skip
    """An intended refusal whose facts nobody told yet."""
    on(TOLD)
    trainee.email = "lin@example.org"
    trainee.save(update_fields=["email"])
    return decided(asked(cast, trainee), "refused", supervisor)


def test_the_reason_of_an_opinion_is_no_facts_and_reaches_the_person_in_no_way(
    untold: Case, trainee: Account, office: Account, client: Client
) -> None:
    hearing = Hearing.objects.get()
    assert (hearing.facts, hearing.told_at, hearing.answer_until) == ("", None, None)
    assert REASON in [step.reason for step in CaseStep.objects.filter(case=untold)]
    assert not OutgoingMail.objects.filter(body__contains="2026-03-16").exists()
    client.force_login(trainee, backend=BACKEND)
    body = client.get(reverse("case", args=[untold.pk])).content.decode()
    assert str(untold) in body and REASON not in body
    client.force_login(office, backend=BACKEND)
    assert REASON in client.get(reverse("case", args=[untold.pk])).content.decode()


@pytest.mark.parametrize("reads_reasons", [False, True])
def test_reasons_of_stages_before_are_shown_as_the_kind_says_and_never_as_facts(
    untold: Case, trainee: Account, office: Account, client: Client, reads_reasons: bool
) -> None:
    if reads_reasons:
        text = untold.kind.content.replace('sees = "stages"', 'sees = "reasons"')
        CaseKind.objects.filter(pk=untold.kind_id).update(content=text, hash="reads reasons")
    refusal_told(untold, office, "证明材料缺住院日期，依据资助办法第五条。")
    client.force_login(trainee, backend=BACKEND)
    page = client.get(reverse("case", args=[untold.pk]))
    assert page.context["hearing"].facts == "证明材料缺住院日期，依据资助办法第五条。"
    assert (REASON in page.content.decode()) is reads_reasons


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
    state_own_view(case=case, statement=VIEW, by=trainee)
    decide_hearing(case=case, outcome="changed", by=office, revision=case.revision, record="可以")
    made = object_to(notice=Notice.objects.get(), name="某", contact="c", text="不实")
    answer_objection(objection=made, is_upheld=True, answer="属实", by=office)
    on(date(2026, 3, 20))
    assert end_notices(on=date(2026, 3, 20), by=OPERATOR) == 1
    second, first = Hearing.objects.filter(case=case)
    assert (first.statement, second.statement, second.stated_at) == (VIEW, "", None)
    assert (second.facts, second.told_at, second.answer_until) == ("", None, None)
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


FACTS = "第三章数据与原始病历不符，依据学位授予细则第十二条。"
NEXT_DAY, ITS_LAST = date(2026, 3, 10), date(2026, 3, 24)


def test_what_came_of_an_objection_is_told_by_the_office_and_asks_it_to_do_so(
    cast: Cast, kinds: list[CaseKind], trainee: Account, supervisor: Account, office: Account,
    on: Callable[[date], None],
) -> None:  # fmt: skip
    on(TOLD)
    office.email = "office@example.org"
    office.save(update_fields=["email"])
    decided(asked(cast, trainee), "agreed", supervisor)
    made = object_to(notice=Notice.objects.get(), name="某", contact="c", text="署名不实")
    answer_objection(objection=made, is_upheld=True, answer="属实", by=office)
    on(LAST)
    end_notices(on=LAST, by=OPERATOR)
    hearing = Hearing.objects.get()
    assert (hearing.facts, hearing.told_at, hearing.answer_until) == ("", None, None)
    assert OutgoingMail.objects.filter(unique_key__contains=f"facts:{hearing.pk}").exists()
    letters = " ".join(OutgoingMail.objects.values_list("body", flat=True))
    assert "署名不实" not in letters


def test_the_time_to_answer_runs_from_the_day_on_which_the_facts_were_told(
    untold: Case, trainee: Account, office: Account, on: Callable[[date], None]
) -> None:
    on(NEXT_DAY)
    hearing = state_facts(case=untold, facts=FACTS, by=office, revision=untold.revision)
    untold.refresh_from_db()
    assert (hearing.facts, hearing.answer_until, untold.due_on) == (FACTS, ITS_LAST, ITS_LAST)
    assert Task.objects.get(case=untold, done_at=None).due_on == ITS_LAST
    step = CaseStep.objects.filter(case=untold).latest("revision")
    assert (step.verb, step.by_name, step.reason) == ("tell", office.name, "")
    letter = OutgoingMail.objects.get(to="lin@example.org", body__contains="2026-03-24")
    lines = JournalEntry.objects.filter(subject_kind="case")
    told = " ".join(f"{line.before}{line.after}{line.reason}" for line in lines)
    assert FACTS not in letter.subject + letter.body + told
    on(ITS_LAST)
    assert state_own_view(case=untold, statement=VIEW, by=trainee).statement == VIEW


def test_nothing_is_stated_or_decided_while_no_facts_were_told(
    untold: Case, trainee: Account, office: Account, on: Callable[[date], None]
) -> None:
    on(date(2026, 6, 1))
    with pytest.raises(RuleBroken):
        state_own_view(case=untold, statement=VIEW, by=trainee)
    for outcome in ("confirmed", "changed"):
        with pytest.raises(RuleBroken):
            decide_hearing(
                case=untold, outcome=outcome, by=office, revision=untold.revision, record="x"
            )
    untold.refresh_from_db()
    assert (untold.state, Hearing.objects.get().statement) == ("running", "")


def test_only_who_acts_at_the_hearing_tells_the_facts(
    untold: Case, trainee: Account, supervisor: Account, neighbour: Account, stranger: Account
) -> None:
    for by in (trainee, supervisor, neighbour, stranger):
        with pytest.raises(NotPermitted) as told:
            state_facts(case=untold, facts=FACTS, by=by, revision=untold.revision)
        assert FACTS not in str(told.value)
    assert Hearing.objects.get().facts == ""


@pytest.mark.parametrize("facts", ["", "  \n", "因" * 20_001])
def test_facts_are_neither_empty_nor_endless(untold: Case, office: Account, facts: str) -> None:
    with pytest.raises(InputRefused):
        state_facts(case=untold, facts=facts, by=office, revision=untold.revision)
    assert not Hearing.objects.get().is_told


def test_the_second_who_tells_is_told_who_was_faster_and_the_same_text_is_told_once(
    untold: Case, office: Account
) -> None:
    read = untold.revision
    state_facts(case=untold, facts=FACTS, by=office, revision=read)
    assert state_facts(case=untold, facts=f" {FACTS}", by=office, revision=read).facts == FACTS
    with pytest.raises(RuleBroken, match=office.name):
        state_facts(case=untold, facts="另一事实", by=office, revision=read)
    assert Hearing.objects.get().facts == FACTS
    assert CaseStep.objects.filter(case=untold, verb="tell").count() == 1


def test_facts_told_anew_after_a_view_restart_the_time_and_keep_what_was_said(
    case: Case, trainee: Account, office: Account, on: Callable[[date], None]
) -> None:
    state_own_view(case=case, statement=VIEW, by=trainee, wants_hearing=True)
    on(NEXT_DAY)
    state_facts(case=case, facts=FACTS, by=office, revision=case.revision)
    anew, before = Hearing.objects.filter(case=case)
    assert (before.facts, before.statement) == ("材料不足", VIEW)
    assert (anew.facts, anew.stated_at, anew.answer_until) == (FACTS, None, ITS_LAST)
    case.refresh_from_db()
    said = {"case": case, "outcome": "confirmed", "by": office, "revision": case.revision}
    with pytest.raises(RuleBroken, match="2026-03-24"):
        decide_hearing(**said)  # type: ignore[arg-type]
    on(date(2026, 3, 25))
    with pytest.raises(RuleBroken):
        decide_hearing(**said)  # type: ignore[arg-type]
    done = decide_hearing(**said, record="已听取。", heard_on=date(2026, 3, 25))  # type: ignore[arg-type]
    assert done.state == "refused"


def test_a_view_on_facts_that_were_told_anew_meanwhile_is_not_taken_for_one_on_the_new(
    case: Case, trainee: Account, office: Account
) -> None:
    read = case.revision
    state_facts(case=case, facts=FACTS, by=office, revision=read)
    with pytest.raises(RuleBroken):
        state_own_view(case=case, statement=VIEW, by=trainee, revision=read)
    assert not Hearing.objects.exclude(stated_at=None).exists()
    assert state_own_view(case=case, statement=VIEW, by=trainee, revision=read + 1).stated_at
