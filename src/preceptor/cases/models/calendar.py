from __future__ import annotations

from django.db import models

from preceptor.base.privacy import NOT_PERSONAL
from preceptor.institutions.models import Unit

from ..choices import DayKind


class CalendarYear(models.Model):
    """A year whose official holidays are entered; other years are counted by the week alone, and say
    so. `source` names the announcement."""

    privacy = NOT_PERSONAL

    institution = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="calendar_years")
    year = models.PositiveSmallIntegerField()
    announcement = models.CharField(max_length=200)

    class Meta:
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "year"], name="calendar_year_once")
        ]

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(models.Model):
    """A weekday that is a holiday, or a day of the weekend that is worked."""

    privacy = NOT_PERSONAL

    calendar = models.ForeignKey(CalendarYear, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    kind = models.CharField(max_length=7, choices=DayKind.choices)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["calendar", "day"], name="calendar_day_once")
        ]

    def __str__(self) -> str:
        return self.day.isoformat()
