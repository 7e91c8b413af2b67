"""Costs of a joint school: shares that add up, and who owes whom to the fen."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joint_rows import sign
from preceptor.base.actors import OPERATOR
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.today import today
from preceptor.joint.actions import record_cost, renew_agreement, set_share
from preceptor.joint.models import Agreement, AgreementParty, Cost, CostShare
from preceptor.joint.queries import Settlement, settlement, shares_on
from preceptor.joint.settling import WHOLE, split, transfers
from preceptor.people.models import Account

if TYPE_CHECKING:
    from cast import Cast
    from joint_rows import Joint

pytest_plugins = ["cast", "joint_cast"]
FIRST = date(2025, 1, 1)
DAY = timedelta(days=1)


@st.composite
def shares(draw: st.DrawFn) -> dict[tuple[str, int], int]:
    cuts = sorted(draw(st.lists(st.integers(0, WHOLE), max_size=4)))
    bounds = [0, *cuts, WHOLE]
    return {("partner", key): bounds[key + 1] - bounds[key] for key in range(len(bounds) - 1)}


@given(fen=st.integers(0, 10**14), table=shares())
def test_a_split_loses_no_fen_and_gives_each_side_its_part_to_the_fen(
    fen: int, table: dict[tuple[str, int], int]
) -> None:
    parts = split(fen, table)
    assert sum(parts.values()) == fen
    for side, share in table.items():
        assert abs(parts[side] - Fraction(fen * share, WHOLE)) < 1
        assert parts[side] == 0 or share > 0


@given(fen=st.integers(0, 10**8), table=shares())
def test_a_smaller_share_never_pays_more(fen: int, table: dict[tuple[str, int], int]) -> None:
    parts = split(fen, table)
    ordered = sorted(table, key=lambda side: (table[side], parts[side]))
    assert [parts[side] for side in ordered] == sorted(parts.values())


@given(st.lists(st.integers(-(10**12), 10**12), max_size=6))
def test_payments_even_all_accounts_out_with_fewer_payments_than_sides(balances: list[int]) -> None:
    held = {("unit", key): fen for key, fen in enumerate([*balances, -sum(balances)])}
    found = transfers(held)
    assert len(found) < max(2, sum(1 for fen in held.values() if fen))
    left = dict(held)
    for debtor, creditor, fen in found:
        assert fen > 0 and held[debtor] < 0 < held[creditor]
        left[debtor] += fen
        left[creditor] -= fen
    assert set(left.values()) <= {0}


@pytest.mark.parametrize(
    "table", [{("unit", 1): 9_999}, {("unit", 1): 12_000, ("unit", 2): -2_000}]
)
def test_shares_that_do_not_add_up_split_nothing(table: dict[tuple[str, int], int]) -> None:
    with pytest.raises(ValueError):
        split(100, table)


def agree(joint: Joint, own: int, first: date = FIRST, purpose: str = "实验室", **more: Any) -> Any:
    table = {joint.home_side: own, joint.partner_side: WHOLE - own}
    return set_share(
        school=joint.school, purpose=purpose, shares=table, valid_from=first,
        **{"by": OPERATOR, **more},
    )  # fmt: skip


def spend(joint: Joint, party: AgreementParty, amount: str, day: date = FIRST, **more: Any) -> Cost:
    return record_cost(
        school=joint.school, party=party, amount_cny=Decimal(amount), spent_on=day,
        **{"purpose": "实验室", "by": OPERATOR, **more},
    )  # fmt: skip


def owes(found: Settlement) -> list[tuple[str, str, Decimal]]:
    return [(row.debtor.name_zh, row.creditor.name_zh, row.amount_cny) for row in found.payments]


@pytest.mark.django_db
def test_who_paid_more_than_its_share_is_owed_the_rest(cast: Cast, joint: Joint) -> None:
    agree(joint, 6_000)
    spend(joint, joint.home_side, "1000.01")
    assert spend(joint, joint.partner_side, "200.00") == spend(joint, joint.partner_side, "200.00")
    found = settlement(joint.school, 2025)
    assert owes(found) == [("汀南理工大学", "医工联合学院", Decimal("280.00"))]
    paid = {row.name_zh: (row.paid_cny, row.part_cny, row.balance_cny) for row in found.accounts}
    assert paid == {
        "医工联合学院": (Decimal("1000.01"), Decimal("720.01"), Decimal("280.00")),
        "汀南理工大学": (Decimal("200"), Decimal("480.00"), Decimal("-280.00")),
    }
    assert settlement(joint.school, 2024).payments == settlement(joint.school, 2026).payments == ()


@pytest.mark.django_db
def test_a_cost_is_split_by_the_shares_of_its_day(cast: Cast, joint: Joint) -> None:
    agree(joint, 10_000)
    agree(joint, 0, date(2025, 7, 1))
    spend(joint, joint.home_side, "100", date(2025, 6, 30))
    spend(joint, joint.home_side, "7", date(2025, 7, 1))
    assert owes(settlement(joint.school, 2025)) == [
        ("汀南理工大学", "医工联合学院", Decimal("7.00"))
    ]
    on = {day: shares_on(joint.school, day)["实验室"] for day in (FIRST, date(2025, 7, 1))}
    assert [[row.share_e4 for row in rows] for rows in on.values()] == [[10_000, 0], [0, 10_000]]
    assert shares_on(joint.school, FIRST - DAY) == {}


@pytest.mark.django_db
def test_costs_without_shares_are_named_and_in_no_account(cast: Cast, joint: Joint) -> None:
    agree(joint, 5_000, valid_to=date(2025, 3, 31))
    with pytest.raises(RuleBroken, match="实验室"):
        spend(joint, joint.home_side, "10", date(2025, 4, 1))
    cost = Cost.objects.create(
        school=joint.school, party=joint.home_side, purpose="差旅", amount_cny=10, spent_on=FIRST
    )
    found = settlement(joint.school, 2025)
    assert (found.unshared, found.accounts, found.payments) == ((cost,), (), ())


@pytest.mark.django_db
def test_shares_add_up_on_every_day_or_are_refused(cast: Cast, joint: Joint) -> None:
    rows = agree(joint, 6_000)
    assert {row.pk for row in agree(joint, 6_000)} == {row.pk for row in rows}
    with pytest.raises(RuleBroken, match="99"):
        set_share(
            school=joint.school, purpose="差旅", valid_from=FIRST, by=OPERATOR,
            shares={joint.home_side: 5_000, joint.partner_side: 4_999},
        )  # fmt: skip
    with pytest.raises(RuleBroken):
        set_share(school=joint.school, purpose="差旅", valid_from=FIRST, by=OPERATOR, shares={})
    with pytest.raises(RuleBroken, match="2025-01-01"):
        agree(joint, 5_000)
    with pytest.raises(RuleBroken, match="2025-01-01"):
        agree(joint, 5_000, FIRST - DAY)
    with pytest.raises(RuleBroken):
        agree(joint, 5_000, date(2026, 1, 1), valid_to=FIRST)
    for day in (FIRST, today(), date(2030, 1, 1)):
        held = CostShare.objects.on(day).filter(school=joint.school, purpose="实验室")
        assert sum(row.share_e4 for row in held) == WHOLE
    assert CostShare.objects.count() == 2


@pytest.mark.django_db
def test_costs_that_cannot_be_are_refused(cast: Cast, joint: Joint, peer_office: Account) -> None:
    agree(joint, 6_000)
    for amount in ("0", "-5", "1.005"):
        with pytest.raises(RuleBroken):
            spend(joint, joint.home_side, amount)
    with pytest.raises(RuleBroken):
        spend(joint, joint.home_side, "5", today() + DAY)
    other = AgreementParty.objects.create(
        agreement=Agreement.objects.create(
            institution=cast.institution, unit=cast.general, number="X", kind="strategic",
            title_zh="别的协议",
        ),
        unit=cast.general,
    )  # fmt: skip
    with pytest.raises(InputRefused):
        spend(joint, other, "5")
    for write in (spend, agree):
        with pytest.raises(NotPermitted):
            write(joint, *((joint.home_side, "5") if write is spend else (1_000,)), by=peer_office)
    assert not Cost.objects.exists() and CostShare.objects.count() == 2


@pytest.mark.django_db
def test_a_side_stays_one_side_when_the_agreement_is_renewed(cast: Cast, joint: Joint) -> None:
    agree(joint, 5_000)
    spend(joint, joint.home_side, "100")
    last = today() - DAY
    Agreement.objects.filter(pk=joint.agreement.pk).update(ends_on=last)
    renewal = sign(
        renew_agreement(
            agreement=joint.agreement, number="R-1", starts_on=today(),
            ends_on=today() + 365 * DAY, by=OPERATOR,
        )
    )  # fmt: skip
    partner = renewal.parties.get(partner=joint.partner)
    spend(joint, partner, "60")
    found = settlement(joint.school, 2025)
    assert len(found.accounts) == 2
    assert owes(found) == [("汀南理工大学", "医工联合学院", Decimal("20.00"))]
