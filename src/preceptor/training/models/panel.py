from __future__ import annotations

from django.db import models

from preceptor.base.dates import Precision
from preceptor.base.privacy import Privacy
from preceptor.cases.models import Sitting
from preceptor.institutions.models import Unit
from preceptor.people.choices import TitleLevel, TitleSeries
from preceptor.people.models import Person

from ..choices import FieldRelation, MilestoneKind, SeatRole
from .enrolment import Enrolment


class Panel(models.Model):
    """The experts who judge one step of one trainee, on one day."""

    privacy = {
        "number": Privacy.BASIC,
        "institution": Privacy.BASIC,
        "enrolment": Privacy.BASIC,
        "stage": Privacy.BASIC,
        "planned_on": Privacy.BASIC,
        "sits_on": Privacy.BASIC,
        "sits_precision": Privacy.BASIC,
        "sitting": Privacy.BASIC,
    }

    number = models.CharField(max_length=30)
    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="panels")
    stage = models.CharField(max_length=14, choices=MilestoneKind.choices)
    planned_on = models.DateField(null=True, blank=True)
    sits_on = models.DateField(null=True, blank=True)
    sits_precision = models.CharField(
        max_length=5, choices=Precision.choices, default=Precision.DAY
    )
    sitting = models.OneToOneField(
        Sitting, on_delete=models.PROTECT, null=True, blank=True, related_name="panel"
    )
    source = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "number"], name="panel_number_once")
        ]

    def __str__(self) -> str:
        return self.number


class PanelSeat(models.Model):
    """A person's seat on a panel, with what was stated of the person for this sitting.

    What the registers know of the person on the day of the sitting overrules what was stated;
    a statement not made is null and means unknown, never no.
    """

    privacy = {
        "panel": Privacy.BASIC,
        "person": Privacy.BASIC,
        "role": Privacy.BASIC,
        "stated_title": Privacy.BASIC,
        "stated_series": Privacy.BASIC,
        "stated_level": Privacy.BASIC,
        "stated_doctoral_supervisor": Privacy.BASIC,
        "stated_outside_unit": Privacy.BASIC,
        "stated_outside_institution": Privacy.BASIC,
        "stated_degree_committee": Privacy.BASIC,
        "stated_clinical_work": Privacy.BASIC,
        "field": Privacy.BASIC,
    }

    panel = models.ForeignKey(Panel, on_delete=models.CASCADE, related_name="seats")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="panel_seats")
    role = models.CharField(max_length=10, choices=SeatRole.choices, null=True, blank=True)
    stated_title = models.CharField(max_length=40, blank=True)
    stated_series = models.CharField(
        max_length=12, choices=TitleSeries.choices, null=True, blank=True
    )
    stated_level = models.CharField(
        max_length=14, choices=TitleLevel.choices, null=True, blank=True
    )
    stated_doctoral_supervisor = models.BooleanField(null=True, blank=True)
    stated_outside_unit = models.BooleanField(null=True, blank=True)
    stated_outside_institution = models.BooleanField(null=True, blank=True)
    stated_degree_committee = models.BooleanField(null=True, blank=True)
    stated_clinical_work = models.BooleanField(null=True, blank=True)
    field = models.CharField(max_length=10, choices=FieldRelation.choices, null=True, blank=True)
    source = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "person"], name="one_seat_a_person_on_a_panel")
        ]

    def __str__(self) -> str:
        return f"{self.panel_id} {self.person_id}"
