"""Days on which an office sits."""

from __future__ import annotations

from datetime import date, timedelta


def workday(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > 4 else day


def after(day: date, days: int) -> date:
    """The working day that many days later."""
    return workday(day + timedelta(days=days))
