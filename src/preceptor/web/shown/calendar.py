"""A year of the official calendar as pages show it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format

from preceptor.cases.choices import DayKind
from preceptor.cases.models import CalendarYear
from preceptor.web.localised import localised

Shown = dict[str, Any]


def months_of(calendar: CalendarYear) -> list[Shown]:
    """The months that have days which differ from the week, each with these days; one query."""
    found: dict[int, list[Shown]] = {}
    for row in calendar.days.all():
        found.setdefault(row.day.month, []).append(
            {
                "key": row.pk,
                "day": row.day.isoformat(),
                "weekday": WEEKDAYS[row.day.weekday()],
                "kind": DayKind(row.kind).label,
                "is_worked": row.kind == DayKind.WORKDAY,
                "name": localised(row, "name") or row.name_zh,
            }
        )
    return [
        {"title": date_format(date(calendar.year, month, 1), "F"), "days": days}
        for month, days in sorted(found.items())
    ]
