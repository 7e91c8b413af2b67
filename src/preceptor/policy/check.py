"""Names and types: from the shape of an expression to a tree that can be evaluated.

Everything that could go wrong later is refused here: unknown names, values that an enumeration does not
have, types that do not meet, and results that might not fit into 64 bits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from preceptor.policy import tree
from preceptor.policy.errors import PackError, nearest
from preceptor.policy.expression import Expression
from preceptor.policy.parameters import Parameter
from preceptor.policy.parser import parse
from preceptor.policy.syntax import Binary, Index, Items, Literal, Logical, Name, Syntax, Unary
from preceptor.policy.tree import Node
from preceptor.policy.types import (
    LARGEST,
    LARGEST_SCALE,
    Bool,
    Date,
    Enum,
    ListOf,
    MapOf,
    NotOfType,
    Number,
    Scalar,
    encode,
    type_name,
)

ORDER = ("<", "<=", ">", ">=")


@dataclass(frozen=True)
class Scope:
    """The names that an expression may use.

    ``binds`` are the dates that the subject has. ``elsewhere`` explains names that exist but cannot be
    used here (a column of a list outside a ``where``).
    """

    values: Mapping[str, Node]
    parameters: Mapping[str, Parameter]
    cohort: bool = True
    elsewhere: Mapping[str, str] = field(default_factory=dict)


def check(source: str, scope: Scope) -> Expression:
    """A condition, parsed and checked. Raises PackError with a caret."""
    syntax = parse(source)
    checker = _Checker(source, scope)
    node = checker.node(syntax)
    if not isinstance(node.type, Bool):
        checker.fault("not_a_condition", syntax, type=type_name(node.type))
    return Expression(source, syntax, node)


class _Checker:
    def __init__(self, source: str, scope: Scope) -> None:
        self.source = source
        self.scope = scope

    def problem(self, problem: str, syntax: Syntax, **values: object) -> PackError:
        return PackError(problem, **values).pointed(self.source, syntax.start, syntax.end)

    def fault(self, problem: str, syntax: Syntax, **values: object) -> NoReturn:
        raise self.problem(problem, syntax, **values)

    def node(self, syntax: Syntax) -> Node:
        match syntax:
            case Literal():
                return self.literal(syntax)
            case Name():
                return self.name(syntax)
            case Index():
                return self.index(syntax)
            case Unary():
                return self.unary(syntax)
            case Logical(operator=operator, operands=operands):
                return tree.conjunction(operator, tuple(self.condition(part) for part in operands))
            case Binary(operator="in"):
                return self.membership(syntax)
            case Binary(operator="+" | "-" | "*"):
                return self.arithmetic(syntax)
            case Binary():
                return self.comparison(syntax)
            case _:
                raise self.problem("list_out_of_place", syntax)

    def condition(self, syntax: Syntax) -> Node:
        node = self.node(syntax)
        if not isinstance(node.type, Bool):
            self.fault("condition_expected", syntax, type=type_name(node.type))
        return node

    def literal(self, syntax: Literal) -> Node:
        value = syntax.value
        if isinstance(value, bool):
            return tree.constant(Bool(), int(value))
        if isinstance(value, str):
            self.fault("string_out_of_place", syntax, value=value)
        if isinstance(value, int):
            return tree.constant(Number(0, value, value), value)
        scale = max(0, -int(value.as_tuple().exponent))
        units = int(value.scaleb(scale))
        return tree.constant(Number(scale, units, units), units)

    def name(self, syntax: Name) -> Node:
        known = self.scope.values.get(syntax.name)
        if known is not None:
            return known
        parameter = self.parameter(syntax)
        if isinstance(parameter.type, ListOf | MapOf):
            self.fault("not_a_scalar", syntax, name=syntax.name, type=type_name(parameter.type))
        return tree.parameter_value(parameter, parameter.type)

    def parameter(self, syntax: Name) -> Parameter:
        found = self.scope.parameters.get(syntax.name)
        if found is None:
            self.unknown(syntax)
        if found.bind == "cohort" and not self.scope.cohort:
            self.fault("no_cohort_date", syntax, name=syntax.name)
        return found

    def unknown(self, syntax: Name) -> NoReturn:
        if syntax.name in self.scope.elsewhere:
            rows = self.scope.elsewhere[syntax.name]
            self.fault("row_name_outside", syntax, name=syntax.name, list=rows)
        hint = nearest(syntax.name, [*self.scope.values, *self.scope.parameters])
        self.fault("unknown_name", syntax, name=syntax.name, hint=hint)

    def index(self, syntax: Index) -> Node:
        parameter = self.parameter(syntax.base) if isinstance(syntax.base, Name) else None
        if parameter is None or not isinstance(parameter.type, MapOf):
            self.fault("not_a_map", syntax.base)
        key = self.typed(syntax.key, parameter.type.key)
        if key.type != parameter.type.key:
            wanted = type_name(parameter.type.key)
            self.fault("wrong_key", syntax.key, type=type_name(key.type), wanted=wanted)
        return tree.lookup(parameter, parameter.type, key)

    def unary(self, syntax: Unary) -> Node:
        if syntax.operator == "!":
            return tree.negation(self.condition(syntax.operand))
        operand = self.node(syntax.operand)
        if not isinstance(operand.type, Number):
            self.fault("number_expected", syntax.operand, type=type_name(operand.type))
        kind = Number(operand.type.scale, -operand.type.high, -operand.type.low)
        if isinstance(operand, tree.Constant):
            return tree.constant(kind, -operand.value)
        zero = tree.constant(Number(kind.scale, 0, 0), 0)
        return tree.arithmetic("-", self.fitting(syntax, kind), zero, operand)

    def typed(self, syntax: Syntax, kind: Scalar) -> Node:
        """A node; a string is read as a name of the enumeration that stands on the other side."""
        if not (isinstance(syntax, Literal) and isinstance(syntax.value, str)):
            return self.node(syntax)
        if not isinstance(kind, Enum):
            self.fault("string_against", syntax, value=syntax.value, type=type_name(kind))
        try:
            return tree.constant(kind, encode(kind, syntax.value))
        except NotOfType:
            hint = nearest(syntax.value, kind.values)
            allowed = ", ".join(kind.values)
            self.fault("unknown_value", syntax, value=syntax.value, allowed=allowed, hint=hint)

    def comparison(self, syntax: Binary) -> Node:
        left, right = self.pair(syntax)
        operator = syntax.operator
        if isinstance(left.type, Number) and isinstance(right.type, Number):
            return tree.compare(operator, *self.aligned(syntax, left, right))
        same = type(left.type) is type(right.type)
        if not same or (isinstance(left.type, Enum) and left.type != right.type):
            self.fault(
                "types_differ", syntax, left=type_name(left.type), right=type_name(right.type)
            )
        if operator in ORDER and not isinstance(left.type, Date):
            self.fault("no_order", syntax, type=type_name(left.type), operator=operator)
        return tree.compare(operator, left, right)

    def pair(self, syntax: Binary) -> tuple[Node, Node]:
        if isinstance(syntax.left, Literal) and isinstance(syntax.left.value, str):
            right = self.node(syntax.right)
            return self.typed(syntax.left, right.type), right
        left = self.node(syntax.left)
        return left, self.typed(syntax.right, left.type)

    def aligned(self, syntax: Syntax, left: Node, right: Node) -> tuple[Node, Node]:
        assert isinstance(left.type, Number) and isinstance(right.type, Number)
        scale = max(left.type.scale, right.type.scale)
        return self.at_scale(syntax, left, scale), self.at_scale(syntax, right, scale)

    def at_scale(self, syntax: Syntax, node: Node, scale: int) -> Node:
        assert isinstance(node.type, Number)
        if scale == node.type.scale:
            self.fitting(syntax, node.type)
            return node
        factor = 10 ** (scale - node.type.scale)
        self.fitting(syntax, tree.times(node.type, factor))
        return tree.scaled(node, factor)

    def fitting(self, syntax: Syntax, kind: Number) -> Number:
        if kind.scale > LARGEST_SCALE or max(abs(kind.low), abs(kind.high)) > LARGEST:
            self.fault("too_large", syntax)
        return kind

    def arithmetic(self, syntax: Binary) -> Node:
        left, right = self.node(syntax.left), self.node(syntax.right)
        if isinstance(left.type, Number) and isinstance(right.type, Number):
            return self.calculation(syntax, left, right)
        return self.days(syntax, left, right)

    def calculation(self, syntax: Binary, left: Node, right: Node) -> Node:
        assert isinstance(left.type, Number) and isinstance(right.type, Number)
        if syntax.operator == "*":
            scale = left.type.scale + right.type.scale
        else:
            left, right = self.aligned(syntax, left, right)
            scale = left.type.scale if isinstance(left.type, Number) else 0
        low, high = _bounds(syntax.operator, left.type, right.type)
        return tree.arithmetic(
            syntax.operator, self.fitting(syntax, Number(scale, low, high)), left, right
        )

    def days(self, syntax: Binary, left: Node, right: Node) -> Node:
        operator, kinds = syntax.operator, (left.type, right.type)
        match kinds:
            case (Date(), Date()) if operator == "-":
                low, high = _bounds("-", *kinds)
                return tree.arithmetic("-", self.fitting(syntax, Number(0, low, high)), left, right)
            case (Date(), Number(scale=0)) if operator in "+-":
                low, high = _bounds(operator, *kinds)
            case (Number(scale=0), Date()) if operator == "+":
                low, high = _bounds(operator, *kinds)
            case _:
                names = {"left": type_name(left.type), "right": type_name(right.type)}
                self.fault("cannot_calculate", syntax, operator=operator, **names)
        self.fitting(syntax, Number(0, low, high))
        return tree.arithmetic(operator, Date(low, high), left, right)

    def membership(self, syntax: Binary) -> Node:
        if isinstance(syntax.right, Items):
            return self.listed(syntax, syntax.right)
        if not isinstance(syntax.right, Name):
            self.fault("list_expected", syntax.right)
        parameter = self.scope.parameters.get(syntax.right.name)
        if parameter is None and syntax.right.name not in self.scope.values:
            self.unknown(syntax.right)
        if parameter is None or not isinstance(parameter.type, ListOf):
            self.fault("list_expected", syntax.right)
        self.parameter(syntax.right)
        return self.dated(syntax, parameter, parameter.type)

    def dated(self, syntax: Binary, parameter: Parameter, kind: ListOf) -> Node:
        item = self.typed(syntax.left, kind.item)
        if isinstance(item.type, Number) and isinstance(kind.item, Number):
            scale = max(item.type.scale, kind.item.scale)
            factor = 10 ** (scale - kind.item.scale)
            self.fitting(syntax, tree.times(kind.item, factor))
            stride = _stride(item.type, scale)
            item = self.at_scale(syntax, item, scale)
            return tree.membership(item, tree.dated_options(parameter, factor), stride)
        self.same_kind(syntax, item.type, kind.item)
        return tree.membership(item, tree.dated_options(parameter, 1))

    def listed(self, syntax: Binary, items: Items) -> Node:
        if not items.items:
            self.fault("empty_list", items)
        item = self.node(syntax.left)
        options = [self.option(part, item.type) for part in items.items]
        stride = 1
        if isinstance(item.type, Number):
            scales = [option.type.scale for option in options if isinstance(option.type, Number)]
            scale = max([item.type.scale, *scales])
            stride = _stride(item.type, scale)
            item = self.at_scale(syntax, item, scale)
            options = [self.constant_at(items, option, scale) for option in options]
        values = tuple(option.value for option in options)
        return tree.membership(item, tree.literal_options(values), stride)

    def option(self, syntax: Syntax, kind: Scalar) -> tree.Constant:
        node = self.typed(syntax, kind)
        if not isinstance(node, tree.Constant):
            self.fault("literal_expected", syntax)
        self.same_kind(syntax, kind, node.type)
        return node

    def constant_at(self, syntax: Syntax, node: tree.Constant, scale: int) -> tree.Constant:
        found = self.at_scale(syntax, node, scale)
        assert isinstance(found, tree.Constant)
        return found

    def same_kind(self, syntax: Syntax, left: Scalar, right: Scalar) -> None:
        if type(left) is not type(right) or (isinstance(left, Enum) and left != right):
            self.fault("types_differ", syntax, left=type_name(left), right=type_name(right))


def _stride(kind: Number, scale: int) -> int:
    return 0 if kind.scale else 10**scale


def _bounds(operator: str, left: Scalar, right: Scalar) -> tuple[int, int]:
    assert isinstance(left, Number | Date) and isinstance(right, Number | Date)
    if operator == "+":
        return left.low + right.low, left.high + right.high
    if operator == "-":
        return left.low - right.high, left.high - right.low
    products = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
    return min(products), max(products)
