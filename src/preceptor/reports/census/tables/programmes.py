"""Programme versions that had begun by the year of the day, and their courses."""

from __future__ import annotations

from django.db.models import QuerySet

from preceptor.training.models import Course, Programme, ProgrammeCourse

from ..moment import Moment
from ..table import CensusTable, columns


def _programmes(moment: Moment) -> QuerySet[Programme]:
    return Programme.objects.filter(
        point__institution=moment.institution, cohort_from__lte=moment.day.year
    )


def _courses(moment: Moment) -> QuerySet[Course]:
    return Course.objects.filter(institution=moment.institution)


def _programme_courses(moment: Moment) -> QuerySet[ProgrammeCourse]:
    return ProgrammeCourse.objects.filter(
        programme__point__institution=moment.institution,
        programme__cohort_from__lte=moment.day.year,
    )


TABLES = (
    CensusTable(
        "programmes",
        Programme,
        columns(
            point_id="key",
            direction_id="key",
            cohort_from="whole",
            cohort_to="whole",
            degree_level="text",
            degree_type="text",
            normal_years="whole",
            longest_years="whole",
            title_zh="text",
            title_en="text",
        ),
        _programmes,
    ),
    CensusTable(
        "courses",
        Course,
        columns(code="text", name_zh="text", name_en="text", hours="whole", credits="decimal"),
        _courses,
    ),
    CensusTable(
        "programme_courses",
        ProgrammeCourse,
        columns(programme_id="key", course_id="key", kind="text"),
        _programme_courses,
    ),
)
