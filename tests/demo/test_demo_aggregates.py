"""The demo institution's numbers are the published ones."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from django.db.models import Count, Q, QuerySet, Sum

from preceptor.admission.choices import ApplicationOutcome, Origin
from preceptor.admission.models import Application
from preceptor.demo.distribution import DIRECTIONS
from preceptor.institutions.choices import DisciplineLevel, RelationKind, UnitKind
from preceptor.institutions.models import (
    DegreePoint,
    Discipline,
    Regulation,
    Unit,
    UnitRelation,
)
from preceptor.supervisors.models import SupervisorQualification
from preceptor.training.choices import CourseKind, EnrolmentState, StudyMode
from preceptor.training.models import (
    Course,
    Enrolment,
    Placement,
    Programme,
    ProgrammeCourse,
    StateSpan,
)
from preceptor.training.states import ENROLLED

pytestmark = pytest.mark.usefixtures("demo")
CENSUS = date(2023, 12, 31)
YEAR_BEFORE = date(2022, 12, 31)

#: code: supervisors, external, applicants, admitted, own, other, enrolled (domain spec. 8.3).
PUBLISHED = {
    "105101": (44, 15, 71, 33, 21, 12, 89), "105102": (2, 1, 4, 2, 1, 1, 6),
    "105103": (2, 1, 4, 2, 1, 1, 6), "105104": (9, 3, 17, 8, 5, 3, 20),
    "105105": (4, 1, 9, 4, 3, 1, 10), "105106": (5, 2, 11, 5, 3, 2, 12),
    "105107": (8, 3, 15, 7, 5, 2, 18), "105108": (9, 3, 17, 8, 5, 3, 20),
    "105109": (7, 2, 13, 6, 4, 2, 16), "105110": (7, 2, 13, 6, 4, 2, 16),
    "105111": (43, 15, 68, 32, 20, 12, 88), "105112": (5, 2, 11, 5, 3, 2, 12),
    "105113": (20, 7, 34, 16, 10, 6, 42), "105115": (5, 2, 11, 5, 3, 2, 12),
    "105116": (10, 4, 17, 8, 5, 3, 22), "105117": (9, 3, 15, 7, 5, 2, 20),
    "105118": (3, 1, 6, 3, 2, 1, 8), "105119": (10, 4, 17, 8, 5, 3, 22),
    "105120": (10, 3, 17, 8, 5, 3, 22), "105121": (30, 10, 49, 23, 15, 8, 62),
    "105122": (12, 4, 21, 10, 6, 4, 26), "105123": (9, 3, 15, 7, 5, 2, 20),
    "105124": (12, 4, 21, 10, 6, 4, 26), "105125": (8, 3, 15, 7, 5, 2, 18),
}  # fmt: skip


def published(column: int) -> dict[str, int]:
    return {code: row[column] for code, row in PUBLISHED.items()}


def by_direction(rows: QuerySet[Any], path: str = "direction__code") -> dict[str, int]:
    return dict(Counter(rows.values_list(path, flat=True)))


def supervisors(day: date = CENSUS) -> QuerySet[SupervisorQualification]:
    return SupervisorQualification.objects.on(day).filter(
        degree_level="doctor", degree_type="professional"
    )


def enrolled(day: date = CENSUS) -> QuerySet[Enrolment]:
    spans = StateSpan.objects.on(day).filter(state__in=ENROLLED)
    return Enrolment.objects.filter(mode=StudyMode.FULL_TIME, pk__in=spans.values("enrolment"))


def applications() -> QuerySet[Application]:
    return Application.objects.filter(year=2023)


def admitted() -> QuerySet[Application]:
    return applications().filter(outcome=ApplicationOutcome.ADMITTED)


def test_there_are_283_doctoral_supervisors_of_whom_98_are_external() -> None:
    assert supervisors().values("person").distinct().count() == supervisors().count() == 283
    assert supervisors().filter(is_external=True).count() == 98


def test_supervisors_by_direction_are_the_published_ones() -> None:
    assert by_direction(supervisors()) == published(0)
    assert by_direction(supervisors().filter(is_external=True)) == published(1)


def test_the_185_supervisors_in_house_are_shared_by_seven_hospitals() -> None:
    found = Counter(supervisors().filter(is_external=False).values_list("unit__code", flat=True))
    assert found == {
        "YUNTING-GH": 96, "YUNTING-CIH": 41, "YUNTING-H2": 27, "YUNTING-EH": 8,
        "YUNTING-MDH": 7, "YUNTING-MHC": 2, "YUNTING-ST": 4,
    }  # fmt: skip


def test_sixteen_bases_have_five_external_supervisors_and_three_have_six() -> None:
    found = Counter(supervisors().filter(is_external=True).values_list("unit__code", flat=True))
    assert Counter(found.values()) == {5: 16, 6: 3}


def test_nine_more_external_supervisors_guide_masters_alone() -> None:
    masters = SupervisorQualification.objects.on(CENSUS).filter(degree_level="master")
    assert masters.filter(is_external=True).count() == masters.count() == 9
    assert not masters.filter(person__in=supervisors().values("person")).exists()


def test_491_applied_and_230_were_admitted() -> None:
    assert applications().count() == 491
    assert admitted().count() == 230
    rate = Decimal(admitted().count() * 100) / applications().count()
    assert rate.quantize(Decimal("0.01"), ROUND_HALF_UP) == Decimal("46.84")
    assert by_direction(applications()) == published(2)
    assert by_direction(admitted()) == published(3)


def test_147_of_the_admitted_are_the_universitys_own_and_83_come_from_others() -> None:
    assert by_direction(admitted().filter(origin=Origin.OWN)) == published(4)
    assert by_direction(admitted().filter(origin=Origin.OTHER)) == published(5)
    assert admitted().filter(origin=Origin.OWN).count() == 147
    assert admitted().filter(origin=Origin.OTHER).count() == 83


def test_earlier_years_admitted_the_cohorts_that_are_here() -> None:
    found = Counter(
        Application.objects.filter(outcome=ApplicationOutcome.ADMITTED, year__lt=2023).values_list(
            "year", flat=True
        )
    )
    assert found == {2022: 204, 2021: 168, 2020: 172, 2019: 150}


def test_613_are_enrolled_by_direction_and_cohort() -> None:
    assert enrolled().count() == 613
    assert by_direction(enrolled()) == published(6)
    assert Counter(enrolled().values_list("cohort", flat=True)) == {
        2023: 230, 2022: 202, 2021: 165, 2020: 14, 2019: 2,
    }  # fmt: skip


def test_the_cohorts_add_up_to_924_full_time_trainees() -> None:
    full_time = Enrolment.objects.filter(mode=StudyMode.FULL_TIME)
    assert Counter(full_time.values_list("cohort", flat=True)) == {
        2023: 230, 2022: 204, 2021: 168, 2020: 172, 2019: 150,
    }  # fmt: skip
    withdrawn = full_time.filter(state=EnrolmentState.WITHDRAWN)
    assert Counter(withdrawn.values_list("cohort", flat=True)) == {
        2022: 2,
        2021: 3,
        2020: 6,
        2019: 5,
    }


def test_375_degrees_were_awarded_in_2023_214_of_them_to_employed_candidates() -> None:
    awarded = Enrolment.objects.filter(awarded_on__year=2023)
    assert awarded.count() == 375
    assert Counter(awarded.values_list("mode", "cohort")) == {
        ("full_time", 2020): 152, ("full_time", 2019): 9,
        ("in_service", 2020): 67, ("in_service", 2019): 107, ("in_service", 2018): 40,
    }  # fmt: skip
    assert Enrolment.objects.filter(awarded_on__year=2022).count() == 134


def test_there_are_2_2_trainees_for_each_supervisor() -> None:
    ratio = Decimal(enrolled().count()) / supervisors().count()
    assert ratio.quantize(Decimal("0.1"), ROUND_HALF_UP) == Decimal("2.2")


def test_required_and_elective_courses_have_the_printed_hours_and_credits() -> None:
    required = Course.objects.filter(programmes__kind=CourseKind.REQUIRED).distinct()
    elective = Course.objects.filter(programmes__kind=CourseKind.ELECTIVE).distinct()
    assert required.aggregate(n=Count("id"), hours=Sum("hours"), credits=Sum("credits")) == {
        "n": 7, "hours": 282, "credits": 15,
    }  # fmt: skip
    assert elective.aggregate(n=Count("id"), hours=Sum("hours"), credits=Sum("credits")) == {
        "n": 2, "hours": 54, "credits": 3,
    }  # fmt: skip


def test_every_programme_version_demands_seven_courses_and_offers_two() -> None:
    versions = Programme.objects.annotate(
        required=Count("courses", filter=Q(courses__kind=CourseKind.REQUIRED)),
        elective=Count("courses", filter=Q(courses__kind=CourseKind.ELECTIVE)),
    )
    assert versions.count() == 47
    assert set(versions.values_list("required", "elective")) == {(7, 2)}
    assert ProgrammeCourse.objects.count() == 47 * 9


def colleges(day: date, kind: RelationKind) -> int:
    return UnitRelation.objects.on(day).filter(kind=kind).count()


@pytest.mark.parametrize(
    ("day", "number"),
    [(YEAR_BEFORE, 17), (date(2023, 8, 31), 17), (date(2023, 9, 1), 19), (CENSUS, 19)],
)
def test_there_were_17_clinical_colleges_and_then_19(day: date, number: int) -> None:
    assert colleges(day, RelationKind.CLINICAL_COLLEGE_OF) == number
    assert colleges(day, RelationKind.TRAINING_BASE_OF) == number


@pytest.mark.parametrize(
    ("day", "number"),
    [(YEAR_BEFORE, 23), (date(2023, 6, 30), 23), (date(2023, 7, 1), 24), (CENSUS, 24)],
)
def test_there_were_23_directions_and_then_24(day: date, number: int) -> None:
    assert Discipline.objects.on(day).filter(level=DisciplineLevel.DIRECTION).count() == number


def test_eleven_directions_have_a_goal_and_thirteen_have_none_yet() -> None:
    directions = Discipline.objects.filter(level=DisciplineLevel.DIRECTION)
    assert directions.exclude(goal_zh="").exclude(goal_en="").count() == 11
    assert directions.filter(goal_zh="", goal_en="").count() == 13


def test_no_trainee_was_placed_in_orthopaedics_before_it_was_split_from_surgery() -> None:
    code = "direction__code"
    before = Placement.objects.on(date(2023, 6, 30))
    assert not before.filter(**{code: "105113"}).exists()
    moved = Placement.objects.filter(valid_from=date(2023, 7, 1), **{code: "105113"})
    assert moved.count() == 42 - 16
    came_from = before.filter(enrolment__in=moved.values("enrolment"))
    assert set(came_from.values_list(code, flat=True)) == {"105111"}
    assert all(moved.values_list("reason", flat=True))


def test_no_supervisor_was_engaged_in_orthopaedics_before_the_split() -> None:
    before = by_direction(supervisors(date(2023, 6, 30)))
    assert "105113" not in before
    assert before["105111"] > published(0)["105111"]


def test_the_degree_point_was_authorised_in_2006() -> None:
    point = DegreePoint.objects.get(code="YUNTING-DP")
    assert (point.authorised_on, point.authorised_precision) == (date(2006, 1, 1), "year")
    assert point.discipline.code == "1051"


def test_seven_hospitals_and_two_campuses_belong_to_the_university() -> None:
    kinds = Counter(Unit.objects.values_list("kind", flat=True))
    assert kinds[UnitKind.HOSPITAL] == 7
    assert kinds[UnitKind.CAMPUS] == 2
    assert kinds[UnitKind.TEACHING_OFFICE] == 19
    roots = Unit.objects.filter(institution=None)
    assert list(roots.values_list("code", flat=True)) == ["YUNTING"]


def test_the_degrees_law_replaces_the_regulations_of_1980() -> None:
    law = Regulation.objects.get(code="CN-DEGREES-2024")
    assert law.layer == "statute"
    assert law.effective_from == date(2025, 1, 1)
    assert law.replaces is not None
    assert law.replaces.effective_to == date(2024, 12, 31)


def test_the_regulations_that_the_pack_cites_are_on_the_register() -> None:
    cited = Regulation.objects.filter(pack="yunting/clinical-doctorate")
    assert set(cited.values_list("source_in_pack", flat=True)) == {"report2023", "rules"}
    assert Regulation.objects.filter(on_trial=True).count() == 3
    assert Regulation.objects.count() >= 20


def test_the_table_of_the_demo_is_the_table_of_the_specification() -> None:
    made = {row.code: (row.applicants, row.own, row.other, row.enrolled) for row in DIRECTIONS}
    assert made == {code: (r[2], r[4], r[5], r[6]) for code, r in PUBLISHED.items()}
