from __future__ import annotations

from django.db import models

from preceptor.base.models import DatedRecord
from preceptor.base.privacy import NOT_PERSONAL

from ..choices import PlatformKind, PlatformLevel, PlatformState
from .discipline import Discipline
from .unit import Unit


class Platform(models.Model):
    """A platform, training base, industry unit or consortium: what it is, of which level, at which
    unit. Its state lies in spans, its co-builders in rows of their own."""

    privacy = NOT_PERSONAL

    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="platforms")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="platforms_held")
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, choices=PlatformKind.choices)
    level = models.CharField(max_length=12, choices=PlatformLevel.choices)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    discipline = models.ForeignKey(
        Discipline, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    upper = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="branches"
    )
    approved_on = models.DateField(null=True, blank=True)
    approval = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "code"], name="platform_code_once")
        ]

    def __str__(self) -> str:
        return self.name_zh


class PlatformSpan(DatedRecord):
    """The state of a platform for a time: under construction, operating, closed."""

    privacy = NOT_PERSONAL

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="spans")
    state = models.CharField(max_length=12, choices=PlatformState.choices)

    class Meta(DatedRecord.Meta):
        ordering = ["valid_from", "id"]

    def __str__(self) -> str:
        return f"{self.platform_id} {self.state}"


class CoBuilder(DatedRecord):
    """Who builds a platform together with its unit: a unit of the institution, or somebody outside
    by name."""

    privacy = NOT_PERSONAL

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="co_builders")
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=200, blank=True)

    class Meta(DatedRecord.Meta):
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.platform_id} {self.unit_id or self.name}"
