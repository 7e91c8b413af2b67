"""The arithmetic of shared costs: exact to the fen, nothing lost and nothing made by rounding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

Side = TypeVar("Side", bound=tuple[str, int])

#: Shares are in hundredths of a per cent.
WHOLE = 10_000


def split(fen: int, shares: Mapping[Side, int]) -> dict[Side, int]:
    """An amount in fen by shares that add up to 10,000: each side the whole fen of its part, and the
    fen that remain one each to the largest remainders; of equal ones the first side in order.

    Raises ValueError for shares that do not add up, or an amount below zero.
    """
    if sum(shares.values()) != WHOLE or fen < 0 or min(shares.values()) < 0:
        raise ValueError(f"{fen} fen cannot be split by {dict(shares)}")
    exact = {side: divmod(fen * share, WHOLE) for side, share in sorted(shares.items())}
    parts = {side: whole for side, (whole, _) in exact.items()}
    rest = fen - sum(parts.values())
    for side in sorted(exact, key=lambda one: (-exact[one][1], one))[:rest]:
        parts[side] += 1
    return parts


def transfers(balances: Mapping[Side, int]) -> list[tuple[Side, Side, int]]:
    """Who pays whom how many fen so that every balance becomes zero: the largest debt to the largest
    claim first, fewer payments than sides. A balance above zero is a claim.

    Raises ValueError for balances that do not cancel out.
    """
    if sum(balances.values()) != 0:
        raise ValueError("The balances do not cancel out.")
    open_balances = {side: fen for side, fen in balances.items() if fen}
    found = []
    while open_balances:
        creditor = min(open_balances, key=lambda one: (-open_balances[one], one))
        debtor = min(open_balances, key=lambda one: (open_balances[one], one))
        fen = min(open_balances[creditor], -open_balances[debtor])
        found.append((debtor, creditor, fen))
        for side, change in ((creditor, -fen), (debtor, fen)):
            open_balances[side] += change
            if not open_balances[side]:
                del open_balances[side]
    return found
