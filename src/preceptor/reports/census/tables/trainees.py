"""Enrolments with the state, unit and direction of the day, and the study periods of the year.

State and place come from the rows valid on the day, never from the columns that repeat today's.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from preceptor.training.models import Enrolment, Placement, StateSpan, StudyPeriod

from ..moment import Moment
from ..table import CensusTable, columns


def enrolments(moment: Moment) -> QuerySet[Enrolment]:
    """Enrolments that had begun by the day.

    One without any recorded state counts by its plan date, and its state is unknown.
    """
    spans = StateSpan.objects.known().filter(enrolment=OuterRef("pk"))
    begun = Exists(spans.filter(valid_from__lte=moment.day))
    undated = ~Exists(spans) & Q(cohort_on__lte=moment.day)
    return Enrolment.objects.filter(begun | undated, institution=moment.institution)


def _latest(rows: QuerySet[Any], column: str) -> Subquery:
    """The column of the row that began last; of two begun on one day the one entered last."""
    return Subquery(rows.order_by("-valid_from", "-pk").values(column)[:1])


def _on_the_day(moment: Moment) -> QuerySet[Enrolment]:
    mine = {"enrolment": OuterRef("pk")}
    state = StateSpan.objects.on(moment.day).filter(**mine)
    place = Placement.objects.on(moment.day).filter(**mine)
    begun = Placement.objects.known().filter(valid_from__lte=moment.day, **mine)
    return enrolments(moment).annotate(
        state_on_day=_latest(state, "state"),
        state_since=_latest(state, "valid_from"),
        unit_on_day=_latest(place, "unit_id"),
        direction_on_day=_latest(place, "direction_id"),
        last_unit=_latest(begun, "unit_id"),
        last_direction=_latest(begun, "direction_id"),
        awarded_by_day=moment.only_if("awarded_on", "awarded_on"),
    )


def _periods(moment: Moment) -> QuerySet[StudyPeriod]:
    """Periods that were running at some time of the year, until the day."""
    return StudyPeriod.objects.known().filter(
        Q(valid_to=None) | Q(valid_to__gte=moment.year_start),
        enrolment__institution=moment.institution,
        valid_from__lte=moment.day,
    )


TABLES = (
    CensusTable(
        "enrolments",
        Enrolment,
        columns(
            person_id="key",
            programme_id="key",
            degree_level="text",
            degree_type="text",
            mode="text",
            cohort="whole",
            cohort_on="day",
            state=("text", "state_on_day"),
            state_since="day",
            unit_id=("key", "unit_on_day"),
            direction_id=("key", "direction_on_day"),
            last_unit_id=("key", "last_unit"),
            last_direction_id=("key", "last_direction"),
            awarded_on=("day", "awarded_by_day"),
        ),
        _on_the_day,
    ),
    CensusTable(
        "study_periods",
        StudyPeriod,
        columns(enrolment_id="key", kind="text", valid_from="day", valid_to="day"),
        _periods,
    ),
)
