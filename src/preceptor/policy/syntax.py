"""The shape of an expression as it was written, before names and types are known."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Syntax:
    """A part of an expression: where it stands in the text and how deep it is nested."""

    start: int
    end: int
    depth: int


@dataclass(frozen=True, slots=True)
class Literal(Syntax):
    """true, false, a whole number, a decimal number or a string."""

    value: bool | int | Decimal | str


@dataclass(frozen=True, slots=True)
class Name(Syntax):
    """A column, a fact, a parameter, or ``today``."""

    name: str


@dataclass(frozen=True, slots=True)
class Items(Syntax):
    """A list of literals, the right side of ``in``."""

    items: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True)
class Index(Syntax):
    """A value of a map, by its key."""

    base: Syntax
    key: Syntax


@dataclass(frozen=True, slots=True)
class Unary(Syntax):
    """``!`` or ``-`` before an operand."""

    operator: str
    operand: Syntax


@dataclass(frozen=True, slots=True)
class Binary(Syntax):
    """A comparison, ``in``, or arithmetic."""

    operator: str
    left: Syntax
    right: Syntax


@dataclass(frozen=True, slots=True)
class Logical(Syntax):
    """``&&`` or ``||`` between two or more operands."""

    operator: str
    operands: tuple[Syntax, ...]
