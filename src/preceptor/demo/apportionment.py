"""Sharing whole persons out: the largest remainder, in whole numbers throughout."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal


def scaled(number: int, scale: Decimal) -> int:
    """The number times the scale, rounded half up to a whole one."""
    return int((number * scale).quantize(Decimal(1), ROUND_HALF_UP))


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """`total` shared out by weight; of equal remainders the earlier place comes first.

    With `total` equal to the sum of the weights the shares are the weights themselves. All
    shares are 0 where all weights are.
    """
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    shares = [total * weight // whole for weight in weights]
    remainders = [total * weight % whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda place: (-remainders[place], place))
    for place in order[: total - sum(shares)]:
        shares[place] += 1
    return shares
