"""Entering the official holidays and make-up working days, year by year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import Deed, deed
from preceptor.base.errors import InputRefused
from preceptor.institutions.models import Unit

from ..access.time import may_edit_calendar
from ..calendars import SATURDAY, NewDay, shipped_years
from ..choices import DayKind
from ..models import CalendarDay, CalendarYear

FIRST_YEAR, LAST_YEAR = 2000, 2100
ANNOUNCEMENT_LENGTH, ZH_LENGTH, EN_LENGTH = 200, 40, 60


def enter_calendar_year(
    *, institution: Unit, year: int, announcement: str, days: Sequence[NewDay], by: Actor
) -> CalendarYear:
    """Enter a year with the days on which it differs from the week and the announcement they come
    from. An entered year is replaced; the same once more changes nothing. Deadlines that run keep
    the day that was told.

    Raises PermissionDenied, and InputRefused naming each day that does not fit.
    """
    may_edit_calendar(by, institution).demand()
    source = _announcement(announcement)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InputRefused(
            _("The year lies between %(first)s and %(last)s.")
            % {"first": FIRST_YEAR, "last": LAST_YEAR}
        )
    _refuse_days(year, days)
    with deed(by) as act:
        Unit.objects.select_for_update(no_key=True).get(pk=institution.pk)
        held, is_new = CalendarYear.objects.get_or_create(
            institution=institution, year=year, defaults={"announcement": source}
        )
        before = None if is_new else _said(held)
        if before == {"announcement": source, "days": _listed(days)}:
            return held
        held.announcement = source
        held.save(update_fields=["announcement"])
        held.days.all().delete()
        CalendarDay.objects.bulk_create([_row(held, one) for one in days])
        _tell(act, held, before)
    return held


def set_calendar_day(*, calendar: CalendarYear, day: NewDay, by: Actor) -> CalendarDay:
    """Enter or correct one day of a year. The same once more changes nothing.

    Raises PermissionDenied, and InputRefused for a day that does not fit.
    """
    may_edit_calendar(by, calendar.institution).demand()
    _refuse_days(calendar.year, [day])
    with deed(by) as act:
        held = _locked(calendar)
        before = _said(held)
        row, _is_new = CalendarDay.objects.update_or_create(
            calendar=held, day=day.day,
            defaults={"kind": day.kind, "name_zh": day.name_zh, "name_en": day.name_en},
        )  # fmt: skip
        if _said(held) != before:
            _tell(act, held, before)
    return row


def remove_calendar_day(*, day: CalendarDay, by: Actor) -> None:
    """Take a day out of a year, so that it counts by the week; one that is gone stays gone.

    Raises PermissionDenied.
    """
    may_edit_calendar(by, day.calendar.institution).demand()
    with deed(by) as act:
        held = _locked(day.calendar)
        before = _said(held)
        gone, _rows = CalendarDay.objects.filter(calendar=held, day=day.day).delete()
        if gone:
            _tell(act, held, before)


def adopt_calendar(*, institution: Unit, by: Actor) -> list[int]:
    """Enter the years that ship and are not entered yet; gives which. Raises PermissionDenied."""
    may_edit_calendar(by, institution).demand()
    with deed(by):
        held = set(
            CalendarYear.objects.filter(institution=institution).values_list("year", flat=True)
        )
        fresh = [one for one in shipped_years() if one.year not in held]
        for one in fresh:
            enter_calendar_year(
                institution=institution, year=one.year, announcement=one.announcement,
                days=one.days, by=by,
            )  # fmt: skip
    return [one.year for one in fresh]


def _announcement(text: str) -> str:
    source = " ".join(text.split())
    if not source or len(source) > ANNOUNCEMENT_LENGTH:
        raise InputRefused(
            _("Name the announcement from which the days come, in at most %(most)s characters.")
            % {"most": ANNOUNCEMENT_LENGTH}
        )
    return source


def _refuse_days(year: int, days: Sequence[NewDay]) -> None:
    faults = [fault for one in days if (fault := _fault(year, one))]
    if len({one.day for one in days}) < len(days):
        faults.append(_("A day is entered twice."))
    if faults:
        raise InputRefused(" ".join(faults))


def _fault(year: int, one: NewDay) -> str:
    """What is wrong with a day; empty when nothing."""
    named = {"day": one.day.isoformat(), "year": year}
    is_weekend = one.day.weekday() >= SATURDAY
    if one.day.year != year:
        return _("%(day)s does not lie in %(year)s.") % named
    if one.kind not in DayKind.values:
        return _("%(day)s is neither a holiday nor a make-up working day.") % named
    if one.kind == DayKind.HOLIDAY and is_weekend:
        return _("%(day)s lies on a weekend, which is off anyway.") % named
    if one.kind == DayKind.WORKDAY and not is_weekend:
        return _("%(day)s is a weekday, which is worked anyway.") % named
    if not one.name_zh.strip() or len(one.name_zh) > ZH_LENGTH or len(one.name_en) > EN_LENGTH:
        return _("%(day)s needs the short name of its holiday.") % named
    return ""


def _row(held: CalendarYear, one: NewDay) -> CalendarDay:
    return CalendarDay(
        calendar=held, day=one.day, kind=one.kind, name_zh=one.name_zh, name_en=one.name_en
    )


def _locked(calendar: CalendarYear) -> CalendarYear:
    rows = CalendarYear.objects.select_for_update(no_key=True, of=("self",))
    return rows.get(pk=calendar.pk)


def _listed(days: Sequence[Any]) -> list[str]:
    return [f"{one.day} {one.kind} {one.name_zh}" for one in sorted(days, key=lambda one: one.day)]


def _said(held: CalendarYear) -> dict[str, Any]:
    return {
        "announcement": held.announcement,
        "days": _listed(list(CalendarDay.objects.filter(calendar=held))),
    }


def _tell(act: Deed, held: CalendarYear, before: dict[str, Any] | None) -> None:
    after = {"year": held.year, **_said(held)}
    act.write("calendar.enter", "unit", held.institution_id, before=before, after=after)
