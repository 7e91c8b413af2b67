"""Values of many records at once, each an interval: what is certain and what is possible.

A truth value is the interval [certain, possible]: false is [F, F], true [T, T], unknown [F, T]. A number
is [low, high], with a mask for those of which nothing is known. Where the two ends are the same array,
every value is a point. This is Kleene's logic, and interval arithmetic, without a special case.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from preceptor.policy.batch import ListCells

Array = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]


# Up to here, comparing with each option in turn is quicker than searching among them.
FEW = 12
# The largest number of a byte.
SMALL = 127


class Truth(NamedTuple):
    """Truth values: surely true, and possibly true."""

    certain: Mask
    possible: Mask


class Interval(NamedTuple):
    """Numbers, days or codes: least, most, and which are known at all (None: all).

    An end is an array, or a plain int when it is the same for all records: numpy then keeps the narrow
    type of the array that it meets.
    """

    low: Any
    high: Any
    known: Mask | None


def point(value: Any, known: Mask | None = None) -> Interval:
    """Values that are known exactly, where they are known."""
    return Interval(value, value, known)


def truth_of(values: Mask, known: Mask | None) -> Truth:
    """Truth values from a column."""
    return Truth(values, values) if known is None else Truth(values & known, values | ~known)


def both_known(left: Mask | None, right: Mask | None) -> Mask | None:
    """What is known when both sides must be."""
    if left is None or right is None:
        return right if left is None else left
    return left & right


def conjunction(parts: list[Truth]) -> Truth:
    """``&&``: false as soon as one part is false, whatever the others are."""
    certain, possible = parts[0]
    for part in parts[1:]:
        points = certain is possible and part.certain is part.possible
        certain = certain & part.certain
        possible = certain if points else possible & part.possible
    return Truth(certain, possible)


def disjunction(parts: list[Truth]) -> Truth:
    """``||``: true as soon as one part is true, whatever the others are."""
    certain, possible = parts[0]
    for part in parts[1:]:
        points = certain is possible and part.certain is part.possible
        certain = certain | part.certain
        possible = certain if points else possible | part.possible
    return Truth(certain, possible)


def negation(value: Truth) -> Truth:
    """``!``: what is surely false becomes surely true."""
    certain = np.logical_not(value.possible)
    return Truth(
        certain, certain if value.certain is value.possible else np.logical_not(value.certain)
    )


def compare(operator: str, left: Interval, right: Interval) -> Truth:
    """A comparison is known when every pair of values of the two intervals agrees."""
    if operator in (">", ">="):
        return compare("<" if operator == ">" else "<=", right, left)
    if operator == "!=":
        return negation(compare("==", left, right))
    points = left.low is left.high and right.low is right.high
    certain = _surely(operator, left, right, points)
    possible = certain if points else _possibly(operator, left, right)
    return known_only(Truth(certain, possible), both_known(left.known, right.known))


def _surely(operator: str, left: Interval, right: Interval, points: bool) -> Mask:
    if operator == "<":
        return np.asarray(left.high < right.low)
    if operator == "<=":
        return np.asarray(left.high <= right.low)
    same = left.low == right.high
    return np.asarray(same if points else same & (left.high == right.low))


def _possibly(operator: str, left: Interval, right: Interval) -> Mask:
    if operator == "<":
        return np.asarray(left.low < right.high)
    if operator == "<=":
        return np.asarray(left.low <= right.high)
    return np.asarray((left.low <= right.high) & (right.low <= left.high))


def known_only(value: Truth, known: Mask | None) -> Truth:
    """The same truth values where they are known, unknown elsewhere."""
    if known is None:
        return value
    return Truth(value.certain & known, value.possible | np.logical_not(known))


def among(value: Interval, options: tuple[int, ...], stride: int) -> Truth:
    """``in``: true when every value of the interval is an option, false when none is.

    The options are sorted and unlike each other. ``stride`` is the distance between two values that the
    interval can hold; with 0 only a known value can be surely among the options.
    """
    if value.low is value.high and len(options) <= FEW:
        found = np.asarray(value.low == options[0])
        for option in options[1:]:
            found = found | np.asarray(value.low == option)
        return known_only(Truth(found, found), value.known)
    possible = _inside(value, options) > 0
    wanted = (np.asarray(value.high, dtype=np.int64) - value.low) // (stride or 1) + 1
    reachable = tuple(option for option in options if option % (stride or 1) == 0)
    certain = _inside(value, reachable) == wanted
    if not stride:
        certain = possible & np.asarray(value.low == value.high)
    return known_only(Truth(np.asarray(certain), np.asarray(possible)), value.known)


def _inside(value: Interval, options: tuple[int, ...]) -> Array:
    table = np.array(options, dtype=np.int64)
    return np.asarray(
        np.searchsorted(table, value.high, side="right")
        - np.searchsorted(table, value.low, side="left")
    )


def calculate(operator: str, left: Interval, right: Interval) -> Interval:
    """``+ - *`` of intervals."""
    known = both_known(left.known, right.known)
    low, high = _ends(operator, _wide(left), _wide(right))
    return Interval(low, high, known)


def _wide(value: Interval) -> Interval:
    low = np.asarray(value.low, dtype=np.int64)
    high = low if value.low is value.high else np.asarray(value.high, dtype=np.int64)
    return Interval(low, high, value.known)


def _ends(operator: str, left: Interval, right: Interval) -> tuple[Array, Array]:
    points = left.low is left.high and right.low is right.high
    if operator == "*":
        return _product(left, right, points)
    if operator == "+":
        low = left.low + right.low
        return low, low if points else left.high + right.high
    low = left.low - right.high
    return low, low if points else left.high - right.low


def _product(left: Interval, right: Interval, points: bool) -> tuple[Array, Array]:
    first = left.low * right.low
    if points:
        return first, first
    others = (left.low * right.high, left.high * right.low, left.high * right.high)
    low = high = first
    for other in others:
        low, high = np.minimum(low, other), np.maximum(high, other)
    return low, high


def multiply(value: Interval, factor: int) -> Interval:
    """Numbers brought to a finer scale."""
    wide = _wide(value)
    low = wide.low * factor
    return Interval(low, low if wide.low is wide.high else wide.high * factor, value.known)


def summed(values: Array, rows: ListCells, largest: int = 1) -> Array:
    """The sum over each record's rows; 0 where it has none.

    ``largest`` is how far from 0 a value can be: where the sums surely fit into a byte, they are
    computed in bytes, which is quicker.
    """
    small = values.dtype.itemsize == 1 and rows.longest * largest <= SMALL
    kind = np.int8 if small else np.int64
    given = values.view(np.int8) if small else values
    if rows.filled is None:
        return np.asarray(np.add.reduceat(given, rows.starts, dtype=kind))
    sums = np.zeros(len(rows.lengths), dtype=kind)
    if len(rows.starts):
        sums[rows.filled] = np.add.reduceat(given, rows.starts, dtype=kind)
    return sums


def least(values: Array, rows: ListCells, none: int) -> Array:
    """The least over each record's rows; ``none`` where it has none."""
    return _extreme(np.minimum, values, rows, none)


def most(values: Array, rows: ListCells, none: int) -> Array:
    """The greatest over each record's rows; ``none`` where it has none."""
    return _extreme(np.maximum, values, rows, none)


def _extreme(function: np.ufunc, values: Array, rows: ListCells, none: int) -> Array:
    if rows.filled is None:
        return np.asarray(function.reduceat(values, rows.starts))
    found = np.full(len(rows.lengths), none, dtype=values.dtype)
    if len(rows.starts):
        found[rows.filled] = function.reduceat(values, rows.starts)
    return found


def exists(values: Mask, rows: ListCells) -> Mask:
    """Whether any row of each record is marked; False where it has none."""
    if rows.filled is None:
        return np.asarray(np.logical_or.reduceat(values, rows.starts))
    found = np.zeros(len(rows.lengths), dtype=np.bool_)
    if len(rows.starts):
        found[rows.filled] = np.logical_or.reduceat(values, rows.starts)
    return found
