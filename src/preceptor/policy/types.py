"""The types of the language and how their values are coded as integers.

No value is a float: decimals are scaled integers, dates are days since 1970-01-01 (as in Arrow),
enumerations are the positions of their names.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

EPOCH = datetime.date(1970, 1, 1).toordinal()
FIRST_DAY = 1 - EPOCH
LAST_DAY = datetime.date.max.toordinal() - EPOCH
# Every value and every intermediate result stays within these bounds, proved when a pack is loaded.
LARGEST = 2**62
LARGEST_SCALE = 9


def day_number(day: datetime.date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - EPOCH


def day_of(number: int) -> datetime.date:
    """The date of a day number; the nearest date that exists when it lies outside the calendar."""
    return datetime.date.fromordinal(min(max(number, FIRST_DAY), LAST_DAY) + EPOCH)


@dataclass(frozen=True, slots=True)
class Bool:
    """True or false."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number with ``scale`` decimal places; the bounds are counted in its smallest unit."""

    scale: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Date:
    """A day; the bounds are day numbers."""

    low: int = FIRST_DAY
    high: int = LAST_DAY


@dataclass(frozen=True, slots=True, init=False)
class Enum:
    """One of some names. Names carry no order."""

    values: tuple[str, ...]

    def __init__(self, *values: str) -> None:
        object.__setattr__(self, "values", values)


def Int(low: int = -(10**9), high: int = 10**9) -> Number:
    """Whole numbers from ``low`` to ``high``, both included."""
    return Number(0, low, high)


def Dec(scale: int, low: int | Decimal = -(10**6), high: int | Decimal = 10**6) -> Number:
    """Decimal numbers with ``scale`` places from ``low`` to ``high``, both included."""
    return Number(scale, int(Decimal(low).scaleb(scale)), int(Decimal(high).scaleb(scale)))


Scalar = Bool | Number | Date | Enum


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of values of one type: what ``in`` looks into."""

    item: Scalar


@dataclass(frozen=True, slots=True)
class MapOf:
    """A value for each name of an enumeration: what an index looks up."""

    key: Enum
    item: Scalar


Type = Scalar | ListOf | MapOf

Plain = bool | int | Decimal | datetime.date | str


class NotOfType(ValueError):
    """A plain value does not belong to a type; the message says why, in a word of ``problems``."""

    def __init__(self, problem: str, **values: object) -> None:
        super().__init__(problem)
        self.problem = problem
        self.values = values


def encode(kind: Scalar, value: object) -> int:
    """A plain Python value as the integer that stands for it. Raises NotOfType."""
    if isinstance(kind, Bool):
        return _encode_bool(value)
    if isinstance(kind, Enum):
        return _encode_name(kind, value)
    number = _encode_day(value) if isinstance(kind, Date) else _encode_number(kind, value)
    if not kind.low <= number <= kind.high:
        bounds = {"low": decode(kind, kind.low), "high": decode(kind, kind.high)}
        raise NotOfType("out_of_bounds", value=value, **bounds)
    return number


def decode(kind: Scalar, code: int) -> Plain:
    """The plain Python value that an integer stands for."""
    if isinstance(kind, Bool):
        return bool(code)
    if isinstance(kind, Enum):
        return kind.values[code]
    if isinstance(kind, Date):
        return day_of(code)
    return Decimal(code).scaleb(-kind.scale) if kind.scale else code


def _encode_bool(value: object) -> int:
    if not isinstance(value, bool):
        raise NotOfType("not_a_bool", value=repr(value))
    return int(value)


def _encode_name(kind: Enum, value: object) -> int:
    if not isinstance(value, str) or value not in kind.values:
        raise NotOfType("not_a_name", value=value, allowed=", ".join(kind.values))
    return kind.values.index(value)


def _encode_day(value: object) -> int:
    if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime):
        raise NotOfType("not_a_date", value=repr(value))
    return day_number(value)


def _encode_number(kind: Number, value: object) -> int:
    if type(value) is int and kind.scale == 0:
        return value
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise NotOfType("not_a_number", value=repr(value))
    if isinstance(value, str) and not _is_decimal(value):
        raise NotOfType("not_a_number", value=repr(value))
    exact = Decimal(value)
    if not exact.is_finite() or exact.adjusted() > 30:
        raise NotOfType("not_a_number", value=repr(value))
    scaled = exact.scaleb(kind.scale)
    if scaled != scaled.to_integral_value():
        raise NotOfType("too_many_places", value=value, scale=kind.scale)
    return int(scaled)


def _is_decimal(text: str) -> bool:
    body = text[1:] if text.startswith("-") else text
    return len(text) <= 32 and body.isascii() and body.replace(".", "", 1).isdigit()


def type_name(kind: Type) -> str:
    """The type as a pack writes it."""
    if isinstance(kind, Bool):
        return "bool"
    if isinstance(kind, Date):
        return "date"
    if isinstance(kind, Enum):
        return f"one of ({', '.join(kind.values)})"
    if isinstance(kind, ListOf):
        return f"list({type_name(kind.item)})"
    if isinstance(kind, MapOf):
        return f"map({type_name(kind.key)}, {type_name(kind.item)})"
    return f"dec({kind.scale})" if kind.scale else "int"
