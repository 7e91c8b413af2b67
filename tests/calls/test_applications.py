"""Applications to calls: by whom, when, with what, and who reads them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from case_cast import gate as gate
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.calls.access import (
    may_apply,
    may_view_application,
    visible_applications,
)
from preceptor.calls.actions import (
    add_work,
    begin_application,
    cancel_call,
    remove_work,
    save_application,
    submit_application,
)
from preceptor.calls.models import ApplicationWork, Call, CallApplication
from preceptor.cases.access import visible_cases
from preceptor.cases.actions import attach_document, decide_stage, return_case, withdraw_case
from preceptor.cases.gates import GateFinding
from preceptor.cases.models import CaseDocument
from preceptor.people.models import Account, Person
from preceptor.training.access import visible_enrolments
from small_calls import KIND, TestPurpose, applied, began, published, screened, signed_up
from small_kinds import PDF, finding, in_force

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "call_cast"]
pytestmark = pytest.mark.django_db


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """The clock shows this moment."""
    monkeypatch.setattr(timezone, "now", lambda: moment)


def test_somebody_from_outside_begins_a_draft_that_nobody_else_sees(
    call: Call, applicant: Account, personnel: Account, office: Account, cast: Cast
) -> None:
    application = begin_application(call=call, by=applicant, name_zh="苏未央")
    assert (application.person.name_zh, application.person.institution) == (
        "苏未央", cast.institution,
    )  # fmt: skip
    assert (application.case.person, application.case.asked_by) == (application.person, applicant)
    assert list(visible_applications(applicant)) == [application]
    for other in (personnel, office, signed_up("other@example.org")):
        assert not visible_applications(other).exists()
        assert not visible_cases(other).exists()
    assert visible_applications(OPERATOR).count() == 1


def test_two_clicks_begin_one_application_and_one_person(call: Call, applicant: Account) -> None:
    first = begin_application(call=call, by=applicant, name_zh="苏未央")
    assert begin_application(call=call, by=applicant, name_zh="苏未央") == first
    assert Person.objects.filter(name_zh="苏未央").count() == 1


def test_nobody_applies_without_an_account_or_for_somebody_else(
    call: Call, application: CallApplication
) -> None:
    with pytest.raises(NotPermitted):
        begin_application(call=call, by=OPERATOR, name_zh="苏未央")
    other = signed_up("other@example.org")
    for act in (
        lambda: save_application(application=application, by=other, statement="别人写的"),
        lambda: add_work(application=application, by=other, kind="paper", title="某文", year=2024),
        lambda: submit_application(application=application, by=other),
    ):
        with pytest.raises(NotPermitted) as refusal:
            act()
        assert "苏未央" not in str(refusal.value)


def test_a_name_is_needed_to_apply(call: Call, applicant: Account) -> None:
    with pytest.raises(InputRefused):
        begin_application(call=call, by=applicant, name_zh=" ")
    assert not CallApplication.objects.exists()


def test_applications_are_taken_from_the_opening_on_and_not_any_more_at_the_closing(
    call: Call, applicant: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    instant = timedelta(microseconds=1)
    at(monkeypatch, call.opens_at - instant)
    assert not may_apply(applicant, call)
    with pytest.raises(NotPermitted):
        begin_application(call=call, by=applicant, name_zh="苏未央")
    at(monkeypatch, call.opens_at)
    application = began(call, applicant, "苏未央")
    at(monkeypatch, call.closes_at)
    assert not may_apply(applicant, call)
    with pytest.raises(NotPermitted):
        submit_application(application=application, by=applicant)
    at(monkeypatch, call.closes_at - instant)
    assert submit_application(application=application, by=applicant).case.number


def test_a_draft_outlives_the_closing_and_is_still_not_taken(
    call: Call, applicant: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = began(call, applicant, "苏未央")
    at(monkeypatch, call.closes_at + timedelta(days=1))
    save_application(application=application, by=applicant, statement="仍可查看和保存的草稿")
    application.refresh_from_db()
    assert application.statement == "仍可查看和保存的草稿"
    with pytest.raises(NotPermitted):
        submit_application(application=application, by=applicant)
    assert CallApplication.objects.get().case.submitted_at is None


def test_what_was_returned_for_correction_comes_again_after_the_closing(
    application: CallApplication, applicant: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = return_case(
        case=application.case, by=OPERATOR, revision=application.case.revision, reason="简历缺页"
    )
    at(monkeypatch, application.call.closes_at + timedelta(days=1))
    save_application(application=application, by=applicant, employer="澄岭医科大学")
    application.case = case
    assert submit_application(application=application, by=applicant).case.state == "running"


def test_what_was_returned_does_not_come_again_to_a_call_that_was_cancelled(
    application: CallApplication, applicant: Account
) -> None:
    application.case = return_case(
        case=application.case, by=OPERATOR, revision=application.case.revision, reason="简历缺页"
    )
    cancel_call(call=application.call, reason="岗位取消", by=OPERATOR)
    with pytest.raises(NotPermitted):
        submit_application(application=application, by=applicant)
    assert CallApplication.objects.get().case.state == "returned"


def test_each_save_keeps_what_it_names_and_leaves_the_rest(
    call: Call, applicant: Account, cast: Cast
) -> None:
    application = begin_application(call=call, by=applicant, name_zh="苏未央")
    save_application(application=application, by=applicant, born_on=date(1993, 2, 1), country="CN")
    save_application(
        application=application, by=applicant, is_full_time=True, statement=" 研究计划 ",
        host=cast.persons["T1"],
    )  # fmt: skip
    application.refresh_from_db()
    assert (application.born_on, application.country) == (date(1993, 2, 1), "CN")
    assert (application.is_full_time, application.statement) == (True, "研究计划")
    assert application.is_own_doctor is None
    # What applicants tell of themselves does not stand in the journal.
    told = str(list(JournalEntry.objects.values_list("after", flat=True)))
    assert "研究计划" not in told
    assert "1993" not in told


@pytest.mark.parametrize(
    "columns",
    [
        {"country": "China"},
        {"earlier_months": -1},
        {"employer": "单" * 201},
        {"statement": "字" * 20_001},
        {"doctorate_on": "yesterday"},
    ],
)
def test_a_save_with_something_impossible_keeps_nothing(
    call: Call, applicant: Account, columns: dict[str, Any]
) -> None:
    application = begin_application(call=call, by=applicant, name_zh="苏未央")
    with pytest.raises(InputRefused):
        save_application(application=application, by=applicant, is_full_time=True, **columns)
    application.refresh_from_db()
    assert application.is_full_time is None


def test_only_a_host_of_the_call_is_chosen(call: Call, applicant: Account, cast: Cast) -> None:
    application = begin_application(call=call, by=applicant, name_zh="苏未央")
    with pytest.raises(InputRefused, match="韩明澈"):
        save_application(application=application, by=applicant, host=cast.persons["T2"])
    application.refresh_from_db()
    assert application.host is None


def test_who_is_no_host_any_more_when_it_is_handed_in_is_chosen_anew(
    call: Call, applicant: Account, cast: Cast, purpose: TestPurpose
) -> None:
    application = began(call, applicant, "苏未央")
    save_application(application=application, by=applicant, host=cast.persons["T1"])
    purpose.chosen = []
    with pytest.raises(NotPermitted, match="江晚晴"):
        submit_application(application=CallApplication.objects.get(), by=applicant)


def test_where_the_host_gives_an_opinion_one_must_be_named(cast: Cast, applicant: Account) -> None:
    asks = KIND.replace('by = ["personnel of institution"]', 'by = ["host"]', 1)
    in_force(cast.institution, asks.replace('"entry"', '"hosted"'))
    call = published(cast, number="BSH-2", kind="hosted")
    application = began(call, applicant, "苏未央")
    with pytest.raises(NotPermitted):
        submit_application(application=application, by=applicant)
    save_application(application=application, by=applicant, host=cast.persons["T1"])
    submit_application(application=CallApplication.objects.get(), by=applicant)
    task = application.case.tasks.get()
    assert task.person == cast.persons["T1"]


def test_what_is_handed_in_is_read_by_the_personnel_office_and_changes_no_more(
    application: CallApplication, applicant: Account, personnel: Account, secretary: Account,
    neighbour: Account, leader: Account, stranger: Account,
) -> None:  # fmt: skip
    for reader in (personnel, secretary, leader, applicant):
        assert list(visible_applications(reader)) == [application]
        assert may_view_application(reader, application)
    for other in (neighbour, stranger, signed_up("other@example.org")):
        assert not visible_applications(other).exists()
        assert not may_view_application(other, application)
    with pytest.raises(NotPermitted):
        save_application(application=application, by=applicant, statement="改了")


def test_a_missing_document_and_a_rule_hold_an_application_back_and_it_stays_a_draft(
    cast: Cast, applicant: Account, gate: Callable[..., None]
) -> None:
    in_force(
        cast.institution,
        KIND.replace('"entry"', '"gated"').replace("prefix", 'gate = "entry"\nprefix'),
    )
    call = published(cast, number="BSH-3", kind="gated")
    application = begin_application(call=call, by=applicant, name_zh="苏未央")
    with pytest.raises(RuleBroken, match="个人简历"):
        submit_application(application=application, by=applicant)
    attach_document(
        case=application.case, name="cv", content=BytesIO(PDF), file_name="cv.pdf", by=applicant
    )
    held: GateFinding = finding("doctorate-years", "block", "fail")
    gate(held)
    with pytest.raises(RuleBroken, match="doctorate-years"):
        submit_application(application=application, by=applicant)
    gate(finding("doctorate-years", "block", "pass"))
    assert submit_application(application=application, by=applicant).case.state == "running"


def test_an_upload_that_is_not_what_it_says_is_refused_and_the_former_one_stays(
    call: Call, applicant: Account
) -> None:
    application = began(call, applicant, "苏未央")
    with pytest.raises(InputRefused):
        attach_document(
            case=application.case, name="cv", content=BytesIO(b"MZ\x90\x00 a program"),
            file_name="cv.pdf", by=applicant,
        )  # fmt: skip
    kept = CaseDocument.objects.get(case=application.case, replaced_at=None)
    assert kept.file_name == "简历.pdf"


def test_works_are_named_once_and_taken_off_again(call: Call, applicant: Account) -> None:
    application = begin_application(call=call, by=applicant, name_zh="苏未央")
    given: dict[str, Any] = {"kind": "paper", "title": "心肌纤维化研究", "year": 2024}
    work = add_work(application=application, by=applicant, **given)
    assert add_work(application=application, by=applicant, **given) == work
    for wrong in ({"year": 1850}, {"year": 2999}, {"kind": "poem"}, {"title": " "}):
        with pytest.raises(InputRefused):
            add_work(application=application, by=applicant, **(given | wrong))
    remove_work(work=work, by=applicant)
    remove_work(work=work, by=applicant)
    assert not ApplicationWork.objects.exists()


def test_who_took_an_application_back_does_not_apply_again(
    application: CallApplication, applicant: Account
) -> None:
    withdraw_case(case=application.case, by=applicant)
    application.refresh_from_db()
    assert application.result == "not_placed"
    with pytest.raises(RuleBroken):
        begin_application(call=application.call, by=applicant, name_zh="苏未央")


def test_a_refused_application_is_out_of_the_comparison(application: CallApplication) -> None:
    case = application.case
    decide_stage(
        case=case, outcome="refused", by=OPERATOR, revision=case.revision, reason="不符合条件"
    )
    application.refresh_from_db()
    assert application.result == "not_placed"


def test_the_personnel_office_decides_on_applications_and_reads_no_trainee(
    application: CallApplication, personnel: Account, cast: Cast
) -> None:
    case = application.case
    held = decide_stage(case=case, outcome="agreed", by=personnel, revision=case.revision)
    assert held.stage == "board"
    assert not visible_enrolments(personnel).exists()


def test_an_application_of_another_call_is_not_the_same(
    call: Call, application: CallApplication, applicant: Account, cast: Cast
) -> None:
    other = published(cast, number="BSH-9")
    again = applied(other, applicant, "苏未央")
    assert again.pk != application.pk
    assert again.person == application.person
    assert screened(again).case.stage == "board"
