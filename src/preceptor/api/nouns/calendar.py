"""The official calendar: holidays and make-up working days, by which deadlines count."""

from __future__ import annotations

from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from ninja import Router
from pydantic import Field, StringConstraints

from preceptor.cases.access.time import may_edit_calendar, visible_calendar_years
from preceptor.cases.actions import (
    adopt_calendar,
    enter_calendar_year,
    remove_calendar_day,
    set_calendar_day,
)
from preceptor.cases.calendars import NewDay
from preceptor.cases.choices import DayKind
from preceptor.cases.models import CalendarYear
from preceptor.institutions.models import Unit
from preceptor.people.access import scope

from ..fields import Day, Paper, Readable
from ..guard import reader
from ..paging import one
from ..refusals import answers
from ..shapes import case as shapes
from .change import Sent

router = Router(tags=["calendar"])
CalendarYearNumber = Annotated[int, Field(ge=2000, le=2100)]


class SentDay(Sent):
    """A weekday that is off, or a day of a weekend that is worked."""

    day: Day
    kind: DayKind
    name_zh: Annotated[str, StringConstraints(min_length=1, max_length=40), Readable]
    name_en: Annotated[str, StringConstraints(max_length=60), Readable] = ""

    def new_day(self) -> NewDay:
        """The day as the action takes it."""
        return NewDay(self.day, self.kind.value, self.name_zh, self.name_en)


class SentYear(Sent):
    """A year as it was announced, with every day that differs from the week."""

    announcement: Paper
    days: Annotated[list[SentDay], Field(max_length=120)]


def _rows(request: HttpRequest) -> QuerySet[CalendarYear]:
    rows = visible_calendar_years(reader(request)).select_related("institution")
    return rows.prefetch_related("days").order_by("year", "pk")


def _told(row: CalendarYear) -> dict[str, Any]:
    columns = ("pk", "institution_id", "year", "announcement")
    days = sorted(row.days.all(), key=lambda found: found.day)
    return {**{name: getattr(row, name) for name in columns}, "days": days}


@router.get("/calendar", response=answers(list[shapes.CalendarYear]))
def calendar(request: HttpRequest) -> list[dict[str, Any]]:
    """The years whose holidays and make-up days are entered."""
    return [_told(row) for row in _rows(request)]


def _edited(request: HttpRequest) -> Unit:
    """The institution whose calendar the reader keeps; 404 for everybody else."""
    found = scope(reader(request)).institution
    if found is None or not may_edit_calendar(reader(request), found):
        raise Http404
    return found


def _year(request: HttpRequest, year: int) -> CalendarYear:
    found: CalendarYear = one(_rows(request), institution=_edited(request), year=year)
    return found


@router.post("/calendar", response=answers(list[shapes.CalendarYear]))
def adopt_years(request: HttpRequest) -> list[dict[str, Any]]:
    """Enter the years that come with the product and are not entered yet; for the office."""
    adopt_calendar(institution=_edited(request), by=reader(request))
    return calendar(request)


@router.post("/calendar/{int:year}", response=answers(shapes.CalendarYear))
def enter_year(request: HttpRequest, year: CalendarYearNumber, sent: SentYear) -> dict[str, Any]:
    """Enter a year from its announcement, in place of what was entered; for the office."""
    days = [found.new_day() for found in sent.days]
    enter_calendar_year(
        institution=_edited(request), year=year, announcement=sent.announcement, days=days,
        by=reader(request),
    )  # fmt: skip
    return _told(_year(request, year))


@router.post("/calendar/{int:year}/days", response=answers(shapes.CalendarYear))
def enter_day(request: HttpRequest, year: CalendarYearNumber, sent: SentDay) -> dict[str, Any]:
    """Enter or correct one day of a year."""
    set_calendar_day(calendar=_year(request, year), day=sent.new_day(), by=reader(request))
    return _told(_year(request, year))


@router.post("/calendar/{int:year}/days/{day}/remove", response=answers(shapes.CalendarYear))
def remove_day(request: HttpRequest, year: CalendarYearNumber, day: Day) -> dict[str, Any]:
    """Take one day out of a year: it counts by the week again."""
    held = one(_year(request, year).days.select_related("calendar__institution"), day=day)
    remove_calendar_day(day=held, by=reader(request))
    return _told(_year(request, year))
