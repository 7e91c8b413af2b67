from __future__ import annotations

from django.db import models

from preceptor.base.models import DatedRecord
from preceptor.base.privacy import Privacy
from preceptor.institutions.choices import DegreeLevel, DegreeType
from preceptor.institutions.models import Discipline, Unit
from preceptor.people.models import Person

from .choices import QualificationState


class SupervisorQualification(DatedRecord):
    """The right to supervise in a direction at a level, held for a time.

    `trained_on` is the day of the training before duty; unknown when not recorded.
    """

    privacy = {
        "person": Privacy.BASIC,
        "unit": Privacy.BASIC,
        "direction": Privacy.BASIC,
        "degree_level": Privacy.BASIC,
        "degree_type": Privacy.BASIC,
        "is_external": Privacy.BASIC,
        "state": Privacy.BASIC,
        "trained_on": Privacy.BASIC,
        "engaged_on": Privacy.BASIC,
    }

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="qualifications")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    direction = models.ForeignKey(
        Discipline, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    degree_level = models.CharField(max_length=10, choices=DegreeLevel.choices)
    degree_type = models.CharField(max_length=14, choices=DegreeType.choices)
    is_external = models.BooleanField(null=True)
    state = models.CharField(max_length=10, choices=QualificationState.choices)
    trained_on = models.DateField(null=True, blank=True)
    engaged_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=20, blank=True)

    class Meta(DatedRecord.Meta):
        indexes = [
            models.Index(fields=["person", "degree_level"], name="qualification_person"),
            models.Index(fields=["direction", "degree_level"], name="qualification_direction"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.degree_level} {self.direction_id}"
