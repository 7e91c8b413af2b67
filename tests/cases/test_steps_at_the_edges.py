"""Steps and time at their edges: the last day, a second round, one of several, a warning passed over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import RuleBroken
from preceptor.cases.actions import (
    answer_objection,
    appeal,
    decide_hearing,
    decide_stage,
    enter_calendar_year,
    handle_late,
    object_to,
    remind,
    return_case,
    state_own_view,
    submit_case,
)
from preceptor.cases.actions import notice as notice_actions
from preceptor.cases.actions.gating import judged_gate
from preceptor.cases.actions.stepping import Move
from preceptor.cases.appeals import AppealPort, barred
from preceptor.cases.choices import ItemState, StageKind, Verb
from preceptor.cases.deadlines import Workdays, due_on
from preceptor.cases.kinds.kind import Deadline
from preceptor.cases.models import Case, CaseKind, CaseStep, Item, Notice, Objection
from preceptor.cases.seating import waits_for_result
from preceptor.people.models import Account
from small_kinds import KIND, PARALLEL, TestPort, finding, in_force, prepared
from timed_kinds import asked, decided, late_kind, noon, refusal_told

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast", "case_cast", "timed_cases"]
pytestmark = pytest.mark.django_db

MONDAY, DUE, AFTER = date(2026, 3, 2), date(2026, 3, 5), date(2026, 3, 6)
#: The display of a notice that begins on Monday 2 March 2026 and lasts five working days.
LAST = date(2026, 3, 9)
On = Callable[[date], None]


def steps_of(case: Case, verb: Verb) -> int:
    return CaseStep.objects.filter(case=case, verb=verb).count()


def test_a_year_that_is_missing_is_told_even_where_the_last_day_lies_in_one_that_is_entered(
    cast: Cast,
) -> None:
    enter_calendar_year(
        institution=cast.institution, year=2031, announcement="国办发", days=[], by=OPERATOR
    )
    workdays = Workdays(cast.institution)
    found = due_on(date(2030, 12, 27), Deadline(5), workdays)
    assert (found.day.year, found.is_certain) == (2031, False)
    assert "2030" in str(found.note) and "2031" not in str(found.note)
    assert due_on(date(2030, 12, 31), Deadline(1), workdays).is_certain


def test_the_last_objection_answered_on_the_last_day_does_not_end_the_display(
    cast: Cast,
    kinds: list[CaseKind],
    trainee: Account,
    supervisor: Account,
    office: Account,
    on: On,
) -> None:
    on(MONDAY)
    case = decided(asked(cast, trainee), "agreed", supervisor)
    notice = Notice.objects.get(case=case)
    assert notice.last_on == LAST
    on(LAST)
    made = object_to(notice=notice, name="某某", contact="1", text="有异议")
    answer_objection(objection=made, is_upheld=False, answer="查无此事", by=office)
    notice.refresh_from_db()
    case.refresh_from_db()
    assert (notice.state, case.stage) == ("open", "notice")
    object_to(notice=notice, name="另一人", contact="2", text="另有异议")
    assert Objection.objects.filter(notice=notice).count() == 2


def test_a_flood_of_objections_stops_at_its_bound(
    cast: Cast, kinds: list[CaseKind], trainee: Account, supervisor: Account, on: On,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    on(MONDAY)
    notice = Notice.objects.get(case=decided(asked(cast, trainee), "agreed", supervisor))
    monkeypatch.setattr(notice_actions, "MOST_OPEN", 2)
    for number in range(2):
        object_to(notice=notice, name="某某", contact="1", text=f"异议{number}")
    with pytest.raises(RuleBroken):
        object_to(notice=notice, name="某某", contact="1", text="异议3")
    assert object_to(notice=notice, name="某某", contact="1", text="异议1").text == "异议1"
    assert Objection.objects.count() == 2


def refused_case(cast: Cast, trainee: Account, supervisor: Account, office: Account) -> Case:
    case = refusal_told(decided(asked(cast, trainee), "refused", supervisor), office)
    state_own_view(case=case, statement="请再议。", by=trainee)
    return decide_hearing(case=case, outcome="confirmed", by=office, revision=case.revision)


def test_a_second_appeal_on_the_ground_is_refused_however_much_later_it_comes(
    cast: Cast,
    kinds: list[CaseKind],
    trainee: Account,
    supervisor: Account,
    office: Account,
    on: On,
) -> None:
    on(MONDAY)
    case = refused_case(cast, trainee, supervisor, office)
    on(AFTER)
    first = appeal(case=case, ground="decision", reason="未考虑住院证明", by=trainee)
    submit_case(case=first, by=trainee)
    with pytest.raises(RuleBroken):
        appeal(case=case, ground="decision", reason="再次", by=trainee)
    assert Case.objects.filter(appeal_of=case).count() == 1


def test_who_decided_the_hearing_judges_no_appeal_against_it(
    cast: Cast,
    kinds: list[CaseKind],
    trainee: Account,
    supervisor: Account,
    office: Account,
    on: On,
) -> None:
    on(MONDAY)
    office.person = cast.persons["T2"]
    office.save(update_fields=["person"])
    case = refused_case(cast, trainee, supervisor, office)
    made = appeal(case=case, ground="decision", reason="未考虑住院证明", by=trainee)
    assert barred(made) == {cast.persons["T2"].pk, cast.persons["T1"].pk}


def test_a_stage_of_several_that_asks_one_of_them_goes_on_when_the_first_agrees(
    cast: Cast, port: TestPort, trainee: Account, supervisor: Account
) -> None:
    text = KIND.replace('by = ["guide"]', 'by = ["guide", "secretary of unit"]')
    in_force(cast.institution, text)
    case = submit_case(case=prepared(cast, trainee), by=trainee)
    assert case.tasks.filter(done_at=None).count() == 2
    assert decided(case, "agreed", supervisor).stage == "check"


def test_side_by_side_no_opinion_overtakes_the_end_of_the_time(
    cast: Cast, port: TestPort, trainee: Account, supervisor: Account, secretary: Account, on: On
) -> None:
    on(MONDAY)
    in_force(cast.institution, PARALLEL)
    case = submit_case(case=prepared(cast, trainee), by=trainee)
    read = case.revision
    assert case.due_on is not None
    handle_late(on=AFTER, by=OPERATOR)
    assert steps_of(case, Verb.LATE) == 1
    with pytest.raises(RuleBroken):
        decide_stage(case=case, outcome="agreed", by=supervisor, revision=read)
    case.refresh_from_db()
    decide_stage(case=case, outcome="agreed", by=supervisor, revision=case.revision)
    with pytest.raises(RuleBroken):
        decide_stage(case=case, outcome="agreed", by=secretary, revision=-1)
    case.refresh_from_db()
    assert case.stage == "opinion"


def test_a_stage_entered_again_after_a_return_has_a_time_of_its_own(
    cast: Cast, port: TestPort, trainee: Account, supervisor: Account, on: On
) -> None:
    on(MONDAY)
    in_force(cast.institution, KIND)
    case = submit_case(case=prepared(cast, trainee), by=trainee)
    assert handle_late(on=DUE, by=OPERATOR) == 0
    on(AFTER)
    assert handle_late(on=AFTER, by=OPERATOR) == 1
    assert handle_late(on=AFTER, by=OPERATOR) == 0
    case.refresh_from_db()
    return_case(case=case, by=supervisor, revision=case.revision, reason="补充日程")
    case.refresh_from_db()
    on(date(2026, 3, 9))
    case = submit_case(case=case, by=trainee)
    assert case.due_on == date(2026, 3, 12)
    assert handle_late(on=date(2026, 3, 13), by=OPERATOR) == 1
    assert steps_of(case, Verb.LATE) == 2


def test_a_warning_that_was_pending_and_passed_over_is_not_asked_about_again(
    cast: Cast, port: TestPort, trainee: Account, gate: Callable[..., None]
) -> None:
    in_force(cast.institution, KIND.replace('sees = "stages"', 'sees = "stages"\ngate = "thesis"'))
    gate(finding("w", "warn", "pending"))
    draft = prepared(cast, trainee)
    with pytest.raises(RuleBroken):
        submit_case(case=draft, by=trainee)
    case = submit_case(case=draft, by=trainee, passing_over="成绩在录入")
    attended: dict[str, Any] = {"by": OPERATOR, "verb": Verb.AGREE, "is_attended": True}
    assert judged_gate(case, Move(**attended))
    gate(finding("w", "warn", "pending"), finding("v", "warn", "fail"))
    with pytest.raises(RuleBroken):
        judged_gate(case, Move(**attended))
    assert judged_gate(case, Move(**attended, passing_over="已核实"))


def test_a_vote_or_the_end_of_a_time_asks_nobody_why_a_warning_is_passed_over(
    cast: Cast, port: TestPort, trainee: Account, gate: Callable[..., None]
) -> None:
    in_force(cast.institution, KIND.replace('sees = "stages"', 'sees = "stages"\ngate = "thesis"'))
    gate()
    case = submit_case(case=prepared(cast, trainee), by=trainee)
    gate(finding("w", "warn", "fail"))
    kept = judged_gate(case, Move(by=OPERATOR, verb=Verb.DECIDE))
    assert kept is not None and kept["passed"]
    gate(finding("b", "block", "pending"))
    with pytest.raises(RuleBroken):
        judged_gate(case, Move(by=OPERATOR, verb=Verb.DECIDE))


def test_a_result_waits_only_for_the_stage_at_which_it_was_voted() -> None:
    """Of a case that an appeal took up again the old result waits no more."""

    def waiting(since: date, voted: date, stage: str = "sitting", state: str = "running") -> bool:
        case = Case(state=state, stage_kind=stage, stage_since=noon(since))
        item = Item(case=case, state=ItemState.DECIDED, decided_at=noon(voted))
        return waits_for_result(item)

    assert waiting(MONDAY, DUE)
    assert waiting(MONDAY, MONDAY)
    assert not waiting(DUE, MONDAY)
    assert not waiting(MONDAY, DUE, stage=StageKind.REVIEW)
    assert not waiting(MONDAY, DUE, state="refused")


def test_a_reminder_is_for_the_day_and_the_next_day_brings_another(
    cast: Cast, port: TestPort, trainee: Account, supervisor: Account, on: On
) -> None:
    on(MONDAY)
    supervisor.email = "guide@example.org"
    supervisor.save(update_fields=["email"])
    in_force(cast.institution, late_kind('late = "remind"').partition("[[appeals]]")[0])
    case = asked(cast, trainee)
    remind(case=case, by=trainee)
    with pytest.raises(RuleBroken):
        remind(case=case, by=trainee)
    on(date(2026, 3, 3))
    remind(case=case, by=trainee)
    assert case.reminders.count() == 2


def test_the_port_of_appeals_knows_no_settings_and_no_words() -> None:
    port = AppealPort()
    assert port.faults({}) == []
    assert port.faults({"colour": "red"})
