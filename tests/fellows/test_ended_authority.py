"""A principal investigator decides under the charter as long as the term lasts, and not a day longer."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from pi_rows import ENDS, SINCE, asked, decided, limited
from preceptor.base.errors import InputRefused, NotPermitted
from preceptor.cases.tasks import tasks_of
from preceptor.fellows.actions import (
    NewAsset,
    StartPackage,
    appoint,
    sign_appointment,
    start_appointment,
)
from preceptor.fellows.charter import head_decides, rest_of
from preceptor.fellows.choices import AppointmentState, LimitKind, Rest
from preceptor.fellows.models import Appointment, LabEntry, LimitUse
from preceptor.people.models import Account

if TYPE_CHECKING:
    from pi_rows import Programme

pytest_plugins = ["pi_cast"]
pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


@pytest.mark.parametrize(("day", "stage"), [(ENDS, ""), (ENDS + A_DAY, "director")])
def test_on_the_day_after_the_term_every_request_climbs_and_on_the_last_none(
    pis: Programme, day: date, stage: str
) -> None:
    limited(pis.laboratory, LimitKind.BUY, 100)
    with time_machine.travel(day, tick=False):
        case = decided(asked(pis.laboratory, LimitKind.BUY, 1, pis["member"]), pis["head"])
    assert case.stage == stage
    assert LimitUse.objects.filter(is_within=True).exists() == (stage == "")


@pytest.mark.parametrize(
    "changed",
    [
        {"state": AppointmentState.STOPPED}, {"state": AppointmentState.ENDED},
        {"left_on": date(2025, 1, 1)}, {"state": AppointmentState.CONTRACTED},
    ],
)  # fmt: skip
def test_who_was_stopped_left_or_has_not_begun_decides_nothing_alone(
    pis: Programme, changed: dict[str, Any]
) -> None:
    limited(pis.laboratory, LimitKind.BUY, 100)
    Appointment.objects.filter(pk=pis.appointment.pk).update(**changed)
    case = decided(asked(pis.laboratory, LimitKind.BUY, 1, pis["member"]), pis["head"])
    assert (case.state, case.stage) == ("running", "director")
    assert not LimitUse.objects.exists()


def test_a_probation_goes_on_deciding_and_so_does_a_head_without_a_term(pis: Programme) -> None:
    rows = Appointment.objects.filter(pk=pis.appointment.pk)
    rows.update(state=AppointmentState.PROBATION)
    assert head_decides(pis.laboratory, ENDS)
    assert not head_decides(pis.laboratory, SINCE - A_DAY)
    assert head_decides(pis.second, ENDS + A_DAY)
    rows.update(person=pis.persons["member"])
    assert not head_decides(pis.laboratory, ENDS)


def waiting(account: Account, source: str = "appointment") -> list[tuple[str, int]]:
    lines = tasks_of(Account.objects.get(pk=account.pk))
    return [(line.number, line.noun_key) for line in lines if line.source == source]


def test_a_term_that_ends_is_said_among_the_tasks_until_it_is_settled(pis: Programme) -> None:
    told = [(pis.appointment.number, pis.appointment.pk)]
    with time_machine.travel(ENDS - 91 * A_DAY, tick=False):
        assert waiting(pis["director"]) == []
    with time_machine.travel(ENDS + 30 * A_DAY, tick=False):
        for who in ("director", "head", "personnel"):
            assert waiting(pis[who]) == told
        for who in ("member", "neighbour", "stranger", "other"):
            assert waiting(pis[who]) == []
        Appointment.objects.update(state=AppointmentState.ENDED)
        assert waiting(pis["director"]) == []


def test_a_term_that_should_have_begun_waits_on_who_keeps_it_and_not_on_who_would_hold_it(
    pis: Programme,
) -> None:
    made = appoint(
        programme=pis.programme, person=pis.persons["other"], number="PI-2", starts_on=SINCE,
        ends_on=ENDS, by=pis["personnel"],
    )  # fmt: skip
    with time_machine.travel(SINCE - A_DAY, tick=False):
        assert waiting(pis["personnel"], "appointment_start") == []
    for who in ("director", "personnel"):
        assert waiting(pis[who], "appointment_start") == [("PI-2", made.pk)]
    for who in ("other", "head", "member", "neighbour", "stranger"):
        assert waiting(pis[who], "appointment_start") == []
    Appointment.objects.filter(pk=made.pk).update(state=AppointmentState.STARTED)
    assert waiting(pis["personnel"], "appointment_start") == []


def test_money_of_a_start_package_is_decided_above_and_no_thing_has_a_value_below_nought(
    pis: Programme,
) -> None:
    made = appoint(
        programme=pis.programme, person=pis.persons["other"], number="PI-2", starts_on=SINCE,
        ends_on=ENDS, by=pis["personnel"],
    )  # fmt: skip
    sign_appointment(
        appointment=made, contract_number="HT-2", contracted_on=SINCE, by=pis["personnel"]
    )
    given: dict[str, Any] = {"appointment": made, "on": SINCE, "unit": pis.units["YT-P2"]}
    money = StartPackage(money_cny=Decimal(900_000))
    with pytest.raises(NotPermitted):
        start_appointment(package=money, by=pis["personnel"], **given)
    for value in ("-1", "NaN", "1e13"):
        package = StartPackage(assets=(NewAsset("YQ-9", "质谱仪", Decimal(value)),))
        with pytest.raises(InputRefused):
            start_appointment(package=package, by=pis["personnel"], **given)
    assert Appointment.objects.get(pk=made.pk).state == AppointmentState.CONTRACTED
    start_appointment(package=money, by=pis["director"], **given)
    assert LabEntry.objects.get(laboratory=pis.second).amount_cny == 900_000


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"state": AppointmentState.STOPPED, "left_on": date(2025, 1, 1)}, Rest.STOPPED),
        ({"state": AppointmentState.ENDED, "left_on": date(2025, 1, 1)}, Rest.LEFT),
        ({"state": AppointmentState.ENDED}, Rest.OVER), ({"ends_on": date(2024, 12, 31)}, Rest.OVER),
        ({"state": AppointmentState.CONTRACTED}, Rest.BEFORE),
        ({"starts_on": date(2026, 12, 30)}, Rest.BEFORE),
    ],
)  # fmt: skip
def test_why_the_authority_of_a_head_rests_is_told(
    pis: Programme, changed: dict[str, Any], why: Rest
) -> None:
    day = date(2026, 3, 2)
    assert rest_of(pis.laboratory, day) is None
    Appointment.objects.filter(pk=pis.appointment.pk).update(**changed)
    assert rest_of(pis.laboratory, day) == why
    pis.laboratory.closing_on = day
    assert rest_of(pis.laboratory, day) == Rest.CLOSING


def test_a_laboratory_whose_term_is_that_of_somebody_else_says_so_and_a_second_term_counts(
    pis: Programme,
) -> None:
    rows = Appointment.objects.filter(pk=pis.appointment.pk)
    rows.update(person=pis.persons["member"])
    assert rest_of(pis.laboratory, ENDS) == Rest.OTHER
    rows.update(person=pis.persons["head"], state=AppointmentState.ENDED)
    again = Appointment.objects.get(pk=pis.appointment.pk)
    again.pk, again.number, again.state = None, "PI-9", AppointmentState.STARTED
    again.starts_on, again.ends_on = ENDS + A_DAY, ENDS + 365 * A_DAY
    again.save()
    assert rest_of(pis.laboratory, ENDS) == Rest.BEFORE
    assert rest_of(pis.laboratory, ENDS + A_DAY) is None
