"""An expression after its names and types are known. ``key`` is the same for equal parts.

Numbers that meet are already of one scale, names of enumerations are already codes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from preceptor.policy.types import Bool, Date, Enum, ListOf, MapOf, Number, Scalar

if TYPE_CHECKING:
    from preceptor.policy.facts import Fact
    from preceptor.policy.parameters import Parameter

BOOL = Bool()


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A part of an expression with the type of its value."""

    key: str
    type: Scalar


@dataclass(frozen=True, slots=True, eq=False)
class Constant(Node):
    """A literal: a truth value, a scaled number, or the code of a name."""

    value: int


@dataclass(frozen=True, slots=True, eq=False)
class Column(Node):
    """A column of the subject, or of the list ``rows`` inside a ``where``."""

    name: str
    rows: str


@dataclass(frozen=True, slots=True, eq=False)
class FactValue(Node):
    """The value of a fact."""

    fact: Fact


@dataclass(frozen=True, slots=True, eq=False)
class ParameterValue(Node):
    """The value of a parameter in force on the record's own date."""

    parameter: Parameter


@dataclass(frozen=True, slots=True, eq=False)
class Today(Node):
    """The evaluation date."""


@dataclass(frozen=True, slots=True, eq=False)
class Scaled(Node):
    """A number multiplied by a power of ten, so that two scales meet."""

    operand: Node
    factor: int


@dataclass(frozen=True, slots=True, eq=False)
class Arithmetic(Node):
    """``+``, ``-`` or ``*`` of two numbers (or of a date and days)."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True, eq=False)
class Comparison(Node):
    """``==  !=  <  <=  >  >=`` of two values of one type and scale."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True, eq=False)
class Options:
    """What ``in`` looks into: literals, or a dated list; multiplied by ``factor`` to meet the item."""

    key: str
    values: tuple[int, ...] | None
    parameter: Parameter | None
    factor: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Membership(Node):
    """Whether a value is one of some options.

    ``stride`` is the distance between two values that the item can take; 0 when it is a decimal, of
    which an interval is never said to lie wholly among the options.
    """

    item: Node
    options: Options
    stride: int


@dataclass(frozen=True, slots=True, eq=False)
class Lookup(Node):
    """A value of a dated map, by the code of a name."""

    parameter: Parameter
    index: Node


@dataclass(frozen=True, slots=True, eq=False)
class Not(Node):
    """The opposite."""

    operand: Node


@dataclass(frozen=True, slots=True, eq=False)
class And(Node):
    """All of the operands."""

    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Or(Node):
    """At least one of the operands."""

    operands: tuple[Node, ...]


def children(node: Node) -> tuple[Node, ...]:
    """The parts of a node, from left to right."""
    parts = PARTS.get(type(node))
    return () if parts is None else parts(node)


# By the type of the node; a leaf is not in it.
PARTS: dict[type[Node], Callable[[Any], tuple[Node, ...]]] = {
    And: lambda node: node.operands,
    Or: lambda node: node.operands,
    Comparison: lambda node: (node.left, node.right),
    Arithmetic: lambda node: (node.left, node.right),
    Not: lambda node: (node.operand,),
    Scaled: lambda node: (node.operand,),
    Membership: lambda node: (node.item,),
    Lookup: lambda node: (node.index,),
}


def walk(node: Node) -> list[Node]:
    """The node and all that is below it, from left to right."""
    found: list[Node] = []
    waiting = [node]
    while waiting:
        one = waiting.pop()
        found.append(one)
        parts = PARTS.get(type(one))
        if parts is not None:
            waiting += reversed(parts(one))
    return found


def constant(kind: Scalar, value: int) -> Constant:
    """A constant of a type."""
    return Constant(f"{value}:{_sign(kind)}", kind, value)


def column(name: str, kind: Scalar, rows: str = "") -> Column:
    """A column, of the subject or of a list."""
    return Column(f"{rows}.{name}" if rows else name, kind, name, rows)


def today() -> Today:
    """The evaluation date."""
    return Today("today", Date())


def fact_value(fact: Fact) -> FactValue:
    """The value of a fact."""
    return FactValue(fact.name, fact.type, fact)


def parameter_value(parameter: Parameter, kind: Scalar) -> ParameterValue:
    """The value of a parameter that is neither a list nor a map."""
    return ParameterValue(parameter.name, kind, parameter)


def scaled(node: Node, factor: int) -> Node:
    """A number times a power of ten; the node itself when there is nothing to do."""
    if factor == 1 or not isinstance(node.type, Number):
        return node
    if isinstance(node, Constant):
        return constant(times(node.type, factor), node.value * factor)
    return Scaled(f"{node.key}*{factor}", times(node.type, factor), node, factor)


def times(kind: Number, factor: int) -> Number:
    """The type of a number brought to a finer scale."""
    places = len(str(factor)) - 1
    return Number(kind.scale + places, kind.low * factor, kind.high * factor)


def compare(operator: str, left: Node, right: Node) -> Comparison:
    """A comparison."""
    return Comparison(f"({left.key}{operator}{right.key})", BOOL, operator, left, right)


def arithmetic(operator: str, kind: Scalar, left: Node, right: Node) -> Arithmetic:
    """A calculation."""
    return Arithmetic(f"({left.key}{operator}{right.key})", kind, operator, left, right)


def literal_options(values: tuple[int, ...]) -> Options:
    """Options that the expression itself lists."""
    unique = tuple(sorted(set(values)))
    return Options(f"[{','.join(map(str, unique))}]", unique, None)


def dated_options(parameter: Parameter, factor: int) -> Options:
    """Options that a parameter lists."""
    return Options(f"{parameter.name}*{factor}", None, parameter, factor)


def membership(item: Node, options: Options, stride: int = 1) -> Membership:
    """``in``."""
    return Membership(f"({item.key} in {options.key})", BOOL, item, options, stride)


def lookup(parameter: Parameter, kind: MapOf, index: Node) -> Lookup:
    """An index into a map."""
    return Lookup(f"{parameter.name}[{index.key}]", kind.item, parameter, index)


def negation(operand: Node) -> Not:
    """``!``."""
    return Not(f"!{operand.key}", BOOL, operand)


def conjunction(operator: str, operands: tuple[Node, ...]) -> Node:
    """``&&`` or ``||``."""
    key = f"({operator.join(operand.key for operand in operands)})"
    return And(key, BOOL, operands) if operator == "&&" else Or(key, BOOL, operands)


def _sign(kind: Scalar | ListOf) -> str:
    if isinstance(kind, Number):
        return f"n{kind.scale}"
    if isinstance(kind, Enum):
        return "/".join(kind.values)
    return type(kind).__name__
