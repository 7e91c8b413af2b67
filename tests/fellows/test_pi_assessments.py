"""Appointments of principal investigators, their rolling investment, and what an assessment does."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.utils import timezone

from pi_rows import ENDS, NOON, SINCE, decided, voted, with_report
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.cases.actions import finish_composing, submit_case
from preceptor.cases.actions.agenda import put_on_agenda
from preceptor.cases.actions.appeal import appeal
from preceptor.cases.actions.body import give_seat, set_up_body
from preceptor.cases.actions.meeting import call_meeting
from preceptor.cases.models import Case
from preceptor.cases.queries import kind_of
from preceptor.fellows.actions import (
    add_representative_work,
    appoint,
    ask_assessment,
    freeze_scorecard,
    hold_tranche,
    plan_tranche,
    propose_verdict,
    record_teaching,
    release_tranche,
    report_pi_goal,
    set_pi_goal,
    set_up_programme,
    sign_appointment,
    start_appointment,
    stop_tranche,
)
from preceptor.fellows.actions.appointment import following_term
from preceptor.fellows.charter import rest_of
from preceptor.fellows.choices import GoalKind, ReviewKind, Verdict
from preceptor.fellows.models import (
    Appointment,
    AssessmentCase,
    LabEntry,
    Laboratory,
    PiAssessment,
    Tranche,
)
from preceptor.fellows.queries import balance, left_behind, next_tranche, teaching_load
from preceptor.institutions.actions import open_unit

if TYPE_CHECKING:
    from pi_rows import Programme

pytest_plugins = ["pi_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]

CARRIED, LOST = ("for", "for", "against"), ("for", "against", "against")
COMING = NOON.date() + timedelta(days=365)


def states(pis: Programme) -> list[str]:
    rows = Tranche.objects.filter(appointment=pis.appointment).order_by("place")
    return [row.state for row in rows]


def standing(pis: Programme) -> Appointment:
    return Appointment.objects.get(pk=pis.appointment.pk)


def before_vote(
    pis: Programme, verdict: Verdict | None, kind: ReviewKind = ReviewKind.APPOINTMENT,
    until: date | None = None,
) -> Case:  # fmt: skip
    """The assessment, checked, with the verdict proposed, waiting for the committee."""
    draft = ask_assessment(appointment=pis.appointment, kind=kind, by=pis["head"])
    case = decided(with_report(draft, pis["head"]), pis["personnel"])
    if verdict is not None:
        propose_verdict(case=case, verdict=verdict, probation_until=until, by=pis["director"])
    return finish_composing(case=case, by=pis["director"], revision=case.revision)


def test_a_carried_renewal_gives_a_further_term_and_releases_the_next_tranche(
    pis: Programme,
) -> None:
    case = voted(pis, before_vote(pis, Verdict.RENEW), CARRIED)
    assert case.state == "granted"
    further = Appointment.objects.get(follows=pis.appointment)
    assert (further.starts_on, further.ends_on) == (date(2032, 1, 1), date(2041, 12, 31))
    assert (further.number, further.state) == ("PI-2022-01-2", "contracted")
    assert states(pis) == ["released", "released", "planned"]
    assert balance(pis.laboratory) == 2_500_000
    entry = LabEntry.objects.get(case=case)
    assert (entry.kind, entry.amount_cny) == ("tranche", 1_000_000)
    assert PiAssessment.objects.get().verdict == "renew"


def test_a_carried_probation_extends_the_time_and_holds_the_next_tranche(pis: Programme) -> None:
    until = ENDS + timedelta(days=180)
    voted(pis, before_vote(pis, Verdict.PROBATION, until=until), CARRIED)
    held = standing(pis)
    assert (held.state, held.probation_until, held.ends_on) == ("probation", until, until)
    assert states(pis) == ["released", "held", "planned"]
    assert balance(pis.laboratory) == 1_500_000


def test_a_renewal_after_an_extended_probation_lasts_as_long_as_was_agreed_and_not_longer(
    pis: Programme,
) -> None:
    until = ENDS + timedelta(days=180)
    voted(pis, before_vote(pis, Verdict.PROBATION, until=until), CARRIED)
    voted(pis, before_vote(pis, Verdict.RENEW), CARRIED)
    further = Appointment.objects.get(follows=pis.appointment)
    assert (further.starts_on, further.ends_on) == following_term(SINCE, until, ENDS)
    agreed_first, agreed_last = following_term(SINCE, ENDS)
    longer = (further.ends_on - further.starts_on) - (agreed_last - agreed_first)
    assert abs(longer) <= timedelta(days=1)


def test_a_carried_stop_stops_all_money_to_come_and_nothing_can_be_planned(
    pis: Programme,
) -> None:
    voted(pis, before_vote(pis, Verdict.STOP), CARRIED)
    assert standing(pis).state == "stopped"
    assert states(pis) == ["released", "stopped", "stopped"]
    with pytest.raises(RuleBroken):
        plan_tranche(
            appointment=standing(pis), amount_cny=Decimal(5), planned_on=ENDS, by=pis["office"]
        )
    with pytest.raises(RuleBroken):
        release_tranche(tranche=Tranche.objects.get(place=2), reason="再议", by=pis["office"])


def test_a_carried_exit_ends_the_appointment_and_begins_the_closing(pis: Programme) -> None:
    voted(pis, before_vote(pis, Verdict.EXIT), CARRIED)
    held = standing(pis)
    assert (held.state, held.left_on) == ("ended", today())
    laboratory = Laboratory.objects.get(pk=pis.laboratory.pk)
    assert (laboratory.closing_on, laboratory.closed_on) == (today(), None)
    assert states(pis) == ["released", "stopped", "stopped"]


@pytest.mark.parametrize("verdict", [Verdict.RENEW, Verdict.STOP])
def test_a_verdict_that_is_not_carried_changes_no_appointment_and_holds_the_next_tranche(
    pis: Programme, verdict: Verdict
) -> None:
    case = voted(pis, before_vote(pis, verdict), LOST)
    assert case.state == "refused"
    assert standing(pis).state == "started"
    assert states(pis) == ["released", "held", "planned"]
    assert PiAssessment.objects.get().verdict is None
    assert not Appointment.objects.filter(follows=pis.appointment).exists()


def test_an_annual_check_has_no_verdict_and_moves_no_money_when_carried(pis: Programme) -> None:
    case = before_vote(pis, None, ReviewKind.ANNUAL)
    with pytest.raises(RuleBroken):
        propose_verdict(case=case, verdict=Verdict.STOP, by=pis["personnel"])
    assert voted(pis, case, CARRIED).state == "granted"
    assert (standing(pis).state, states(pis)) == ("started", ["released", "planned", "planned"])


def test_refused_before_any_vote_an_assessment_leaves_no_trace(pis: Programme) -> None:
    draft = ask_assessment(appointment=pis.appointment, kind=ReviewKind.MIDTERM, by=pis["head"])
    case = decided(with_report(draft, pis["head"]), pis["personnel"], "refused")
    assert case.state == "refused"
    assert states(pis) == ["released", "planned", "planned"]
    assert not PiAssessment.objects.exists()


def test_the_committee_does_not_vote_before_a_verdict_is_proposed(pis: Programme) -> None:
    with pytest.raises(RuleBroken):
        before_vote(pis, None)
    assert not PiAssessment.objects.exists()


def test_nobody_proposes_the_own_verdict_and_a_probation_names_a_coming_day(
    pis: Programme,
) -> None:
    draft = ask_assessment(appointment=pis.appointment, kind=ReviewKind.APPOINTMENT, by=pis["head"])
    case = decided(with_report(draft, pis["head"]), pis["personnel"])
    for who in ("head", "member", "secretary", "stranger"):
        with pytest.raises(NotPermitted):
            propose_verdict(case=case, verdict=Verdict.RENEW, by=pis[who])
    for until in (None, today()):
        with pytest.raises(RuleBroken):
            propose_verdict(
                case=case, verdict=Verdict.PROBATION, probation_until=until, by=pis["director"]
            )
    assert AssessmentCase.objects.get().proposed is None


def test_a_director_who_is_the_principal_investigator_does_not_judge_the_own_assessment(
    pis: Programme,
) -> None:
    pis.programme.director = pis.persons["head"]
    pis.programme.save()
    draft = ask_assessment(appointment=pis.appointment, kind=ReviewKind.APPOINTMENT, by=pis["head"])
    case = decided(with_report(draft, pis["head"]), pis["personnel"])
    with pytest.raises(NotPermitted):
        propose_verdict(case=case, verdict=Verdict.RENEW, by=pis["head"])
    propose_verdict(case=case, verdict=Verdict.RENEW, by=pis["leader"])
    assert AssessmentCase.objects.get().proposed == "renew"


@pytest.mark.parametrize(
    "verdict, until", [("renew", None), ("probation", COMING), ("stop", None), ("exit", None)]
)
def test_a_verdict_set_aside_after_an_appeal_lets_everything_stand_as_before(
    pis: Programme, verdict: str, until: date | None
) -> None:
    case = voted(pis, before_vote(pis, Verdict(verdict), until=until), CARRIED)
    asked = appeal(case=case, ground="decision", reason="依据有误", by=pis["head"])
    review = decided(submit_case(case=asked, by=pis["head"]), pis["personnel"])
    assert decided(review, pis["leader"]).state == "granted"
    again = Case.objects.select_related("kind").get(pk=case.pk)
    assert (again.state, again.stage) == ("running", "proposal")
    held = standing(pis)
    assert (held.state, held.left_on, held.probation_until, held.ends_on) == (
        "started", None, None, ENDS,
    )  # fmt: skip
    assert states(pis) == ["released", "planned", "planned"]
    assert balance(pis.laboratory) == 1_500_000
    assert Laboratory.objects.get(pk=pis.laboratory.pk).closing_on is None
    assert not Appointment.objects.filter(follows=pis.appointment).exists()
    propose_verdict(case=again, verdict=Verdict.RENEW, by=pis["director"])
    again = finish_composing(case=again, by=pis["director"], revision=again.revision)
    assert voted(pis, again, CARRIED).state == "granted"
    assert states(pis) == ["released", "released", "planned"]
    assert balance(pis.laboratory) == 2_500_000


def test_a_lost_vote_set_aside_frees_the_tranche_that_was_held(pis: Programme) -> None:
    case = voted(pis, before_vote(pis, Verdict.RENEW), LOST)
    asked = appeal(case=case, ground="decision", reason="程序有误", by=pis["head"])
    review = submit_case(case=asked, by=pis["head"])
    assert review in left_behind(pis.laboratory, today()).requests
    decided(decided(review, pis["personnel"]), pis["leader"])
    assert states(pis) == ["released", "planned", "planned"]
    assert standing(pis).state == "started"


def test_nothing_is_restored_in_a_laboratory_that_closed_meanwhile(pis: Programme) -> None:
    case = voted(pis, before_vote(pis, Verdict.EXIT), CARRIED)
    asked = appeal(case=case, ground="decision", reason="依据有误", by=pis["head"])
    review = decided(submit_case(case=asked, by=pis["head"]), pis["personnel"])
    Laboratory.objects.filter(pk=pis.laboratory.pk).update(closed_on=today())
    with pytest.raises(RuleBroken):
        decided(review, pis["leader"])
    assert standing(pis).state == "ended"
    assert Case.objects.get(pk=case.pk).state == "granted"


def test_the_evidence_is_frozen_and_must_be_what_the_records_say_when_handed_in(
    pis: Programme,
) -> None:
    goal = set_pi_goal(
        appointment=pis.appointment, kind=GoalKind.PAPER, text="高水平论文", target=Decimal(5),
        due_on=ENDS, by=pis["personnel"],
    )  # fmt: skip
    case = ask_assessment(appointment=pis.appointment, kind=ReviewKind.APPOINTMENT, by=pis["head"])
    report_pi_goal(goal=goal, reached=Decimal(6), evidence="论文目录", by=pis["head"])
    with pytest.raises(NotPermitted):
        with_report(case, pis["head"])
    with pytest.raises(NotPermitted):
        freeze_scorecard(case=case, by=pis["director"])
    frozen = freeze_scorecard(case=case, by=pis["head"])
    submit_case(case=case, by=pis["head"])
    report_pi_goal(goal=goal, reached=Decimal(1), evidence="更正", by=pis["head"])
    with pytest.raises(RuleBroken):
        freeze_scorecard(case=case, by=pis["head"])
    kept = AssessmentCase.objects.get(case=case).scorecard
    assert kept == frozen.scorecard
    assert kept["goals"][0]["reached"] == "6.00"


def test_what_was_not_reported_is_unknown_in_the_scorecard_and_not_zero(pis: Programme) -> None:
    set_pi_goal(
        appointment=pis.appointment, kind=GoalKind.PROJECT, text="国家级项目", target=Decimal(1),
        due_on=ENDS, by=pis["personnel"],
    )  # fmt: skip
    record_teaching(
        appointment=pis.appointment, year=2024, course="分子医学进展", hours=32, by=pis["head"]
    )
    record_teaching(
        appointment=pis.appointment, year=2024, course="科研方法", hours=16, by=pis["head"]
    )
    add_representative_work(
        appointment=pis.appointment, title="A new pathway", year=2024, meaning="提出新机制",
        by=pis["head"],
    )  # fmt: skip
    ask_assessment(appointment=pis.appointment, kind=ReviewKind.ANNUAL, by=pis["head"])
    card = AssessmentCase.objects.get().scorecard
    assert card is not None
    assert card["goals"][0]["reached"] is None
    assert (
        card["teaching"]
        == {"2024": 48}
        == {str(year): hours for year, hours in teaching_load(pis.appointment).items()}
    )
    assert [work["title"] for work in card["works"]] == ["A new pathway"]


def test_a_report_without_evidence_or_of_somebody_else_is_refused(pis: Programme) -> None:
    goal = set_pi_goal(
        appointment=pis.appointment, kind=GoalKind.PAPER, text="论文", target=Decimal(5),
        due_on=ENDS, by=OPERATOR,
    )  # fmt: skip
    with pytest.raises(InputRefused):
        report_pi_goal(goal=goal, reached=Decimal(6), evidence=" ", by=pis["head"])
    with pytest.raises(InputRefused):
        report_pi_goal(goal=goal, reached=Decimal(-1), evidence="x", by=pis["head"])
    for who in ("other", "member", "stranger"):
        with pytest.raises(NotPermitted):
            report_pi_goal(goal=goal, reached=Decimal(6), evidence="x", by=pis[who])
    with pytest.raises(NotPermitted):
        set_pi_goal(
            appointment=pis.appointment, kind=GoalKind.PAPER, text="降低目标", target=Decimal(1),
            due_on=ENDS, by=pis["head"],
        )  # fmt: skip
    goal.refresh_from_db()
    assert goal.reached is None


def test_a_tranche_is_released_in_its_order_once_and_booked_in_the_same_step(
    pis: Programme,
) -> None:
    second, third = Tranche.objects.filter(place__gt=1).order_by("place")
    with pytest.raises(RuleBroken):
        release_tranche(tranche=third, reason="提前", by=pis["director"])
    with pytest.raises(NotPermitted):
        release_tranche(tranche=second, reason="自行释放", by=pis["head"])
    hold_tranche(tranche=second, reason="待补充材料", by=pis["director"])
    for _time in range(2):
        release_tranche(tranche=second, reason="材料已补齐", by=pis["director"])
    assert balance(pis.laboratory) == 2_500_000
    stop_tranche(tranche=third, reason="计划调整", by=pis["office"])
    assert next_tranche(pis.appointment) is None
    lines = list(
        JournalEntry.objects.filter(verb__startswith="tranche.")
        .order_by("number")
        .values_list("verb")
    )
    assert lines[-3:] == [("tranche.held",), ("tranche.released",), ("tranche.stopped",)]


def test_two_terms_of_a_person_never_overlap(pis: Programme) -> None:
    given: dict[str, Any] = {
        "programme": pis.programme, "person": pis.persons["head"], "by": pis["personnel"]
    }  # fmt: skip
    with pytest.raises(RuleBroken):
        appoint(number="PI-9", starts_on=ENDS, ends_on=ENDS + timedelta(days=9), **given)
    with pytest.raises(RuleBroken):
        appoint(number="PI-9", starts_on=COMING, ends_on=COMING, **given)
    with pytest.raises(NotPermitted):
        appoint(
            **{**given, "by": pis["head"]}, number="PI-9", starts_on=date(2030, 1, 1),
            ends_on=date(2031, 1, 1),
        )  # fmt: skip
    assert Appointment.objects.count() == 1


def test_a_term_begins_only_with_a_signed_contract_and_within_its_days(pis: Programme) -> None:
    made = appoint(
        programme=pis.programme, person=pis.persons["other"], number="PI-2", starts_on=SINCE,
        ends_on=ENDS, by=pis["personnel"],
    )  # fmt: skip
    unit = pis.units["YT-P2"]
    with pytest.raises(RuleBroken):
        start_appointment(appointment=made, on=SINCE, unit=unit, by=pis["personnel"])
    sign_appointment(
        appointment=made, contract_number="HT-2", contracted_on=SINCE, by=pis["personnel"]
    )
    with pytest.raises(RuleBroken):
        start_appointment(
            appointment=made, on=ENDS + timedelta(days=1), unit=unit, by=pis["personnel"]
        )
    for _time in range(2):
        started = start_appointment(appointment=made, on=SINCE, unit=unit, by=pis["personnel"])
    assert (started.state, started.laboratory) == ("started", pis.second)
    with pytest.raises(RuleBroken):
        sign_appointment(
            appointment=made, contract_number="HT-3", contracted_on=SINCE, by=pis["personnel"]
        )


def test_the_start_of_a_further_term_ends_the_one_before_and_keeps_the_laboratory(
    pis: Programme,
) -> None:
    voted(pis, before_vote(pis, Verdict.RENEW), CARRIED)
    further = Appointment.objects.get(follows=pis.appointment)
    sign_appointment(
        appointment=further, contract_number="HT-2032-01", contracted_on=today(),
        by=pis["personnel"],
    )  # fmt: skip
    with pytest.raises(RuleBroken):
        start_appointment(appointment=further, on=further.starts_on, by=pis["personnel"])
    assert (standing(pis).state, rest_of(pis.laboratory, today())) == ("started", None)
    with time_machine.travel("2032-01-01T04:00:00+00:00", tick=False):
        start_appointment(appointment=further, on=further.starts_on, by=pis["personnel"])
        assert rest_of(pis.laboratory, today()) is None
    assert standing(pis).state == "ended"
    further.refresh_from_db()
    assert (further.state, further.laboratory) == ("started", pis.laboratory)


@pytest.mark.parametrize(
    "first, last, expected",
    [
        ("2022-01-01", "2026-12-31", ("2027-01-01", "2031-12-31")),
        ("2024-02-29", "2028-02-28", ("2028-02-29", "2032-02-28")),
        ("2023-03-01", "2024-02-29", ("2024-03-01", "2025-02-28")),
        ("2023-01-10", "2023-02-14", ("2023-02-15", "2023-03-22")),
    ],
)
def test_a_further_term_is_as_long_as_the_first_over_leap_days_too(
    first: str, last: str, expected: tuple[str, str]
) -> None:
    found = following_term(date.fromisoformat(first), date.fromisoformat(last))
    assert tuple(day.isoformat() for day in found) == expected


def test_the_committee_of_another_programme_does_not_decide(pis: Programme) -> None:
    case = before_vote(pis, Verdict.RENEW)
    other = set_up_body(
        institution=pis.institution, unit=pis.institution, kind="academic", code="XS-9",
        name_zh="另一计划学术委员会", name_en="", opened_on=SINCE, meetings_a_year=2, by=OPERATOR,
    )  # fmt: skip
    start = timezone.now() + timedelta(hours=1)
    give_seat(body=other, person=pis.persons["c0"], role="chair", valid_from=SINCE, by=OPERATOR)
    sitting = call_meeting(
        body=other, starts_at=start, ends_at=start + timedelta(hours=2), by=OPERATOR
    )
    with pytest.raises(RuleBroken, match=pis.committee.name_zh):
        put_on_agenda(
            sitting=sitting, case=case, title_zh=case.title_zh,
            voting=kind_of(case).stage("committee").voting, by=OPERATOR,
        )  # fmt: skip
    assert not sitting.items.exists()


def test_the_verdict_on_which_was_voted_is_not_exchanged_while_the_result_waits(
    pis: Programme,
) -> None:
    case = before_vote(pis, Verdict.STOP)
    case = voted(pis, case, ("for", "for", "for"))
    # As where a rule held the result back: the vote is closed, the request still at the committee.
    Case.objects.filter(pk=case.pk).update(
        state="running", stage="committee", stage_kind="sitting",
        stage_since=timezone.now() - timedelta(hours=1), decided_at=None,
    )  # fmt: skip
    with pytest.raises(RuleBroken):
        propose_verdict(case=case, verdict=Verdict.RENEW, by=OPERATOR)
    assert AssessmentCase.objects.get().proposed == Verdict.STOP


def test_nobody_appoints_oneself(pis: Programme) -> None:
    with pytest.raises(NotPermitted):
        appoint(
            programme=pis.programme, person=pis.persons["director"], number="PI-0", starts_on=SINCE,
            ends_on=ENDS, by=pis["director"],
        )  # fmt: skip
    assert not Appointment.objects.filter(number="PI-0").exists()


def test_a_further_term_does_not_overlap_an_appointment_in_another_programme(
    pis: Programme,
) -> None:
    case = before_vote(pis, Verdict.RENEW)
    unit = open_unit(
        upper=pis.institution, code="YT-Q", kind="programme", name_zh="转化医学人才计划",
        name_en="Translational Programme", valid_from=SINCE, by=OPERATOR,
    )  # fmt: skip
    other = set_up_programme(
        institution=pis.institution, unit=unit, code="ZH", name_zh=unit.name_zh,
        name_en=unit.name_en, opened_on=SINCE, by=OPERATOR,
    )  # fmt: skip
    appoint(
        programme=other, person=pis.persons["head"], number="PI-Q-1", by=OPERATOR,
        starts_on=ENDS + timedelta(days=1), ends_on=ENDS + timedelta(days=700),
    )  # fmt: skip
    case = voted(pis, case, CARRIED)
    assert case.state == "running"
    assert not Appointment.objects.filter(follows=pis.appointment).exists()
    assert states(pis) == ["released", "planned", "planned"]
