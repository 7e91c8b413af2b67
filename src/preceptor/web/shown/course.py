"""A trainee's courses: those of the programme and those taken, with credits."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from preceptor.training.choices import CourseKind, Outcome
from preceptor.training.models import CourseRecord, Enrolment, ProgrammeCourse
from preceptor.web.localised import localised

Shown = dict[str, Any]


def courses_of(enrolment: Enrolment) -> Shown:
    """`lines` (course, kind, hours, credits, year, score, outcome) and `credits` earned by kind.

    A course of the programme without a result has no year, score or outcome. Two queries.
    """
    programme = ProgrammeCourse.objects.filter(programme=enrolment.programme_id)
    demanded = {row.course_id: row for row in programme.select_related("course")}
    records = list(enrolment.courses.select_related("course").order_by("year", "course__code"))
    taken = {record.course_id for record in records}
    lines = [_taken(record, demanded.get(record.course_id)) for record in records]
    lines += [
        _line(row.course, row)
        for key, row in demanded.items()
        if key not in taken and row.kind == CourseKind.REQUIRED
    ]
    return {"lines": lines, "credits": _credits(records, demanded)}


def _line(course: Any, place: ProgrammeCourse | None) -> Shown:
    return {
        "name": localised(course, "name"),
        "code": course.code,
        "kind": place.get_kind_display() if place else _("outside the programme"),
        "hours": course.hours,
        "credits": course.credits.normalize(),
    }


def _taken(record: CourseRecord, place: ProgrammeCourse | None) -> Shown:
    return _line(record.course, place) | {
        "year": record.year,
        "score": record.score,
        "outcome": record.outcome or "",
        "outcome_title": record.get_outcome_display() if record.outcome else "",
    }


def _credits(records: Iterable[CourseRecord], demanded: dict[int, ProgrammeCourse]) -> list[Shown]:
    passed = {row.course_id: row.course.credits for row in records if row.outcome == Outcome.PASS}
    found = []
    for kind in CourseKind:
        of_kind = [key for key, row in demanded.items() if row.kind == kind]
        earned = sum((passed[key] for key in of_kind if key in passed), Decimal())
        whole = sum((demanded[key].course.credits for key in of_kind), Decimal())
        found.append({"kind": kind, "title": kind.label, "earned": earned, "whole": whole})
    return found
