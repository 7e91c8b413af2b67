"""Until when something has to be done: working days and calendar days by the official calendar.

The day of the event does not count, the last day does (Civil Code, article 201). Calendar days
that end on a day off end on the next working day (article 203).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from preceptor.institutions.models import Unit

from .choices import DayKind
from .kinds.kind import Deadline
from .models import CalendarYear

DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True)
class Due:
    """The last day of a deadline. `is_certain` is False where a year was not entered in the calendar
    and the days were counted by the week alone; `note` says so and is empty otherwise."""

    day: date
    is_certain: bool = True
    note: str | Promise = ""


class Workdays:
    """The working days of an institution; its calendar is read once, when it is first asked for."""

    def __init__(self, institution: Unit) -> None:
        self.institution = institution
        self._years: frozenset[int] | None = None
        self._differing: dict[date, str] = {}

    @property
    def years(self) -> frozenset[int]:
        """The years whose official holidays are entered; one query in all."""
        if self._years is None:
            rows = CalendarYear.objects.filter(institution=self.institution).order_by("year")
            found = list(rows.values_list("year", "days__day", "days__kind"))
            self._differing = {day: kind for _year, day, kind in found if day is not None}
            self._years = frozenset(year for year, _day, _kind in found)
        return self._years

    def is_workday(self, day: date) -> bool:
        """Whether the day is worked: by the calendar where it speaks of the day, else by the week."""
        kind = self._differing.get(day) if self.years else None
        return day.weekday() < SATURDAY if kind is None else kind == DayKind.WORKDAY

    def after(self, day: date, count: int) -> date:
        """The working day that is `count` working days after the day, which itself does not count.

        Raises ValueError for a negative count.
        """
        if count < 0:
            raise ValueError("Working days are counted forward.")
        for _number in range(count):
            day = self.on_or_after(day + DAY)
        return day

    def on_or_after(self, day: date) -> date:
        """The day itself when it is worked, else the next working day."""
        while not self.is_workday(day):
            day += DAY
        return day

    def missing(self, first: date, last: date) -> list[int]:
        """The years between the two days that are not entered, from the first on."""
        return [year for year in range(first.year, last.year + 1) if year not in self.years]


def due_on(start: date, deadline: Deadline, workdays: Workdays) -> Due:
    """The last day of a deadline whose event was on `start`."""
    if deadline.unit == "working_days":
        last = workdays.after(start, deadline.count)
        counted_from = min(start + DAY, last)
    else:
        counted_from = start + timedelta(days=deadline.count)
        last = workdays.on_or_after(counted_from)
    missing = workdays.missing(counted_from, last)
    if not missing:
        return Due(last)
    note = _(
        "Counted by the week alone: the holidays of %(years)s are not entered in the calendar yet."
    ) % {"years": ", ".join(map(str, missing))}
    return Due(last, is_certain=False, note=note)
