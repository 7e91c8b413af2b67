"""What is written twice stands once, and what lies beyond the term or ahead of today is refused."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from new_fellows import ENTRY, Fellows
from preceptor.base.errors import RuleBroken
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.fellows.actions import (
    add_host,
    leave_station,
    record_ground,
    record_months,
    set_funding,
    take_back_ground,
)
from preceptor.fellows.choices import GroundKind, MonthKind, Payer, StayEnd, SupportKind
from preceptor.fellows.models import FundingShare, Ground, Host, Postdoc, Stay, TrackMonths

pytest_plugins = ["fellow_cast"]
pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


def lines(verb: str) -> int:
    return JournalEntry.objects.filter(verb=verb).count()


def test_a_finding_recorded_twice_is_one_until_it_is_taken_back(fellows: Fellows) -> None:
    found: dict[str, Any] = {
        "postdoc": fellows.xu, "kind": GroundKind.ABSENCE, "found_on": today(), "days": 8,
        "first_on": today() - 20 * A_DAY, "by": fellows.personnel,
    }  # fmt: skip
    first = record_ground(**found)
    assert record_ground(**found) == first and lines("postdoc.ground") == 1
    assert record_ground(**found | {"days": 9}) != first
    take_back_ground(ground=first, reason="考勤更正", by=fellows.personnel)
    assert record_ground(**found) != first
    assert Ground.objects.count() == 3


def test_a_share_recorded_twice_is_one_and_ended_twice_is_ended_once(fellows: Fellows) -> None:
    share: dict[str, Any] = {
        "postdoc": fellows.xu, "payer": Payer.HOST, "purpose": SupportKind.SALARY,
        "amount_cny": Decimal(200_000), "since": today(), "by": fellows.personnel,
    }  # fmt: skip
    first = set_funding(**share)
    assert set_funding(**share) == first and lines("postdoc.funding") == 1
    assert FundingShare.objects.count() == 1
    for _time in range(2):
        assert set_funding(**share | {"amount_cny": Decimal(0)}) is None
    assert lines("postdoc.funding") == 2 and not FundingShare.objects.known().exists()


def months(fellows: Fellows, first: date, last: date, **more: Any) -> TrackMonths:
    return record_months(
        postdoc=fellows.xu, kind=MonthKind.CLINICAL, place="心内科", first_month=first,
        last_month=last, by=fellows.personnel, **more,
    )  # fmt: skip


def test_months_are_spent_up_to_the_present_one_and_no_further(fellows: Fellows) -> None:
    with time_machine.travel("2024-02-29T04:00:00+00:00", tick=False):
        with pytest.raises(RuleBroken):
            months(fellows, date(2024, 1, 1), date(2024, 3, 1))
        assert months(fellows, ENTRY, date(2024, 2, 29)).last_month == date(2024, 2, 1)
        assert months(fellows, date(2024, 3, 1), date(2025, 8, 31), is_planned=True).is_planned


def test_no_months_lie_after_the_day_of_leaving(fellows: Fellows) -> None:
    leave_station(
        postdoc=fellows.xu, goes_by=StayEnd.EXIT, on=date(2025, 8, 31), by=fellows.personnel
    )
    with pytest.raises(RuleBroken):
        months(fellows, date(2025, 8, 1), date(2025, 9, 1))
    assert months(fellows, date(2025, 8, 1), date(2025, 8, 1)).pk


def test_a_supervisor_who_comes_after_the_end_was_decided_supervises_up_to_it(
    fellows: Fellows,
) -> None:
    ahead = today() + 40 * A_DAY
    Postdoc.objects.update(left_on=ahead)
    Stay.objects.update(ends_on=ahead, goes_by=StayEnd.EXIT)
    given: dict[str, Any] = {
        "postdoc": fellows.xu, "person": fellows.persons["T2"], "by": fellows.personnel
    }  # fmt: skip
    first = add_host(**given, on=today())
    assert (first.valid_to, add_host(**given, on=today())) == (ahead, first)
    with pytest.raises(RuleBroken):
        add_host(**given | {"person": fellows.persons["E1"]}, on=ahead + A_DAY)
    assert not Host.objects.filter(person=fellows.persons["E1"]).exists()
