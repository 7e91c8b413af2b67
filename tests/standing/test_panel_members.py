"""A panel is judged by the registers of the day on which it sits."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import translation

from preceptor.base.actors import OPERATOR
from preceptor.base.records import retract
from preceptor.institutions.actions import open_unit
from preceptor.institutions.models import Unit
from preceptor.people.actions import NewPerson, give_capacities, give_titles, register_persons
from preceptor.people.models import Capacity, Person, Title
from preceptor.policy import Verdict
from preceptor.standing.models import Finding
from preceptor.standing.queries import panel_standings
from preceptor.standing.records import panel_records
from preceptor.supervisors.actions import record_qualifications
from preceptor.supervisors.models import SupervisorQualification
from preceptor.training.actions import (
    NewEnrolment,
    NewSeat,
    change_seat,
    compose_panels,
    enrol,
    move,
    reschedule_panel,
)
from preceptor.training.models import Panel

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]

SITTING = date(2024, 6, 1)
A_DAY = timedelta(days=1)
LONG_AGO = date(2001, 1, 1)


@pytest.fixture
def expert(cast: Cast) -> Person:
    """Somebody of whom the registers hold nothing yet."""
    new = NewPerson("expert", "E1", "闻人清", "Wenren Qing")
    return register_persons(institution=cast.institution, persons=[new], by=OPERATOR)["E1"]


def in_post(cast: Cast, person: Person, unit: Unit, kind: str = "staff", **columns: Any) -> None:
    row = Capacity(
        **{"person": person, "unit": unit, "kind": kind, "valid_from": LONG_AGO, **columns}
    )
    give_capacities(institution=cast.institution, capacities=[row], by=OPERATOR)


def titled(
    cast: Cast, person: Person, since: date, until: date | None = None, level: str = "full"
) -> Title:
    row = Title(
        person=person, series="physician", level=level, name="主任医师", valid_from=since,
        valid_to=until,
    )  # fmt: skip
    give_titles(institution=cast.institution, titles=[row], by=OPERATOR)
    return row


def member(
    cast: Cast, person: Person, stated: dict[str, Any] | None = None, **panel: Any
) -> dict[str, Any]:
    """What the rules are told of the person, seated alone on a defence panel."""
    row = Panel(
        **{
            "number": f"P{Panel.objects.count()}", "institution": cast.institution,
            "enrolment": cast.lin, "stage": "defence", "sits_on": SITTING, **panel,
        }
    )  # fmt: skip
    seat = NewSeat(person, "member", stated or {})
    compose_panels(institution=cast.institution, panels=[(row, [seat])], by=OPERATOR)
    stored = Panel.objects.select_related("enrolment").get(pk=row.pk)
    found: dict[str, Any] = panel_records([stored], SITTING)[0]["members"][0]
    return found


FULL = {"stated_level": "full", "stated_series": "teacher"}


def test_a_title_counts_from_its_first_day_to_its_last(cast: Cast, expert: Person) -> None:
    titled(cast, expert, SITTING, SITTING)
    days = (SITTING - A_DAY, SITTING, SITTING + A_DAY)
    levels = [member(cast, expert, sits_on=day)["title_level"] for day in days]
    assert levels == [None, "full", None]


def test_a_title_gained_the_day_after_does_not_count_even_when_it_is_stated(
    cast: Cast, expert: Person
) -> None:
    titled(cast, expert, SITTING + A_DAY)
    assert member(cast, expert, FULL)["title_level"] is None
    assert member(cast, expert, FULL, sits_on=SITTING + A_DAY)["title_level"] == "full"


def test_a_title_that_ended_the_day_before_does_not_count_even_when_it_is_stated(
    cast: Cast, expert: Person
) -> None:
    titled(cast, expert, LONG_AGO, SITTING - A_DAY)
    assert member(cast, expert, FULL)["title_level"] is None


def test_another_level_that_the_registers_do_not_date_is_believed_as_stated(
    cast: Cast, expert: Person
) -> None:
    titled(cast, expert, SITTING + A_DAY)
    stated = {"stated_level": "associate", "stated_series": "teacher"}
    assert member(cast, expert, stated)["title_level"] == "associate"


def test_what_the_registers_know_overrules_what_was_stated(cast: Cast, expert: Person) -> None:
    titled(cast, expert, LONG_AGO, level="associate")
    found = member(cast, expert, FULL)
    assert (found["title_level"], found["title_series"]) == ("associate", "physician")


def test_a_title_taken_back_was_never_held(cast: Cast, expert: Person) -> None:
    retract(titled(cast, expert, LONG_AGO))
    assert member(cast, expert)["title_level"] is None


def test_of_two_titles_on_the_day_the_best_counts(cast: Cast, expert: Person) -> None:
    titled(cast, expert, LONG_AGO, level="associate")
    titled(cast, expert, date(2015, 1, 1), level="full")
    assert member(cast, expert)["title_level"] == "full"
    assert member(cast, expert, sits_on=date(2014, 12, 31))["title_level"] == "associate"


ANSWERS = {
    "is_doctoral_supervisor": "stated_doctoral_supervisor",
    "in_clinical_work": "stated_clinical_work",
    "is_degree_committee": "stated_degree_committee",
}


@pytest.mark.parametrize(("answer", "stated"), ANSWERS.items())
@pytest.mark.parametrize("said", [True, False, None])
def test_of_an_outsider_the_answer_is_what_was_stated_else_unknown(
    cast: Cast, expert: Person, answer: str, stated: str, said: bool | None
) -> None:
    in_post(cast, expert, cast.general, kind="external")
    assert member(cast, expert, {stated: said})[answer] is said


@pytest.mark.parametrize(("answer", "stated"), ANSWERS.items())
def test_of_a_person_of_the_house_no_row_means_no_whatever_was_stated(
    cast: Cast, expert: Person, answer: str, stated: str
) -> None:
    in_post(cast, expert, cast.general)
    assert member(cast, expert, {stated: True})[answer] is False


def test_a_person_of_the_house_without_a_title_is_of_unknown_title_whatever_was_stated(
    cast: Cast, expert: Person
) -> None:
    in_post(cast, expert, cast.general)
    assert member(cast, expert, FULL)["title_level"] is None


def test_who_joins_the_house_a_day_later_is_an_outsider_on_the_day(
    cast: Cast, expert: Person
) -> None:
    in_post(cast, expert, cast.general, valid_from=SITTING + A_DAY)
    found = member(cast, expert, {"stated_doctoral_supervisor": True})
    assert found["is_doctoral_supervisor"] is True
    assert found["is_outside_institution"] is None


def test_the_registers_say_yes_on_the_days_on_which_it_is_so(cast: Cast, expert: Person) -> None:
    in_post(cast, expert, cast.general)
    for kind in ("physician", "degree_committee"):
        in_post(cast, expert, cast.general, kind, valid_from=SITTING, valid_to=SITTING)
    qualification = SupervisorQualification(
        person=expert, unit=cast.general, degree_level="doctor", degree_type="professional",
        state="engaged", valid_from=SITTING, valid_to=SITTING,
    )  # fmt: skip
    record_qualifications(institution=cast.institution, qualifications=[qualification], by=OPERATOR)
    for day, so in ((SITTING - A_DAY, False), (SITTING, True), (SITTING + A_DAY, False)):
        found = member(cast, expert, sits_on=day)
        assert [found[answer] for answer in ANSWERS] == [so, so, so]


def test_a_master_s_supervisor_is_no_doctoral_supervisor(cast: Cast, expert: Person) -> None:
    in_post(cast, expert, cast.general)
    SupervisorQualification.objects.create(
        person=expert, unit=cast.general, degree_level="master", degree_type="professional",
        state="engaged", valid_from=LONG_AGO,
    )  # fmt: skip
    assert member(cast, expert)["is_doctoral_supervisor"] is False


def test_outside_the_institution_and_outside_the_unit_are_two_things(
    cast: Cast, expert: Person
) -> None:
    in_post(cast, expert, cast.cancer)
    found = member(cast, expert)
    assert (found["is_outside_institution"], found["is_outside_unit"]) == (False, True)


def test_a_post_in_an_office_of_the_hospital_is_a_post_in_the_hospital(
    cast: Cast, expert: Person
) -> None:
    office = open_unit(
        upper=cast.general, code="YT-01-O", kind="teaching_office", name_zh="内科教研室",
        name_en="Internal Medicine Office", valid_from=LONG_AGO, by=OPERATOR,
    )  # fmt: skip
    in_post(cast, expert, office)
    assert member(cast, expert)["is_outside_unit"] is False
    move(
        enrolment=cast.lin, unit=office, direction=cast.medicine, on=date(2022, 1, 1), reason="分",
        by=OPERATOR,
    )  # fmt: skip
    cast.lin.refresh_from_db()
    in_post(cast, cast.persons["T3"], cast.general)
    assert member(cast, cast.persons["T3"])["is_outside_unit"] is False


def test_an_outsider_stated_to_be_outside_is_outside_the_unit_as_well(
    cast: Cast, expert: Person
) -> None:
    found = member(cast, expert, {"stated_outside_institution": True})
    assert (found["is_outside_institution"], found["is_outside_unit"]) == (True, True)
    unknown = member(cast, expert)
    assert (unknown["is_outside_institution"], unknown["is_outside_unit"]) == (None, None)


def test_a_panel_not_held_yet_is_judged_on_its_planned_day(cast: Cast, expert: Person) -> None:
    titled(cast, expert, SITTING + A_DAY)
    planned = member(cast, expert, sits_on=None, planned_on=SITTING + A_DAY)
    assert planned["title_level"] == "full"
    assert member(cast, expert, sits_on=None)["title_level"] is None


def test_members_are_named_in_the_reader_s_language(cast: Cast, expert: Person) -> None:
    with translation.override("en"):
        assert member(cast, expert)["name"] == "Wenren Qing"
    with translation.override("zh-hans"):
        assert member(cast, expert)["name"] == "闻人清"


def verdict(panel: Panel, rule: str) -> str:
    return Finding.objects.get(panel=panel, rule=rule).verdict


def test_a_panel_member_of_unknown_title_never_passes_as_full_professor(cast: Cast) -> None:
    assert verdict(cast.panel, "panel.midterm") == Verdict.PENDING


def test_a_person_s_new_title_judges_every_panel_of_that_person_again(cast: Cast) -> None:
    titled(cast, cast.persons["T3"], date(2022, 12, 1))
    assert verdict(cast.panel, "panel.midterm") == Verdict.PASS
    reschedule_panel(
        panel=cast.panel, sits_on=date(2022, 11, 30), precision="day", by=OPERATOR, reason="改期"
    )
    assert verdict(cast.panel, "panel.midterm") == Verdict.PENDING


def test_a_corrected_seat_is_judged_at_once(cast: Cast, expert: Person) -> None:
    row = Panel(
        number="P-X", institution=cast.institution, enrolment=cast.lin, stage="midterm",
        sits_on=SITTING,
    )  # fmt: skip
    seats = [NewSeat(cast.persons["T1"], "member"), NewSeat(cast.persons["T2"], "member")]
    compose_panels(
        institution=cast.institution,
        panels=[(row, [*seats, NewSeat(expert, "member")])],
        by=OPERATOR,
    )
    assert verdict(row, "panel.midterm") == Verdict.PENDING
    change_seat(seat=row.seats.last(), by=OPERATOR, reason="补", stated_level="intermediate")
    assert verdict(row, "panel.midterm") == Verdict.FAIL


def test_a_master_s_panel_is_not_judged_by_the_doctors_rules(cast: Cast) -> None:
    entry = NewEnrolment(
        student_number="M1", person=cast.persons["S1"], unit=cast.general,
        direction=cast.medicine, cohort=2022, cohort_on=date(2022, 9, 1), state="training",
        mode="full_time", degree_level="master",
    )  # fmt: skip
    master = enrol(institution=cast.institution, entries=[entry], by=OPERATOR)[0]
    row = Panel(
        number="P-M", institution=cast.institution, enrolment=master, stage="defence",
        sits_on=SITTING,
    )  # fmt: skip
    seats = [NewSeat(cast.persons[key], "member") for key in ("T1", "T2", "T3")]
    compose_panels(institution=cast.institution, panels=[(row, seats)], by=OPERATOR)
    assert not Finding.objects.filter(enrolment=master).exists()
    both = panel_standings([row, cast.panel], SITTING, "zh")
    assert [found.panel for found in both] == [row, cast.panel]
    assert both[0].requirements == []
    assert both[1].requirements
