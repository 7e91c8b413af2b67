"""Postdocs, stations, laboratories and partners counted on a day, never from what came after it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from preceptor.fellows.models import Postdoc
from preceptor.reports.figures.keys import record_keys
from preceptor.reports.models import Census, FigureValue

Value = Callable[..., Decimal | None]
Figure = Callable[..., FigureValue]


def of_university(value: Value, key: str) -> Decimal | None:
    return value(key, "SMALL")


def keys(*numbers: str) -> list[int]:
    return sorted(Postdoc.objects.filter(number__in=numbers).values_list("pk", flat=True))


def test_start_and_entries_less_those_who_left_are_those_at_the_end(
    census: Census, value: Value
) -> None:
    start = of_university(value, "postdoc.start")
    entered = of_university(value, "postdoc.entered")
    left = [of_university(value, f"postdoc.{how}") or 0 for how in ("exited", "withdrawn")]
    assert (start, entered, left) == (4, 3, [2, 1])
    assert of_university(value, "postdoc.in_station") == 4


def test_who_enters_after_the_day_or_leaves_on_it_is_not_in_station(
    census: Census, figure: Figure
) -> None:
    inside = figure("postdoc.in_station", "SMALL")
    assert list(record_keys(inside)) == keys("P1", "P4", "P5", "P7")


def test_a_change_of_track_is_no_entry_and_counts_in_its_new_track(
    census: Census, value: Value
) -> None:
    assert of_university(value, "postdoc.entered_by_track.basic") == 3
    assert of_university(value, "postdoc.in_station_by_track.dual") == 1
    assert of_university(value, "postdoc.in_station_by_track.basic") == 3


def test_three_years_of_entries_and_how_many_of_them_are_still_there(
    census: Census, figure: Figure, value: Value
) -> None:
    assert of_university(value, "postdoc.entered_three_years") == 6
    assert figure("postdoc.entered_three_years", "SMALL").period == "Y2021TO2023"
    assert of_university(value, "postdoc.retained") == 4
    assert of_university(value, "postdoc.retained_pct") == Decimal("66.67")


def test_a_project_counts_where_it_began_while_its_member_was_in_station(
    census: Census, value: Value
) -> None:
    assert of_university(value, "postdoc.projects") == 2
    assert of_university(value, "postdoc.projects_by_level.national") == 1
    assert of_university(value, "postdoc.projects_per_head") == Decimal("0.50")


def test_money_given_is_that_of_the_year(census: Census, value: Value) -> None:
    assert of_university(value, "postdoc.support") == 600
    assert of_university(value, "postdoc.support_per_head") == Decimal("150.00")


def test_what_came_of_it_counts_each_work_once(census: Census, value: Value) -> None:
    assert of_university(value, "cycle.papers") == 1
    assert of_university(value, "cycle.patents") == 1
    assert of_university(value, "cycle.translated") == 400
    assert of_university(value, "cycle.translated_per_head") == Decimal("100.00")
    assert of_university(value, "cycle.with_first_project") == 2
    assert of_university(value, "cycle.days_to_project") == 30
    assert of_university(value, "cycle.mean_days_to_project") == Decimal("15.0")
    assert of_university(value, "cycle.heads_per_host") == Decimal("4.00")


def test_a_station_opened_after_the_day_covers_no_discipline(census: Census, value: Value) -> None:
    assert of_university(value, "station.open.mobile") == 2
    assert of_university(value, "station.open.workstation") == 1
    assert of_university(value, "station.disciplines") == 4
    assert of_university(value, "station.covered") == 2


def test_principal_investigators_are_those_in_office_on_the_day(
    census: Census, value: Value
) -> None:
    assert of_university(value, "pi.appointed") == 2
    assert of_university(value, "pi.from_abroad") == 1
    assert of_university(value, "pi.laboratories") == 2
    assert of_university(value, "pi.verdicts.renew") == 1
    assert of_university(value, "pi.released") == 100


def test_partners_are_told_apart_by_ever_and_active(census: Census, value: Value) -> None:
    assert of_university(value, "joint.partners_ever") == 3
    assert of_university(value, "joint.partners_active") == 1
    assert of_university(value, "joint.countries_ever") == 2
    assert of_university(value, "joint.countries_active") == 1
    assert of_university(value, "joint.agreements.exchange") == 2
    assert of_university(value, "joint.events.visit_in") == 5
    assert of_university(value, "joint.abroad.DE") == 1


def test_a_platform_under_construction_is_not_in_operation(census: Census, value: Value) -> None:
    assert of_university(value, "platform.operating.national") == 1
    assert of_university(value, "platform.construction.national") == 1
