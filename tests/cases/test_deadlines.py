"""Until when: working days and calendar days over holidays, make-up days and years' ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted
from preceptor.base.models import JournalEntry
from preceptor.cases.actions import (
    adopt_calendar,
    enter_calendar_year,
    remove_calendar_day,
    set_calendar_day,
)
from preceptor.cases.calendars import NewDay, days_off, missing_year, shipped_years
from preceptor.cases.choices import DayKind
from preceptor.cases.deadlines import Workdays, due_on
from preceptor.cases.kinds.kind import Deadline
from preceptor.cases.models import CalendarDay, CalendarYear
from preceptor.institutions.models import Unit
from preceptor.people.models import Account

pytest_plugins = ["cast"]
DAY = timedelta(days=1)


class Shipped(Workdays):
    """The shipped calendar without a database."""

    def __init__(self) -> None:
        years = shipped_years()
        self._years = frozenset(one.year for one in years)
        self._differing = {day.day: day.kind for one in years for day in one.days}


SHIPPED = Shipped()


@pytest.fixture
def workdays() -> Workdays:
    return SHIPPED


def working(count: int) -> Deadline:
    return Deadline(count)


def calendar(count: int) -> Deadline:
    return Deadline(count, "days")


@pytest.mark.parametrize(
    ("start", "count", "last"),
    [
        # Spring Festival 2026 lasts from Sunday 15 to Monday 23 February; Saturday 14 is worked.
        (date(2026, 2, 13), 1, date(2026, 2, 14)),
        (date(2026, 2, 13), 2, date(2026, 2, 24)),
        (date(2026, 2, 18), 1, date(2026, 2, 24)),
        # Saturday 28 February 2026 is worked.
        (date(2026, 2, 27), 1, date(2026, 2, 28)),
        (date(2026, 2, 27), 2, date(2026, 3, 2)),
        # The day of the event does not count, whatever day it is.
        (date(2025, 5, 1), 1, date(2025, 5, 6)),
        # National Day 2025 with Mid-Autumn, and the Saturday that is worked for it.
        (date(2025, 9, 30), 2, date(2025, 10, 10)),
        (date(2025, 9, 30), 3, date(2025, 10, 11)),
        # A leap day is a day like any other.
        (date(2024, 2, 28), 1, date(2024, 2, 29)),
        (date(2024, 2, 28), 2, date(2024, 3, 1)),
        # Over the end of the year: 1 January 2025 is off.
        (date(2024, 12, 31), 1, date(2025, 1, 2)),
        (date(2024, 2, 29), 0, date(2024, 2, 29)),
    ],
)
def test_working_days_follow_the_announced_calendar(
    workdays: Workdays, start: date, count: int, last: date
) -> None:
    found = due_on(start, working(count), workdays)
    assert (found.day, found.is_certain, found.note) == (last, True, "")


@pytest.mark.parametrize(
    ("start", "count", "last"),
    [
        (date(2025, 3, 3), 30, date(2025, 4, 2)),
        # 5 April 2025 is a Saturday of Qingming: the next working day is Monday 7 April.
        (date(2025, 3, 6), 30, date(2025, 4, 7)),
        # A Sunday that is worked is no day off.
        (date(2025, 4, 26), 1, date(2025, 4, 27)),
        # Into the middle of the Spring Festival.
        (date(2026, 1, 18), 30, date(2026, 2, 24)),
        (date(2024, 1, 30), 30, date(2024, 2, 29)),
    ],
)
def test_calendar_days_that_end_on_a_day_off_end_on_the_next_working_day(
    workdays: Workdays, start: date, count: int, last: date
) -> None:
    assert due_on(start, calendar(count), workdays).day == last


def test_a_year_that_is_not_entered_is_counted_by_the_week_and_says_so(workdays: Workdays) -> None:
    found = due_on(date(2026, 12, 30), working(3), workdays)
    assert (found.day, found.is_certain) == (date(2027, 1, 4), False)
    assert "2027" in str(found.note)
    assert due_on(date(2026, 12, 29), working(2), workdays).is_certain
    assert not due_on(date(2026, 12, 2), calendar(30), workdays).is_certain


def test_a_count_backwards_is_no_deadline(workdays: Workdays) -> None:
    with pytest.raises(ValueError, match="forward"):
        workdays.after(date(2026, 3, 2), -1)


@given(
    start=st.dates(date(2023, 1, 1), date(2026, 11, 1)), count=st.integers(1, 40),
    more=st.integers(1, 20),
)  # fmt: skip
def test_counting_on_from_a_last_day_gives_the_same_as_counting_at_once(
    start: date, count: int, more: int
) -> None:
    workdays = SHIPPED
    first = workdays.after(start, count)
    assert workdays.is_workday(first)
    assert workdays.after(first, more) == workdays.after(start, count + more)
    between = [start + DAY * step for step in range(1, (first - start).days + 1)]
    assert sum(map(workdays.is_workday, between)) == count


@given(start=st.dates(date(2023, 1, 1), date(2026, 10, 1)), count=st.integers(1, 60))
def test_a_deadline_never_ends_on_a_day_off_nor_before_its_days_are_over(
    start: date, count: int
) -> None:
    workdays = SHIPPED
    found = due_on(start, calendar(count), workdays).day
    assert workdays.is_workday(found)
    assert found >= start + DAY * count
    assert not any(
        workdays.is_workday(start + DAY * step) for step in range(count, (found - start).days)
    )


@pytest.mark.parametrize(
    ("year", "off", "worked"), [(2023, 18, 7), (2024, 19, 8), (2025, 18, 5), (2026, 19, 6)]
)
def test_what_ships_is_what_the_state_council_announced(year: int, off: int, worked: int) -> None:
    one = next(one for one in shipped_years() if one.year == year)
    kinds = [day.kind for day in one.days]
    assert (kinds.count(DayKind.HOLIDAY), kinds.count(DayKind.WORKDAY)) == (off, worked)
    assert f"{year}年" in one.announcement
    assert "国办发明电" in one.announcement
    assert len({day.day for day in one.days}) == len(one.days)


@pytest.mark.django_db
def test_an_institution_counts_by_its_own_calendar_in_one_query(
    institution: Unit, django_assert_num_queries: object
) -> None:
    assert adopt_calendar(institution=institution, by=OPERATOR) == [2023, 2024, 2025, 2026]
    assert adopt_calendar(institution=institution, by=OPERATOR) == []
    workdays = Workdays(institution)
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert due_on(date(2026, 2, 13), working(2), workdays).day == date(2026, 2, 24)
        assert due_on(date(2023, 9, 28), working(1), workdays).day == date(2023, 10, 7)


@pytest.mark.django_db
def test_an_institution_without_a_calendar_counts_by_the_week(institution: Unit) -> None:
    found = due_on(date(2026, 2, 13), working(1), Workdays(institution))
    assert (found.day, found.is_certain) == (date(2026, 2, 16), False)


@pytest.fixture
def year(institution: Unit) -> Iterator[CalendarYear]:
    adopt_calendar(institution=institution, by=OPERATOR)
    yield CalendarYear.objects.get(institution=institution, year=2026)


@pytest.mark.django_db
def test_the_office_enters_a_year_once_and_corrects_it(institution: Unit, office: Account) -> None:
    days = [*days_off(date(2027, 1, 1), date(2027, 1, 3), "元旦")]
    asked = {"institution": institution, "year": 2027, "announcement": "通知一", "by": office}
    held = enter_calendar_year(days=days, **asked)  # type: ignore[arg-type]
    assert [row.day for row in held.days.all()] == [date(2027, 1, 1)]
    before = JournalEntry.objects.count()
    assert enter_calendar_year(days=days, **asked) == held  # type: ignore[arg-type]
    assert JournalEntry.objects.count() == before
    corrected = [*days, NewDay(date(2027, 1, 9), DayKind.WORKDAY, "元旦")]
    enter_calendar_year(days=corrected, **asked)  # type: ignore[arg-type]
    assert Workdays(institution).is_workday(date(2027, 1, 9))
    line = JournalEntry.objects.latest("number")
    assert line.before and line.after
    assert (line.verb, len(line.before["days"]), len(line.after["days"])) == (
        "calendar.enter",
        1,
        2,
    )


@pytest.mark.django_db
def test_one_day_is_corrected_and_taken_out(year: CalendarYear, office: Account) -> None:
    row = set_calendar_day(
        calendar=year, day=NewDay(date(2026, 12, 31), DayKind.HOLIDAY, "校庆"), by=office
    )
    assert not Workdays(year.institution).is_workday(date(2026, 12, 31))
    remove_calendar_day(day=row, by=office)
    remove_calendar_day(day=row, by=office)
    assert Workdays(year.institution).is_workday(date(2026, 12, 31))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "day",
    [
        NewDay(date(2025, 1, 1), DayKind.HOLIDAY, "元旦"),
        NewDay(date(2026, 3, 7), DayKind.HOLIDAY, "周六"),
        NewDay(date(2026, 3, 9), DayKind.WORKDAY, "周一"),
        NewDay(date(2026, 3, 9), "feast", "周一"),
        NewDay(date(2026, 3, 9), DayKind.HOLIDAY, "  "),
        NewDay(date(2026, 3, 9), DayKind.HOLIDAY, "长" * 41),
    ],
)
def test_a_day_that_says_nothing_new_is_refused(
    year: CalendarYear, office: Account, day: NewDay
) -> None:
    before = CalendarDay.objects.count()
    with pytest.raises(InputRefused, match=day.day.isoformat()):
        set_calendar_day(calendar=year, day=day, by=office)
    assert CalendarDay.objects.count() == before


@pytest.mark.django_db
def test_a_year_without_its_announcement_is_refused(institution: Unit, office: Account) -> None:
    with pytest.raises(InputRefused):
        enter_calendar_year(
            institution=institution, year=2027, announcement=" ", days=[], by=office
        )
    assert not CalendarYear.objects.exists()


@pytest.mark.django_db
def test_only_the_office_edits_the_calendar(
    year: CalendarYear, secretary: Account, leader: Account, trainee: Account
) -> None:
    day = NewDay(date(2026, 12, 31), DayKind.HOLIDAY, "校庆")
    for by in (secretary, leader, trainee):
        with pytest.raises(NotPermitted):
            set_calendar_day(calendar=year, day=day, by=by)
    assert not year.days.filter(day=day.day).exists()


@pytest.mark.django_db
def test_from_october_on_the_next_year_is_missed(year: CalendarYear) -> None:
    assert missing_year(year.institution, date(2026, 9, 30)) is None
    assert missing_year(year.institution, date(2026, 10, 1)) == 2027
    assert missing_year(year.institution, date(2027, 1, 1)) == 2027
