"""Rules as conditions that the solver understands: in Kleene's logic, with intervals for numbers.

A condition becomes a pair (surely, possibly), a number a pair (least, most), as in policy's own
evaluator; what does not depend on who sits is asked of that evaluator and stays a constant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ortools.sat.python import cp_model

from preceptor.policy import tree
from preceptor.policy.facts import Fact
from preceptor.policy.tree import Node
from preceptor.policy.types import Bool

from .problem import Bound, Problem
from .weights import NotTranslated, is_moved

#: A literal of the model, or a truth value that is known beforehand.
Literal = Any
#: A linear expression, or a number that is known beforehand.
Linear = Any
Pair = tuple[Literal, Literal]
Interval = tuple[Linear, Linear] | None
OPEN: Pair = (False, True)


class Model:
    """A model with one variable for each person in each role."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.model = cp_model.CpModel()
        self.sits = {key: self.model.new_bool_var(f"{key[0]} {key[1]}") for key in problem.rows}
        #: False while looking for what conflicts: persons of any kind may then be thought of.
        self.is_pool_held = self.model.new_bool_var("pool")
        self._free: dict[str, Any] = {}

    def is_not(self, literal: Literal) -> Literal:
        """The opposite."""
        return not literal if isinstance(literal, bool) else literal.negated()

    def all_of(self, literals: Sequence[Literal]) -> Literal:
        """Whether all hold."""
        open_ones = [one for one in literals if one is not True]
        if any(one is False for one in open_ones):
            return False
        if len(open_ones) < 2:
            return open_ones[0] if open_ones else True
        made = self.model.new_bool_var("")
        self.model.add_bool_and(open_ones).only_enforce_if(made)
        self.model.add_bool_or([made, *(self.is_not(one) for one in open_ones)])
        return made

    def any_of(self, literals: Sequence[Literal]) -> Literal:
        """Whether at least one holds."""
        return self.is_not(self.all_of([self.is_not(one) for one in literals]))

    def at_most(self, left: Linear, right: Linear) -> Literal:
        """Whether the left is not more than the right."""
        if isinstance(left, int) and isinstance(right, int):
            return left <= right
        made = self.model.new_bool_var("")
        self.model.add(left <= right).only_enforce_if(made)
        self.model.add(left > right).only_enforce_if(made.negated())
        return made

    def free(self, name: str) -> Any:
        """What persons from outside the pool would add to a fact; nothing while the pool holds."""
        if name not in self._free:
            made = self._free[name] = self.model.new_int_var(0, 100, f"free {name}")
            self.model.add(made == 0).only_enforce_if(self.is_pool_held)
        return self._free[name]


class Translation:
    """The rules of one pack in a model. Raises NotTranslated for what is no linear condition."""

    def __init__(self, model: Model, pack: str) -> None:
        self.made, self.pack, self.reading = model, pack, model.problem.reading
        self._truths: dict[str, Pair] = {}
        self._numbers: dict[str, Interval] = {}

    def holds(self, bound: Bound) -> Literal:
        """Whether the rule passes, does not concern the panel, or fails under a waiver."""
        held, rule = self.made, bound.rule
        surely, possibly = self.truth(rule.require.tree)
        good = held.any_of([surely, held.is_not(possibly)]) if bound.is_waived else surely
        applies = self.reading.in_force(rule)
        if rule.when is not None:
            when = self.truth(rule.when.tree)
            applies = held.all_of([applies[0], when[0]]), held.all_of([applies[1], when[1]])
        return held.any_of([held.is_not(applies[1]), held.all_of([applies[0], good])])

    def truth(self, node: Node) -> Pair:
        """A condition: surely, and possibly."""
        if not is_moved(node):
            return self.reading.truth(node)
        if node.key not in self._truths:
            self._truths[node.key] = TRUTHS[type(node)](self, node)
        return self._truths[node.key]

    def number(self, node: Node) -> Interval:
        """A number: least and most; None when unknown whoever sits. A truth value counts as 0 or 1."""
        if isinstance(node.type, Bool):
            surely, possibly = self.truth(node)
            return _code(surely), _code(possibly)
        if not is_moved(node):
            return self.reading.number(node)
        if node.key not in self._numbers:
            reader = NUMBERS.get(type(node))
            if reader is None:
                raise NotTranslated(node.key)
            self._numbers[node.key] = reader(self, node)
        return self._numbers[node.key]

    def total(self, fact: Fact) -> tuple[Linear, Linear]:
        """The least and the most of a fact's rows together."""
        weights = self.reading.weights(self.pack, fact)
        free = self.made.free(f"{self.pack} {fact.name}")
        low = self._sum(weights.low) + free
        return low, low if weights.low is weights.high else self._sum(weights.high) + free

    def _sum(self, weights: Any) -> Linear:
        fixed = sum(int(weights[row]) for row in self.made.problem.fixed)
        terms = [
            (int(weights[row]), self.made.sits[key])
            for key, row in self.made.problem.rows.items()
            if weights[row]
        ]
        return cp_model.LinearExpr.weighted_sum(
            [variable for _weight, variable in terms], [weight for weight, _variable in terms]
        ) + fixed  # fmt: skip


def _code(literal: Literal) -> Linear:
    return int(literal) if isinstance(literal, bool) else literal


def _not(self: Translation, node: tree.Not) -> Pair:
    surely, possibly = self.truth(node.operand)
    return self.made.is_not(possibly), self.made.is_not(surely)


def _and(self: Translation, node: tree.And) -> Pair:
    pairs = [self.truth(part) for part in node.operands]
    return self.made.all_of([one[0] for one in pairs]), self.made.all_of([one[1] for one in pairs])


def _or(self: Translation, node: tree.Or) -> Pair:
    pairs = [self.truth(part) for part in node.operands]
    return self.made.any_of([one[0] for one in pairs]), self.made.any_of([one[1] for one in pairs])


def _comparison(self: Translation, node: tree.Comparison) -> Pair:
    left, right = self.number(node.left), self.number(node.right)
    if left is None or right is None:
        return OPEN
    if node.operator in (">", ">="):
        left, right = right, left
    most = self.made.at_most
    if node.operator in ("<", ">"):
        return most(left[1] + 1, right[0]), most(left[0] + 1, right[1])
    if node.operator in ("<=", ">="):
        return most(left[1], right[0]), most(left[0], right[1])
    # Both ends of both sides are one number, for which it is enough that the outer ones meet.
    surely = self.made.all_of([most(left[1], right[0]), most(right[1], left[0])])
    possibly = self.made.all_of([most(left[0], right[1]), most(right[0], left[1])])
    if node.operator == "==":
        return surely, possibly
    return self.made.is_not(possibly), self.made.is_not(surely)


def _membership(self: Translation, node: tree.Membership) -> Pair:
    item, options = self.number(node.item), self.reading.options(node)
    if item is None or options is None:
        return OPEN
    low, high = item
    most = self.made.at_most
    within = [self.made.all_of([most(low, one), most(one, high)]) for one in options]
    possibly = self.made.any_of(within)
    if not node.stride:
        return self.made.all_of([possibly, most(high, low)]), possibly
    runs = _runs([one for one in options if one % node.stride == 0], node.stride)
    inside = [self.made.all_of([most(first, low), most(high, last)]) for first, last in runs]
    return self.made.any_of(inside), possibly


def _runs(options: Sequence[int], stride: int) -> list[tuple[int, int]]:
    """The options as stretches without a gap: first and last of each."""
    found: list[tuple[int, int]] = []
    for one in sorted(set(options)):
        if found and one == found[-1][1] + stride:
            found[-1] = found[-1][0], one
        else:
            found.append((one, one))
    return found


def _decision(self: Translation, node: tree.FactValue) -> Pair:
    """`any` holds where a row decides so; `all` where none decides otherwise."""
    low, high = self.total(node.fact)
    surely, possibly = self.made.at_most(1, low), self.made.at_most(1, high)
    if node.fact.aggregate == "any":
        return surely, possibly
    return self.made.is_not(possibly), self.made.is_not(surely)


def _fact(self: Translation, node: tree.FactValue) -> Interval:
    return self.total(node.fact)


def _scaled(self: Translation, node: tree.Scaled) -> Interval:
    found = self.number(node.operand)
    return None if found is None else (found[0] * node.factor, found[1] * node.factor)


def _arithmetic(self: Translation, node: tree.Arithmetic) -> Interval:
    left, right = self.number(node.left), self.number(node.right)
    if left is None or right is None:
        return None
    if node.operator == "+":
        return left[0] + right[0], left[1] + right[1]
    if node.operator == "-":
        return left[0] - right[1], left[1] - right[0]
    for one, other in ((left, right), (right, left)):
        if isinstance(one[0], int) and one[0] == one[1]:
            ends = (other[0] * one[0], other[1] * one[0])
            return ends if one[0] >= 0 else (ends[1], ends[0])
    raise NotTranslated(node.key)


TRUTHS: dict[type[Node], Callable[[Translation, Any], Pair]] = {
    tree.Not: _not,
    tree.And: _and,
    tree.Or: _or,
    tree.Comparison: _comparison,
    tree.Membership: _membership,
    tree.FactValue: _decision,
}
NUMBERS: dict[type[Node], Callable[[Translation, Any], Interval]] = {
    tree.FactValue: _fact,
    tree.Scaled: _scaled,
    tree.Arithmetic: _arithmetic,
}
