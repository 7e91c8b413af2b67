"""Two who take the same thing in the same moment: an agreement, a number, a start package, a tranche."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from new_fellows import Fellows, entering, tripartite
from pi_rows import ENDS, SINCE, Programme, in_the_term, write_programme
from preceptor.base.deeds import deed
from preceptor.base.errors import NotPermitted, Refusal, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.fellows.actions import (
    StartPackage,
    appoint,
    end_appointment,
    enter_postdoc,
    release_tranche,
    sign_appointment,
    start_appointment,
    stop_tranche,
)
from preceptor.fellows.agreements import tripartite_with
from preceptor.fellows.choices import IntakeSource, TermEndGround
from preceptor.fellows.models import Appointment, LabEntry, Postdoc, TermEnd, Tranche

pytest_plugins = ["fellow_cast"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@pytest.fixture
def pis(transactional_db: None) -> Iterator[Programme]:
    with in_the_term():
        yield write_programme()


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each gives, or the refusal it meets; any other error fails the test."""
    gate, answers = threading.Barrier(len(works)), [None] * len(works)

    def run(place: int, work: Callable[[], Any]) -> None:
        gate.wait()
        try:
            answers[place] = work()
        except (Refusal, NotPermitted) as refusal:
            answers[place] = refusal  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads)
    return answers


def refused(answers: Iterable[Any]) -> list[RuleBroken]:
    return [one for one in answers if isinstance(one, RuleBroken)]


def taking(fellows: Fellows, person: str, number: str, **columns: Any) -> Callable[[], Postdoc]:
    given = entering(fellows, person=fellows.persons[person], number=number, **columns)
    return lambda: enter_postdoc(**given)


def test_of_two_taken_in_under_one_agreement_at_once_one_is(fellows: Fellows) -> None:
    joint = {
        "intake": IntakeSource.JOINT, "workstation": fellows.workstation,
        "agreement": fellows.agreement, "term_ends_on": today() + timedelta(days=90),
    }  # fmt: skip
    answers = at_once(
        taking(fellows, "P2", "N1", **joint),
        taking(fellows, "E1", "N2", station=fellows.other_station, **joint),
    )
    assert len(refused(answers)) == 1
    assert Postdoc.objects.filter(agreement=fellows.agreement).count() == 1


def test_two_acceptances_at_once_rest_on_two_agreements_while_there_are_two(
    fellows: Fellows,
) -> None:
    second = tripartite(fellows.institution, fellows.general, fellows.partner, "HT-2023-02")

    def accepting(person: str) -> Callable[[], Postdoc]:
        def accept() -> Postdoc:
            with deed(fellows.personnel):
                found = tripartite_with(fellows.workstation, today())
                work = taking(
                    fellows, person, person, intake=IntakeSource.JOINT, agreement=found,
                    workstation=fellows.workstation, term_ends_on=today() + timedelta(days=90),
                )  # fmt: skip
                return work()

        return accept

    answers = at_once(accepting("P2"), accepting("E1"))
    assert refused(answers) == []
    assert {row.agreement for row in answers} == {fellows.agreement, second}


def test_of_two_entries_with_one_number_at_once_the_second_is_told_so(fellows: Fellows) -> None:
    answers = at_once(
        taking(fellows, "P2", "N7"), taking(fellows, "E1", "N7", station=fellows.other_station)
    )
    [told] = refused(answers)
    assert "N7" in str(told)
    assert Postdoc.objects.filter(number="N7").count() == 1


def test_a_term_started_twice_at_once_hands_its_package_over_once(pis: Programme) -> None:
    made = appoint(
        programme=pis.programme, person=pis.persons["other"], number="PI-2", starts_on=SINCE,
        ends_on=ENDS, by=pis["personnel"],
    )  # fmt: skip
    sign_appointment(
        appointment=made, contract_number="HT-2", contracted_on=SINCE, by=pis["personnel"]
    )
    unit, by = pis.units["YT-P2"], pis["director"]
    package = StartPackage(money_cny=Decimal(900_000))

    def start() -> Any:
        return start_appointment(appointment=made, on=SINCE, unit=unit, package=package, by=by)

    answers = at_once(start, start, start)
    assert {answer.pk for answer in answers} == {made.pk}
    assert LabEntry.objects.filter(laboratory=pis.second).count() == 1


def test_of_releasing_and_stopping_a_tranche_at_once_one_wins_and_the_account_agrees(
    pis: Programme,
) -> None:
    tranche, by = pis.appointment.tranches.get(place=2), pis["director"]
    before = LabEntry.objects.count()
    answers = at_once(
        lambda: release_tranche(tranche=tranche, reason="考核合格", by=by),
        lambda: stop_tranche(tranche=tranche, reason="考核不合格", by=by),
    )
    assert len(refused(answers)) == 1
    state = Tranche.objects.get(pk=tranche.pk).state
    assert LabEntry.objects.count() - before == (state == "released")


def ending(pis: Programme, ground: TermEndGround) -> Callable[[], Appointment]:
    return lambda: end_appointment(
        appointment=pis.appointment, ground=ground, on=SINCE + timedelta(days=9),
        reason="已核实", by=pis["office"],
    )  # fmt: skip


def test_of_two_ends_of_one_term_recorded_at_once_one_stands_and_the_other_is_told(
    pis: Programme,
) -> None:
    answers = at_once(ending(pis, TermEndGround.RESIGNED), ending(pis, TermEndGround.RETIRED))
    assert len(refused(answers)) == 1
    assert TermEnd.objects.count() == 1
    assert JournalEntry.objects.filter(verb="appointment.leave").count() == 1
    assert sorted(Tranche.objects.values_list("state", flat=True)) == [
        "released", "stopped", "stopped"
    ]  # fmt: skip


def test_a_double_click_at_once_ends_a_term_once(pis: Programme) -> None:
    click = ending(pis, TermEndGround.MOVED)
    answers = at_once(click, click)
    assert not refused(answers)
    assert TermEnd.objects.count() == 1
    assert JournalEntry.objects.filter(verb="appointment.leave").count() == 1
