"""The clock of the time in stations: across stations and institutions, leaves, leap days, moves."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from new_fellows import ENTRY, Fellows, first_level, mobile
from preceptor.base.actors import OPERATOR
from preceptor.fellows.actions import (
    change_stay,
    end_leave,
    enter_postdoc,
    leave_station,
    record_leave,
)
from preceptor.fellows.choices import IntakeSource, LeaveKind, StayEnd, Track
from preceptor.fellows.clock import days_in_stations, days_of, merged
from preceptor.fellows.models import Leave, Postdoc, Stay
from preceptor.institutions.actions import open_unit

pytest_plugins = ["fellow_cast"]
pytestmark = pytest.mark.django_db
NONE: frozenset[LeaveKind] = frozenset()
MATERNITY = frozenset({LeaveKind.MATERNITY})


def clock(fellows: Fellows, on: date, stops: frozenset[LeaveKind] = NONE) -> int:
    return days_in_stations(fellows.persons["P1"], on, stops)


def test_the_clock_counts_whole_days_before_the_day_and_leap_days_too(fellows: Fellows) -> None:
    assert clock(fellows, ENTRY) == 0
    assert clock(fellows, ENTRY + timedelta(days=1)) == 1
    # September 2023 to August 2024 holds the 29th of February 2024.
    assert clock(fellows, date(2024, 9, 1)) == 366
    assert clock(fellows, date(2025, 9, 1)) == 366 + 365


def test_a_day_before_the_entry_has_nothing_on_the_clock(fellows: Fellows) -> None:
    assert clock(fellows, date(2020, 1, 1)) == 0
    assert days_in_stations(fellows.persons["P2"], date(2026, 1, 1), NONE) == 0


def test_a_change_of_track_neither_stops_nor_doubles_the_clock(fellows: Fellows) -> None:
    before = clock(fellows, date(2025, 1, 1))
    change_stay(postdoc=fellows.xu, on=date(2024, 2, 29), track=Track.DUAL, by=fellows.personnel)
    assert clock(fellows, date(2025, 1, 1)) == before


def test_terms_in_two_institutions_count_together_and_the_time_between_does_not(
    fellows: Fellows,
) -> None:
    leave_station(postdoc=fellows.xu, goes_by=StayEnd.TRANSFER, on=date(2024, 3, 1), by=OPERATOR)
    other = open_unit(
        upper=None, code="TN", kind="university", name_zh="汀南医科大学", name_en="Tingnan",
        valid_from=date(1960, 1, 1), by=OPERATOR,
    )  # fmt: skip
    station = mobile(other, "LD-0710", first_level("0710", "生物学", "Biology"))
    enter_postdoc(
        person=fellows.persons["P1"], station=station, number="B9", track=Track.BASIC,
        intake=IntakeSource.OWN, entered_on=date(2024, 4, 1), term_ends_on=date(2026, 3, 31),
        follows=Postdoc.objects.get(pk=fellows.xu.pk), by=OPERATOR,
    )  # fmt: skip
    first = (date(2024, 3, 1) - ENTRY).days
    assert clock(fellows, date(2024, 4, 1)) == first
    assert clock(fellows, date(2024, 5, 1)) == first + 30


def test_only_leaves_of_kinds_that_stop_the_clock_are_taken_off_both_days_included(
    fellows: Fellows,
) -> None:
    for kind, month in ((LeaveKind.MATERNITY, 2), (LeaveKind.ILLNESS, 4)):
        record_leave(
            postdoc=fellows.xu, kind=kind, first_on=date(2024, month, 1),
            last_on=date(2024, month, 29), by=fellows.personnel,
        )  # fmt: skip
    whole = (date(2025, 1, 1) - ENTRY).days
    assert clock(fellows, date(2025, 1, 1)) == whole
    assert clock(fellows, date(2025, 1, 1), MATERNITY) == whole - 29
    assert clock(fellows, date(2024, 2, 11), MATERNITY) == (date(2024, 2, 11) - ENTRY).days - 10


@pytest.mark.parametrize(
    ("returned", "stopped"),
    [(date(2024, 2, 11), 10), (date(2024, 2, 1), 0), (date(2024, 3, 20), 29)],
    ids=["earlier than granted", "on its first day", "late"],
)
def test_an_early_return_starts_the_clock_and_a_late_one_does_not_stop_it_longer(
    fellows: Fellows, returned: date, stopped: int
) -> None:
    leave = record_leave(
        postdoc=fellows.xu, kind=LeaveKind.MATERNITY, first_on=date(2024, 2, 1),
        last_on=date(2024, 2, 29), by=fellows.personnel,
    )  # fmt: skip
    end_leave(leave=leave, returned_on=returned, by=fellows.personnel)
    whole = (date(2025, 1, 1) - ENTRY).days
    assert clock(fellows, date(2025, 1, 1), MATERNITY) == whole - stopped


OFFSETS = st.tuples(st.integers(0, 60), st.integers(1, 30))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    stays=st.lists(OFFSETS, max_size=4),
    leaves=st.lists(OFFSETS, max_size=4),
    on=st.integers(0, 99),
)
@example(stays=[(0, 30), (30, 30), (10, 5)], leaves=[(25, 10), (30, 2)], on=60)
def test_any_stays_and_leaves_give_what_counting_the_days_gives(
    fellows: Fellows, stays: list[tuple[int, int]], leaves: list[tuple[int, int]], on: int
) -> None:
    base, day = date(2024, 2, 1), timedelta(days=1)
    present = {b + n for b, length in stays for n in range(length)}
    away = {b + n for b, length in leaves for n in range(length)}
    with transaction.atomic():
        Stay.objects.all().delete()
        for begins, length in stays:
            Stay.objects.create(
                postdoc=fellows.xu, institution=fellows.institution, station=fellows.station,
                track="basic", intake="own", begins_on=base + begins * day, comes_by="entry",
                ends_on=base + (begins + length) * day, goes_by="exit",
            )  # fmt: skip
        for begins, length in leaves:
            Leave.objects.create(
                postdoc=fellows.xu, kind=LeaveKind.MATERNITY, first_on=base + begins * day,
                last_on=base + (begins + length - 1) * day,
            )  # fmt: skip
        found = clock(fellows, base + on * day, MATERNITY)
        transaction.set_rollback(True)
    assert found == len({offset for offset in present - away if offset < on})


def test_many_persons_cost_one_query(fellows: Fellows, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = days_of([one.pk for one in fellows.persons.values()], date(2025, 9, 1), MATERNITY)
    assert sorted(found.values())[-2:] == [0, 731]


def test_spans_that_touch_become_one() -> None:
    a, b, c = date(2024, 2, 28), date(2024, 3, 1), date(2024, 3, 5)
    assert merged([(b, c), (a, b)]) == [(a, c)]
