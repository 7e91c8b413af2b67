"""Entry, correction and length of study; state, place and supervisor as dated rows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, connection, transaction

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import NotPermitted, RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.institutions.actions import open_unit
from preceptor.institutions.models import DegreePoint, Unit
from preceptor.people.models import Account, Person
from preceptor.training.access import visible_enrolments
from preceptor.training.actions import (
    NewEnrolment,
    assign_supervisors,
    award,
    change_state,
    correct_enrolment,
    enrol,
    grant_period,
    move,
)
from preceptor.training.choices import EnrolmentState, PeriodKind, SupervisionRole
from preceptor.training.models import (
    Enrolment,
    Placement,
    Programme,
    StateSpan,
    StudyPeriod,
    Supervision,
)

if TYPE_CHECKING:
    from cast import Cast

pytest_plugins = ["cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]

START = date(2021, 9, 1)
A_DAY = timedelta(days=1)


def entry(cast: Cast, number: str = "2022110001", **columns: Any) -> NewEnrolment:
    return NewEnrolment(
        **{
            "student_number": number, "person": cast.persons["S1"], "unit": cast.general,
            "direction": cast.medicine, "cohort": 2022, "cohort_on": date(2022, 9, 1),
            "state": "registered", "mode": "full_time", **columns,
        }
    )  # fmt: skip


def entries(verb: str) -> list[JournalEntry]:
    return list(JournalEntry.objects.filter(verb=verb).order_by("number"))


def spans(rows: Any) -> list[tuple[date, date | None]]:
    return [(row.valid_from, row.valid_to) for row in rows]


@pytest.fixture
def elsewhere() -> Unit:
    return open_unit(
        upper=None, code="OT", kind="university", name_zh="别处医科大学", name_en="Elsewhere",
        valid_from=START, by=OPERATOR,
    )  # fmt: skip


def test_a_trainee_enters_with_state_and_place_from_the_plan_date_on(
    cast: Cast, office: Account
) -> None:
    row = enrol(institution=cast.institution, entries=[entry(cast)], by=office)[0]
    state, place = StateSpan.objects.get(enrolment=row), Placement.objects.get(enrolment=row)
    assert spans([state, place]) == [(date(2022, 9, 1), None)] * 2
    assert (state.state, place.unit, place.direction) == ("registered", row.unit, row.direction)
    line = entries("enrolment.enter")[-1]
    assert (line.actor_name, line.subject_key) == ("office", str(row.pk))


def test_a_student_number_is_enrolled_once_however_long_the_list(cast: Cast) -> None:
    many = [entry(cast, f"N{number:04}") for number in range(950)]
    before = Enrolment.objects.count()
    with pytest.raises(RuleBroken, match="2021110003"):
        enrol(institution=cast.institution, entries=[*many, entry(cast, "2021110003")], by=OPERATOR)
    with pytest.raises(RuleBroken, match="N0949"):
        enrol(institution=cast.institution, entries=[*many, many[-1]], by=OPERATOR)
    assert Enrolment.objects.count() == before


def test_nobody_enters_a_hospital_or_with_a_person_of_another_university(
    cast: Cast, elsewhere: Unit, office: Account
) -> None:
    stranger = Person.objects.create(institution=elsewhere, name_zh="外人")
    for wrong in ({"unit": elsewhere}, {"person": stranger}):
        with pytest.raises(RuleBroken):
            enrol(institution=cast.institution, entries=[entry(cast, **wrong)], by=office)
    assert not Enrolment.objects.filter(cohort=2022).exists()


@pytest.mark.parametrize("who", ["secretary", "leader", "supervisor", "trainee", "stranger"])
def test_only_the_office_enters_trainees_and_assigns_supervisors(
    cast: Cast, who: str, request: pytest.FixtureRequest
) -> None:
    by = request.getfixturevalue(who)
    with pytest.raises(NotPermitted):
        enrol(institution=cast.institution, entries=[entry(cast)], by=by)
    with pytest.raises(NotPermitted):
        assign_supervisors(
            institution=cast.institution, pairs=[(cast.lin, cast.persons["T2"])], by=by
        )
    assert Enrolment.objects.count() == 3
    assert not Supervision.objects.filter(person=cast.persons["T2"]).exists()


def refused_change(cast: Cast, **asked: Any) -> RuleBroken:
    arguments = {
        "enrolment": cast.lin, "to": EnrolmentState.MIDTERM_PASSED, "on": date(2022, 12, 1),
        "reason": "中期考核通过", "by": OPERATOR, **asked,
    }  # fmt: skip
    before = JournalEntry.objects.count()
    with pytest.raises(RuleBroken) as refusal:
        change_state(**arguments)
    assert JournalEntry.objects.count() == before
    assert StateSpan.objects.filter(enrolment=cast.lin).count() == 1
    return refusal.value


def test_a_change_dated_before_the_present_state_is_refused_with_its_day(cast: Cast) -> None:
    assert "2021-09-01" in str(refused_change(cast, on=START - A_DAY))


def test_a_change_that_lies_ahead_is_refused(cast: Cast) -> None:
    assert str(today() + A_DAY) in str(refused_change(cast, on=today() + A_DAY))


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_change_without_a_reason_is_refused(cast: Cast, reason: str) -> None:
    refused_change(cast, reason=reason)


def test_a_change_that_skips_steps_is_refused_with_both_states(cast: Cast) -> None:
    message = str(refused_change(cast, to=EnrolmentState.AWARDED))
    assert str(EnrolmentState.CANDIDATE.label) in message
    assert str(EnrolmentState.AWARDED.label) in message


def test_what_is_asked_twice_is_done_once(cast: Cast, secretary: Account) -> None:
    for _ in range(2):
        found = change_state(
            enrolment=cast.lin, to=EnrolmentState.MIDTERM_PASSED, on=date(2022, 12, 1),
            reason="通过", by=secretary,
        )  # fmt: skip
        assert found.state == "midterm_passed"
    assert len(entries("enrolment.state")) == 1


def test_withdrawal_asked_twice_is_no_error(cast: Cast, secretary: Account) -> None:
    for _ in range(2):
        change_state(
            enrolment=cast.lin, to=EnrolmentState.WITHDRAWN, on=today(), reason="申请", by=secretary
        )
    assert len(entries("enrolment.state")) == 1


@pytest.mark.parametrize("who", ["neighbour", "leader", "supervisor", "trainee", "stranger"])
def test_who_does_not_keep_the_hospital_changes_no_state_even_to_the_present_one(
    cast: Cast, who: str, request: pytest.FixtureRequest
) -> None:
    by = request.getfixturevalue(who)
    for to in (EnrolmentState.SUSPENDED, EnrolmentState.CANDIDATE):
        with pytest.raises(NotPermitted) as refusal:
            change_state(enrolment=cast.lin, to=to, on=today(), reason="某种病情", by=by)
        assert "林知远" not in str(refusal.value)
    cast.lin.refresh_from_db()
    assert cast.lin.state == "candidate"
    assert not entries("enrolment.state")


def test_the_stale_record_of_a_page_does_not_decide(cast: Cast, secretary: Account) -> None:
    stale = Enrolment.objects.get(pk=cast.lin.pk)
    change_state(
        enrolment=cast.lin, to=EnrolmentState.WITHDRAWN, on=today(), reason="申请", by=secretary
    )
    with pytest.raises(NotPermitted):
        change_state(
            enrolment=stale, to=EnrolmentState.MIDTERM_PASSED, on=today(), reason="x", by=secretary
        )


def test_a_line_of_the_journal_says_who_from_what_to_what_when_and_why(
    cast: Cast, secretary: Account
) -> None:
    change_state(
        enrolment=cast.lin, to=EnrolmentState.SUSPENDED, on=date(2023, 3, 1), reason="休养一学期",
        by=secretary,
    )  # fmt: skip
    line = entries("enrolment.state")[0]
    assert (line.actor_key, line.reason) == (secretary.actor_key, "休养一学期")
    assert line.before == {"state": "candidate"}
    assert line.after == {"state": "suspended", "on": "2023-03-01"}


def test_the_reason_of_a_change_within_a_larger_deed_is_kept(cast: Cast) -> None:
    from preceptor.base.deeds import deed

    with deed(OPERATOR, "整批导入"):
        change_state(
            enrolment=cast.lin,
            to=EnrolmentState.SUSPENDED,
            on=today(),
            reason="第 7 行",
            by=OPERATOR,
        )
    assert entries("enrolment.state")[0].reason == "第 7 行"


def test_a_suspension_is_a_dated_fact_that_ends_the_day_before_the_return(cast: Cast) -> None:
    change_state(
        enrolment=cast.lin,
        to=EnrolmentState.SUSPENDED,
        on=date(2023, 3, 1),
        reason="休",
        by=OPERATOR,
    )
    assert spans(StudyPeriod.objects.known()) == [(date(2023, 3, 1), None)]
    change_state(
        enrolment=cast.lin,
        to=EnrolmentState.CANDIDATE,
        on=date(2023, 9, 1),
        reason="复",
        by=OPERATOR,
    )
    assert spans(StudyPeriod.objects.known()) == [(date(2023, 3, 1), date(2023, 8, 31))]


def graduated(cast: Cast) -> Enrolment:
    entered = entry(cast, state="graduated")
    return enrol(institution=cast.institution, entries=[entered], by=OPERATOR)[0]


def test_an_award_keeps_its_day_after_a_revocation(cast: Cast) -> None:
    row = award(enrolment=graduated(cast), on=date(2023, 6, 20), reason="决议", by=OPERATOR)
    assert row.awarded_on == date(2023, 6, 20)
    row = change_state(
        enrolment=row, to=EnrolmentState.REVOKED, on=date(2024, 1, 5), reason="决定", by=OPERATOR
    )
    assert Enrolment.objects.get(pk=row.pk).awarded_on == date(2023, 6, 20)


def test_who_was_admitted_for_a_day_to_come_may_lapse_before_it(cast: Cast) -> None:
    ahead = today() + 30 * A_DAY
    row = enrol(
        institution=cast.institution, by=OPERATOR,
        entries=[entry(cast, state="admitted", cohort_on=ahead, cohort=ahead.year)],
    )[0]  # fmt: skip
    change_state(enrolment=row, to=EnrolmentState.LAPSED, on=today(), reason="放弃", by=OPERATOR)
    assert spans(StateSpan.objects.known().filter(enrolment=row)) == [(today(), None)]


def test_the_database_itself_refuses_two_present_states_places_and_main_supervisors(
    cast: Cast,
) -> None:
    for row in (
        StateSpan(enrolment=cast.lin, state="training", valid_from=START),
        Placement(enrolment=cast.lin, unit=cast.cancer, direction=cast.medicine, valid_from=START),
        Supervision(enrolment=cast.lin, person=cast.persons["T2"], role="main", valid_from=START),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()


def test_a_corrected_cohort_binds_anew_and_keeps_what_stood_before(
    cast: Cast, secretary: Account
) -> None:
    correct_enrolment(
        enrolment=cast.lin, by=secretary, reason="核对", cohort=2020, cohort_on=date(2020, 9, 1)
    )
    line = entries("enrolment.correct")[0]
    assert line.before == {"cohort": 2021, "cohort_on": "2021-09-01"}
    assert line.after == {"cohort": 2020, "cohort_on": "2020-09-01"}
    stored = Enrolment.objects.get(pk=cast.lin.pk)
    assert (stored.cohort, stored.cohort_on) == (2020, date(2020, 9, 1))
    for model in (StateSpan, Placement):
        assert spans(model.objects.known().filter(enrolment=stored)) == [(date(2020, 9, 1), None)]


def test_a_trainee_who_joins_a_later_cohort_studied_before_it(cast: Cast) -> None:
    correct_enrolment(
        enrolment=cast.lin, by=OPERATOR, reason="随下一级", cohort=2022, cohort_on=date(2022, 9, 1)
    )
    assert spans(StateSpan.objects.known().filter(enrolment=cast.lin)) == [(START, None)]


def test_a_correction_that_changes_nothing_leaves_no_line(cast: Cast, secretary: Account) -> None:
    correct_enrolment(enrolment=cast.lin, by=secretary, reason="核对", cohort=2021)
    assert not entries("enrolment.correct")


def test_state_and_place_are_not_corrected_but_changed(cast: Cast, office: Account) -> None:
    for columns in ({"state": "awarded"}, {"unit": cast.cancer}):
        with pytest.raises(ValueError, match="cohort"):
            correct_enrolment(enrolment=cast.lin, by=office, reason="x", **columns)
    assert Enrolment.objects.get(pk=cast.lin.pk).state == "candidate"


def extended(cast: Cast, **asked: Any) -> StudyPeriod:
    return grant_period(
        **{
            "enrolment": cast.lin, "kind": PeriodKind.EXTENSION, "first": date(2024, 9, 1),
            "last": date(2025, 8, 31), "reason": "课题未完成", "by": OPERATOR, **asked,
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2025, 8, 31), date(2026, 8, 31)),
        (date(2024, 1, 1), date(2024, 9, 1)),
        (date(2024, 1, 1), None),
        (date(2024, 10, 1), date(2024, 12, 1)),
    ],
)
def test_two_extensions_never_share_a_day(cast: Cast, first: date, last: date | None) -> None:
    extended(cast)
    with pytest.raises(RuleBroken, match=r"2024-09-01 .* 2025-08-31"):
        extended(cast, first=first, last=last)
    assert spans(StudyPeriod.objects.all()) == [(date(2024, 9, 1), date(2025, 8, 31))]


def test_an_extension_may_follow_another_the_day_after(cast: Cast) -> None:
    extended(cast)
    extended(cast, first=date(2025, 9, 1), last=date(2026, 8, 31))
    assert StudyPeriod.objects.count() == 2


def test_an_extension_is_recorded_once_with_its_days(cast: Cast, secretary: Account) -> None:
    assert extended(cast, by=secretary) == extended(cast, by=secretary)
    assert spans(StudyPeriod.objects.all()) == [(date(2024, 9, 1), date(2025, 8, 31))]
    assert entries("enrolment.period")[0].after == {
        "kind": "extension", "from": "2024-09-01", "to": "2025-08-31",
    }  # fmt: skip
    assert len(entries("enrolment.period")) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"last": date(2024, 8, 31)},
        {"reason": " "},
        {"kind": PeriodKind.SUSPENSION},
    ],
)
def test_a_period_the_wrong_way_round_unexplained_or_in_truth_a_state_is_refused(
    cast: Cast, wrong: dict[str, Any]
) -> None:
    with pytest.raises(RuleBroken):
        extended(cast, **wrong)
    assert not StudyPeriod.objects.exists()


def test_a_withdrawn_trainee_gets_neither_more_time_nor_a_deferral(cast: Cast) -> None:
    change_state(
        enrolment=cast.lin, to=EnrolmentState.WITHDRAWN, on=today(), reason="申请", by=OPERATOR
    )
    for kind in (PeriodKind.EXTENSION, PeriodKind.DEFERRAL):
        with pytest.raises(RuleBroken):
            extended(cast, kind=kind)


def test_a_graduate_s_award_can_be_deferred_and_not_the_study_extended(cast: Cast) -> None:
    row = graduated(cast)
    assert extended(cast, enrolment=row, kind=PeriodKind.DEFERRAL).kind == "deferral"
    with pytest.raises(RuleBroken):
        extended(cast, enrolment=row)


@pytest.mark.parametrize("who", ["neighbour", "leader", "supervisor", "trainee", "stranger"])
def test_who_does_not_keep_the_hospital_gives_no_time_and_corrects_nothing(
    cast: Cast, who: str, request: pytest.FixtureRequest
) -> None:
    by = request.getfixturevalue(who)
    with pytest.raises(NotPermitted):
        extended(cast, by=by)
    with pytest.raises(NotPermitted):
        correct_enrolment(enrolment=cast.lin, by=by, reason="x", cohort=2020)
    with pytest.raises(NotPermitted):
        move(
            enrolment=cast.lin, unit=cast.cancer, direction=cast.surgery, on=today(), reason="x",
            by=by,
        )  # fmt: skip
    assert not StudyPeriod.objects.exists()
    assert Enrolment.objects.get(pk=cast.lin.pk).unit == cast.general


def moved(cast: Cast, on: date, **asked: Any) -> Enrolment:
    return move(
        **{
            "enrolment": cast.lin, "unit": cast.cancer, "direction": cast.surgery, "on": on,
            "reason": "转院", "by": OPERATOR, **asked,
        }
    )  # fmt: skip


def places(cast: Cast) -> list[tuple[str, date, date | None]]:
    rows = Placement.objects.known().filter(enrolment=cast.lin).select_related("unit")
    return [(row.unit.code, row.valid_from, row.valid_to) for row in rows]


def test_a_move_keeps_the_former_place_and_the_columns_say_today_s(cast: Cast) -> None:
    row = moved(cast, date(2022, 3, 1))
    assert places(cast) == [
        ("YT-01", START, date(2022, 2, 28)), ("YT-02", date(2022, 3, 1), None),
    ]  # fmt: skip
    stored = Enrolment.objects.get(pk=row.pk)
    assert (stored.unit, stored.direction) == (cast.cancer, cast.surgery)
    assert Placement.objects.on(date(2022, 2, 28)).get(enrolment=row).unit == cast.general


def test_the_same_move_again_changes_nothing(cast: Cast) -> None:
    moved(cast, date(2022, 3, 1))
    moved(cast, date(2022, 4, 1))
    assert len(entries("enrolment.move")) == 1
    assert len(places(cast)) == 2


def test_a_move_dated_before_an_earlier_one_takes_that_back_and_nothing_overlaps(
    cast: Cast,
) -> None:
    moved(cast, date(2022, 9, 1))
    moved(cast, date(2023, 3, 1), unit=cast.general)
    moved(cast, date(2022, 6, 1), unit=cast.cancer, direction=cast.medicine)
    assert places(cast) == [
        ("YT-01", START, date(2022, 5, 31)), ("YT-02", date(2022, 6, 1), None),
    ]  # fmt: skip


def test_a_move_on_the_first_day_leaves_one_place(cast: Cast) -> None:
    moved(cast, date(2020, 1, 1))
    assert places(cast) == [("YT-02", START, None)]


def test_a_move_that_lies_ahead_or_to_another_university_is_refused(
    cast: Cast, elsewhere: Unit
) -> None:
    with pytest.raises(RuleBroken):
        moved(cast, today() + A_DAY)
    with pytest.raises(RuleBroken, match="别处医科大学"):
        moved(cast, today(), unit=elsewhere)
    assert len(places(cast)) == 1


def test_a_secretary_moves_nobody_into_a_hospital_of_somebody_else(
    cast: Cast, secretary: Account
) -> None:
    with pytest.raises(NotPermitted):
        moved(cast, today(), by=secretary)
    moved(cast, today(), by=secretary, unit=cast.general)
    assert Enrolment.objects.get(pk=cast.lin.pk).direction == cast.surgery


def test_in_another_direction_the_programme_is_that_direction_s_for_the_cohort(cast: Cast) -> None:
    point = DegreePoint.objects.create(
        code="DP", institution=cast.institution, discipline=cast.medicine, degree_level="doctor",
        degree_type="professional", name_zh="临床医学", name_en="Clinical Medicine",
    )  # fmt: skip

    def version(direction: Any, since: int, until: int | None = None) -> Programme:
        return Programme.objects.create(
            point=point, direction=direction, cohort_from=since, cohort_to=until,
            degree_level="doctor", degree_type="professional", title_zh="方案", title_en="Plan",
        )  # fmt: skip

    own = version(cast.medicine, 2015)
    version(cast.surgery, 2015, 2019)
    fitting = version(cast.surgery, 2020)
    version(cast.surgery, 2022)
    Enrolment.objects.filter(pk=cast.lin.pk).update(programme=own)
    assert moved(cast, date(2022, 3, 1)).programme == fitting
    assert moved(cast, date(2022, 4, 1), unit=cast.general).programme == fitting


def guides(cast: Cast, role: str = "main") -> list[tuple[str, date, date | None]]:
    rows = Supervision.objects.known().filter(enrolment=cast.lin, role=role)
    rows = rows.select_related("person").order_by("valid_from")
    return [(row.person.name_zh, row.valid_from, row.valid_to) for row in rows]


def assigned(cast: Cast, person: str, on: date | None = None, **asked: Any) -> None:
    pairs = [(cast.lin, cast.persons[person])]
    assign_supervisors(
        **{"institution": cast.institution, "pairs": pairs, "by": OPERATOR, "on": on, **asked}
    )


def test_the_same_supervisor_again_changes_nothing(cast: Cast) -> None:
    before = len(entries("supervision.assign"))
    assigned(cast, "T1", date(2023, 1, 1))
    assert guides(cast) == [("江晚晴", START, None)]
    assert len(entries("supervision.assign")) == before


def test_a_new_supervisor_begins_the_day_after_the_former_ended(cast: Cast) -> None:
    assigned(cast, "T2", date(2023, 1, 1))
    assert guides(cast) == [
        ("江晚晴", START, date(2022, 12, 31)), ("韩明澈", date(2023, 1, 1), None),
    ]  # fmt: skip
    line = entries("supervision.assign")[-1]
    assert line.before == {"supervisor": cast.persons["T1"].pk}


def test_a_new_supervisor_from_the_first_day_means_the_former_never_was(cast: Cast) -> None:
    assigned(cast, "T2")
    assert guides(cast) == [("韩明澈", START, None)]


def test_a_co_supervisor_stands_beside_the_main_one(cast: Cast) -> None:
    assigned(cast, "T2", date(2023, 1, 1), role=SupervisionRole.CO)
    assert guides(cast) == [("江晚晴", START, None)]
    assert guides(cast, "co") == [("韩明澈", date(2023, 1, 1), None)]


def test_of_two_supervisors_for_one_trainee_in_a_list_the_last_counts(cast: Cast) -> None:
    pairs = [(cast.lin, cast.persons["T3"]), (cast.lin, cast.persons["T2"])]
    assigned(cast, "T2", date(2023, 1, 1), pairs=pairs)
    assert [name for name, _since, until in guides(cast) if until is None] == ["韩明澈"]


def test_no_supervisor_is_assigned_to_a_trainee_of_another_university(
    cast: Cast, elsewhere: Unit
) -> None:
    foreign = Enrolment(institution=elsewhere, student_number="X1", cohort_on=START)
    with pytest.raises(RuleBroken, match="X1"):
        assigned(cast, "T1", pairs=[(foreign, cast.persons["T1"])])


def test_a_withdrawal_ends_supervision_and_place_and_the_supervisor_sees_no_more(
    cast: Cast, supervisor: Account
) -> None:
    trainee = visible_enrolments(supervisor).order_by("id").first()
    assert trainee is not None
    yesterday = today() - A_DAY
    change_state(
        enrolment=trainee, to=EnrolmentState.WITHDRAWN, on=yesterday, reason="本人申请", by=OPERATOR
    )
    for model in (Supervision, Placement):
        assert not model.objects.known().filter(enrolment=trainee, valid_to=None).exists()
        assert model.objects.on(yesterday).filter(enrolment=trainee).exists()
    assert trainee not in visible_enrolments(supervisor)


def test_why_a_trainee_was_suspended_lies_encrypted_in_every_table(cast: Cast) -> None:
    change_state(
        enrolment=cast.lin, to=EnrolmentState.SUSPENDED, on=today(), reason="重大疾病", by=OPERATOR
    )
    for table in ("training_statespan", "training_studyperiod", "base_journalentry"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT reason FROM {table}")
            stored = [row[0] for row in cursor.fetchall()]
        assert stored, table
        assert not any("重大疾病" in text for text in stored)
    assert JournalEntry.objects.get(verb="enrolment.state").reason == "重大疾病"
