"""A term of a principal investigator ends once, whichever way comes first."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from pi_rows import ENDS, SINCE, limited
from preceptor.base.actors import OPERATOR, Mandate
from preceptor.base.deeds import deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.cases.models import Case
from preceptor.cases.registry import port_of
from preceptor.fellows.actions import (
    appoint,
    ask_assessment,
    ask_lab,
    book_entry,
    change_programme,
    counter_entry,
    hold_asset,
    record_teaching,
    report_pi_goal,
    set_pi_goal,
    set_up_programme,
    sign_appointment,
    start_appointment,
)
from preceptor.fellows.actions.charter import end_lab_request
from preceptor.fellows.charter import rest_of
from preceptor.fellows.choices import (
    EntryKind,
    GoalKind,
    LimitKind,
    Rest,
    ReviewKind,
    Verdict,
)
from preceptor.fellows.models import (
    Appointment,
    AssessmentCase,
    LabAsset,
    LabCase,
    LabEntry,
    LimitUse,
    PiGoal,
    PiProgramme,
    Teaching,
    Tranche,
)
from preceptor.fellows.queries import balance

if TYPE_CHECKING:
    from pi_rows import Programme

pytest_plugins = ["pi_cast"]
pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


def standing(pis: Programme) -> Appointment:
    return Appointment.objects.get(pk=pis.appointment.pk)


def assessed(
    pis: Programme, kind: ReviewKind, verdict: Verdict, until: date | None = None
) -> Case:  # fmt: skip
    """An assessment whose verdict is proposed."""
    case = ask_assessment(appointment=standing(pis), kind=kind, by=pis["head"])
    AssessmentCase.objects.filter(case=case).update(proposed=verdict, probation_until=until)
    return case


def ended(case: Case, outcome: str) -> None:
    """What the end of the request does, under the mandate of who decided it."""
    mandate = Mandate("account:1", "leader", str(case))
    case = Case.objects.get(pk=case.pk)
    with deed(mandate):
        port_of(case).effect(case, outcome, mandate, None)
    state = "running" if outcome == "set_aside" else outcome
    Case.objects.filter(pk=case.pk).update(state=state)


def test_who_left_by_one_assessment_is_not_renewed_by_another(pis: Programme) -> None:
    leaves = assessed(pis, ReviewKind.MIDTERM, Verdict.EXIT)
    renews = assessed(pis, ReviewKind.APPOINTMENT, Verdict.RENEW)
    ended(leaves, "granted")
    with pytest.raises(RuleBroken):
        ended(renews, "granted")
    assert (standing(pis).state, standing(pis).left_on) == ("ended", today())
    assert not Appointment.objects.filter(follows=pis.appointment).exists()
    assert not Tranche.objects.filter(state__in=("planned", "held")).exists()
    assert AssessmentCase.objects.get(case=renews).restores is None


def test_an_earlier_verdict_is_not_set_aside_behind_a_later_one(pis: Programme) -> None:
    first = assessed(pis, ReviewKind.MIDTERM, Verdict.PROBATION, today() + 90 * A_DAY)
    ended(first, "granted")
    later = assessed(pis, ReviewKind.APPOINTMENT, Verdict.EXIT)
    ended(later, "granted")
    with pytest.raises(RuleBroken):
        ended(first, "set_aside")
    assert standing(pis).state == "ended"
    ended(later, "set_aside")
    assert standing(pis).state == "probation"
    ended(first, "set_aside")
    assert (standing(pis).state, standing(pis).ends_on) == ("started", ENDS)


def test_an_annual_check_since_does_not_hold_back_what_is_set_aside(pis: Programme) -> None:
    first = assessed(pis, ReviewKind.MIDTERM, Verdict.PROBATION, today() + 90 * A_DAY)
    ended(first, "granted")
    check = ask_assessment(appointment=standing(pis), kind=ReviewKind.ANNUAL, by=pis["head"])
    ended(check, "granted")
    ended(first, "set_aside")
    assert standing(pis).state == "started"


def test_no_further_term_begins_after_the_one_before_was_ended(pis: Programme) -> None:
    ended(assessed(pis, ReviewKind.APPOINTMENT, Verdict.RENEW), "granted")
    further = Appointment.objects.get(follows=pis.appointment)
    sign_appointment(
        appointment=further, contract_number="HT-2", contracted_on=today(), by=OPERATOR
    )
    ended(assessed(pis, ReviewKind.MIDTERM, Verdict.EXIT), "granted")
    begins = time_machine.travel(f"{further.starts_on}T04:00:00+00:00", tick=False)
    with begins, pytest.raises(RuleBroken, match=pis.appointment.number):
        start_appointment(appointment=further, on=further.starts_on, by=OPERATOR)
    further.refresh_from_db()
    assert further.state == "contracted"


def test_teaching_recorded_again_changes_nothing_and_other_hours_say_what_they_were(
    pis: Programme,
) -> None:
    taught: dict[str, Any] = {
        "appointment": pis.appointment, "year": 2024, "course": "分子医学进展", "by": pis["head"]
    }  # fmt: skip
    for hours in (32, 32, 16):
        record_teaching(**taught, hours=hours)
    row = Teaching.objects.get()
    assert (row.hours, row.trainees) == (16, None)
    first, second = JournalEntry.objects.filter(verb="appointment.teaching").order_by("number")
    assert first.before is None and second.before == {"hours": 32, "trainees": None}


def test_numbers_and_codes_with_blanks_around_them_are_the_same(pis: Programme) -> None:
    term: dict[str, Any] = {
        "programme": pis.programme, "person": pis.persons["other"], "starts_on": SINCE,
        "ends_on": ENDS, "by": pis["personnel"],
    }  # fmt: skip
    first = appoint(**term, number="PI-5")
    assert appoint(**term, number=" PI-5 ") == first and first.number == "PI-5"
    again = set_up_programme(
        institution=pis.institution, unit=pis.units["YT-01"], code=" ZY ", name_zh="另一计划",
        name_en="Another", opened_on=SINCE, by=OPERATOR,
    )  # fmt: skip
    assert again == pis.programme and PiProgramme.objects.count() == 1


def test_a_programme_does_not_lose_its_name(pis: Programme) -> None:
    for name in ("name_zh", "name_en"):
        with pytest.raises(RuleBroken):
            change_programme(programme=pis.programme, by=pis["office"], **{name: " "})
    kept = PiProgramme.objects.get()
    assert (kept.name_zh, kept.name_en) == (pis.programme.name_zh, pis.programme.name_en)


@pytest.mark.parametrize("amount", ["1e12", "1e30", "Infinity", "NaN"])
def test_an_amount_that_no_column_holds_is_refused(pis: Programme, amount: str) -> None:
    there, wrong = balance(pis.laboratory), Decimal(amount)
    with pytest.raises(InputRefused):
        book_entry(
            laboratory=pis.laboratory, kind=EntryKind.PACKAGE, amount_cny=wrong,
            booked_on=today(), by=OPERATOR,
        )  # fmt: skip
    with pytest.raises(InputRefused):
        hold_asset(
            laboratory=pis.laboratory, number="YQ-9", name="显微镜", value_cny=wrong,
            valid_from=today(), by=OPERATOR,
        )  # fmt: skip
    with pytest.raises(InputRefused):
        set_pi_goal(
            appointment=pis.appointment, kind=GoalKind.FUNDING, text="经费", target=wrong,
            due_on=ENDS, by=OPERATOR,
        )  # fmt: skip
    assert balance(pis.laboratory) == there and LabAsset.objects.count() == 1
    assert not PiGoal.objects.exists()


def test_what_was_reached_is_refused_where_no_column_holds_it(pis: Programme) -> None:
    goal = set_pi_goal(
        appointment=pis.appointment, kind=GoalKind.FUNDING, text="经费", due_on=ENDS,
        target=Decimal(10) ** 10 - 1, by=OPERATOR,
    )  # fmt: skip
    with pytest.raises(InputRefused):
        report_pi_goal(goal=goal, reached=Decimal(10) ** 10, evidence="到账单", by=pis["head"])
    assert PiGoal.objects.get().reached is None


def test_money_of_tomorrow_is_not_booked_today(pis: Programme) -> None:
    there = balance(pis.laboratory)
    with pytest.raises(RuleBroken):
        book_entry(
            laboratory=pis.laboratory, kind=EntryKind.PACKAGE, amount_cny=Decimal(10),
            booked_on=today() + A_DAY, by=OPERATOR,
        )  # fmt: skip
    entry = LabEntry.objects.filter(kind=EntryKind.PACKAGE).get()
    for day in (today() + A_DAY, SINCE - A_DAY):
        with pytest.raises(RuleBroken):
            counter_entry(entry=entry, booked_on=day, reason="错账", by=OPERATOR)
    assert balance(pis.laboratory) == there


def test_who_left_today_decides_nothing_alone_from_today_on(pis: Programme) -> None:
    Appointment.objects.update(state="ended", left_on=today())
    assert rest_of(pis.laboratory, today()) == Rest.LEFT
    assert rest_of(pis.laboratory, today() - A_DAY) == Rest.OVER


def test_a_head_whose_authority_rests_grants_nothing_alone_where_nothing_climbs(
    pis: Programme,
) -> None:
    limited(pis.laboratory, LimitKind.SPEND, 100)
    case = ask_lab(
        laboratory=pis.laboratory, kind=LimitKind.SPEND, amount=Decimal(5), title_zh="试剂",
        title_en="Reagents", by=pis["head"],
    )  # fmt: skip
    row, mandate = LabCase.objects.get(case=case), Mandate(pis["head"].actor_key, "head", str(case))
    Appointment.objects.update(state="stopped")
    with pytest.raises(RuleBroken):
        end_lab_request(row=row, outcome="granted", by=mandate, is_heads=True)
    assert not LimitUse.objects.exists()
    end_lab_request(row=row, outcome="granted", by=mandate, is_heads=False)
    assert not LimitUse.objects.get().is_within


def test_a_term_begins_after_the_day_of_leaving_and_not_before_the_programme(
    pis: Programme,
) -> None:
    Appointment.objects.update(state="ended", left_on=today())
    term: dict[str, Any] = {
        "programme": pis.programme, "person": pis.persons["head"], "by": pis["personnel"],
        "ends_on": ENDS + 300 * A_DAY,
    }  # fmt: skip
    with pytest.raises(RuleBroken, match=pis.appointment.number):
        appoint(**term, number="PI-7", starts_on=today())
    assert appoint(**term, number="PI-7", starts_on=today() + A_DAY).pk
    early = {**term, "person": pis.persons["c0"], "number": "PI-8"}
    with pytest.raises(RuleBroken, match=str(SINCE)):
        appoint(**early, starts_on=SINCE - A_DAY)
    assert appoint(**early, starts_on=SINCE).pk
