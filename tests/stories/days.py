"""The day on which the institutions of the stories are made. Nothing in a story depends on today: the
demo institution has agreements and terms that end, and a story that stands on them would fail one day."""

# It lies behind today, because the queue goes by the clock of the database, which no story moves.

from __future__ import annotations

from datetime import UTC, date, datetime
from datetime import time as hour

DAY = date(2026, 11, 20)


def morning(day: date) -> datetime:
    """Nine in the morning of the day, where the institution is."""
    return datetime.combine(day, hour(1), UTC)
