"""Platforms: what they are on a day, and who builds them together."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken, ValidationError
from preceptor.base.models import JournalEntry
from preceptor.institutions.access import visible_platforms
from preceptor.institutions.actions import (
    add_co_builder,
    change_platform_state,
    end_co_builder,
    open_unit,
    register_platform,
)
from preceptor.institutions.models import CoBuilder, Platform, PlatformSpan, Unit
from preceptor.institutions.queries import platforms_on
from preceptor.people.models import Account

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
BEGUN, OPENED = date(2019, 3, 1), date(2022, 6, 1)


def opened(code: str, upper: Unit | None, kind: str = "hospital") -> Unit:
    return open_unit(
        upper=upper, code=code, kind=kind, name_zh=f"单位{code}", name_en=f"Unit {code}",
        valid_from=date(1951, 6, 1), by=OPERATOR,
    )  # fmt: skip


@pytest.fixture
def university() -> Unit:
    return opened("YT", None, "university")


@pytest.fixture
def hospital(university: Unit) -> Unit:
    return opened("YT-01", university)


def registered(university: Unit, unit: Unit, code: str = "P1", **more: Any) -> Platform:
    given = {
        "kind": "key_laboratory", "level": "national", "name_zh": f"重点实验室{code}",
        "state": "construction", "valid_from": BEGUN, **more,
    }  # fmt: skip
    return register_platform(institution=university, unit=unit, code=code, by=OPERATOR, **given)


def states(university: Unit, day: date) -> list[tuple[str, str, date]]:
    return [(row.platform.code, row.state, row.since) for row in platforms_on(university, day)]


def test_a_platform_is_under_construction_then_in_operation_then_closed(
    university: Unit, hospital: Unit
) -> None:
    row = registered(university, hospital)
    change_platform_state(platform=row, state="operating", valid_from=OPENED, by=OPERATOR)
    change_platform_state(platform=row, state="closed", valid_from=date(2025, 1, 1), by=OPERATOR)
    assert states(university, BEGUN - DAY) == []
    assert states(university, OPENED - DAY) == [("P1", "construction", BEGUN)]
    assert states(university, OPENED) == [("P1", "operating", OPENED)]
    assert states(university, date(2026, 1, 1)) == [("P1", "closed", date(2025, 1, 1))]


def test_a_state_that_cannot_follow_is_refused_and_nothing_changes(
    university: Unit, hospital: Unit
) -> None:
    row = registered(university, hospital)
    with pytest.raises(RuleBroken, match="2019-03-01"):
        change_platform_state(platform=row, state="operating", valid_from=BEGUN, by=OPERATOR)
    change_platform_state(platform=row, state="closed", valid_from=OPENED, by=OPERATOR)
    with pytest.raises(RuleBroken, match="重点实验室P1"):
        change_platform_state(platform=row, state="operating", valid_from=OPENED + DAY, by=OPERATOR)
    again = change_platform_state(platform=row, state="closed", valid_from=OPENED, by=OPERATOR)
    assert again.valid_from == OPENED
    assert PlatformSpan.objects.known().filter(platform=row).count() == 2


def test_the_same_platform_again_changes_nothing_and_another_of_its_code_is_refused(
    university: Unit, hospital: Unit
) -> None:
    row = registered(university, hospital)
    assert registered(university, hospital) == row
    lines = JournalEntry.objects.filter(verb="platform.register")
    assert lines.count() == 1
    other = opened("OT", None, "university")
    for wrong in ({"level": "city"}, {"code": "P2", "unit": other}):
        given = {"unit": hospital, **wrong}
        with pytest.raises(RuleBroken):
            registered(university, **given)
    with pytest.raises(RuleBroken):
        registered(other, other, "P1", upper=row)
    for word in ({"kind": "palace"}, {"level": "world"}, {"name_zh": " "}):
        with pytest.raises(ValidationError):
            registered(university, hospital, "P3", **word)
    with pytest.raises(InputRefused, match="asleep"):
        registered(university, hospital, "P4", state="asleep")
    assert Platform.objects.count() == PlatformSpan.objects.count() == 1


def test_co_builders_are_known_by_the_day(university: Unit, hospital: Unit) -> None:
    row = registered(university, hospital)
    college = opened("YT-02", university, "college")
    inside = add_co_builder(platform=row, unit=college, valid_from=BEGUN, by=OPERATOR)
    add_co_builder(platform=row, name="某制药公司", valid_from=OPENED, by=OPERATOR)
    assert add_co_builder(platform=row, unit=college, valid_from=BEGUN, by=OPERATOR) == inside

    def builders(day: date) -> list[str]:
        [found] = platforms_on(university, day)
        return [one.name or one.unit.code for one in found.co_builders if one.name or one.unit]

    assert builders(OPENED - DAY) == ["YT-02"]
    assert builders(OPENED) == ["YT-02", "某制药公司"]
    ended = end_co_builder(co_builder=inside, last_on=OPENED, by=OPERATOR)
    assert ended is not None and builders(OPENED + DAY) == ["某制药公司"]
    assert end_co_builder(co_builder=ended, last_on=OPENED, by=OPERATOR) == ended
    with pytest.raises(RuleBroken):
        end_co_builder(co_builder=inside, last_on=OPENED, by=OPERATOR)
    assert end_co_builder(co_builder=ended, last_on=BEGUN - DAY, by=OPERATOR) is None
    assert builders(OPENED) == ["某制药公司"]


def test_co_builders_that_cannot_be_are_refused(university: Unit, hospital: Unit) -> None:
    row = registered(university, hospital)
    other = opened("OT", None, "university")
    add_co_builder(platform=row, name="某公司", valid_from=BEGUN, valid_to=OPENED, by=OPERATOR)

    def add(**given: Any) -> None:
        add_co_builder(platform=row, by=OPERATOR, **{"valid_from": OPENED, **given})

    for wrong in ({}, {"unit": other, "name": "两者"}):
        with pytest.raises(InputRefused):
            add(**wrong)
    for refused in ({"unit": hospital}, {"unit": other}, {"name": "某公司"},
                    {"name": "乙", "valid_to": OPENED - DAY}):  # fmt: skip
        with pytest.raises(RuleBroken):
            add(**refused)
    add(name="某公司", valid_from=OPENED + DAY)
    assert CoBuilder.objects.count() == 2


def test_platforms_are_kept_by_the_operator_and_read_by_whoever_is_signed_in(
    university: Unit, hospital: Unit
) -> None:
    row = registered(university, hospital)
    reader = Account.objects.create(login="reader", name="reader")
    assert visible_platforms(reader).get() == row
    assert not visible_platforms(AnonymousUser()).exists()
    with pytest.raises(NotPermitted):
        change_platform_state(platform=row, state="operating", valid_from=OPENED, by=reader)
    with pytest.raises(NotPermitted):
        add_co_builder(platform=row, name="越权", valid_from=OPENED, by=reader)
    assert states(university, OPENED) == [("P1", "construction", BEGUN)]


def test_many_platforms_are_read_in_two_queries(
    university: Unit, hospital: Unit, django_assert_num_queries: Any
) -> None:
    for number in range(6):
        row = registered(university, hospital, f"P{number}")
        add_co_builder(platform=row, name="某公司", valid_from=BEGUN, by=OPERATOR)
    with django_assert_num_queries(2):
        found = platforms_on(university, OPENED)
    assert [len(row.co_builders) for row in found] == [1] * 6
