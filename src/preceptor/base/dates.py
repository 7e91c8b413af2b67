"""Dates as the field uses them."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class Precision(models.TextChoices):
    """How exactly a date was stated; an office often knows only the month."""

    DAY = "day", _("day")
    MONTH = "month", _("month")
    YEAR = "year", _("year")


def month_start(day: date) -> date:
    """The first day of the month."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """The last day of the month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def next_month(day: date) -> date:
    """The first day of the following month."""
    return month_end(day) + timedelta(days=1)


def months_between(first: date, last: date) -> list[date]:
    """First days of all months from `first` to `last`, both months included."""
    months = []
    month = month_start(first)
    while month <= last:
        months.append(month)
        month = next_month(month)
    return months


def stated(day: date | None, precision: str) -> str:
    """The date no more exact than it was stated; empty when there is none."""
    if day is None:
        return ""
    formats = {Precision.YEAR: "%Y", Precision.MONTH: "%Y-%m", Precision.DAY: "%Y-%m-%d"}
    return day.strftime(formats[Precision(precision)])
