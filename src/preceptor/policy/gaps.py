"""Which missing values keep an answer open: by name, for all records at once.

Only what is unknown along the parts that are themselves unknown counts: a missing title does not matter
where a panel is too small anyway.
"""

from __future__ import annotations

import numpy as np

from preceptor.policy import tree
from preceptor.policy.batch import Mask
from preceptor.policy.facts import Fact
from preceptor.policy.parameters import Parameter
from preceptor.policy.rules import Rule
from preceptor.policy.run import Run, chosen_rows
from preceptor.policy.tree import Node
from preceptor.policy.values import Truth
from preceptor.policy.verdict import Verdict


class Gaps:
    """The missing names of one rule.

    ``records`` says for each name for which records it is missing; ``cells`` says for a column of a
    list which rows lack it. Names: ``similarity``, ``members.title_level``, a fact that has no row to
    look at, or a parameter that has no value on the record's date.
    """

    def __init__(self, run: Run, rule: Rule) -> None:
        self.run = run
        self.records: dict[str, Mask] = {}
        self.cells: dict[tuple[str, str], Mask] = {}
        pending = run.verdict(rule) == Verdict.PENDING.code
        if pending.any():
            self._rule(rule, pending)

    def names(self, place: int) -> list[str]:
        """The missing names of one record, in alphabetical order."""
        return sorted(name for name, mask in self.records.items() if mask[place])

    def _rule(self, rule: Rule, pending: Mask) -> None:
        applies = self.run.applies(rule)
        if applies is not None:
            open_rule = pending & _unsure(applies)
            if rule.dated:
                self._mark_date(rule, open_rule)
            if rule.when is not None:
                self._node(rule.when.tree, open_rule, "")
            pending = pending & np.logical_not(open_rule)
        self._node(rule.require.tree, pending, "")

    def _mark_date(self, rule: Rule, mask: Mask) -> None:
        known = self.run.days(rule.bind).known
        if known is not None:
            self._mark(self._date_name(rule.bind), mask & ~known, "")

    def _date_name(self, bind: str) -> str:
        return self.run.batch.declaration.dates[bind]

    def _node(self, node: Node, mask: Mask, rows: str) -> None:
        mask = mask & self._open(node, rows)
        if not mask.any():
            return
        if isinstance(node, tree.Column):
            self._column(node, mask, rows)
        elif isinstance(node, tree.FactValue):
            self._fact(node.fact, mask)
        elif isinstance(node, tree.ParameterValue):
            self._parameter(node.parameter, mask, rows)
        else:
            self._parts(node, mask, rows)

    def _parts(self, node: Node, mask: Mask, rows: str) -> None:
        for child in tree.children(node):
            self._node(child, mask, rows)
        parameter = node.parameter if isinstance(node, tree.Lookup) else None
        if isinstance(node, tree.Membership):
            parameter = node.options.parameter
        if parameter is not None:
            self._parameter(parameter, mask, rows)

    def _open(self, node: Node, rows: str) -> Mask:
        value = self.run.value(node, rows)
        if isinstance(value, Truth):
            return _unsure(value)
        open_ends = np.asarray(value.low != value.high)
        return open_ends if value.known is None else open_ends | ~value.known

    def _column(self, node: tree.Column, mask: Mask, rows: str) -> None:
        if node.rows:
            key = (node.rows, node.name)
            self.cells[key] = self.cells[key] | mask if key in self.cells else mask
        self._mark(node.key, mask, rows)

    def _parameter(self, parameter: Parameter, mask: Mask, rows: str) -> None:
        _, known = self.run.steps(parameter)
        if known is None:
            return
        absent = np.logical_not(known)
        dated = self.run.days(parameter.bind).known
        if dated is not None:
            undated = np.logical_not(dated)
            self._mark(self._date_name(parameter.bind), mask & self._spread(undated, rows), rows)
            absent = absent & dated
        self._mark(parameter.name, mask & self._spread(absent, rows), rows)

    def _fact(self, fact: Fact, mask: Mask) -> None:
        before = dict(self.records)
        self.records = {}
        chosen = chosen_rows(self.run, fact)
        inside = self._spread(mask, fact.rows)
        if fact.where is not None:
            self._node(fact.where.tree, inside & _unsure(chosen), fact.rows)
        if fact.column is not None:
            column = self.run.batch.lists[fact.rows].columns[fact.column]
            if column.known is not None:
                cell = tree.column(fact.column, fact.type, fact.rows)
                self._column(cell, inside & chosen.possible & ~column.known, fact.rows)
        named = np.zeros(len(mask), dtype=np.bool_)
        for found in self.records.values():
            named |= found
        own, self.records = self.records, before
        for name, found in own.items():
            self._mark(name, found, "")
        self._mark(fact.name, mask & ~named, "")

    def _spread(self, mask: Mask, rows: str) -> Mask:
        return np.repeat(mask, self.run.batch.lists[rows].lengths) if rows else mask

    def _mark(self, name: str, mask: Mask, rows: str) -> None:
        if not mask.any():
            return
        if rows:
            offsets = self.run.batch.lists[rows].offsets
            totals = np.concatenate(([0], np.cumsum(mask)))
            mask = totals[offsets[1:]] > totals[offsets[:-1]]
        self.records[name] = self.records[name] | mask if name in self.records else mask


def _unsure(value: Truth) -> Mask:
    return np.asarray(value.possible & np.logical_not(value.certain))
