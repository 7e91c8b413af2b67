"""The figures of a university that can be counted by hand."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from preceptor.reports.figures.keys import record_keys
from preceptor.reports.models import Census, FigureValue
from reports.small_university import SmallUniversity

Value = Callable[..., Decimal | None]
Figure = Callable[..., FigureValue]


def test_enrolled_counts_the_suspended_and_the_moved_but_nobody_who_left_or_came_later(
    university: SmallUniversity, figure: Figure
) -> None:
    enrolled = figure("enrolled.fulltime_prof_doctoral")
    assert enrolled.value == 5
    assert list(record_keys(enrolled)) == university.keys(
        "fresh", "moved", "suspended", "awarded_later", "mended"
    )


def test_a_trainee_whose_state_nobody_recorded_is_not_counted_and_is_named(
    university: SmallUniversity, figure: Figure
) -> None:
    assert figure("enrolled.fulltime_prof_doctoral").note == "uncounted=1"
    missing = figure("quality.trainee_without_state")
    assert list(record_keys(missing)) == university.keys("unknown")


def test_a_trainee_who_moved_counts_where_the_day_found_them(
    university: SmallUniversity, figure: Figure, value: Value
) -> None:
    orthopaedics = figure("enrolled.by_direction.orthopaedics")
    assert list(record_keys(orthopaedics)) == university.keys("moved")
    assert value("enrolled.by_direction.internal_medicine") == 1
    assert value("enrolled.by_direction.surgery") == 3
    assert value("enrolled.fulltime_prof_doctoral", "SMALL-DP/SMALL-H2") == 2


def test_a_teaching_office_counts_in_its_hospital(
    university: SmallUniversity, figure: Figure
) -> None:
    first = figure("enrolled.fulltime_prof_doctoral", "SMALL-DP/SMALL-H1")
    assert list(record_keys(first)) == university.keys("fresh", "suspended", "mended")


def test_a_hospital_that_joins_after_the_day_has_no_figure(census: Census) -> None:
    assert not census.figures.filter(scope="SMALL-DP/SMALL-H3").exists()


def test_intake_leaves_out_those_who_never_registered(
    university: SmallUniversity, figure: Figure
) -> None:
    intake = figure("intake.fulltime_prof_doctoral")
    assert (intake.value, intake.period, intake.nature) == (2, "Y2023", "flow")
    assert list(record_keys(intake)) == university.keys("fresh", "unknown")


def test_degrees_of_the_year_include_the_last_day_and_no_later_one(value: Value) -> None:
    assert value("degree.prof_doctor_awarded_incl_inservice") == 2
    assert value("degree.awarded_full_time") == 1
    assert value("degree.awarded_in_service") == 1


def test_cohorts_add_up_to_the_enrolled(census: Census) -> None:
    cohorts = census.figures.filter(key__startswith="enrolled.by_cohort.")
    found = {row.key.rpartition(".")[2]: row.value for row in cohorts}
    assert found == {"2020": 1, "2022": 3, "2023": 1}


def test_states_beside_the_enrolled(value: Value) -> None:
    assert value("enrolled.in_service") == 1
    assert value("enrolled.suspended") == 1
    assert value("enrolled.deferred") == 0
    assert value("trainee.withdrawn") == 1


def test_colleges_and_directions_are_true_each_at_its_own_date(figure: Figure) -> None:
    wanted = {
        "org.university_hospitals": (2, "ASOF2023"),
        "org.nonaffiliated_clinical_colleges.ch1": (2, "ASOF2022"),
        "org.nonaffiliated_clinical_colleges.ch3_2": (3, "ASOF2023"),
        "org.nonaffiliated_training_bases.ch3_3": (1, "ASOF2023"),
        "direction.count.ch1": (2, "ASOF2022"),
        "direction.count.ch3": (3, "ASOF2023"),
    }
    assert {key: (figure(key).value, figure(key).period) for key in wanted} == wanted


def test_a_stock_never_stands_without_its_date(census: Census) -> None:
    stocks = census.figures.filter(nature="stock").exclude(period="EVENT")
    assert stocks.count() > 50
    assert [row for row in stocks if not row.period.startswith("ASOF")] == []
    flows = census.figures.filter(nature="flow")
    assert {row.period for row in flows} == {"Y2023", "Y2021TO2023"}


def test_a_supervisor_of_two_directions_counts_once_in_the_whole(
    university: SmallUniversity, figure: Figure, value: Value
) -> None:
    total = figure("supervisor.prof_doctoral_total")
    names = ("inside", "outside", "outside_again", "unsure", "early")
    assert total.value == 4
    assert list(record_keys(total)) == sorted(university.qualifications[n].pk for n in names)
    assert value("supervisor.by_direction.internal_medicine") == 4
    assert value("supervisor.by_direction.surgery") == 1
    assert value("supervisor.by_direction.orthopaedics") == 0


def test_a_supervisor_not_known_to_be_external_is_no_external_one(figure: Figure) -> None:
    external = figure("supervisor.prof_doctoral_external")
    assert (external.value, external.note) == (1, "uncounted=1")


def test_part_time_supervisors_of_bases_include_those_of_masters(value: Value) -> None:
    assert value("supervisor.parttime_from_bases") == 2


def test_the_ratio_rounds_half_up_to_one_decimal_and_names_both_populations(
    university: SmallUniversity, figure: Figure
) -> None:
    ratio = figure("ratio.student_supervisor")
    assert (ratio.value, ratio.note) == (Decimal("1.3"), "of=5/4")
    assert len(list(record_keys(ratio, "enrolment"))) == 5
    assert len(list(record_keys(ratio, "qualification"))) == 5
    assert ratio.records == 10


def test_what_was_decided_after_the_day_was_not_decided_on_it(value: Value) -> None:
    assert value("admission.applicants") == 5
    assert value("admission.admitted") == 3
    assert value("admission.rate_pct") == Decimal("60")
    assert value("admission.source_own") == 2
    assert value("admission.source_other") == 1
    assert value("admission.admitted.by_direction.surgery") == 0


def test_courses_are_those_of_the_programme_for_the_cohort_of_the_year(value: Value) -> None:
    assert value("course.required_count") == 3
    assert value("course.elective_count") == 1
    assert value("course.required_hours") == 138
    assert value("course.required_credits") == 7
    assert value("course.hours.r3") == 48


def test_milestones_count_attempts_held_in_the_year(value: Value) -> None:
    assert value("milestone.failed.proposal") == 1
    assert value("milestone.passed.proposal") == 1
    assert value("panel.held.proposal") == 1


def test_theses_checked_twice_count_once(value: Value) -> None:
    assert value("thesis.checked") == 1
    assert value("thesis.reviews") == 4
    assert value("thesis.blind_review_coverage_pct") == 75


def test_years_of_authorisation_come_from_the_register(value: Value) -> None:
    assert value("point.authorised_year") == 2000
    assert value("point.master_authorised_year") == 1981


def test_what_is_not_recorded_is_unknown_and_never_nought(value: Value) -> None:
    assert value("point.doctor_level1_authorised_year") is None


def test_the_records_that_need_a_look_are_found(
    university: SmallUniversity, figure: Figure, value: Value
) -> None:
    assert value("quality.direction_without_goal") == 2
    assert value("quality.direction_without_programme") == 1
    assert value("quality.course_hours_per_credit") == 1
    early = figure("quality.engaged_before_training")
    assert list(record_keys(early)) == [university.qualifications["early"].pk]
    twice = figure("quality.two_staff_numbers")
    assert list(record_keys(twice)) == [university.persons["inside"].pk]


RECONCILED = [
    ("enrolled.fulltime_prof_doctoral", "directions"),
    ("enrolled.fulltime_prof_doctoral", "units"),
    ("intake.fulltime_prof_doctoral", "directions"),
    ("supervisor.prof_doctoral_total", "directions"),
    ("supervisor.prof_doctoral_total", "units"),
    ("admission.applicants", "directions"),
    ("admission.admitted", "directions"),
]


@pytest.mark.parametrize(("key", "parts"), RECONCILED)
def test_the_parts_add_up_to_the_whole(key: str, parts: str, value: Value) -> None:
    whole, summed = value(key), value(f"{key}.sum_of_{parts}")
    outside, again = value(f"{key}.in_no_{parts}"), value(f"{key}.again_in_{parts}")
    assert None not in (whole, summed, outside, again)
    assert whole == summed + outside - again  # type: ignore[operator]


def test_the_person_counted_in_two_directions_is_the_difference(value: Value) -> None:
    key = "supervisor.prof_doctoral_total"
    assert value(f"{key}.sum_of_directions") == 5
    assert value(f"{key}.again_in_directions") == 1


def test_each_figure_has_as_many_record_keys_as_it_says(census: Census) -> None:
    rows = list(census.figures.all())
    assert len(rows) > 100
    for row in rows:
        kinds = row.record_kind.split("+")
        keys = [list(record_keys(row, kind)) for kind in kinds]
        assert sum(map(len, keys)) == row.records, row.key
        assert all(found == sorted(set(found)) for found in keys)
