"""Which missing values keep an answer open: by name, for all records at once.

Only what is unknown along the parts that are themselves unknown counts: a missing title does not matter
where a panel is too small anyway.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from preceptor.policy import tree
from preceptor.policy.batch import Mask
from preceptor.policy.facts import Fact
from preceptor.policy.parameters import Parameter
from preceptor.policy.rules import Rule
from preceptor.policy.run import Run, chosen_rows
from preceptor.policy.tree import Node
from preceptor.policy.values import Truth, exists
from preceptor.policy.verdict import Verdict

Cells = dict[tuple[str, str], Mask]


class _Search:
    """Goes down a tree along what is open; ``rows`` names the list whose rows a mask speaks of."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.records: dict[str, Mask] = {}
        self.own: Cells = {}

    def node(self, node: Node, mask: Mask, rows: str) -> None:
        mask = mask & self.open(node, rows)
        if not mask.any():
            return
        if isinstance(node, tree.Column):
            self.column(node, mask, rows)
        elif isinstance(node, tree.FactValue):
            self.fact(node.fact, mask)
        elif isinstance(node, tree.ParameterValue):
            self.parameter(node.parameter, mask, rows)
        else:
            self.parts(node, mask, rows)

    def parts(self, node: Node, mask: Mask, rows: str) -> None:
        for child in tree.children(node):
            self.node(child, mask, rows)
        parameter = node.parameter if isinstance(node, tree.Lookup) else None
        if isinstance(node, tree.Membership):
            parameter = node.options.parameter
        if parameter is not None:
            self.parameter(parameter, mask, rows)

    def open(self, node: Node, rows: str) -> Mask:
        value = self.run.value(node, rows)
        if isinstance(value, Truth):
            return _unsure(value)
        open_ends = np.asarray(value.low != value.high)
        return open_ends if value.known is None else open_ends | ~value.known

    def column(self, node: tree.Column, mask: Mask, rows: str) -> None:
        if node.rows:
            key = (node.rows, node.name)
            self.own[key] = self.own[key] | mask if key in self.own else mask
        self.mark(node.key, mask, rows)

    def parameter(self, parameter: Parameter, mask: Mask, rows: str) -> None:
        _, known = self.run.steps(parameter)
        if known is None:
            return
        absent = np.logical_not(known)
        dated = self.run.days(parameter.bind).known
        if dated is not None:
            undated = np.logical_not(dated)
            self.mark(self.date_name(parameter.bind), mask & self.run.spread(undated, rows), rows)
            absent = absent & dated
        self.mark(parameter.name, mask & self.run.spread(absent, rows), rows)

    def date_name(self, bind: str) -> str:
        return self.run.batch.declaration.dates[bind]

    def fact(self, fact: Fact, mask: Mask) -> None:
        """Only a rule names facts; a ``where`` that did would not have loaded."""
        raise AssertionError(fact.name)

    def mark(self, name: str, mask: Mask, rows: str = "") -> None:
        if not mask.any():
            return
        if rows:
            mask = exists(mask, self.run.batch.lists[rows])
        self.records[name] = self.records[name] | mask if name in self.records else mask


class _Inside(_Search):
    """What keeps a fact open, whichever rule asks: looked for once in a run."""

    def __init__(self, run: Run, fact: Fact) -> None:
        super().__init__(run)
        chosen = chosen_rows(run, fact)
        if fact.where is not None:
            self.node(fact.where.tree, _unsure(chosen), fact.rows)
        if fact.column is not None:
            known = run.batch.lists[fact.rows].columns[fact.column].known
            if known is not None:
                cell = tree.column(fact.column, fact.type, fact.rows)
                self.column(cell, chosen.possible & ~known, fact.rows)


class Gaps(_Search):
    """The missing names of one rule.

    ``records`` says for each name for which records it is missing; ``cells`` says for a column of a
    list which rows lack it. Names: ``similarity``, ``members.title_level``, a fact that has no row to
    look at, or a parameter that has no value on the record's date.
    """

    def __init__(self, run: Run, rule: Rule) -> None:
        super().__init__(run)
        self.facts: list[tuple[Cells, Mask]] = []
        pending = run.verdict(rule) == Verdict.PENDING.code
        if pending.any():
            self._rule(rule, pending)

    def names(self, place: int) -> list[str]:
        """The missing names of one record, in alphabetical order."""
        return sorted(name for name, mask in self.records.items() if mask[place])

    @cached_property
    def cells(self) -> Cells:
        """For a column of a list (list, column): which rows lack it."""
        found = dict(self.own)
        for inside, mask in self.facts:
            for key, cells in inside.items():
                part = cells & self.run.spread(mask, key[0])
                found[key] = found[key] | part if key in found else part
        return {key: cells for key, cells in found.items() if cells.any()}

    def _rule(self, rule: Rule, pending: Mask) -> None:
        applies = self.run.applies(rule)
        if applies is not None:
            open_rule = pending & _unsure(applies)
            if rule.dated:
                self._mark_date(rule, open_rule)
            if rule.when is not None:
                self.node(rule.when.tree, open_rule, "")
            pending = pending & np.logical_not(open_rule)
        self.node(rule.require.tree, pending, "")

    def _mark_date(self, rule: Rule, mask: Mask) -> None:
        known = self.run.days(rule.bind).known
        if known is not None:
            self.mark(self.date_name(rule.bind), mask & ~known)

    def fact(self, fact: Fact, mask: Mask) -> None:
        records, cells = self._inside(fact)
        named = np.zeros(len(mask), dtype=np.bool_)
        for name, found in records.items():
            self.mark(name, mask & found)
            named |= found
        self.mark(fact.name, mask & ~named)
        self.facts.append((cells, mask))

    def _inside(self, fact: Fact) -> tuple[dict[str, Mask], Cells]:
        found: tuple[dict[str, Mask], Cells] | None = self.run.found.get(("gaps", fact.name))
        if found is None:
            inside = _Inside(self.run, fact)
            # Not the search itself: it knows the run, which would then keep itself alive.
            found = self.run.found["gaps", fact.name] = inside.records, inside.own
        return found


def _unsure(value: Truth) -> Mask:
    return np.asarray(value.possible & np.logical_not(value.certain))
