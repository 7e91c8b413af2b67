"""Where the answer of a rule turns: the values of its columns and facts at which a comparison changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from preceptor.policy import tree
from preceptor.policy.candidates import Candidate, Space
from preceptor.policy.rules import Rule
from preceptor.policy.run import Run
from preceptor.policy.tree import Node
from preceptor.policy.types import Date, Number

MOST_RECORDS = 400
MOST_TARGETS = 12


@dataclass(frozen=True)
class Targets:
    """The values at which a comparison turns: of columns (``list.column`` for those of a list), of facts."""

    columns: Mapping[str, tuple[int, ...]]
    facts: Mapping[str, tuple[int, ...]]


def targets(rule: Rule, space: Space, *more: Candidate) -> Targets:
    """What the columns and facts of a rule would have to be for its comparisons to turn.

    Measured on the home record, on those that differ from it in one or two columns, and on ``more``: a
    column or fact is moved by just the distance between the two sides. An unknown side gives nothing.
    """
    seeking = _Seeking(Run(space.batch([*more, *_near_home(space)])))
    for written in (rule.require, rule.when):
        if written is not None:
            seeking.condition(written.tree)
    for fact in rule.facts:
        if fact.where is not None:
            seeking.rows(fact.where.tree)
    return seeking.found()


def _near_home(space: Space) -> list[Candidate]:
    """The home record, those that differ from it in one column, then those that differ in two."""
    steps = [(name, code) for name, codes in space.choices.items() for code in codes]
    singles = [space.home.with_column(*step) for step in steps]
    doubles = [
        known.with_column(*step)
        for (first, _), known in zip(steps, singles, strict=True)
        for step in steps
        if first < step[0]
    ]
    return [space.home, *singles, *doubles][:MOST_RECORDS]


class _Seeking:
    def __init__(self, run: Run) -> None:
        self.run = run
        self.size = len(run.batch)
        self.columns: dict[str, dict[int, None]] = {}
        self.facts: dict[str, dict[int, None]] = {}

    def found(self) -> Targets:
        return Targets(_first(self.columns), _first(self.facts))

    def condition(self, node: Node) -> None:
        """All comparisons below a condition."""
        for part in tree.walk(node):
            if isinstance(part, tree.Comparison) and isinstance(part.left.type, Number | Date):
                self.turn(part.left, self.codes(part.right))
                self.turn(part.right, self.codes(part.left))
            elif isinstance(part, tree.Membership):
                for goal in options_of(part):
                    self.turn(part.item, [goal] * self.size)

    def rows(self, node: Node) -> None:
        """All comparisons of a ``where`` between a column of the list and something outside of it."""
        for part in tree.walk(node):
            if isinstance(part, tree.Comparison):
                for own, other in ((part.left, part.right), (part.right, part.left)):
                    column = own.operand if isinstance(own, tree.Scaled) else own
                    if isinstance(column, tree.Column) and column.rows and not _in_rows(other):
                        factor = own.factor if isinstance(own, tree.Scaled) else 1
                        for goal in filter(None, self.codes(other)):
                            self.note(column, Fraction(goal, factor))

    def turn(self, moved: Node, goals: Sequence[int | None]) -> None:
        """What each column or fact below a side must be for the side to come to the goals."""
        held = self.codes(moved)
        for place, (goal, now) in enumerate(zip(goals, held, strict=True)):
            if goal is not None and now is not None:
                for leaf, gain in self.leaves(moved, place, Fraction(1)):
                    value = self.codes(leaf)[place]
                    if value is not None and gain:
                        self.note(leaf, value + (goal - now) / gain)

    def codes(self, node: Node) -> list[int | None]:
        """The value of a side for each record, the least where it is open; None when unknown."""
        found = self.run.number(node)
        low = np.broadcast_to(np.asarray(found.low), self.size).tolist()
        if found.known is None:
            return [int(code) for code in low]
        known = np.broadcast_to(found.known, self.size).tolist()
        return [int(code) if sure else None for code, sure in zip(low, known, strict=True)]

    def note(self, leaf: Node, value: Fraction) -> None:
        below = value.numerator // value.denominator
        for code in dict.fromkeys((below, -(-value.numerator // value.denominator))):
            if isinstance(leaf, tree.FactValue):
                self.facts.setdefault(leaf.fact.name, {})[code] = None
            else:
                self.columns.setdefault(leaf.key, {})[code] = None

    def leaves(self, node: Node, place: int, gain: Fraction) -> Iterator[tuple[Node, Fraction]]:
        """The columns and facts below a side, and how much the side moves when one moves by a unit."""
        if isinstance(node, tree.Column | tree.FactValue):
            yield node, gain
        elif isinstance(node, tree.Scaled):
            yield from self.leaves(node.operand, place, gain * node.factor)
        elif isinstance(node, tree.Arithmetic):
            sign = -1 if node.operator == "-" else 1
            left, right = self.weight(node, node.right, place), self.weight(node, node.left, place)
            yield from self.leaves(node.left, place, gain * left)
            yield from self.leaves(node.right, place, gain * right * sign)

    def weight(self, node: tree.Arithmetic, other: Node, place: int) -> int:
        """By how much a side of a calculation counts: the other factor of a product."""
        return 1 if node.operator != "*" else self.codes(other)[place] or 0


def options_of(node: tree.Membership) -> list[int]:
    """All values that ``in`` looks for, on whatever day."""
    options = node.options
    if options.parameter is None:
        return list(options.values or ())
    return sorted({code * options.factor for step in options.parameter.options for code in step})


def _in_rows(node: Node) -> bool:
    return any(isinstance(part, tree.Column) and part.rows for part in tree.walk(node))


def _first(found: Mapping[str, Mapping[int, None]]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(codes)[:MOST_TARGETS] for name, codes in found.items()}
