"""A sitting as a calendar file (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from preceptor.base.addresses import public_url

from .choices import SittingState
from .feeds import Feed, Meeting
from .models import Sitting
from .tasks import TaskLine

# Loaded with the first calendar file: a process that writes none starts without it.
if TYPE_CHECKING:
    from icalendar import Calendar, Event

CONTENT_TYPE = "text/calendar; charset=utf-8"
#: How often a programme should read anew.
REFRESH = timedelta(hours=4)
#: How long a sitting without an end stands in a calendar.
USUAL = timedelta(hours=2)
_STATUS = {SittingState.PLANNED: "TENTATIVE", SittingState.CANCELLED: "CANCELLED"}


def calendar_of(sittings: Iterable[Sitting]) -> bytes:
    """The sittings that have a day, in the reader's language. A changed sitting keeps its name and
    rises in sequence, so that a calendar moves it. No query; nobody is named."""
    calendar = _calendar()
    for sitting in sittings:
        if sitting.starts_at is not None:
            calendar.add_component(_event(sitting))
    return bytes(calendar.to_ical())


def calendar_to_read(feed: Feed) -> bytes:
    """The sittings and deadlines of one account, for a calendar programme that reads them again and
    again, in the language in which the address was made. No query; nobody is named, because the
    programme may belong to somebody else: what it is about stands behind the address of each."""
    with translation.override(feed.language or settings.LANGUAGE_CODE):
        calendar = _calendar()
        calendar.add("x-wr-calname", _("Preceptor: sittings and deadlines"))
        calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
        for meeting in feed.meetings:
            calendar.add_component(_meeting(meeting))
        for line in feed.tasks:
            calendar.add_component(_deadline(line))
        return bytes(calendar.to_ical())


def _calendar() -> Calendar:
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Preceptor//Sittings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    return calendar


def _meeting(meeting: Meeting) -> Event:
    event, sitting = _event(meeting.sitting), meeting.sitting
    title = (meeting.kind_en if get_language() == "en" else "") or meeting.kind_zh or _("Sitting")
    for name in ("summary", "status") if meeting.is_off else ("summary",):
        del event[name]
    event.add("summary", f"{title} {sitting.number or ''}".strip())
    if meeting.is_off:
        event.add("status", "CANCELLED")
    event.add("url", public_url("sitting", sitting.pk))
    return event


def _deadline(line: TaskLine) -> Event:
    from icalendar import Event

    assert line.due_on is not None
    is_english = get_language() == "en"
    kind = (line.kind_en if is_english else line.kind_zh) or line.kind_zh
    stage = (line.stage_en if is_english else line.stage_zh) or line.stage_zh
    places = {"kind": kind, "stage": stage, "number": line.number}
    event = Event()
    event.add("uid", f"task-{line.source}-{line.key}@{_domain()}")
    event.add("dtstamp", line.since)
    event.add("dtstart", line.due_on)
    event.add("summary", _("Due: %(kind)s %(number)s, %(stage)s") % places)
    event.add("transp", "TRANSPARENT")
    event.add("url", public_url("tasks"))
    return event


def _domain() -> str:
    address: str = settings.DEFAULT_FROM_EMAIL
    return address.rpartition("@")[2].strip("<> ")


def _event(sitting: Sitting) -> Event:
    from icalendar import Event

    starts = sitting.starts_at
    assert starts is not None
    is_english = get_language() == "en"
    event = Event()
    event.add("uid", f"sitting-{sitting.pk}@{_domain()}")
    event.add("sequence", sitting.revision)
    event.add("dtstamp", starts)
    event.add("dtstart", starts)
    event.add("dtend", sitting.ends_at or starts + USUAL)
    event.add("summary", (sitting.title_en if is_english else "") or sitting.title_zh)
    event.add("location", sitting.place)
    event.add("status", _STATUS.get(SittingState(sitting.state), "CONFIRMED"))
    return event
