"""The official calendar: the years that ship, and which year is missing."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from preceptor.institutions.models import Unit

from .choices import DayKind
from .models import CalendarYear

SHIPPED = Path(__file__).resolve().parent / "shipped" / "calendar"
SATURDAY = 5
#: The announcement for the next year comes out in autumn; from this month on it is asked for.
ASKED_FROM = 10


@dataclass(frozen=True)
class NewDay:
    """A day that differs from the week: a weekday off, or a day of the weekend that is worked."""

    day: date
    kind: str
    name_zh: str
    name_en: str = ""


@dataclass(frozen=True)
class ShippedYear:
    """A year as announced by the State Council."""

    year: int
    announcement: str
    days: tuple[NewDay, ...]


def days_off(first: date, last: date, name_zh: str, name_en: str = "") -> list[NewDay]:
    """The weekdays of a holiday, both ends included; its weekends are off anyway."""
    found, day = [], first
    while day <= last:
        if day.weekday() < SATURDAY:
            found.append(NewDay(day, DayKind.HOLIDAY, name_zh, name_en))
        day += timedelta(days=1)
    return found


def shipped_years() -> Sequence[ShippedYear]:
    """The years that ship, in their order."""
    return [_read(path) for path in sorted(SHIPPED.glob("cn-*.toml"))]


def _read(path: Path) -> ShippedYear:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    days: list[NewDay] = []
    for one in content["holidays"]:
        zh, en = one["name"]["zh"], one["name"]["en"]
        days += days_off(one["first"], one["last"], zh, en)
        days += [NewDay(day, DayKind.WORKDAY, zh, en) for day in one.get("worked", ())]
    return ShippedYear(
        content["year"], content["announcement"], tuple(sorted(days, key=lambda one: one.day))
    )


def missing_year(institution: Unit, on: date) -> int | None:
    """The year whose holidays should be entered by the day and are not: this one, or from October on
    the next; None when nothing is missing."""
    wanted = [on.year, *([on.year + 1] if on.month >= ASKED_FROM else [])]
    rows = CalendarYear.objects.filter(institution=institution, year__in=wanted)
    entered = set(rows.values_list("year", flat=True))
    return next((year for year in wanted if year not in entered), None)
