from __future__ import annotations

from django.db import models

from preceptor.base.privacy import NOT_PERSONAL, Privacy
from preceptor.institutions.choices import DegreeLevel, DegreeType, RegulationLayer
from preceptor.institutions.models import Discipline, Regulation, Unit

from .choices import ApplicationOutcome, Origin


class Application(models.Model):
    """A candidate's application in a yearly cycle, as bare as the admission figures need it."""

    privacy = {
        "institution": Privacy.BASIC,
        "candidate_number": Privacy.BASIC,
        "name": Privacy.BASIC,
        "year": Privacy.BASIC,
        "direction": Privacy.BASIC,
        "unit": Privacy.BASIC,
        "degree_level": Privacy.BASIC,
        "degree_type": Privacy.BASIC,
        "origin": Privacy.BASIC,
        "applied_on": Privacy.BASIC,
        "outcome": Privacy.JUDGEMENT,
        "decided_on": Privacy.BASIC,
    }

    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="applications")
    candidate_number = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    year = models.PositiveSmallIntegerField()
    direction = models.ForeignKey(Discipline, on_delete=models.PROTECT, related_name="applications")
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    degree_level = models.CharField(max_length=10, choices=DegreeLevel.choices)
    degree_type = models.CharField(max_length=14, choices=DegreeType.choices)
    origin = models.CharField(max_length=6, choices=Origin.choices, null=True, blank=True)
    applied_on = models.DateField()
    outcome = models.CharField(max_length=10, choices=ApplicationOutcome.choices)
    decided_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "year", "candidate_number"], name="candidate_once_a_year"
            )
        ]
        indexes = [models.Index(fields=["institution", "year", "outcome"], name="application_year")]

    def __str__(self) -> str:
        return f"{self.year} {self.candidate_number}"


class QuotaLine(models.Model):
    """How many places a unit may fill in a year, and which layer decided it: the university for its
    hospitals and colleges, or a programme to which the university left its own line."""

    privacy = NOT_PERSONAL

    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="quota_lines")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    degree_level = models.CharField(max_length=10, choices=DegreeLevel.choices)
    places = models.PositiveSmallIntegerField()
    layer = models.CharField(max_length=12, choices=RegulationLayer.choices)
    regulation = models.ForeignKey(
        Regulation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-year", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "unit", "year", "degree_level"], name="quota_line_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.unit_id} {self.places}"
