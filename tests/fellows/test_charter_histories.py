"""The use of a limit over random histories equals a count by hand, and no history passes a limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pi_rows import limited
from preceptor.fellows.charter import authority_in
from preceptor.fellows.choices import LimitKind, LimitPeriod
from preceptor.fellows.models import LimitUse

if TYPE_CHECKING:
    from pi_rows import Programme

pytest_plugins = ["pi_cast"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]

#: Around two turns of a year, one of them after a leap year.
FIRST = date(2023, 12, 20)
DAYS = st.integers(0, 400).map(lambda days: FIRST + timedelta(days=days))
AMOUNTS = st.decimals("0.01", "60", places=2)
PERIODS = st.sampled_from(list(LimitPeriod))


@dataclass
class Decision:
    """One that the head wants to take; `back` days later it is returned, never when None."""

    on: date
    amount: Decimal
    back: int | None


DECISIONS = st.lists(
    st.builds(Decision, DAYS, AMOUNTS, st.none() | st.integers(0, 60)), min_size=1, max_size=12
)


def counted(
    taken: Sequence[tuple[date, Decimal]], period: LimitPeriod, since: date, on: date
) -> Decimal:
    """What is used on the day, by hand: a return is written under the day of its decision."""
    if period == LimitPeriod.ONCE:
        return Decimal(0)
    if period == LimitPeriod.YEAR:
        return sum((amount for day, amount in taken if day.year == on.year), Decimal(0))
    return sum((amount for day, amount in taken if day >= since), Decimal(0))


def written(pis: Programme, on: date, amount: Decimal, returns: LimitUse | None) -> LimitUse:
    return LimitUse.objects.create(
        laboratory=pis.laboratory, kind=LimitKind.BUY, amount=amount, used_before=0, most=100,
        is_within=True, decided_on=on, by_key="k", by_name="甲", returns=returns,
    )  # fmt: skip


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(decisions=DECISIONS, period=PERIODS, since=DAYS)
def test_the_use_is_what_a_count_by_hand_gives_and_never_more_than_the_limit(
    pis: Programme, decisions: list[Decision], period: LimitPeriod, since: date
) -> None:
    with transaction.atomic():
        limited(pis.laboratory, LimitKind.BUY, 100, period, since)
        taken: dict[int, tuple[date, Decimal]] = {}
        uses: dict[int, LimitUse] = {}
        for day, place, is_return in events(decisions):
            if is_return:
                if place in uses:
                    written(pis, day, -uses[place].amount, uses[place])
                    del taken[place]
                continue
            known = authority_in(pis.laboratory, LimitKind.BUY, day)
            amount = decisions[place].amount
            if day < since:
                assert (known.limit, known.covers(amount)) == (None, False)
                continue
            by_hand = counted(list(taken.values()), period, since, day)
            assert known.used == by_hand
            assert known.covers(amount) == (by_hand + amount <= 100)
            if known.covers(amount):
                uses[place], taken[place] = written(pis, day, amount, None), (day, amount)
                assert counted(list(taken.values()), period, since, day) <= 100
        transaction.set_rollback(True)


def events(decisions: Sequence[Decision]) -> list[tuple[date, int, bool]]:
    """Decisions and returns in the order of their days; a decision before its own return."""
    found = [(one.on, place, False) for place, one in enumerate(decisions)]
    found += [
        (one.on + timedelta(days=one.back), place, True)
        for place, one in enumerate(decisions)
        if one.back is not None
    ]
    return sorted(found, key=lambda event: (event[0], event[2], event[1]))
