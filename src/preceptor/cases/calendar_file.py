"""A sitting as a calendar file (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import get_language

from .choices import SittingState
from .models import Sitting

# Loaded with the first calendar file: a process that writes none starts without it.
if TYPE_CHECKING:
    from icalendar import Event

CONTENT_TYPE = "text/calendar; charset=utf-8"
#: How long a sitting without an end stands in a calendar.
USUAL = timedelta(hours=2)
_STATUS = {SittingState.PLANNED: "TENTATIVE", SittingState.CANCELLED: "CANCELLED"}


def calendar_of(sittings: Iterable[Sitting]) -> bytes:
    """The sittings that have a day, in the reader's language. A changed sitting keeps its name and
    rises in sequence, so that a calendar moves it. No query; nobody is named."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Preceptor//Sittings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for sitting in sittings:
        if sitting.starts_at is not None:
            calendar.add_component(_event(sitting))
    return bytes(calendar.to_ical())


def _event(sitting: Sitting) -> Event:
    from icalendar import Event

    starts = sitting.starts_at
    assert starts is not None
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("<> ")
    is_english = get_language() == "en"
    event = Event()
    event.add("uid", f"sitting-{sitting.pk}@{domain}")
    event.add("sequence", sitting.revision)
    event.add("dtstamp", starts)
    event.add("dtstart", starts)
    event.add("dtend", sitting.ends_at or starts + USUAL)
    event.add("summary", (sitting.title_en if is_english else "") or sitting.title_zh)
    event.add("location", sitting.place)
    event.add("status", _STATUS.get(SittingState(sitting.state), "CONFIRMED"))
    return event
