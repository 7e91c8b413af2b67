"""Two people act in the same moment, each on a connection of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from at_once import at_once
from preceptor.base.actors import OPERATOR
from preceptor.base.journal import first_broken
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.people.actions import give_titles
from preceptor.people.models import Account, Title
from preceptor.standing.models import Finding
from preceptor.standing.queries import panel_standings
from preceptor.training.actions import (
    NewEnrolment,
    NewSeat,
    assign_supervisors,
    change_seat,
    change_state,
    enrol,
    take_seat,
)
from preceptor.training.choices import EnrolmentState as State
from preceptor.training.models import Enrolment, Panel, PanelSeat, StateSpan, Supervision

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

DAY = date(2023, 3, 1)


def changing(enrolment: Enrolment, to: State, by: Account) -> Callable[[], Enrolment]:
    return lambda: change_state(enrolment=enrolment, to=to, on=DAY, reason=f"由{by.name}", by=by)


def test_the_same_change_asked_by_two_at_once_is_done_once_and_both_see_it(
    cast: Cast, secretary: Account, office: Account
) -> None:
    answers = at_once(
        changing(cast.lin, State.MIDTERM_PASSED, by) for by in (secretary, office) * 3
    )
    assert {answer.state for answer in answers} == {"midterm_passed"}
    assert JournalEntry.objects.filter(verb="enrolment.state").count() == 1
    known = StateSpan.objects.known().filter(enrolment=cast.lin)
    assert [row.state for row in known] == ["candidate", "midterm_passed"]
    assert first_broken() is None


def test_of_two_changes_that_exclude_each_other_one_wins_and_the_other_is_told(
    cast: Cast, secretary: Account, office: Account
) -> None:
    entry = NewEnrolment(
        student_number="A1", person=cast.persons["S1"], unit=cast.general,
        direction=cast.medicine, cohort=2022, cohort_on=date(2022, 9, 1), state="admitted",
        mode="full_time",
    )  # fmt: skip
    admitted = enrol(institution=cast.institution, entries=[entry], by=OPERATOR)[0]
    answers = at_once(
        [changing(admitted, State.REGISTERED, secretary), changing(admitted, State.LAPSED, office)]
    )
    won = [answer for answer in answers if isinstance(answer, Enrolment)]
    told = [answer for answer in answers if not isinstance(answer, Enrolment)]
    assert (len(won), len(told)) == (1, 1)
    assert str(told[0])
    stored = Enrolment.objects.get(pk=admitted.pk)
    assert stored.state == won[0].state
    known = StateSpan.objects.known().filter(enrolment=admitted, valid_to=None)
    assert [row.state for row in known] == [stored.state]
    assert JournalEntry.objects.filter(verb="enrolment.state").count() == 1


def test_two_who_assign_a_supervisor_at_once_leave_one(cast: Cast, office: Account) -> None:
    def assigning(key: str) -> Callable[[], None]:
        return lambda: assign_supervisors(
            institution=cast.institution, pairs=[(cast.lin, cast.persons[key])], by=office, on=DAY
        )

    assert at_once([assigning("T2"), assigning("T3")]) == [None, None]
    present = Supervision.objects.known().filter(enrolment=cast.lin, role="main", valid_to=None)
    assert present.get().person_id in {cast.persons["T2"].pk, cast.persons["T3"].pk}


def test_one_person_seated_by_two_at_once_sits_there_once(
    cast: Cast, secretary: Account, office: Account
) -> None:
    def seating(by: Account) -> Callable[[], PanelSeat]:
        return lambda: take_seat(
            panel=cast.panel, seat=NewSeat(cast.persons["S3"], "member"), by=by
        )

    answers = at_once([seating(secretary), seating(office)])
    assert sum(isinstance(answer, PanelSeat) for answer in answers) == 1
    assert cast.panel.seats.filter(person=cast.persons["S3"]).count() == 1


def test_a_title_and_a_seat_changed_at_once_leave_one_verdict_of_each_rule_and_the_right_one(
    cast: Cast, secretary: Account, office: Account
) -> None:
    seats = list(cast.panel.seats.order_by("id"))
    title = Title(
        person=cast.persons["T3"], series="teacher", level="full", name="教授",
        valid_from=date(2010, 1, 1),
    )  # fmt: skip
    works: list[Callable[[], Any]] = [
        lambda: give_titles(institution=cast.institution, titles=[title], by=office)
    ]
    works += [
        lambda seat=seat: change_seat(seat=seat, by=secretary, reason="更正", field="related")  # type: ignore[misc]
        for seat in seats
    ]
    assert at_once(works) == [None] * 4
    stored = Finding.objects.filter(panel=cast.panel).values_list("rule", "verdict")
    assert max(Counter(rule for rule, _verdict in stored).values()) == 1
    panel = Panel.objects.select_related("enrolment", "institution").get(pk=cast.panel.pk)
    afresh = panel_standings([panel], today(), "zh")[0].requirements
    assert dict(stored) == {known.rule: known.verdict.value for known in afresh}
    assert dict(stored)["panel.midterm"] == "pass"


def test_many_who_write_at_once_all_write_and_the_journal_stays_one_chain(
    cast: Cast, secretary: Account, neighbour: Account, office: Account
) -> None:
    works = [
        changing(cast.lin, State.SUSPENDED, secretary),
        changing(cast.gu, State.SUSPENDED, office),
        changing(cast.shen, State.SUSPENDED, neighbour),
        changing(cast.shen, State.SUSPENDED, office),
    ]
    answers = at_once(works)
    assert {answer.state for answer in answers} == {"suspended"}
    assert JournalEntry.objects.filter(verb="enrolment.state").count() == 3
    assert first_broken() is None
