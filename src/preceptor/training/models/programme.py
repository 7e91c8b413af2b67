from __future__ import annotations

from django.db import models

from preceptor.base.privacy import NOT_PERSONAL
from preceptor.institutions.choices import DegreeLevel, DegreeType
from preceptor.institutions.models import DegreePoint, Discipline, Unit

from ..choices import CourseKind


class Programme(models.Model):
    """A version of the training programme: for one direction, from one cohort on."""

    privacy = NOT_PERSONAL

    point = models.ForeignKey(DegreePoint, on_delete=models.PROTECT, related_name="programmes")
    direction = models.ForeignKey(Discipline, on_delete=models.PROTECT, related_name="programmes")
    cohort_from = models.PositiveSmallIntegerField()
    cohort_to = models.PositiveSmallIntegerField(null=True, blank=True)
    degree_level = models.CharField(max_length=10, choices=DegreeLevel.choices)
    degree_type = models.CharField(max_length=14, choices=DegreeType.choices)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    normal_years = models.PositiveSmallIntegerField(null=True, blank=True)
    longest_years = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["direction", "cohort_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["direction", "degree_level", "cohort_from"], name="programme_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title_zh} {self.cohort_from}"


class Course(models.Model):
    """A course that the institution teaches; hours are contact hours."""

    privacy = NOT_PERSONAL

    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="courses")
    code = models.CharField(max_length=20)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    hours = models.PositiveSmallIntegerField()
    credits = models.DecimalField(max_digits=4, decimal_places=1)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "code"], name="course_code_once")
        ]

    def __str__(self) -> str:
        return self.name_zh


class ProgrammeCourse(models.Model):
    """A course within a programme version, required or elective."""

    privacy = NOT_PERSONAL

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="courses")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="programmes")
    kind = models.CharField(max_length=10, choices=CourseKind.choices)
    module = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "course"], name="course_once_a_programme")
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.course_id}"
