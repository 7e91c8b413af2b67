"""Requests about a postdoc, from asking to what they change: assessments, exit, move, withdrawal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from new_fellows import TERM_END, Fellows, boarded, decided, entering, handed_in, opened, voted
from preceptor.base.actors import Mandate
from preceptor.base.deeds import deed
from preceptor.base.errors import NotPermitted, RuleBroken
from preceptor.base.models import OutgoingMail
from preceptor.base.queue.tasks import task_named
from preceptor.base.today import today
from preceptor.cases.access import may_view_case
from preceptor.cases.actions import (
    carry_out,
    decide_hearing,
    state_facts,
    state_own_view,
    submit_case,
    withdraw_case,
)
from preceptor.cases.choices import CaseState, StageKind
from preceptor.cases.hearings import intends_refusal
from preceptor.cases.models import Case, Item
from preceptor.cases.queries import kind_of
from preceptor.cases.registry import port_of
from preceptor.fellows.actions import (
    ask_step,
    enter_postdoc,
    grade_step,
    leave_station,
    prolong,
    record_ground,
    take_back_ground,
)
from preceptor.fellows.actions.ending import _following_number
from preceptor.fellows.choices import Grade, GroundKind, PostdocState, PostdocStep, StayEnd
from preceptor.fellows.flow import flow
from preceptor.fellows.models import Host, Postdoc, PostdocAssessment, Stay
from preceptor.fellows.states import present

pytest_plugins = ["fellow_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("procedures")]
SOON = timedelta(days=40)


def now(fellows: Fellows) -> Postdoc:
    return Postdoc.objects.get(pk=fellows.xu.pk)


def day_comes() -> None:
    """The day on which everybody leaves who is to leave, and the night of it."""
    Stay.objects.exclude(ends_on=None).update(ends_on=today())
    Postdoc.objects.exclude(left_on=None).update(left_on=today())
    task_named("fellows.nightly").func()


def at_board(fellows: Fellows, step: PostdocStep, **wishes: Any) -> Case:
    """A request of 许望舒 at the composition of its board."""
    case = ask_step(postdoc=fellows.xu, step=step, by=fellows.postdoc, **wishes)
    case = handed_in(case, fellows.postdoc)
    return decided(case, fellows.host)


def voting(fellows: Fellows, step: PostdocStep, **wishes: Any) -> tuple[Case, Item]:
    """A request on which its board of six votes now."""
    case = at_board(fellows, step, **wishes)
    item = opened(boarded(case, fellows.board(), fellows.secretary), fellows.secretary)
    return case, item


def test_a_midterm_that_is_carried_is_recorded_with_the_grade_of_the_board(
    fellows: Fellows,
) -> None:
    case, item = voting(fellows, PostdocStep.MIDTERM, year=2025)
    grade_step(case=case, grade=Grade.GOOD, by=fellows.secretary)
    voted(item, 5, fellows.secretary)
    case.refresh_from_db()
    assert case.state == CaseState.GRANTED
    [found] = PostdocAssessment.objects.all()
    assert (found.kind, found.year, found.grade, found.attempt) == ("midterm", 2025, "good", 1)
    assert found.held_on == today()


def test_who_is_not_carried_is_not_qualified_whatever_grade_was_meant(fellows: Fellows) -> None:
    case, item = voting(fellows, PostdocStep.MIDTERM)
    grade_step(case=case, grade=Grade.EXCELLENT, by=fellows.secretary)
    voted(item, 2, fellows.secretary)
    case.refresh_from_db()
    assert case.state == CaseState.REFUSED
    [found] = PostdocAssessment.objects.all()
    assert found.grade == Grade.UNQUALIFIED == case.postdoc_case.grade


@pytest.mark.parametrize("grade", [None, Grade.UNQUALIFIED])
def test_a_vote_that_carried_waits_for_a_grade_that_agrees(
    fellows: Fellows, grade: Grade | None
) -> None:
    case, item = voting(fellows, PostdocStep.MIDTERM)
    if grade:
        grade_step(case=case, grade=grade, by=fellows.secretary)
    voted(item, 6, fellows.secretary)
    case.refresh_from_db()
    assert case.state == CaseState.RUNNING and not PostdocAssessment.objects.exists()
    grade_step(case=case, grade=Grade.QUALIFIED, by=fellows.secretary)
    carry_out(item=item, by=fellows.secretary)
    assert PostdocAssessment.objects.get().grade == Grade.QUALIFIED


def test_only_who_runs_the_sitting_says_the_grade_and_only_while_it_sits(fellows: Fellows) -> None:
    case = at_board(fellows, PostdocStep.MIDTERM)
    with pytest.raises(NotPermitted):
        grade_step(case=case, grade=Grade.GOOD, by=fellows.secretary)
    boarded(case, fellows.board(), fellows.secretary)
    for role in ("host", "postdoc", "stranger", "neighbour"):
        with pytest.raises(NotPermitted):
            grade_step(case=case, grade=Grade.GOOD, by=getattr(fellows, role))
    assert grade_step(case=case, grade=Grade.GOOD, by=fellows.secretary).grade == Grade.GOOD


def test_a_supervisor_has_no_vote_on_the_board(fellows: Fellows) -> None:
    case = at_board(fellows, PostdocStep.MIDTERM)
    with pytest.raises(RuleBroken) as refusal:
        boarded(case, [fellows.persons["T1"], *fellows.board()], fellows.secretary)
    assert fellows.persons["T1"].name_zh in str(refusal.value)
    case.refresh_from_db()
    assert case.stage_kind == StageKind.COMPOSE and not Item.objects.exists()


def test_the_station_grades_the_year_and_a_host_does_not(fellows: Fellows) -> None:
    case = ask_step(postdoc=fellows.xu, step=PostdocStep.ANNUAL, year=2025, by=fellows.postdoc)
    case = handed_in(case, fellows.postdoc)
    with pytest.raises(NotPermitted):
        grade_step(case=case, grade=Grade.EXCELLENT, by=fellows.host)
    decided(case, fellows.host)
    grade_step(case=case, grade=Grade.EXCELLENT, by=fellows.secretary)
    decided(case, fellows.secretary)
    decided(case, fellows.personnel)
    assert PostdocAssessment.objects.get().grade == Grade.EXCELLENT


def test_an_exit_is_asked_for_a_month_before_and_not_a_day_later(fellows: Fellows) -> None:
    case = ask_step(
        postdoc=fellows.xu, step=PostdocStep.EXIT, wished_on=today() + timedelta(days=20),
        by=fellows.postdoc,
    )  # fmt: skip
    with pytest.raises(NotPermitted) as refusal:
        handed_in(case, fellows.postdoc)
    assert str(today() + timedelta(days=20)) in str(refusal.value)
    case.refresh_from_db()
    assert case.state == CaseState.DRAFT
    with pytest.raises(RuleBroken):
        ask_step(postdoc=fellows.xu, step=PostdocStep.EXIT, wished_on=TERM_END, by=fellows.host)


def test_an_exit_ends_the_stay_on_its_day_with_the_grade(fellows: Fellows) -> None:
    on = today() + SOON
    case, item = voting(fellows, PostdocStep.EXIT, wished_on=on)
    grade_step(case=case, grade=Grade.EXCELLENT, by=fellows.secretary)
    voted(item, 6, fellows.secretary)
    assert now(fellows).state == PostdocState.IN_STATION
    decided(case, fellows.personnel)
    leaving = now(fellows)
    assert (leaving.state, leaving.left_on) == (PostdocState.IN_STATION, on)
    day_comes()
    # The term ended before the day that was wished: this is no early exit.
    assert now(fellows).state == PostdocState.EXITED
    assert PostdocAssessment.objects.get().kind == "exit"
    [row] = flow(first=today(), last=today())
    assert (row.exits, row.end) == (1, 0)


def test_an_exit_before_the_end_of_the_term_is_an_early_one(fellows: Fellows) -> None:
    Postdoc.objects.update(term_ends_on=today() + timedelta(days=200))
    case, item = voting(fellows, PostdocStep.EXIT, wished_on=today() + SOON)
    grade_step(case=case, grade=Grade.GOOD, by=fellows.secretary)
    voted(item, 6, fellows.secretary)
    decided(case, fellows.personnel)
    day_comes()
    assert now(fellows).state == PostdocState.LEFT_EARLY
    assert Stay.objects.get(postdoc=fellows.xu).goes_by == StayEnd.EARLY_EXIT


def test_who_was_carried_and_then_refused_by_the_office_keeps_the_grade(fellows: Fellows) -> None:
    case, item = voting(fellows, PostdocStep.EXIT, wished_on=today() + SOON)
    grade_step(case=case, grade=Grade.GOOD, by=fellows.secretary)
    voted(item, 6, fellows.secretary)
    decided(case, fellows.personnel, "refused")
    assert PostdocAssessment.objects.get().grade == Grade.GOOD
    assert now(fellows).state == PostdocState.IN_STATION


def test_what_the_host_refuses_was_not_held(fellows: Fellows) -> None:
    case = ask_step(postdoc=fellows.xu, step=PostdocStep.MIDTERM, by=fellows.postdoc)
    decided(handed_in(case, fellows.postdoc), fellows.host, "refused")
    assert not PostdocAssessment.objects.exists()


def test_an_extension_lets_the_term_end_later_and_needs_a_later_day(fellows: Fellows) -> None:
    Postdoc.objects.update(term_ends_on=today() + timedelta(days=100))
    until = today() + timedelta(days=300)
    with pytest.raises(RuleBroken):
        ask_step(
            postdoc=fellows.xu, step=PostdocStep.EXTENSION, wished_on=today(), by=fellows.postdoc
        )
    case = ask_step(
        postdoc=fellows.xu, step=PostdocStep.EXTENSION, wished_on=until, by=fellows.postdoc
    )
    handed_in(case, fellows.postdoc)
    for actor in (fellows.host, fellows.secretary, fellows.personnel):
        decided(case, actor)
    assert now(fellows).term_ends_on == until


def test_an_extension_asked_for_after_the_time_is_refused(fellows: Fellows) -> None:
    case = ask_step(
        postdoc=fellows.xu, step=PostdocStep.EXTENSION, by=fellows.postdoc,
        wished_on=today() + timedelta(days=300),
    )  # fmt: skip
    with pytest.raises(NotPermitted):
        handed_in(case, fellows.postdoc)


def test_a_move_within_the_institution_begins_the_following_term(fellows: Fellows) -> None:
    on = today() + SOON
    case = ask_step(
        postdoc=fellows.xu, step=PostdocStep.TRANSFER, wished_on=on,
        to_station=fellows.other_station, by=fellows.postdoc,
    )  # fmt: skip
    handed_in(case, fellows.postdoc)
    for actor in (fellows.host, fellows.secretary, fellows.personnel):
        decided(case, actor)
    assert now(fellows).state == PostdocState.IN_STATION
    after = Postdoc.objects.get(follows=fellows.xu)
    assert (after.station, after.entered_on, after.number) == (
        fellows.other_station, on, "B2023001~2",
    )  # fmt: skip
    assert Host.objects.get(postdoc=after).person == fellows.persons["T1"]
    [whole] = flow(first=on, last=on)
    assert (whole.start, whole.transfers_in, whole.transfers_out, whole.end) == (1, 0, 0, 1)
    rows = {row.key: row for row in flow(first=on, last=on, by="station")}
    assert rows[fellows.station.pk].transfers_out == 1 == rows[after.station_id].transfers_in
    with pytest.raises(RuleBroken, match="B2023001~2"):
        leave_station(
            postdoc=fellows.xu, goes_by=StayEnd.WITHDRAWAL, on=today(), by=fellows.personnel
        )


def test_a_following_number_is_one_that_no_other_term_has(fellows: Fellows) -> None:
    Postdoc.objects.filter(pk=fellows.xu.pk).update(number="B2023001~2")
    other = enter_postdoc(**entering(fellows, number="B2023001~3"))
    assert _following_number(other) == "B2023001~4"
    Postdoc.objects.filter(pk=fellows.xu.pk).update(number="B2023001")
    assert _following_number(other) == "B2023001~2"


def leaving_ahead(fellows: Fellows) -> Case:
    """A granted move of 许望舒 to the other station, forty days ahead."""
    case = ask_step(
        postdoc=fellows.xu, step=PostdocStep.TRANSFER, wished_on=today() + SOON,
        by=fellows.postdoc,
    )  # fmt: skip
    handed_in(case, fellows.postdoc)
    for actor in (fellows.host, fellows.secretary, fellows.personnel):
        decided(case, actor)
    case.refresh_from_db()
    return case


def test_who_is_to_leave_is_in_station_until_the_day_and_not_on_it(fellows: Fellows) -> None:
    leaving_ahead(fellows)
    assert task_named("fellows.nightly").func() == {"left": 0, "on_leave": 0}
    eve = today() + SOON - timedelta(days=1)
    assert Postdoc.objects.filter(present(eve)).exists()
    assert not Postdoc.objects.filter(present(today() + SOON)).exists()
    day_comes()
    assert now(fellows).state == PostdocState.TRANSFERRED
    assert task_named("fellows.nightly").func() == {"left": 0, "on_leave": 0}


def test_who_is_to_leave_asks_for_no_other_end_and_for_no_longer_term(fellows: Fellows) -> None:
    leaving_ahead(fellows)
    for step in (PostdocStep.EXIT, PostdocStep.TRANSFER, PostdocStep.EXTENSION):
        with pytest.raises(RuleBroken, match=str(today() + SOON)):
            ask_step(
                postdoc=now(fellows), step=step, wished_on=today() + timedelta(days=90),
                by=fellows.postdoc,
            )  # fmt: skip
    with pytest.raises(RuleBroken):
        prolong(postdoc=fellows.xu, until=today() + timedelta(days=900), by=fellows.personnel)


def test_a_withdrawal_takes_the_place_of_an_end_that_lies_ahead(fellows: Fellows) -> None:
    leaving_ahead(fellows)
    leave_station(postdoc=fellows.xu, goes_by=StayEnd.WITHDRAWAL, on=today(), by=fellows.personnel)
    left = now(fellows)
    assert (left.state, left.left_on) == (PostdocState.WITHDRAWN, today())
    stay = Stay.objects.get(postdoc=left)
    assert (stay.goes_by, stay.ends_on) == (StayEnd.WITHDRAWAL, today())


def test_setting_aside_a_refused_exit_does_not_undo_another_that_was_granted(
    fellows: Fellows,
) -> None:
    case = ask_step(
        postdoc=fellows.xu, step=PostdocStep.EXIT, wished_on=today() + SOON, by=fellows.postdoc
    )
    decided(handed_in(case, fellows.postdoc), fellows.host, "refused")
    leave_station(postdoc=fellows.xu, goes_by=StayEnd.EXIT, on=today(), by=fellows.personnel)
    case.refresh_from_db()
    mandate = Mandate("account:1", "leader", str(case))
    with deed(mandate):
        port_of(case).effect(case, "set_aside", mandate, None)
    assert now(fellows).state == PostdocState.EXITED


def test_a_move_to_the_same_or_to_a_closed_station_is_refused(fellows: Fellows) -> None:
    for goal in (fellows.station, fellows.workstation):
        goal.state = "rectifying" if goal == fellows.workstation else goal.state
        with pytest.raises(RuleBroken):
            ask_step(
                postdoc=fellows.xu, step=PostdocStep.TRANSFER, wished_on=today() + SOON,
                to_station=goal, by=fellows.postdoc,
            )  # fmt: skip


def withdrawal(fellows: Fellows) -> Case:
    """The withdrawal of 许望舒, heard and confirmed."""
    record_ground(
        postdoc=fellows.xu, kind=GroundKind.ABSENCE, found_on=today(), days=20, by=fellows.personnel
    )
    wrong = record_ground(
        postdoc=fellows.xu, kind=GroundKind.CONTRACT, found_on=today(), by=fellows.personnel
    )
    take_back_ground(ground=wrong, by=fellows.personnel, reason="查无实据")
    case = ask_step(postdoc=fellows.xu, step=PostdocStep.WITHDRAWAL, by=fellows.secretary)
    case = decided(handed_in(case, fellows.secretary), fellows.personnel)
    state_facts(case=case, facts="无故旷工二十日", by=fellows.personnel, revision=case.revision)
    case.refresh_from_db()
    state_own_view(case=case, statement="因病未及请假", by=fellows.postdoc)
    case.refresh_from_db()
    return decide_hearing(
        case=case, outcome="confirmed", record="已听取", heard_on=today(), by=fellows.personnel,
        revision=case.revision,
    )  # fmt: skip


def test_who_is_heard_on_a_withdrawal_is_not_told_of_a_refusal(fellows: Fellows) -> None:
    fellows.postdoc.email = "xu@example.org"
    fellows.postdoc.save(update_fields=["email"])
    case = withdrawal(fellows)
    kind = kind_of(case)
    assert not intends_refusal(kind, "hearing")
    letters = OutgoingMail.objects.filter(to="xu@example.org", body__contains=str(case))
    said = "".join(f"{one.subject}{one.body}" for one in letters)
    assert str(case) in said and "拟不予通过" not in said and "refus" not in said


def test_a_withdrawal_is_heard_keeps_its_grounds_and_ends_the_stay(fellows: Fellows) -> None:
    case = withdrawal(fellows)
    [ground] = case.postdoc_case.grounds
    assert (ground["kind"], ground["days"]) == ("absence", 20)
    assert now(fellows).state == PostdocState.IN_STATION
    decided(case, fellows.leader)
    left = now(fellows)
    assert (left.state, left.left_on) == (PostdocState.WITHDRAWN, today())
    assert Stay.objects.get(postdoc=left).goes_by == StayEnd.WITHDRAWAL


def test_a_withdrawal_that_is_set_aside_takes_the_postdoc_back(fellows: Fellows) -> None:
    case = withdrawal(fellows)
    decided(case, fellows.leader)
    case.refresh_from_db()
    mandate = Mandate("account:1", "leader", str(case))
    with deed(mandate):
        port_of(case).effect(case, "set_aside", mandate, None)
    back = now(fellows)
    assert (back.state, back.left_on) == (PostdocState.IN_STATION, None)
    assert Stay.objects.get(postdoc=back).ends_on is None


def test_who_is_in_another_station_meanwhile_cannot_be_taken_back(fellows: Fellows) -> None:
    case = withdrawal(fellows)
    decided(case, fellows.leader)
    case.refresh_from_db()
    enter_postdoc(
        person=fellows.persons["P1"], station=fellows.other_station, number="N2", track="basic",
        intake="own", entered_on=today(), term_ends_on=today() + timedelta(days=99),
        by=fellows.personnel,
    )  # fmt: skip
    mandate = Mandate("account:1", "leader", str(case))
    with pytest.raises(RuleBroken), deed(mandate):
        port_of(case).effect(case, "set_aside", mandate, None)
    assert now(fellows).state == PostdocState.WITHDRAWN


def test_an_assessment_that_is_set_aside_is_graded_anew_and_not_counted_twice(
    fellows: Fellows,
) -> None:
    case, item = voting(fellows, PostdocStep.MIDTERM)
    voted(item, 0, fellows.secretary)
    case.refresh_from_db()
    mandate = Mandate("account:1", "office", str(case))
    with deed(mandate):
        port_of(case).effect(case, "set_aside", mandate, None)
    [found] = PostdocAssessment.objects.all()
    assert found.grade is None
    case.refresh_from_db()
    row = case.postdoc_case
    row.refresh_from_db()
    row.grade = Grade.GOOD
    row.save()
    with deed(mandate):
        port_of(case).effect(case, "granted", mandate, None)
    [found] = PostdocAssessment.objects.all()
    assert (found.grade, found.attempt) == (Grade.GOOD, 1)


def test_a_second_attempt_is_counted_as_one(fellows: Fellows) -> None:
    for _time in range(2):
        _case, item = voting(fellows, PostdocStep.MIDTERM, year=2026)
        voted(item, 0, fellows.secretary)
    assert list(PostdocAssessment.objects.values_list("attempt", "grade")) == [
        (1, "unqualified"), (2, "unqualified"),
    ]  # fmt: skip


def test_the_postdoc_and_the_host_propose_no_withdrawal_and_a_stranger_nothing(
    fellows: Fellows,
) -> None:
    for account in (fellows.postdoc, fellows.host, fellows.leader):
        with pytest.raises(NotPermitted):
            ask_step(postdoc=fellows.xu, step=PostdocStep.WITHDRAWAL, by=account)
    for account in (fellows.stranger, fellows.neighbour):
        with pytest.raises(NotPermitted):
            ask_step(postdoc=fellows.xu, step=PostdocStep.ANNUAL, by=account)
    assert not Case.objects.exists()


def test_a_request_is_seen_by_those_it_concerns_and_no_stranger(fellows: Fellows) -> None:
    case = at_board(fellows, PostdocStep.MIDTERM)
    for role in ("postdoc", "host", "secretary"):
        assert may_view_case(getattr(fellows, role), case)
    for role in ("stranger", "neighbour"):
        assert not may_view_case(getattr(fellows, role), case)


def test_who_has_left_asks_for_nothing_more(fellows: Fellows) -> None:
    case = ask_step(postdoc=fellows.xu, step=PostdocStep.MIDTERM, by=fellows.postdoc)
    leave_station(postdoc=fellows.xu, goes_by=StayEnd.EXIT, on=TERM_END, by=fellows.personnel)
    with pytest.raises(RuleBroken):
        ask_step(postdoc=now(fellows), step=PostdocStep.ANNUAL, by=fellows.postdoc)
    with pytest.raises(NotPermitted):
        submit_case(case=handed_in(case, fellows.postdoc), by=fellows.postdoc)


def test_a_withdrawn_request_changes_nothing(fellows: Fellows) -> None:
    case = at_board(fellows, PostdocStep.MIDTERM)
    withdraw_case(case=case, by=fellows.postdoc)
    assert not PostdocAssessment.objects.exists() and now(fellows).state == "in_station"
