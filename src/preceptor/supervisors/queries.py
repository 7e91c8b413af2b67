"""Named reads of supervisor qualifications."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from preceptor.institutions.choices import DegreeLevel

from .choices import QualificationState
from .models import SupervisorQualification

#: States in which the right to supervise is held.
HELD = (QualificationState.QUALIFIED, QualificationState.ENGAGED, QualificationState.SUSPENDED)


def doctoral_supervisors_on(persons: Collection[int], day: date) -> frozenset[int]:
    """Those of the persons who hold a doctoral supervisor qualification on the day."""
    rows = SupervisorQualification.objects.on(day).filter(
        person__in=persons, degree_level=DegreeLevel.DOCTOR, state__in=HELD
    )
    return frozenset(rows.values_list("person_id", flat=True))
