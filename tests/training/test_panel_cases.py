"""A step before a panel, from the request to the record: who may ask, who may sit, what it changes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from panel_cast import adopt, agreed, asked, composed, experts, times, trainee_of, voted
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.cases import gates
from preceptor.cases.choices import CaseState, SittingState
from preceptor.cases.models import Case, SittingSeat
from preceptor.people.models import Account, Person
from preceptor.training.actions import (
    Chosen,
    NewSeat,
    ask_milestone,
    ask_period,
    ask_state,
    begin_panel,
    call_panel,
    compose_panel,
    override_conflict,
    record_milestones,
    remove_seat,
    replace_member,
    take_seat,
)
from preceptor.training.choices import EnrolmentState, MilestoneKind, Outcome, PeriodKind
from preceptor.training.models import (
    ConflictOverride,
    Enrolment,
    Milestone,
    Panel,
    SeatLink,
    StudyPeriod,
)

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = pytest.mark.django_db
MIDTERM = MilestoneKind.MIDTERM


@pytest.fixture
def world(cast: Cast) -> Cast:
    adopt(cast)
    return cast


@pytest.fixture
def judges(world: Cast) -> list[Person]:
    return experts(world)


@pytest.fixture
def asker(world: Cast) -> Account:
    """顾清妍, who has passed the proposal."""
    return trainee_of(world)


def ready(world: Cast, asker: Account, supervisor: Account) -> Case:
    """A request at the composition of its panel."""
    return agreed(asked(world.gu, asker), supervisor)


def approved(case: Case, persons: list[Person], secretary: Account, office: Account) -> Panel:
    panel = composed(case, persons, secretary)
    agreed(case, office)
    return panel


def failed(world: Cast, days_ago: int, attempt: int = 1) -> None:
    record_milestones(
        institution=world.institution, by=OPERATOR,
        milestones=[
            Milestone(
                enrolment=world.gu, kind=MIDTERM, attempt=attempt, outcome=Outcome.FAIL,
                held_on=today() - timedelta(days=days_ago),
            )
        ],
    )  # fmt: skip


def test_the_trainee_the_supervisor_the_secretary_and_the_office_may_ask_and_nobody_else(
    world: Cast, supervisor: Account, secretary: Account, office: Account, neighbour: Account,
    stranger: Account, leader: Account, trainee: Account,
) -> None:  # fmt: skip
    for account in (neighbour, stranger, leader, trainee):
        with pytest.raises(NotPermitted):
            ask_milestone(enrolment=world.gu, milestone=MIDTERM, by=account)
    assert not Case.objects.exists()
    for account in (supervisor, secretary, office):
        case = ask_milestone(enrolment=world.gu, milestone=MIDTERM, by=account)
        assert case.milestone_case.attempt == 1
        case.state = CaseState.WITHDRAWN
        case.save()


def test_a_second_request_for_the_same_step_is_refused_while_the_first_is_open(
    world: Cast, asker: Account, supervisor: Account
) -> None:
    ask_milestone(enrolment=world.gu, milestone=MIDTERM, by=asker)
    with pytest.raises(RuleBroken):
        ask_milestone(enrolment=world.gu, milestone=MIDTERM, by=supervisor)
    assert Case.objects.count() == 1


def test_a_step_that_the_state_does_not_lead_to_cannot_be_asked_for(
    world: Cast, asker: Account
) -> None:
    for milestone in (MilestoneKind.DEFENCE, MilestoneKind.PREDEFENCE, MilestoneKind.PROPOSAL):
        with pytest.raises(RuleBroken):
            ask_milestone(enrolment=world.gu, milestone=milestone, by=asker)


@pytest.mark.parametrize(("days", "is_open"), [(89, False), (90, True), (365, True), (366, False)])
def test_a_retake_is_asked_for_neither_too_early_nor_too_late(
    days: int, is_open: bool, world: Cast, asker: Account
) -> None:
    failed(world, days)
    if not is_open:
        with pytest.raises(RuleBroken):
            ask_milestone(enrolment=world.gu, milestone=MIDTERM, by=asker)
        return
    case = ask_milestone(enrolment=world.gu, milestone=MIDTERM, by=asker)
    assert case.milestone_case.attempt == 2


def test_when_all_attempts_are_used_up_no_other_is_given(world: Cast, asker: Account) -> None:
    failed(world, 300)
    failed(world, 120, attempt=2)
    with pytest.raises(RuleBroken):
        ask_milestone(enrolment=world.gu, milestone=MIDTERM, by=asker)


def test_a_panel_that_votes_in_favour_moves_the_trainee_on_and_records_the_attempt(
    world: Cast, asker: Account, supervisor: Account, secretary: Account, office: Account,
    judges: list[Person],
) -> None:  # fmt: skip
    case = ready(world, asker, supervisor)
    panel = approved(case, judges[:3], secretary, office)
    start, end = times()
    sitting = call_panel(panel=panel, starts_at=start, ends_at=end, place="一号楼", by=secretary)
    assert call_panel(panel=panel, starts_at=start, ends_at=end, by=secretary).pk == sitting.pk
    assert sitting.state in (SittingState.PLANNED, SittingState.CALLED)
    assert SittingSeat.objects.filter(sitting=sitting).exclude(invited_at=None).count() == 3
    assert SeatLink.objects.filter(seat__panel=panel).count() == 3
    voted(sitting, 2, secretary)
    case.refresh_from_db()
    assert case.state == CaseState.GRANTED
    milestone = Milestone.objects.get(enrolment=world.gu, kind=MIDTERM)
    assert (milestone.outcome, milestone.held_on, milestone.attempt) == ("pass", today(), 1)
    assert Enrolment.objects.get(pk=world.gu.pk).state == EnrolmentState.MIDTERM_PASSED
    line = JournalEntry.objects.filter(verb="enrolment.state").order_by("number").last()
    assert line is not None and line.actor_name == secretary.name


def test_a_vote_that_fails_uses_up_an_attempt_and_a_refusal_before_it_does_not(
    world: Cast, asker: Account, supervisor: Account, secretary: Account, office: Account,
    judges: list[Person],
) -> None:  # fmt: skip
    from preceptor.cases.actions import decide_stage

    case = asked(world.gu, asker)
    decide_stage(case=case, outcome="refused", reason="尚早", by=supervisor, revision=case.revision)
    assert not Milestone.objects.filter(enrolment=world.gu, kind=MIDTERM).exists()
    case = ready(world, asker, supervisor)
    panel = approved(case, judges[:3], secretary, office)
    voted(call_panel(panel=panel, starts_at=times()[0], by=secretary), 1, secretary)
    case.refresh_from_db()
    assert case.state == CaseState.REFUSED
    assert Milestone.objects.get(enrolment=world.gu, kind=MIDTERM).outcome == "fail"
    assert Enrolment.objects.get(pk=world.gu.pk).state == EnrolmentState.CANDIDATE


def test_a_panel_without_a_day_or_a_chair_is_not_sent_on(
    world: Cast, asker: Account, supervisor: Account, secretary: Account, judges: list[Person]
) -> None:
    from preceptor.cases.actions import finish_composing

    case = ready(world, asker, supervisor)
    panel = begin_panel(case=case, by=secretary)
    assert begin_panel(case=case, by=secretary).pk == panel.pk
    for seats, day in (
        ([Chosen(judges[0], "chair")], None),
        ([Chosen(judges[0]), Chosen(judges[1])], today()),
        ([Chosen(judges[0], "chair"), Chosen(judges[1], "chair")], today()),
    ):
        compose_panel(panel=panel, seats=seats, planned_on=day, by=secretary)
        case.refresh_from_db()
        with pytest.raises(RuleBroken):
            finish_composing(case=case, by=secretary, revision=case.revision)


def test_nobody_composes_but_whom_the_request_waits_for_and_not_before_its_stage(
    world: Cast, asker: Account, supervisor: Account, secretary: Account, neighbour: Account,
    judges: list[Person],
) -> None:  # fmt: skip
    case = asked(world.gu, asker)
    with pytest.raises(NotPermitted):
        begin_panel(case=case, by=secretary)
    agreed(case, supervisor)
    for account in (asker, supervisor, neighbour):
        with pytest.raises(NotPermitted):
            begin_panel(case=case, by=account)
    assert not Panel.objects.filter(enrolment=world.gu).exists()


def test_the_same_composition_again_writes_nothing_and_a_person_sits_once(
    world: Cast, asker: Account, supervisor: Account, secretary: Account, judges: list[Person]
) -> None:
    case = ready(world, asker, supervisor)
    panel = begin_panel(case=case, by=secretary)
    seats = [Chosen(judges[0], "chair"), Chosen(judges[1]), Chosen(judges[2])]
    compose_panel(panel=panel, seats=seats, planned_on=today(), by=secretary)
    lines = JournalEntry.objects.count()
    compose_panel(panel=panel, seats=seats, planned_on=today(), by=secretary)
    assert JournalEntry.objects.count() == lines
    with pytest.raises(RuleBroken):
        compose_panel(panel=panel, seats=[*seats, Chosen(judges[0])], planned_on=None, by=secretary)
    assert panel.seats.count() == 3


def test_a_substitute_takes_the_seat_at_the_sitting_with_the_seat_on_the_panel(
    world: Cast, asker: Account, supervisor: Account, secretary: Account, office: Account,
    judges: list[Person],
) -> None:  # fmt: skip
    case = ready(world, asker, supervisor)
    panel = approved(case, judges[:3], secretary, office)
    sitting = call_panel(panel=panel, starts_at=times()[0], by=secretary)
    seat = panel.seats.get(person=judges[1])
    with pytest.raises(RuleBroken):
        replace_member(seat=seat, person=judges[2], by=secretary, reason="出差")
    with pytest.raises(RuleBroken):
        replace_member(seat=seat, person=judges[3], by=secretary, reason=" ")
    fresh = replace_member(seat=seat, person=judges[3], by=secretary, reason="出差")
    taken = SittingSeat.objects.get(pk=fresh.link.sitting_seat_id)
    assert taken.stands_in_for is not None and taken.invited_at is not None
    seated = sitting.seats.filter(released_at=None).values_list("person_id", flat=True)
    assert set(seated) == set(panel.seats.values_list("person_id", flat=True))
    assert judges[1].pk not in set(seated)


def test_a_seat_is_taken_off_only_where_what_is_left_keeps_the_rules(
    world: Cast, asker: Account, supervisor: Account, secretary: Account, office: Account,
    judges: list[Person],
) -> None:  # fmt: skip
    case = ready(world, asker, supervisor)
    panel = approved(case, judges[:5], secretary, office)
    sitting = call_panel(panel=panel, starts_at=times()[0], by=secretary)
    with pytest.raises(RuleBroken):
        remove_seat(seat=panel.seats.get(person=judges[4]), by=secretary, reason="住院")
    assert sitting.seats.get(person=judges[4]).released_at is None
    take_seat(panel=panel, seat=NewSeat(judges[5], "secretary"), by=OPERATOR)
    remove_seat(seat=panel.seats.get(person=judges[5]), by=secretary, reason="住院")
    assert panel.seats.count() == 5


def test_a_substitute_who_would_break_a_rule_is_refused_and_nothing_is_changed(
    world: Cast, asker: Account, supervisor: Account, secretary: Account, office: Account,
    judges: list[Person], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    case = ready(world, asker, supervisor)
    panel = approved(case, judges[:3], secretary, office)
    sitting = call_panel(panel=panel, starts_at=times()[0], by=secretary)
    finding = gates.GateFinding(
        "x", "block", "fail", "规则", "rule", "未达到", "not met", "p", "1", "h"
    )
    monkeypatch.setattr(
        gates, "answer", lambda *given: gates.GateAnswer("midterm", today(), (finding,))
    )
    with pytest.raises(RuleBroken, match="未达到"):
        replace_member(
            seat=panel.seats.get(person=judges[1]), person=judges[3], by=secretary, reason="出差"
        )
    assert panel.seats.filter(person=judges[1]).exists()
    assert sitting.seats.get(person=judges[1]).released_at is None


def test_a_conflict_is_overridden_once_with_a_reason_that_the_journal_does_not_hold(
    world: Cast, asker: Account, supervisor: Account, secretary: Account, neighbour: Account,
    judges: list[Person],
) -> None:  # fmt: skip
    panel = begin_panel(case=ready(world, asker, supervisor), by=secretary)
    given = {"panel": panel, "person": judges[0], "conflict": "coauthor"}
    with pytest.raises(RuleBroken):
        override_conflict(**given, reason="", by=secretary)
    with pytest.raises(NotPermitted):
        override_conflict(**given, reason="本专业仅此一人", by=neighbour)
    for _again in range(2):
        override_conflict(**given, reason="本专业仅此一人", by=secretary)
    assert ConflictOverride.objects.get().reason == "本专业仅此一人"
    line = JournalEntry.objects.get(verb="panel.override")
    assert "本专业" not in str(line.after)


def test_more_time_that_was_granted_is_given_and_what_was_refused_is_not(
    world: Cast, asker: Account, supervisor: Account, secretary: Account, office: Account
) -> None:
    from preceptor.cases.actions import decide_stage, submit_case

    first, last = today(), today() + timedelta(days=180)
    for outcome, count in (("refused", 0), ("agreed", 1)):
        case = ask_period(
            enrolment=world.gu, kind=PeriodKind.EXTENSION, first_on=first, last_on=last,
            reason="课题延期", by=asker,
        )  # fmt: skip
        with pytest.raises(RuleBroken):
            ask_period(
                enrolment=world.gu, kind=PeriodKind.EXTENSION, first_on=first, last_on=last,
                reason="课题延期", by=asker,
            )  # fmt: skip
        submit_case(case=case, by=asker)
        for account in (supervisor, secretary):
            agreed(case, account)
        case.refresh_from_db()
        decide_stage(case=case, outcome=outcome, by=office, revision=case.revision, reason="已核实")
        assert StudyPeriod.objects.known().filter(enrolment=world.gu).count() == count


def test_a_suspension_is_a_state_from_its_first_day(
    world: Cast, asker: Account, supervisor: Account, secretary: Account, office: Account
) -> None:
    from preceptor.cases.actions import submit_case

    case = ask_period(
        enrolment=world.gu, kind=PeriodKind.SUSPENSION, first_on=today() - timedelta(days=3),
        last_on=None, reason="治疗", by=asker,
    )  # fmt: skip
    submit_case(case=case, by=asker)
    for account in (supervisor, secretary, office):
        agreed(case, account)
    assert Enrolment.objects.get(pk=world.gu.pk).state == EnrolmentState.SUSPENDED
    assert StudyPeriod.objects.known().get(enrolment=world.gu).valid_from == today() - timedelta(
        days=3
    )


def test_a_degree_is_asked_for_by_who_has_graduated_only(world: Cast, asker: Account) -> None:
    with pytest.raises(RuleBroken):
        ask_state(enrolment=world.gu, to=EnrolmentState.AWARDED, by=asker)
    with pytest.raises(RuleBroken):
        ask_state(enrolment=world.gu, to=EnrolmentState.WITHDRAWN, by=asker)
    world.gu.state = EnrolmentState.GRADUATED
    world.gu.save()
    assert (
        ask_state(enrolment=world.gu, to=EnrolmentState.AWARDED, by=asker).state_case.to
        == "awarded"
    )


def reviewed(appeal_case: Case, persons: list[Person], office: Account, in_favour: int) -> None:
    """The appeal is accepted, and so many of the new experts are in favour."""
    from preceptor.cases.actions import (
        NewSittingSeat,
        finish_composing,
        invite,
        plan_sitting,
        put_on_agenda,
    )
    from preceptor.cases.queries import kind_of

    agreed(appeal_case, office)
    sitting = plan_sitting(
        institution=appeal_case.institution, unit=appeal_case.unit, title_zh="学术复核",
        title_en="Academic review", starts_at=times()[0], by=office,
        seats=[
            NewSittingSeat(one, "member" if place else "chair") for place, one in enumerate(persons)
        ],
    )  # fmt: skip
    voting = kind_of(appeal_case).stage("review").voting
    put_on_agenda(sitting=sitting, title_zh="复核", case=appeal_case, voting=voting, by=office)
    appeal_case.refresh_from_db()
    finish_composing(case=appeal_case, by=office, revision=appeal_case.revision)
    invite(sitting=sitting, by=office)
    voted(sitting, in_favour, office)


def test_after_a_granted_appeal_new_experts_judge_the_same_attempt_and_the_first_panel_stays(
    world: Cast, asker: Account, supervisor: Account, secretary: Account, office: Account,
    judges: list[Person],
) -> None:  # fmt: skip
    from preceptor.cases.actions import appeal, submit_case

    case = ready(world, asker, supervisor)
    first = approved(case, judges[:3], secretary, office)
    voted(call_panel(panel=first, starts_at=times()[0], by=secretary), 1, secretary)
    case.refresh_from_db()
    made = appeal(case=case, ground="academic", reason="评审意见与事实不符", by=asker)
    submit_case(case=made, by=asker)
    reviewed(made, judges[4:7], office, in_favour=2)
    case.refresh_from_db()
    assert (case.state, case.stage, case.round) == (CaseState.RUNNING, "compose", 2)
    attempt = Milestone.objects.get(enrolment=world.gu, kind=MIDTERM)
    assert (attempt.attempt, attempt.outcome) == (1, None)
    assert first.seats.count() == 3
    second = begin_panel(case=case, by=secretary)
    assert second.pk != first.pk
    seats = [Chosen(judges[3], "chair"), Chosen(judges[0]), Chosen(judges[4])]
    with pytest.raises(RuleBroken, match=judges[0].name_zh):
        compose_panel(panel=second, seats=seats, planned_on=today(), by=secretary)
    second = composed(case, judges[3:6], secretary)
    agreed(case, office)
    voted(call_panel(panel=second, starts_at=times()[0], by=secretary), 3, secretary)
    case.refresh_from_db()
    attempt.refresh_from_db()
    assert case.state == CaseState.GRANTED
    assert (attempt.attempt, attempt.outcome) == (1, "pass")
    assert Enrolment.objects.get(pk=world.gu.pk).state == EnrolmentState.MIDTERM_PASSED


def test_withdrawing_a_request_calls_its_sitting_off(
    world: Cast, asker: Account, supervisor: Account, secretary: Account, office: Account,
    judges: list[Person],
) -> None:  # fmt: skip
    from preceptor.cases.actions import withdraw_case

    case = ready(world, asker, supervisor)
    panel = approved(case, judges[:3], secretary, office)
    sitting = call_panel(panel=panel, starts_at=times()[0], by=secretary)
    withdraw_case(case=case, by=asker, reason="改期")
    sitting.refresh_from_db()
    assert sitting.state == SittingState.CANCELLED
    assert Panel.objects.get(pk=panel.pk).sits_on is None
    assert not Milestone.objects.filter(enrolment=world.gu, kind=MIDTERM).exists()
