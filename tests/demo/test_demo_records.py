"""The demo's records agree with one another, as those of a well-kept office would."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise

import pytest

from preceptor.admission.models import Application
from preceptor.demo.accounts import DEMO_ACCOUNTS, PASSWORD
from preceptor.demo.planted import engaged_before_training, trainee_of_the_account
from preceptor.people.choices import CapacityKind, RoleKind
from preceptor.people.models import Account, Capacity, Identifier, Person, Role, Title
from preceptor.standing.months import training_months
from preceptor.supervisors.models import SupervisorQualification
from preceptor.training.choices import EnrolmentState as State
from preceptor.training.choices import MilestoneKind, Outcome, PeriodKind, SupervisionRole
from preceptor.training.models import (
    CourseRecord,
    Enrolment,
    Milestone,
    Panel,
    PanelSeat,
    Placement,
    Rotation,
    SimilarityCheck,
    StateSpan,
    StudyPeriod,
    Supervision,
    ThesisReview,
)
from preceptor.training.states import following

pytestmark = pytest.mark.usefixtures("demo")
CENSUS = date(2023, 12, 31)
DAY = timedelta(days=1)


def spans() -> dict[int, list[StateSpan]]:
    found: dict[int, list[StateSpan]] = defaultdict(list)
    for span in StateSpan.objects.order_by("enrolment", "valid_from"):
        found[span.enrolment_id].append(span)
    return found


def test_states_follow_one_another_without_gap_or_overlap() -> None:
    for rows in spans().values():
        assert rows[-1].valid_to is None
        assert all(b.valid_from - DAY == a.valid_to for a, b in pairwise(rows))


def test_every_state_may_follow_the_one_before() -> None:
    for rows in spans().values():
        before_suspension = None
        for a, b in pairwise(rows):
            assert b.state in following(State(a.state), before_suspension)
            before_suspension = State(a.state) if b.state == State.SUSPENDED else None


def test_an_enrolment_repeats_its_last_state_and_placement() -> None:
    last = {key: rows[-1].state for key, rows in spans().items()}
    placed = {
        row.enrolment_id: (row.unit_id, row.direction_id)
        for row in Placement.objects.order_by("valid_from")
    }
    for enrolment in Enrolment.objects.all():
        assert enrolment.state == last[enrolment.pk]
        assert (enrolment.unit_id, enrolment.direction_id) == placed[enrolment.pk]


def test_nobody_is_in_a_state_after_the_census_day() -> None:
    assert not StateSpan.objects.filter(valid_from__gt=CENSUS).exists()
    assert not Milestone.objects.filter(held_on__gt=CENSUS).exists()
    assert not Rotation.objects.filter(end_month__gt=CENSUS).exists()


REACHED_BY = {
    MilestoneKind.PROPOSAL: State.CANDIDATE,
    MilestoneKind.MIDTERM: State.MIDTERM_PASSED,
    MilestoneKind.CLINICAL_EXAM: State.CLINICAL_PASSED,
    MilestoneKind.PREDEFENCE: State.PREDEFENCE_PASSED,
    MilestoneKind.DEFENCE: State.DEFENDED,
}


def test_a_state_is_reached_on_the_day_on_which_its_milestone_was_passed() -> None:
    passed = {
        (row.enrolment_id, row.kind): row.held_on
        for row in Milestone.objects.filter(outcome=Outcome.PASS)
    }
    first: dict[tuple[int, str], date] = {}
    for key, rows in spans().items():
        for span in rows:
            first.setdefault((key, span.state), span.valid_from)
    reached = {
        (key, kind): first[key, state]
        for key, _ in first
        for kind, state in REACHED_BY.items()
        if (key, state) in first
    }
    assert passed == reached


def test_some_failed_at_first_and_were_tried_again() -> None:
    failed = Milestone.objects.filter(outcome=Outcome.FAIL)
    assert failed.filter(kind=MilestoneKind.PROPOSAL).count() > 20
    assert set(failed.values_list("attempt", flat=True)) == {1}
    second = Milestone.objects.filter(attempt=2)
    assert set(second.values_list("enrolment", "kind")) <= set(
        failed.values_list("enrolment", "kind")
    )


def months_of_all(kinds: set[str]) -> dict[int, int]:
    rotations: dict[int, list[Rotation]] = defaultdict(list)
    for rotation in Rotation.objects.all():
        rotations[rotation.enrolment_id].append(rotation)
    return {
        key: sum(1 for month in training_months(rows, CENSUS) if month["kind"] in kinds)
        for key, rows in rotations.items()
    }


def test_whoever_passed_the_clinical_examination_had_24_months_and_6_as_chief() -> None:
    clinical = months_of_all({"specialty", "chief_resident", "equivalent_post"})
    chief = months_of_all({"chief_resident", "equivalent_post"})
    passed = set(
        Milestone.objects.filter(kind=MilestoneKind.CLINICAL_EXAM).values_list(
            "enrolment", flat=True
        )
    )
    assert len(passed) > 500
    assert all(clinical[key] >= 24 and chief[key] >= 6 for key in passed)


def test_about_one_enrolled_trainee_in_five_has_the_24_months() -> None:
    clinical = months_of_all({"specialty", "chief_resident", "equivalent_post"})
    enrolled = Enrolment.objects.filter(awarded_on=None).exclude(state=State.WITHDRAWN)
    reached = sum(1 for key in enrolled.values_list("pk", flat=True) if clinical[key] >= 24)
    assert 90 <= reached <= 160


def test_some_rotations_overlap() -> None:
    overlapping = 0
    last: dict[int, date] = {}
    for row in Rotation.objects.order_by("enrolment", "start_month", "id"):
        overlapping += row.start_month <= last.get(row.enrolment_id, date(2000, 1, 1))
        last[row.enrolment_id] = row.end_month
    assert overlapping > 100


def test_a_main_supervisor_was_engaged_in_the_trainees_direction_on_the_first_day() -> None:
    held: dict[int, list[SupervisorQualification]] = defaultdict(list)
    for row in SupervisorQualification.objects.filter(degree_level="doctor"):
        held[row.person_id].append(row)
    placed = {
        (row.enrolment_id, row.valid_from): row.direction_id for row in Placement.objects.all()
    }
    mains = Supervision.objects.filter(role=SupervisionRole.MAIN).select_related("enrolment")
    for main in mains:
        direction = placed[main.enrolment_id, main.enrolment.cohort_on]
        assert any(
            row.direction_id == direction
            and row.valid_from <= main.valid_from
            and (row.valid_to is None or row.valid_to >= main.valid_from)
            for row in held[main.person_id]
        )


def test_every_enrolled_trainee_has_one_main_supervisor_in_the_own_unit() -> None:
    unit = dict(SupervisorQualification.objects.values_list("person", "unit"))
    mains = Supervision.objects.on(CENSUS).filter(role=SupervisionRole.MAIN)
    found = {main.enrolment_id: unit[main.person_id] for main in mains}
    enrolled = Enrolment.objects.filter(awarded_on=None).exclude(state=State.WITHDRAWN)
    assert enrolled.count() == mains.count() == len(found) == 613
    assert all(found[row.pk] == row.unit_id for row in enrolled)


def test_all_but_one_supervisor_were_trained_before_they_were_engaged() -> None:
    late = [
        row.person_id
        for row in SupervisorQualification.objects.all()
        if row.trained_on is None or row.engaged_on is None or row.trained_on >= row.engaged_on
    ]
    planted = Identifier.objects.get(value=engaged_before_training())
    assert late == [planted.person_id]


def test_supervisors_are_numbered_from_T0001_to_T0283_as_in_the_office_workbook() -> None:
    persons = SupervisorQualification.objects.filter(degree_level="doctor").values("person")
    numbers = Identifier.objects.filter(person__in=persons, scheme="staff_number")
    assert sorted(numbers.values_list("value", flat=True)) == [
        f"T{number:04}" for number in range(1, 284)
    ]


def test_most_supervisors_are_full_professors_and_a_few_associate() -> None:
    persons = SupervisorQualification.objects.filter(degree_level="doctor").values("person")
    full = Title.objects.on(CENSUS).filter(person__in=persons, level="full")
    assert 250 <= full.values("person").distinct().count() < 283
    assert Title.objects.filter(person__in=persons, level="associate").exists()


def test_student_numbers_have_eleven_digits_and_none_is_the_workbooks() -> None:
    numbers = list(Enrolment.objects.values_list("student_number", flat=True))
    assert len(numbers) == len(set(numbers)) == 1138
    assert all(len(number) == 11 and number.isdigit() for number in numbers)


def test_an_admitted_applicant_bears_the_name_of_the_trainee() -> None:
    trainees = Enrolment.objects.filter(mode="full_time", cohort=2023)
    admitted = Application.objects.filter(year=2023, outcome="admitted")
    assert Counter(trainees.values_list("person__name_zh", flat=True)) == Counter(
        admitted.values_list("name", flat=True)
    )


def test_nobody_has_an_identity_number_and_everybody_a_demo_number() -> None:
    assert not Identifier.objects.exclude(secret=None).exists()
    assert not Identifier.objects.filter(scheme="national").exists()
    demo = Identifier.objects.filter(scheme="demo")
    assert demo.count() == Person.objects.count()
    assert all(value.startswith("DEMO-") for value in demo.values_list("value", flat=True))


def test_suspensions_deferrals_and_extensions_are_dated_facts_beside_the_states() -> None:
    periods = Counter(StudyPeriod.objects.values_list("kind", flat=True))
    assert periods[PeriodKind.SUSPENSION] == 4
    assert periods[PeriodKind.DEFERRAL] == 1
    assert periods[PeriodKind.EXTENSION] > 16
    assert Enrolment.objects.filter(state=State.SUSPENDED).count() == 3
    late = Enrolment.objects.filter(cohort__lte=2020, mode="full_time", awarded_on=None)
    late = late.exclude(state=State.WITHDRAWN)
    extended = StudyPeriod.objects.on(CENSUS).filter(kind=PeriodKind.EXTENSION)
    assert set(late.values_list("pk", flat=True)) <= set(
        extended.values_list("enrolment", flat=True)
    )


def test_a_score_not_yet_given_is_unknown() -> None:
    running = CourseRecord.objects.filter(score=None)
    assert running.exists()
    assert set(running.values_list("outcome", flat=True)) == {None}
    assert not CourseRecord.objects.exclude(score=None).filter(outcome=None).exists()


def test_every_reviewed_thesis_has_three_blind_reviews() -> None:
    found = Counter(ThesisReview.objects.values_list("thesis", flat=True))
    assert set(found.values()) == {3}
    assert set(ThesisReview.objects.values_list("is_blind", flat=True)) == {True}


def test_similarity_lies_about_nine_per_cent_and_once_above_the_limit() -> None:
    rates = list(SimilarityCheck.objects.values_list("similarity_e4", flat=True))
    assert 800 < sum(rates) / len(rates) < 1000
    assert [rate for rate in rates if rate > 3000] == [3001]


def test_every_defence_of_2023_has_its_panel() -> None:
    held = Milestone.objects.filter(kind=MilestoneKind.DEFENCE, held_on__year=2023)
    panels = Panel.objects.filter(stage=MilestoneKind.DEFENCE, sits_on__year=2023)
    assert held.count() == panels.count() == 375
    assert set(held.values_list("enrolment", "held_on")) == set(
        panels.values_list("enrolment", "sits_on")
    )


def test_panels_sit_on_working_days_and_without_the_trainees_own_supervisors() -> None:
    own = set(Supervision.objects.filter(valid_to=None).values_list("enrolment", "person")) | set(
        Supervision.objects.exclude(valid_to=None).values_list("enrolment", "person")
    )
    seats = PanelSeat.objects.values_list("panel__enrolment", "person")
    former = Supervision.objects.filter(valid_to=date(2022, 12, 31))
    own -= set(former.values_list("enrolment", "person"))
    assert not own & set(seats)
    days = Panel.objects.exclude(sits_on=None).values_list("sits_on", flat=True)
    assert all(day.weekday() < 5 for day in days)


def test_nothing_is_stated_of_those_whom_the_registers_know() -> None:
    stated = PanelSeat.objects.exclude(stated_outside_institution=None)
    outside = set(
        Capacity.objects.filter(kind=CapacityKind.EXTERNAL, unit__kind="outside").values_list(
            "person", flat=True
        )
    )
    assert set(stated.values_list("person", flat=True)) <= outside
    rest = PanelSeat.objects.exclude(person__in=outside)
    assert rest.filter(stated_level=None, stated_degree_committee=None).count() == rest.count() > 0


def test_31_persons_sit_on_the_degree_committee() -> None:
    seats = Capacity.objects.on(CENSUS).filter(kind=CapacityKind.DEGREE_COMMITTEE)
    assert seats.values("person").distinct().count() == 31


@pytest.mark.parametrize("account", DEMO_ACCOUNTS, ids=lambda account: account.login)
def test_each_role_has_an_account_that_can_sign_in(account: tuple[str, RoleKind, str]) -> None:
    login, role, _ = account
    found = Account.objects.get(login=login)
    assert found.check_password(PASSWORD)
    assert found.email == f"{login}@example.edu"
    assert found.person is not None
    assert found.roles.get().kind == role
    assert found.roles.get().valid_from == date(2015, 1, 1)


def test_the_accounts_reach_what_their_desks_need() -> None:
    units = {
        role.account.login: role.unit.code
        for role in Role.objects.select_related("account", "unit")
    }
    assert units["secretary"] == "YUNTING-GH"
    assert units["office"] == units["leader"] == "YUNTING"
    assert units["trainee"] == units["supervisor"] == "YUNTING-GH"


def test_the_trainee_of_the_account_has_met_the_requirements_in_part() -> None:
    person = Account.objects.get(login="trainee").person
    enrolment = Enrolment.objects.get(person=person)
    assert enrolment.student_number == trainee_of_the_account()
    assert (enrolment.cohort, enrolment.unit.code) == (2021, "YUNTING-GH")
    months = training_months(enrolment.rotations.all(), CENSUS)
    assert len(months) == 19
    assert sum(month["kind"] != "specialty" for month in months) == 3


def test_the_supervisor_of_the_account_guides_four_trainees_or_more() -> None:
    person = Account.objects.get(login="supervisor").person
    now = Supervision.objects.on(CENSUS).filter(person=person, role=SupervisionRole.MAIN)
    assert now.count() >= 4
