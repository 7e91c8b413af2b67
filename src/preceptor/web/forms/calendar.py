"""The forms of the official calendar; they check shape only, the actions decide."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from preceptor.cases.calendars import NewDay, days_off
from preceptor.cases.choices import DayKind
from preceptor.web.forms.change import DayField

_DAY = r"(\d{4}-\d{2}-\d{2})"
_LINE = re.compile(rf"{_DAY}(?:\s*(?:~|～|—|to|至)\s*{_DAY})?\s+(\S.*)")
#: No announcement has more lines, no holiday more days.
MOST_LINES, MOST_DAYS = 60, 31


def _spans(text: str) -> list[tuple[date, date, str]]:
    """Lines of “2027-02-06 ~ 2027-02-12 春节”: first day, last day, name."""
    found = []
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise ValidationError(_("Too many lines: %(most)s at most.") % {"most": MOST_LINES})
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValidationError(_unread(line))
        try:
            first = date.fromisoformat(match[1])
            last = date.fromisoformat(match[2] or match[1])
        except ValueError:
            raise ValidationError(_unread(line)) from None
        if not 0 <= (last - first).days < MOST_DAYS:
            raise ValidationError(_unread(line))
        found.append((first, last, match[3].strip()))
    return found


def _unread(line: str) -> Any:
    return _("This line cannot be read: “%(line)s”. Write: 2027-02-06 ~ 2027-02-12 name") % {
        "line": line[:60]
    }


class YearForm(forms.Form):
    """A year as the State Council announced it."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    announcement = forms.CharField(
        label=_("Announcement"),
        max_length=200,
        help_text=_("Title and number of the announcement from which the days come."),
    )
    holidays = forms.CharField(
        label=_("Holidays"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One a line: first day ~ last day, then the name. Weekends may lie within."),
    )
    worked = forms.CharField(
        label=_("Make-up working days"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One a line: the Saturday or Sunday that is worked, then the holiday's name."),
    )

    def clean_holidays(self) -> list[NewDay]:
        """The weekdays that are off."""
        spans = _spans(self.cleaned_data["holidays"])
        return [day for first, last, name in spans for day in days_off(first, last, name)]

    def clean_worked(self) -> list[NewDay]:
        """The days of weekends that are worked."""
        spans = _spans(self.cleaned_data["worked"])
        return [NewDay(first, DayKind.WORKDAY, name) for first, _last, name in spans]

    def days(self) -> list[NewDay]:
        """All days that differ from the week."""
        return [*self.cleaned_data["holidays"], *self.cleaned_data["worked"]]


class CalendarDayForm(forms.Form):
    """One day that differs from the week."""

    day = DayField(label=_("Day"))
    kind = forms.ChoiceField(label=_("What it is"), choices=DayKind.choices)
    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=40)
    name_en = forms.CharField(label=_("Name (English)"), max_length=60, required=False)

    def new_day(self) -> NewDay:
        """The day that was entered."""
        return NewDay(**self.cleaned_data)
