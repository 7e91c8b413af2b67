"""What the rules say of principal investigators, and which layer's value decides."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from pi_rows import Programme, limited
from preceptor.base.actors import OPERATOR
from preceptor.base.today import today
from preceptor.cases.models import Case, CaseKind, Letter
from preceptor.fellows.choices import LimitKind
from preceptor.fellows.models import (
    Appointment,
    AssessmentCase,
    PiGoal,
    RepresentativeWork,
    Teaching,
    Tranche,
)
from preceptor.policy import Explanation, PackError
from preceptor.standing.actions import put_in_force
from preceptor.standing.appointments import appointment_records
from preceptor.standing.gates import gate_answer
from preceptor.standing.packs import force_on
from preceptor.standing.population import with_relations
from preceptor.standing.subjects import explain_record

pytest_plugins = ["pi_cast"]
pytestmark = pytest.mark.django_db
UNIVERSITY, OWN = "yunting/appointments", "yunting/independent-pi"
DAY = date(2024, 6, 1)


def record(pis: Programme, on: date = DAY) -> dict[str, Any]:
    rows = Appointment.objects.filter(pk=pis.appointment.pk)
    return appointment_records(list(with_relations(rows, "appointment")), on)[0]


@pytest.fixture
def in_force(pis: Programme) -> None:
    """The university's rules for everybody, the programme's own for the programme and below."""
    for pack, unit in ((UNIVERSITY, None), (OWN, pis.units["YT-P"])):
        put_in_force(
            institution=pis.institution, pack=pack, unit=unit, valid_from=date(2020, 1, 1),
            by=OPERATOR,
        )  # fmt: skip


def said(pis: Programme, on: date = DAY) -> dict[str, Explanation]:
    return {one.rule: one for one in explain_record("appointment", pis.appointment, on, "en")}


def taught(pis: Programme, year: int, hours: int) -> None:
    Teaching.objects.create(
        appointment=pis.appointment, year=year, course="细胞生物学", hours=hours
    )


def assessed(pis: Programme, kind: str, state: str) -> Case:
    case = Case.objects.create(
        institution=pis.institution, unit=pis.units["YT-P"],
        kind=CaseKind.objects.get(name="pi_assessment"), person=pis.persons["head"],
        title_zh="考核", title_en="Assessment", state=state,
    )  # fmt: skip
    AssessmentCase.objects.create(case=case, appointment=pis.appointment, kind=kind)
    return case


def wrote(case: Case, given: int, asked: int = 0) -> None:
    for place in range(given + asked):
        Letter.objects.create(
            case=case, name=f"专家 {place}", email="x@example.org", digest=f"{case.pk}-{place}",
            due_on=DAY, asked_at=timezone.now(), state="given" if place < given else "asked",
            grade=4 if place < given else None,
        )  # fmt: skip


@pytest.mark.usefixtures("in_force")
def test_where_the_university_delegates_the_programme_decides_and_the_answer_names_it(
    pis: Programme,
) -> None:
    taught(pis, 2022, 20)
    taught(pis, 2023, 16)
    found = said(pis)["appointment.teaching"]
    assert found.verdict.value == "pass" and (found.pack, found.layer) == (UNIVERSITY, "university")
    assert found.decided_by is not None
    assert (found.decided_by.layer, found.decided_by.pack) == ("programme", OWN)
    assert found.decided_by.value.startswith("16")


@pytest.mark.usefixtures("in_force")
def test_outside_the_programme_the_university_s_own_value_holds(pis: Programme) -> None:
    force = force_on(pis.institution.pk, DAY)
    values = {}
    for unit in ("YT-01", "YT-P1"):
        packs = {pack.id: pack for pack in force.of(pis.units[unit].pk)}
        values[unit] = packs[UNIVERSITY].parameters["teaching_hours_min"].steps[-1].value
        assert (OWN in packs) == (unit == "YT-P1")
    assert values == {"YT-01": 64, "YT-P1": 16}


def test_a_programme_s_own_rules_alone_are_refused_because_they_set_values_of_the_university_s(
    pis: Programme,
) -> None:
    with pytest.raises(PackError) as caught:
        put_in_force(
            institution=pis.institution, pack=OWN, unit=pis.units["YT-P"],
            valid_from=date(2020, 1, 1), by=OPERATOR,
        )  # fmt: skip
    assert caught.value.problem == "replaced_pack_absent"


@pytest.mark.usefixtures("in_force")
def test_a_full_year_without_recorded_hours_is_open_and_one_below_the_number_fails(
    pis: Programme,
) -> None:
    taught(pis, 2022, 30)
    assert [row["hours"] for row in record(pis)["teaching"]] == [30, None, None]
    assert [row["is_over"] for row in record(pis)["teaching"]] == [True, True, False]
    assert said(pis)["appointment.teaching"].verdict.value == "pending"
    taught(pis, 2023, 15)
    found = said(pis)["appointment.teaching"]
    assert found.verdict.value == "fail" and "2023" in found.text


@pytest.mark.usefixtures("in_force")
def test_letters_are_demanded_once_they_are_asked_for_and_by_the_programme_s_number(
    pis: Programme,
) -> None:
    for place in range(3):
        RepresentativeWork.objects.create(
            appointment=pis.appointment, title=f"论文 {place}", year=2023, meaning="方法"
        )
    case = assessed(pis, "appointment", "draft")
    judged = {"appointment": {pis.appointment.pk}}

    def verdicts() -> dict[str, str]:
        answer = gate_answer(case, "assessment", judged, today())
        return {one.rule: one.verdict for one in answer.findings}

    before = verdicts()
    assert before["appointment.works"] == "pass" and "appointment.letters" not in before
    wrote(case, given=4, asked=1)
    Case.objects.filter(pk=case.pk).update(state="running")
    assert verdicts()["appointment.letters"] == "fail"
    Letter.objects.filter(case=case).update(state="given")
    assert verdicts()["appointment.letters"] == "pass"


@pytest.mark.usefixtures("in_force")
def test_an_annual_check_is_not_asked_for_works_or_letters(pis: Programme) -> None:
    case = assessed(pis, "annual", "draft")
    answer = gate_answer(case, "assessment", {"appointment": {pis.appointment.pk}}, today())
    rules = {one.rule for one in answer.findings}
    assert rules == {"appointment.teaching", "pi.goals"}


@pytest.mark.usefixtures("in_force")
@pytest.mark.parametrize(
    ("reached", "due_on", "verdict"),
    [
        (Decimal(5), DAY, "pass"), (Decimal("4.99"), DAY, "fail"), (None, DAY, "pending"),
        (None, date(2024, 6, 2), "pass"),
    ],
)  # fmt: skip
def test_a_target_counts_from_the_day_it_is_due_and_is_open_until_it_is_reported(
    pis: Programme, reached: Decimal | None, due_on: date, verdict: str
) -> None:
    PiGoal.objects.create(
        appointment=pis.appointment, kind="paper", text="代表性论文", target=5, due_on=due_on,
        reached=reached,
    )  # fmt: skip
    assert said(pis)["pi.goals"].verdict.value == verdict


@pytest.mark.usefixtures("in_force")
def test_a_stopped_investment_leaves_nothing_planned_and_a_charter_is_asked_for_in_office(
    pis: Programme,
) -> None:
    assert said(pis)["pi.charter"].verdict.value == "fail"
    limited(pis.laboratory, LimitKind.BUY, 100_000)
    assert said(pis)["pi.charter"].verdict.value == "pass"
    Appointment.objects.update(state="stopped")
    assert said(pis)["pi.investment.stopped"].verdict.value == "fail"
    Tranche.objects.filter(state="planned").update(state="stopped")
    assert said(pis)["pi.investment.stopped"].verdict.value == "pass"


def test_months_in_office_end_with_the_appointment(pis: Programme) -> None:
    assert record(pis, date(2022, 1, 30))["months_in_office"] == 0
    assert record(pis, date(2022, 1, 31))["months_in_office"] == 1
    Appointment.objects.update(left_on=date(2023, 12, 31))
    assert record(pis)["months_in_office"] == 24
