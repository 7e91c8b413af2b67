"""What trainees have done by the day: courses, rotations, milestones, theses, panels."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from preceptor.training.models import (
    CourseRecord,
    Milestone,
    Panel,
    PanelSeat,
    Rotation,
    SimilarityCheck,
    Thesis,
    ThesisReview,
)

from ..moment import Moment
from ..table import CensusTable, columns
from .trainees import enrolments


def _of_trainees(rows: QuerySet[Any], moment: Moment, path: str = "enrolment") -> QuerySet[Any]:
    return rows.filter(**{f"{path}__in": enrolments(moment).values("pk")})


def _rotations(moment: Moment) -> QuerySet[Rotation]:
    """Rotations begun by the day; one that still runs has no result yet."""
    begun = Rotation.objects.filter(start_month__lte=moment.day).annotate(
        result_by_day=moment.only_if("end_month", "result")
    )
    return _of_trainees(begun, moment)


def _milestones(moment: Moment) -> QuerySet[Milestone]:
    return _of_trainees(Milestone.objects.filter(moment.happened("held_on")), moment)


def _course_records(moment: Moment) -> QuerySet[CourseRecord]:
    return _of_trainees(CourseRecord.objects.filter(year__lte=moment.day.year), moment)


def _theses(moment: Moment) -> QuerySet[Thesis]:
    return _of_trainees(Thesis.objects.all(), moment)


def _checks(moment: Moment) -> QuerySet[SimilarityCheck]:
    done = SimilarityCheck.objects.filter(moment.happened("checked_on"))
    return _of_trainees(done, moment, "thesis__enrolment")


def _reviews(moment: Moment) -> QuerySet[ThesisReview]:
    done = ThesisReview.objects.filter(moment.happened("returned_on"))
    return _of_trainees(done, moment, "thesis__enrolment")


def _panels(moment: Moment) -> QuerySet[Panel]:
    return _of_trainees(Panel.objects.filter(moment.happened("sits_on")), moment)


def seats(moment: Moment) -> QuerySet[PanelSeat]:
    """The seats of the panels that had sat by the day or have no day yet."""
    dated = Q(panel__sits_on__lte=moment.day) | Q(panel__sits_on=None)
    return _of_trainees(PanelSeat.objects.filter(dated), moment, "panel__enrolment")


TABLES = (
    CensusTable(
        "rotations",
        Rotation,
        columns(
            enrolment_id="key",
            unit_id="key",
            start_month="day",
            end_month="day",
            kind="text",
            result=("text", "result_by_day"),
        ),
        _rotations,
    ),
    CensusTable(
        "milestones",
        Milestone,
        columns(
            enrolment_id="key",
            kind="text",
            attempt="whole",
            planned_on="day",
            held_on="day",
            held_precision="text",
            outcome="text",
        ),
        _milestones,
    ),
    CensusTable(
        "course_records",
        CourseRecord,
        columns(enrolment_id="key", course_id="key", year="whole", outcome="text"),
        _course_records,
    ),
    CensusTable("theses", Thesis, columns(enrolment_id="key"), _theses),
    CensusTable(
        "similarity_checks",
        SimilarityCheck,
        columns(
            thesis_id="key",
            attempt="whole",
            similarity_e4="whole",
            checked_on="day",
            checked_precision="text",
        ),
        _checks,
    ),
    CensusTable(
        "thesis_reviews",
        ThesisReview,
        columns(
            thesis_id="key", number="whole", is_blind="flag", returned_on="day", outcome="text"
        ),
        _reviews,
    ),
    CensusTable(
        "panels",
        Panel,
        columns(
            number="text",
            enrolment_id="key",
            stage="text",
            planned_on="day",
            sits_on="day",
            sits_precision="text",
        ),
        _panels,
    ),
    CensusTable(
        "panel_seats",
        PanelSeat,
        columns(panel_id="key", person_id="key", role="text", field="text"),
        seats,
    ),
)
