from __future__ import annotations

from django.db import models

from preceptor.base.privacy import NOT_PERSONAL
from preceptor.institutions.models import Unit


class Census(models.Model):
    """A frozen state of a day: Parquet files and a manifest; a row here once all lies on disk."""

    privacy = NOT_PERSONAL

    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="censuses")
    day = models.DateField()
    edition = models.PositiveSmallIntegerField()
    known_at = models.DateTimeField()
    folder = models.CharField(max_length=200)
    manifest_hash = models.CharField(max_length=64)
    manifest = models.JSONField()
    frozen_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["-day", "-edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "day", "edition"], name="census_edition_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} edition {self.edition}"


class FigureValue(models.Model):
    """A figure's value in a census; its record keys lie in a file beside the census.

    `value` is null where the figure is unknown. It is the same for every reader.
    """

    privacy = NOT_PERSONAL

    census = models.ForeignKey(Census, on_delete=models.PROTECT, related_name="figures")
    key = models.CharField(max_length=80)
    scope = models.CharField(max_length=60)
    period = models.CharField(max_length=40)
    nature = models.CharField(max_length=6)
    value = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    unit = models.CharField(max_length=20)
    records = models.PositiveIntegerField()
    record_kind = models.CharField(max_length=24, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["key", "scope", "period"]
        constraints = [
            models.UniqueConstraint(
                fields=["census", "key", "scope", "period"], name="figure_once_a_census"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.value}"
