"""A request from the draft to its end, step by step, and everything that is refused on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.utils.translation import override

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry, OutgoingMail
from preceptor.base.permits import refused
from preceptor.base.today import today
from preceptor.cases.access import may_read_reason, sees_reasons, sees_stages
from preceptor.cases.actions import (
    decide_stage,
    finish_composing,
    record_result,
    return_case,
    submit_case,
    withdraw_case,
)
from preceptor.cases.models import Case, CaseKind, CaseStep, Item, Sitting, Task
from preceptor.cases.queries import kind_of, where_is, whereabouts
from preceptor.people.models import Account, Contact, Delegation, Tie
from small_kinds import KIND, PARALLEL, TestPort, finding, in_force, prepared

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "case_cast"]
pytestmark = pytest.mark.django_db

SECRET = "疑似抄袭王某某数据"
SITTING = (
    KIND.partition("[[stages]]")[0]
    + """
[[stages]]
id = "panel"
title = { zh = "组成委员会", en = "Composition" }
does = "compose"
by = ["secretary of unit"]
then = { composed = "vote" }

[[stages]]
id = "vote"
title = { zh = "表决", en = "Vote" }
does = "sitting"
by = ["secretary of unit"]
voting = { passes = "2/3 of all" }
then = { passed = "granted", failed = "panel" }
"""
)


def agree(case: Case, by: Account, **more: Any) -> Case:
    return decide_stage(case=case, outcome="agreed", by=by, revision=case.revision, **more)


def afresh(case: Case) -> Case:
    return Case.objects.select_related("kind").get(pk=case.pk)


def open_tasks(case: Case) -> list[Task]:
    return list(Task.objects.filter(case=case, done_at=None))


def test_a_request_goes_from_hand_to_hand_to_its_granting(
    case: Case, supervisor: Account, secretary: Account, office: Account, port: TestPort
) -> None:
    assert case.number == f"L-{today().year}-{case.pk:06}"
    for by in (supervisor, secretary, office):
        case = agree(case, by)
    assert (case.state, case.stage, open_tasks(case)) == ("granted", "", [])
    [(number, outcome, mandate)] = port.done
    assert (number, outcome, mandate.actor_key) == (case.number, "granted", office.actor_key)
    steps = [(step.revision, step.verb) for step in CaseStep.objects.filter(case=case)]
    assert steps == [(1, "open"), (2, "submit"), (3, "agree"), (4, "agree"), (5, "agree")]
    lines = JournalEntry.objects.filter(subject_kind="case").exclude(verb="case.attach")
    assert [line.verb.removeprefix("case.") for line in lines.order_by("pk")] == [
        verb for _revision, verb in steps
    ]


def test_where_it_is_and_with_whom_and_what_comes_next(
    case: Case, cast: Cast, draft: Case, django_assert_num_queries: Any
) -> None:
    found = where_is(afresh(case))
    assert found.stage == kind_of(case).stages[0].title
    assert [holder.person for holder in found.holders] == [cast.persons["T1"].pk]
    assert [title.zh for title in found.next_stages] == ["培养单位审核"]
    assert found.due_on == case.due_on is not None
    rows = list(Case.objects.select_related("kind"))
    with django_assert_num_queries(1):
        assert whereabouts(rows * 3)[case.pk] == found


def test_a_refusal_needs_a_reason_ends_the_request_and_its_reason_is_in_no_journal(
    case: Case, supervisor: Account, port: TestPort
) -> None:
    with pytest.raises(RuleBroken):
        decide_stage(case=case, outcome="refused", by=supervisor, revision=case.revision)
    ended = decide_stage(
        case=case, outcome="refused", by=supervisor, revision=case.revision, reason=SECRET
    )
    assert (ended.state, [outcome for _n, outcome, _m in port.done]) == ("refused", ["refused"])
    assert CaseStep.objects.get(case=case, verb="refuse").reason == SECRET
    for line in JournalEntry.objects.all():
        assert SECRET not in f"{line.before}{line.after}{line.reason}"
    assert not OutgoingMail.objects.filter(body__contains=SECRET).exists()


def test_what_is_no_answer_is_refused(case: Case, supervisor: Account) -> None:
    with pytest.raises(InputRefused):
        decide_stage(case=case, outcome="granted", by=supervisor, revision=case.revision)
    assert afresh(case).revision == case.revision


def test_only_who_the_request_waits_on_decides(
    case: Case, trainee: Account, secretary: Account, neighbour: Account, stranger: Account,
    office: Account, leader: Account,
) -> None:  # fmt: skip
    for by in (trainee, secretary, neighbour, stranger, office, leader):
        with pytest.raises(NotPermitted) as refusal:
            agree(case, by)
        if by in (neighbour, stranger):
            assert "江晚晴" not in str(refusal.value)
            assert "林知远" not in str(refusal.value)
    assert (afresh(case).stage, CaseStep.objects.filter(case=case).count()) == ("opinion", 2)


def test_a_stranger_with_an_old_page_is_not_told_who_did_what(
    case: Case, supervisor: Account, stranger: Account
) -> None:
    agree(case, supervisor)
    with pytest.raises(NotPermitted) as refusal:
        decide_stage(case=case, outcome="agreed", by=stranger, revision=1)
    assert supervisor.name not in str(refusal.value)


def test_who_comes_late_is_told_who_did_what_and_nothing_is_written(
    case: Case, supervisor: Account
) -> None:
    agree(case, supervisor, reason=SECRET)
    with pytest.raises(RuleBroken) as told:
        decide_stage(
            case=case, outcome="refused", by=supervisor, revision=case.revision, reason="迟到"
        )
    assert supervisor.name in str(told.value)
    assert SECRET not in str(told.value)
    assert afresh(case).stage == "check"


def test_a_double_click_is_one_step_and_gives_the_same_answer(
    case: Case, supervisor: Account, secretary: Account
) -> None:
    first = agree(case, supervisor, token="form-1")
    again = agree(case, supervisor, token="form-1")
    assert (again.pk, again.revision, again.stage) == (first.pk, first.revision, "check")
    assert CaseStep.objects.filter(case=case).count() == 3
    with pytest.raises(RuleBroken):
        agree(first, secretary, token="form-1")


def test_nobody_decides_on_himself_nor_on_a_relative(
    cast: Cast, case: Case, supervisor: Account, secretary: Account, port: TestPort
) -> None:
    secretary.person = cast.persons["S1"]
    case = agree(case, supervisor)
    with pytest.raises(NotPermitted):
        agree(case, secretary)
    secretary.person = cast.persons["T2"]
    Tie.objects.create(
        person=cast.persons["S1"], other=cast.persons["T2"], kind="kinship", note="表兄弟",
        declared_by="林知远", valid_from=date(2021, 1, 1),
    )  # fmt: skip
    with pytest.raises(NotPermitted) as refusal:
        agree(case, secretary)
    assert "表兄弟" not in str(refusal.value)
    assert afresh(case).stage == "check"


def test_a_guide_tied_to_the_trainee_is_not_even_asked(
    cast: Cast, draft: Case, trainee: Account
) -> None:
    Tie.objects.create(
        person=cast.persons["T1"], other=cast.persons["S1"], kind="kinship",
        declared_by="江晚晴", valid_from=date(2021, 1, 1),
    )  # fmt: skip
    with pytest.raises(RuleBroken):
        submit_case(case=draft, by=trainee)
    assert (afresh(draft).state, afresh(draft).number) == ("draft", None)


def test_a_request_that_would_wait_on_nobody_is_not_handed_in(
    draft: Case, trainee: Account, port: TestPort
) -> None:
    port.guides = []
    with pytest.raises(RuleBroken):
        submit_case(case=draft, by=trainee)
    assert afresh(draft).state == "draft"
    assert not Task.objects.exists()


def test_what_is_returned_comes_back_to_the_same_stage_corrected(
    case: Case, supervisor: Account, secretary: Account, trainee: Account
) -> None:
    Account.objects.filter(pk=trainee.pk).update(email="lin@example.org")
    case = agree(case, supervisor)
    with pytest.raises(RuleBroken):
        return_case(case=case, by=secretary, revision=case.revision, reason="  ")
    back = return_case(case=case, by=secretary, revision=case.revision, reason="请补盖章")
    assert (back.state, back.stage) == ("returned", "check")
    assert [task.account_id for task in open_tasks(case)] == [trainee.pk]
    assert str(case.number) in OutgoingMail.objects.get(to="lin@example.org").subject
    assert not OutgoingMail.objects.filter(body__contains="请补盖章").exists()
    with pytest.raises(NotPermitted):
        agree(back, secretary)
    step = CaseStep.objects.get(case=case, verb="return")
    assert may_read_reason(trainee, back, kind_of(back), step)
    again = submit_case(case=back, by=trainee)
    assert (again.state, again.stage, again.number) == ("running", "check", case.number)


def test_a_stage_may_refuse_to_return(
    cast: Cast, port: TestPort, trainee: Account, supervisor: Account
) -> None:
    in_force(cast.institution, KIND.replace('by = ["guide"]', 'by = ["guide"]\nreturns = false'))
    case = submit_case(case=prepared(cast, trainee), by=trainee)
    with pytest.raises(NotPermitted):
        return_case(case=case, by=supervisor, revision=case.revision, reason="请补")


def test_only_the_asker_takes_a_request_back_and_only_before_it_ends(
    case: Case, trainee: Account, supervisor: Account, stranger: Account, port: TestPort
) -> None:
    for by in (supervisor, stranger):
        with pytest.raises(NotPermitted):
            withdraw_case(case=case, by=by)
    ended = withdraw_case(case=case, by=trainee, reason="改期", token="w")
    assert withdraw_case(case=case, by=trainee, token="w").revision == ended.revision
    assert (ended.state, open_tasks(case)) == ("withdrawn", [])
    assert [outcome for _n, outcome, _m in port.done] == ["withdrawn"]
    for step in (
        lambda: withdraw_case(case=case, by=trainee),
        lambda: agree(ended, supervisor),
        lambda: submit_case(case=case, by=trainee),
    ):
        with pytest.raises(NotPermitted):
            step()


def test_a_request_lacks_no_document_when_it_is_handed_in(
    draft: Case, trainee: Account, port: TestPort
) -> None:
    draft.documents.all().delete()
    with override("zh-hans"), pytest.raises(RuleBroken) as told:
        submit_case(case=draft, by=trainee)
    assert "邀请函" in str(told.value)
    assert "会议日程" not in str(told.value)
    assert afresh(draft).state == "draft"


def test_a_request_that_its_room_does_not_allow_is_not_handed_in(
    draft: Case, trainee: Account, port: TestPort
) -> None:
    port.allows = refused("已有一次未结束的申请。")
    with pytest.raises(NotPermitted):
        submit_case(case=draft, by=trainee)
    assert afresh(draft).number is None


def test_who_makes_a_request_is_one_of_those_whom_the_kind_names(
    cast: Cast, leave_kind: CaseKind, supervisor: Account, neighbour: Account, stranger: Account,
    secretary: Account,
) -> None:  # fmt: skip
    for by in (supervisor, neighbour, stranger):
        with pytest.raises(NotPermitted):
            prepared(cast, by)
    assert not Case.objects.exists()
    assert prepared(cast, secretary).asked_by == secretary


def test_a_word_of_the_port_is_held_to_when_the_request_is_handed_in(
    cast: Cast, port: TestPort, supervisor: Account, stranger: Account, trainee: Account
) -> None:
    in_force(cast.institution, KIND.replace('opens = ["subject"', 'opens = ["guide"'))
    draft = prepared(cast, trainee)
    with pytest.raises(NotPermitted):
        submit_case(case=draft, by=trainee)
    assert submit_case(case=prepared(cast, supervisor), by=supervisor).state == "running"


def test_a_kind_that_is_not_in_force_takes_no_request(cast: Cast, trainee: Account) -> None:
    with pytest.raises(InputRefused):
        prepared(cast, trainee, kind="leave")


def test_a_draft_is_handed_in_by_the_version_of_that_day_and_a_running_case_keeps_its_own(
    cast: Cast, leave_kind: CaseKind, draft: Case, trainee: Account, supervisor: Account
) -> None:
    running = submit_case(case=prepared(cast, trainee), by=trainee)
    CaseKind.objects.filter(pk=leave_kind.pk).update(state="ended", valid_to=date(2021, 12, 31))
    newer = KIND.replace('version = "1"', 'version = "2"').replace(
        'agreed = "check"', 'agreed = "grant"'
    )
    newer = newer.replace('id = "opinion"', 'id = "opinion"').replace(
        'refused = "refused" }\n\n[[stages]]\nid = "check"',
        'refused = "check" }\n\n[[stages]]\nid = "check"',
    )
    in_force(cast.institution, newer)
    submitted = submit_case(case=draft, by=trainee)
    assert (submitted.kind.version, afresh(running).kind.version) == ("2", "1")
    assert (agree(submitted, supervisor).stage, agree(running, supervisor).stage) == (
        "grant",
        "check",
    )


def test_all_who_are_named_sign_side_by_side_and_one_refusal_ends_it(
    cast: Cast, port: TestPort, trainee: Account, supervisor: Account, secretary: Account
) -> None:
    in_force(cast.institution, PARALLEL)
    read = submit_case(case=prepared(cast, trainee), by=trainee)
    first = decide_stage(case=read, outcome="agreed", by=secretary, revision=read.revision)
    assert (first.stage, len(open_tasks(read))) == ("opinion", 1)
    with pytest.raises(NotPermitted):
        agree(first, secretary)
    second = decide_stage(case=read, outcome="agreed", by=supervisor, revision=read.revision)
    assert second.stage == "check"
    other = submit_case(case=prepared(cast, trainee), by=trainee)
    ended = decide_stage(
        case=other, outcome="refused", by=secretary, revision=other.revision, reason="与轮转冲突"
    )
    assert (ended.state, open_tasks(other)) == ("refused", [])


def test_who_acts_for_another_is_written_down_as_such(
    case: Case, supervisor: Account, neighbour: Account, cast: Cast
) -> None:
    Delegation.objects.create(
        giver=supervisor, taker=neighbour, institution=cast.institution, kind="delegation",
        valid_from=today(), made_by="江晚晴",
    )  # fmt: skip
    agree(case, neighbour)
    step = CaseStep.objects.get(case=case, verb="agree")
    assert (step.by_name, step.on_behalf_of) == (neighbour.name, supervisor.name)
    task = Task.objects.get(case=case, stage="opinion")
    assert (task.done_by_key, task.outcome) == (neighbour.actor_key, "agree")


def test_a_delegation_for_another_kind_of_case_is_none_here(
    case: Case, supervisor: Account, neighbour: Account, cast: Cast
) -> None:
    Delegation.objects.create(
        giver=supervisor, taker=neighbour, institution=cast.institution, kind="delegation",
        case_kind="defence", valid_from=today(), made_by="江晚晴",
    )  # fmt: skip
    with pytest.raises(NotPermitted):
        agree(case, neighbour)


GATED = KIND.replace('sees = "stages"', 'sees = "stages"\ngate = "leave"')


@pytest.fixture
def gated(cast: Cast, port: TestPort, gate: Callable[..., None], trainee: Account) -> Case:
    """A draft of a kind with a gate that holds so far."""
    in_force(cast.institution, GATED)
    return prepared(cast, trainee)


def test_a_gate_that_does_not_hold_stops_the_request_with_its_rules_by_name(
    gated: Case, trainee: Account, gate: Callable[..., None]
) -> None:
    for verdict in ("fail", "pending"):
        gate(finding("months.min", "block", verdict), finding("papers.min", "block", "pass"))
        with pytest.raises(RuleBroken) as told:
            submit_case(case=gated, by=trainee)
        assert "months.min" in str(told.value)
        assert "papers.min" not in str(told.value)
    assert afresh(gated).state == "draft"
    gate(finding("months.min", "block", "waived"))
    submitted = submit_case(case=gated, by=trainee)
    kept = CaseStep.objects.get(case=submitted, verb="submit").gate
    assert kept is not None
    assert (kept["passed"], kept["findings"][0]["rule"]) == (True, "months.min")
    assert {"pack", "version", "hash"} <= kept["findings"][0].keys()


def test_a_warning_is_passed_over_only_with_a_reason_that_stays_ciphered(
    gated: Case, trainee: Account, gate: Callable[..., None]
) -> None:
    gate(finding("blood.tests", "warn", "fail"))
    with pytest.raises(RuleBroken):
        submit_case(case=gated, by=trainee)
    submit_case(case=gated, by=trainee, passing_over=SECRET)
    step = CaseStep.objects.get(case=gated, verb="submit")
    assert step.reason == SECRET
    assert SECRET not in str(step.gate)


def test_the_gate_is_judged_again_at_the_decision_and_stops_the_granting(
    gated: Case, trainee: Account, gate: Callable[..., None], supervisor: Account,
    secretary: Account, office: Account, port: TestPort,
) -> None:  # fmt: skip
    gate(finding("months.min", "block", "pass"), finding("known", "warn", "fail"))
    case = submit_case(case=gated, by=trainee, passing_over="已说明")
    case = agree(agree(case, supervisor), secretary)
    gate(finding("months.min", "block", "fail"))
    with pytest.raises(RuleBroken) as told:
        agree(case, office)
    assert "months.min" in str(told.value)
    assert (afresh(case).stage, port.done, len(open_tasks(case))) == ("grant", [], 1)
    gate(
        finding("months.min", "block", "pass"),
        finding("known", "warn", "fail"),
        finding("new", "warn", "fail"),
    )
    with pytest.raises(RuleBroken) as told:
        agree(case, office)
    assert ("new" in str(told.value), "known" in str(told.value)) == (True, False)
    granted = agree(case, office, passing_over="同意例外")
    kept = CaseStep.objects.get(case=case, revision=granted.revision).gate
    assert granted.state == "granted"
    assert kept is not None
    assert [one["verdict"] for one in kept["findings"]] == ["pass", "fail", "fail"]


def test_a_refusal_asks_no_gate(
    gated: Case, trainee: Account, gate: Callable[..., None], supervisor: Account
) -> None:
    case = submit_case(case=gated, by=trainee)
    gate(finding("months.min", "block", "fail"))
    ended = decide_stage(
        case=case, outcome="refused", by=supervisor, revision=case.revision, reason="未到时间"
    )
    assert ended.state == "refused"


def voted(case: Case, cast: Cast, result: str) -> Item:
    sitting = Sitting.objects.create(
        institution=cast.institution, unit=cast.general, title_zh="会议", title_en="Meeting"
    )
    return Item.objects.create(
        sitting=sitting, place=1, case=case, title_zh="表决", state="decided", result=result
    )


def test_a_panel_is_composed_and_its_vote_decides(
    cast: Cast, port: TestPort, trainee: Account, secretary: Account, supervisor: Account
) -> None:
    in_force(cast.institution, SITTING)
    case = submit_case(case=prepared(cast, trainee), by=trainee)
    with pytest.raises(NotPermitted):
        agree(case, secretary)
    port.complete = refused("委员会只有四人。")
    with pytest.raises(RuleBroken):
        finish_composing(case=case, by=secretary, revision=case.revision)
    with pytest.raises(RuleBroken):
        record_result(case=case, item=voted(case, cast, "passed"), by=secretary)
    port.complete = type(port).complete
    with pytest.raises(NotPermitted):
        finish_composing(case=case, by=supervisor, revision=case.revision)
    case = finish_composing(case=case, by=secretary, revision=case.revision)
    assert case.stage == "vote"
    undecided = Item(case=case, state="open")
    foreign = voted(submit_case(case=prepared(cast, trainee), by=trainee), cast, "passed")
    for item in (undecided, foreign):
        with pytest.raises(InputRefused):
            record_result(case=case, item=item, by=secretary)
    case = record_result(case=case, item=voted(case, cast, "failed"), by=secretary)
    assert (case.stage, case.state) == ("panel", "running")
    case = finish_composing(case=case, by=secretary, revision=case.revision)
    assert (
        record_result(case=case, item=voted(case, cast, "passed"), by=secretary).state == "granted"
    )


def test_a_letter_goes_once_to_whose_task_it_is_and_at_the_end_to_the_asker(
    cast: Cast, draft: Case, trainee: Account, supervisor: Account, secretary: Account
) -> None:
    Contact.objects.create(person=cast.persons["T1"], email="guide@example.org")
    Account.objects.filter(pk=trainee.pk).update(email="lin@example.org")
    Account.objects.filter(pk=secretary.pk).update(email="secretary@example.org")
    case = submit_case(case=draft, by=trainee)
    assert list(OutgoingMail.objects.values_list("to", flat=True)) == ["guide@example.org"]
    case = agree(case, supervisor)
    decide_stage(case=case, outcome="refused", by=secretary, revision=case.revision, reason=SECRET)
    letters = {mail.to: f"{mail.subject}{mail.body}" for mail in OutgoingMail.objects.all()}
    assert letters.keys() == {"guide@example.org", "secretary@example.org", "lin@example.org"}
    assert str(case.number) in letters["lin@example.org"]
    assert not any(SECRET in text or draft.reason in text for text in letters.values())


@pytest.mark.parametrize(
    ("sees", "stages", "reasons"),
    [("outcome", False, False), ("stages", True, False), ("reasons", True, True)],
)
def test_the_subject_reads_of_a_running_case_what_the_kind_lets_it_read(
    cast: Cast, port: TestPort, trainee: Account, supervisor: Account, secretary: Account,
    sees: str, stages: bool, reasons: bool,
) -> None:  # fmt: skip
    in_force(cast.institution, KIND.replace('sees = "stages"', f'sees = "{sees}"'))
    case = submit_case(case=prepared(cast, trainee), by=trainee)
    case = agree(case, supervisor, reason=SECRET)
    kind, step = kind_of(case), CaseStep.objects.get(case=case, verb="agree")
    assert sees_stages(trainee, case, kind) is stages
    assert sees_reasons(trainee, case, kind) is reasons
    assert may_read_reason(trainee, case, kind, step) is reasons
    for reader in (supervisor, secretary):
        assert sees_reasons(reader, case, kind)
    ended = decide_stage(
        case=case, outcome="refused", by=secretary, revision=case.revision, reason="不符合规定"
    )
    assert sees_reasons(trainee, ended, kind)


def test_the_command_line_may_do_each_step_and_is_named(case: Case) -> None:
    case = agree(case, OPERATOR)  # type: ignore[arg-type]
    assert CaseStep.objects.get(case=case, verb="agree").by_name == "operator"
