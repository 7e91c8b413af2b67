"""Applications made by the day; what was decided later is not yet decided."""

from __future__ import annotations

from django.db.models import Case, F, QuerySet, Value, When

from preceptor.admission.choices import ApplicationOutcome
from preceptor.admission.models import Application

from ..moment import Moment
from ..table import CensusTable, columns


def _applications(moment: Moment) -> QuerySet[Application]:
    decided = When(moment.happened("decided_on"), then=F("outcome"))
    return Application.objects.filter(
        institution=moment.institution, applied_on__lte=moment.day
    ).annotate(
        outcome_by_day=Case(decided, default=Value(ApplicationOutcome.APPLIED.value)),
        decided_by_day=moment.only_if("decided_on", "decided_on"),
    )


TABLES = (
    CensusTable(
        "applications",
        Application,
        columns(
            year="whole",
            direction_id="key",
            unit_id="key",
            degree_level="text",
            degree_type="text",
            origin="text",
            applied_on="day",
            outcome=("text", "outcome_by_day"),
            decided_on=("day", "decided_by_day"),
        ),
        _applications,
    ),
)
