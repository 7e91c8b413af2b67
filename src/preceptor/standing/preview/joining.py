"""Facts of several chunks of records as those of one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from preceptor.policy.batch import Array, Cells, Mask
from preceptor.policy.cached import Facts
from preceptor.policy.run import Value
from preceptor.policy.values import Interval, Truth


def joined(parts: Sequence[Facts]) -> Facts:
    """The facts of all parts, in their order; they are of one pack, subject and day.

    What was exactly known in every part stays a single array.
    """
    first, sizes = parts[0], [len(part) for part in parts]
    return Facts(
        first.subject,
        first.on,
        sum(sizes),
        {name: _cells([part.columns[name] for part in parts], sizes) for name in first.columns},
        {name: _value([part.values[name] for part in parts], sizes) for name in first.values},
        first.definitions,
    )


def _cells(parts: Sequence[Cells], sizes: Sequence[int]) -> Cells:
    values = np.concatenate([part.values for part in parts])
    return Cells(values, _known([part.known for part in parts], sizes))


def _value(parts: Sequence[Value], sizes: Sequence[int]) -> Value:
    if isinstance(parts[0], Truth):
        truths = [part for part in parts if isinstance(part, Truth)]
        certain = np.concatenate([part.certain for part in truths])
        exact = all(part.certain is part.possible for part in truths)
        return Truth(certain, certain if exact else _ends([part.possible for part in truths]))
    numbers = [part for part in parts if isinstance(part, Interval)]
    low = _ends([part.low for part in numbers])
    exact = all(part.low is part.high for part in numbers)
    high = low if exact else _ends([part.high for part in numbers])
    return Interval(low, high, _known([part.known for part in numbers], sizes))


def _ends(parts: Sequence[Array]) -> Array:
    return np.concatenate(parts)


def _known(parts: Sequence[Mask | None], sizes: Sequence[int]) -> Mask | None:
    """Which are known; None when all are."""
    if all(part is None for part in parts):
        return None
    return np.concatenate(
        [
            np.ones(size, np.bool_) if part is None else part
            for part, size in zip(parts, sizes, strict=True)
        ]
    )


def joined_masks(parts: Sequence[dict[str, Mask]], sizes: Sequence[int]) -> dict[str, Mask]:
    """The masks of all parts by name; a part without one is all false."""
    names = dict.fromkeys(name for part in parts for name in part)
    return {
        name: np.concatenate(
            [
                part.get(name, np.zeros(size, np.bool_))
                for part, size in zip(parts, sizes, strict=True)
            ]
        )
        for name in names
    }
