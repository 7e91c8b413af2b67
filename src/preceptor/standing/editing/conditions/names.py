"""The names that a condition may be picked from, with their kinds and the values that suit them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from preceptor.policy import Pack
from preceptor.policy.check import Scope
from preceptor.policy.text import Text
from preceptor.policy.tree import Column, FactValue, Node, Today
from preceptor.policy.types import Bool, Date, Enum, ListOf, MapOf, Number, Scalar, Type

from .checking import scope_in

Kind = Literal["number", "date", "name", "truth"]
Origin = Literal["fact", "column", "parameter", "today"]
TODAY = Text("评估当日", "the day of the evaluation")


@dataclass(frozen=True)
class Named:
    """A name of a condition: what it is called, where it comes from and what it holds."""

    name: str
    title: Text
    origin: Origin
    type: Type
    path: str = ""

    @property
    def item(self) -> Scalar:
        """The type of one value; for a list, of one of its items."""
        return self.type.item if isinstance(self.type, ListOf | MapOf) else self.type

    @property
    def kind(self) -> Kind:
        """What comparisons and values suit it."""
        return kind_of(self.item)

    @property
    def is_list(self) -> bool:
        """Whether it is a list that a value may be looked for in."""
        return isinstance(self.type, ListOf)


def kind_of(item: Scalar) -> Kind:
    """The kind of a scalar type."""
    match item:
        case Number():
            return "number"
        case Date():
            return "date"
        case Enum():
            return "name"
        case Bool():
            return "truth"


def names_in(pack: Pack, subject: str, rows: str = "") -> list[Named]:
    """The names of a condition in the order of a list to choose from: facts, columns, parameters.

    A map is left out: it needs an index, which only the text has.
    """
    scope = scope_in(pack, subject, rows)
    values = [_of_value(pack, subject, name, node) for name, node in scope.values.items()]
    return [*sorted(values, key=_origin), *_of_parameters(scope)]


def _origin(named: Named) -> int:
    order: tuple[Origin, ...] = ("fact", "column", "parameter", "today")
    return order.index(named.origin)


def _of_value(pack: Pack, subject: str, name: str, node: Node) -> Named:
    declared = pack.schema.subjects[subject]
    if isinstance(node, FactValue):
        return Named(name, node.fact.title, "fact", node.type)
    if isinstance(node, Today):
        return Named(name, TODAY, "today", node.type)
    assert isinstance(node, Column)
    return Named(name, declared.title(node.key), "column", node.type, node.key)


def _of_parameters(scope: Scope) -> Iterable[Named]:
    for parameter in scope.parameters.values():
        usable = scope.cohort or parameter.bind != "cohort"
        if usable and not isinstance(parameter.type, MapOf):
            yield Named(parameter.name, parameter.title, "parameter", parameter.type)


def suit(left: Named, right: Named) -> bool:
    """Whether the two may be compared (or the left be looked for in the right, a list)."""
    if left.name == right.name or left.is_list:
        return False
    if isinstance(left.item, Enum):
        return left.item == right.item
    return left.kind == right.kind
