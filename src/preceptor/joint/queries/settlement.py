"""The accounts between the sides of a joint school."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ..models import AgreementParty, Cost, CostShare, JointSchool
from ..settling import split, transfers

#: A side of an agreement: "partner" or "unit", and its key. It stays the same when an agreement is
#: renewed, while the rows of its parties do not.
Side = tuple[str, int]

#: The share of each side in the costs for a purpose, in hundredths of a per cent, by side.
Table = tuple[tuple[Side, int], ...]


@dataclass(frozen=True)
class SideAccount:
    """What a side of a joint school paid in a year, and what of the shared costs is its part; CNY."""

    side: Side
    name_zh: str
    name_en: str
    paid_cny: Decimal
    part_cny: Decimal

    @property
    def balance_cny(self) -> Decimal:
        """What it is owed; below zero what it owes."""
        return self.paid_cny - self.part_cny


@dataclass(frozen=True)
class Payment:
    """Who pays whom how much, in CNY."""

    debtor: SideAccount
    creditor: SideAccount
    amount_cny: Decimal


@dataclass(frozen=True)
class Settlement:
    """The accounts of a joint school for a year: each side's, the payments that even them out, and
    the costs for which no shares are agreed (they are in no account)."""

    year: int
    accounts: tuple[SideAccount, ...]
    payments: tuple[Payment, ...]
    unshared: tuple[Cost, ...]


def settlement(school: JointSchool, year: int) -> Settlement:
    """Who owes whom for the costs that the joint school spent in the calendar year.

    The costs of one purpose under one table of shares are added up and split exact to the fen, by
    largest remainder; so what all sides bear is what all sides paid. Raises ValueError for a table
    of shares that does not add up to 10,000, which no action writes. Two queries.
    """
    shares, unshared = _shares(school), []
    names = {side_of(row.party): _name(row.party) for rows in shares.values() for row in rows}
    paid: dict[Side, int] = defaultdict(int)
    pots: dict[tuple[str, Table], int] = defaultdict(int)
    rows = school.costs.filter(spent_on__year=year).select_related("party__partner", "party__unit")
    for cost in rows.order_by("spent_on", "pk"):
        table = _table(shares.get(cost.purpose, ()), cost.spent_on)
        if not table:
            unshared.append(cost)
            continue
        side = side_of(cost.party)
        names[side] = _name(cost.party)
        paid[side] += _fen(cost.amount_cny)
        pots[cost.purpose, table] += _fen(cost.amount_cny)
    return _settled(year, paid, pots, unshared, names)


def _settled(
    year: int, paid: Mapping[Side, int], pots: Mapping[tuple[str, Table], int], unshared: Iterable[Cost],
    names: Mapping[Side, tuple[str, str]],
) -> Settlement:  # fmt: skip
    parts: dict[Side, int] = defaultdict(int)
    for (_, table), fen in pots.items():
        for side, part in split(fen, dict(table)).items():
            parts[side] += part
    accounts = {
        side: SideAccount(side, *names[side], _cny(paid.get(side, 0)), _cny(parts.get(side, 0)))
        for side in sorted(paid.keys() | parts.keys())
    }
    balances = {side: paid.get(side, 0) - parts.get(side, 0) for side in accounts}
    payments = [
        Payment(accounts[debtor], accounts[creditor], _cny(fen))
        for debtor, creditor, fen in transfers(balances)
    ]
    return Settlement(year, tuple(accounts.values()), tuple(payments), tuple(unshared))


def _shares(school: JointSchool) -> dict[str, list[CostShare]]:
    """The known shares by purpose."""
    found: dict[str, list[CostShare]] = defaultdict(list)
    rows = (
        CostShare.objects.known()
        .filter(school=school)
        .select_related("party__partner", "party__unit")
    )
    for row in rows.order_by("pk"):
        found[row.purpose].append(row)
    return found


def _table(rows: Collection[CostShare], day: date) -> Table:
    """The shares on the day; empty where none are agreed."""
    return tuple(sorted((side_of(row.party), row.share_e4) for row in rows if row.is_true_on(day)))


def shares_on(school: JointSchool, day: date) -> dict[str, list[CostShare]]:
    """The shares of each side on the day, by purpose; one query."""
    found = _shares(school)
    tables = {name: [row for row in rows if row.is_true_on(day)] for name, rows in found.items()}
    return {name: rows for name, rows in sorted(tables.items()) if rows}


def side_of(party: AgreementParty) -> Side:
    """Which side the party is, whatever agreement it signed."""
    if party.partner_id is not None:
        return ("partner", party.partner_id)
    return ("unit", party.unit_id or 0)


def _name(party: AgreementParty) -> tuple[str, str]:
    named = party.partner or party.unit
    return (named.name_zh, named.name_en) if named is not None else ("", "")


def _fen(amount: Decimal) -> int:
    return int(amount * 100)


def _cny(fen: int) -> Decimal:
    return Decimal(fen) / 100
