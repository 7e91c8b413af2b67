from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from preceptor.base.privacy import NOT_PERSONAL

from ..choices import DegreeLevel, DegreeType, DisciplineLevel
from .unit import Unit


class DisciplineQuerySet(models.QuerySet["Discipline"]):
    """Catalogue entries by the day on which they stand in the catalogue."""

    def on(self, day: date) -> Self:
        """Entries that stand in the catalogue on the day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


class Discipline(models.Model):
    """An entry of the discipline catalogue, from a first-level discipline to a sub-specialty.

    `code` names the entry for good; its dates, both included, say when it may be trained in.
    """

    privacy = NOT_PERSONAL

    catalogue = models.CharField(max_length=40)
    code = models.CharField(max_length=20)
    level = models.CharField(max_length=16, choices=DisciplineLevel.choices)
    degree_type = models.CharField(max_length=14, choices=DegreeType.choices)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    goal_zh = models.TextField(blank=True)
    goal_en = models.TextField(blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = DisciplineQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["catalogue", "code"], name="discipline_code_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="discipline_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"


class DegreePoint(models.Model):
    """An institution's right to grant a degree in a discipline."""

    privacy = NOT_PERSONAL

    code = models.CharField(max_length=20, unique=True)
    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="degree_points")
    discipline = models.ForeignKey(
        Discipline, on_delete=models.PROTECT, related_name="degree_points"
    )
    degree_level = models.CharField(max_length=10, choices=DegreeLevel.choices)
    degree_type = models.CharField(max_length=14, choices=DegreeType.choices)
    authorised_on = models.DateField(null=True, blank=True)
    authorised_precision = models.CharField(max_length=5, default="day")
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"
