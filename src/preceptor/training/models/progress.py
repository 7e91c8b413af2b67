from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from preceptor.base.dates import Precision
from preceptor.base.privacy import Privacy
from preceptor.institutions.models import Unit

from ..choices import MilestoneKind, Outcome, RotationKind, RotationResult
from .enrolment import Enrolment
from .programme import Course


class CourseRecord(models.Model):
    """A trainee's result in a course; a score not recorded is unknown, not zero."""

    privacy = {
        "enrolment": Privacy.BASIC,
        "course": Privacy.BASIC,
        "year": Privacy.BASIC,
        "score": Privacy.JUDGEMENT,
        "outcome": Privacy.JUDGEMENT,
    }

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="courses")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="records")
    year = models.PositiveSmallIntegerField()
    score = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    outcome = models.CharField(max_length=4, choices=Outcome.choices, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "course", "year"], name="course_record_once_a_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.course_id}"


class Rotation(models.Model):
    """Clinical training in a department, in whole months, both months included."""

    privacy = {
        "enrolment": Privacy.BASIC,
        "department": Privacy.BASIC,
        "unit": Privacy.BASIC,
        "start_month": Privacy.BASIC,
        "end_month": Privacy.BASIC,
        "kind": Privacy.BASIC,
        "result": Privacy.JUDGEMENT,
    }

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="rotations")
    department = models.CharField(max_length=80)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    start_month = models.DateField()
    end_month = models.DateField()
    kind = models.CharField(max_length=16, choices=RotationKind.choices, null=True, blank=True)
    result = models.CharField(max_length=10, choices=RotationResult.choices, null=True, blank=True)
    source = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["start_month", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_month__gte=F("start_month")), name="rotation_ends_after_start"
            )
        ]
        indexes = [models.Index(fields=["enrolment", "start_month"], name="rotation_enrolment")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.department} {self.start_month:%Y-%m}"


class Milestone(models.Model):
    """One attempt at a step of training. Held and undecided has a day and no outcome."""

    privacy = {
        "enrolment": Privacy.BASIC,
        "kind": Privacy.BASIC,
        "attempt": Privacy.BASIC,
        "planned_on": Privacy.BASIC,
        "held_on": Privacy.BASIC,
        "held_precision": Privacy.BASIC,
        "outcome": Privacy.JUDGEMENT,
    }

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="milestones")
    kind = models.CharField(max_length=14, choices=MilestoneKind.choices)
    attempt = models.PositiveSmallIntegerField(default=1)
    planned_on = models.DateField(null=True, blank=True)
    held_on = models.DateField(null=True, blank=True)
    held_precision = models.CharField(
        max_length=5, choices=Precision.choices, default=Precision.DAY
    )
    outcome = models.CharField(max_length=4, choices=Outcome.choices, null=True, blank=True)
    source = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["held_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "kind", "attempt"], name="milestone_attempt_once"
            ),
            models.CheckConstraint(
                condition=Q(attempt__gte=1, attempt__lte=99), name="milestone_attempt_from_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.kind} {self.attempt}"
