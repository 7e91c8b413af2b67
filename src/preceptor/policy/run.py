"""One evaluation of a pack over one batch: every part of every rule, for all records at once.

Values are remembered by the text of the part, so that what several rules share is computed once, and an
explanation can read what any part came to.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import Any

import numpy as np

from preceptor.policy import tree, values
from preceptor.policy.batch import Array, Batch, Cells, ListCells, Mask
from preceptor.policy.facts import Fact
from preceptor.policy.parameters import Bind, Parameter
from preceptor.policy.rules import Rule
from preceptor.policy.tree import Node
from preceptor.policy.types import Bool, Date, Number, Scalar, day_number
from preceptor.policy.values import Interval, Truth, point
from preceptor.policy.verdict import Verdict

Value = Truth | Interval
FAIL, PENDING, NOT_APPLICABLE, WAIVED = (
    np.uint8(verdict.code)
    for verdict in (Verdict.FAIL, Verdict.PENDING, Verdict.NOT_APPLICABLE, Verdict.WAIVED)
)

# Values up to which a choice costs less than arithmetic.
FEW = 64


class Run:
    """The values of a batch. ``rows`` names the list inside whose ``where`` a part stands ('' outside)."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.found: dict[tuple[str, str], Any] = {}

    def truth(self, node: Node, rows: str = "") -> Truth:
        """The truth values of a condition, one a record (or one for all)."""
        found = self.value(node, rows)
        assert isinstance(found, Truth)
        return found

    def number(self, node: Node, rows: str = "") -> Interval:
        """The numbers, days or codes of a part, one a record (or one for all)."""
        found = self.value(node, rows)
        if isinstance(found, Truth):
            return _as_codes(found)
        return found

    def value(self, node: Node, rows: str = "") -> Value:
        """What a part comes to."""
        key = (rows, node.key)
        found: Value | None = self.found.get(key)
        if found is None:
            found = self.found[key] = READERS[type(node)](self, node, rows)
        return found

    def verdict(self, rule: Rule) -> Array:
        """The verdicts of a rule as codes, one a record."""
        found: Array | None = self.found.get(("verdict", rule.id))
        if found is None:
            found = self.found["verdict", rule.id] = self._verdict(rule)
        return found

    def _verdict(self, rule: Rule) -> Array:
        held = self.truth(rule.require.tree)
        codes = np.add(held.certain.view(np.uint8), held.possible.view(np.uint8))
        applies = self.applies(rule)
        if applies is not None:
            if applies.certain is not applies.possible:
                codes = either(applies.certain, codes, PENDING)
            codes = either(applies.possible, codes, NOT_APPLICABLE)
        waived = self.batch.waived.get(rule.id)
        if waived is not None:
            codes = np.where((codes == FAIL) & waived, WAIVED, codes)
        return _filled(codes, len(self.batch))

    def applies(self, rule: Rule) -> Truth | None:
        """Whether the rule is in force and its ``when`` holds; None when it always applies."""
        parts = [self.in_force(rule)] if rule.dated else []
        if rule.when is not None:
            parts.append(self.truth(rule.when.tree))
        return values.conjunction(parts) if parts else None

    def in_force(self, rule: Rule) -> Truth:
        """Whether the rule was in force on each record's own date."""
        days = self.days(rule.bind)
        inside = np.ones(len(self.batch), dtype=np.bool_)
        if rule.since is not None:
            inside &= days.values >= day_number(rule.since)
        if rule.until is not None:
            inside &= days.values <= day_number(rule.until)
        return values.truth_of(inside, days.known)

    def days(self, bind: Bind) -> Cells:
        """The date of each record that rules and parameters are bound to.

        An event without a date takes its planned date, else the evaluation date. A cohort without a
        date is unknown.
        """
        found: Cells | None = self.found.get(("days", bind))
        if found is None:
            found = self._cohort() if bind == "cohort" else self._event()
            self.found["days", bind] = found
        return found

    def _cohort(self) -> Cells:
        return self.batch.columns[self.batch.declaration.dates["cohort"]]

    def _event(self) -> Cells:
        dates = self.batch.declaration.dates
        days = np.full(len(self.batch), day_number(self.batch.on), dtype=np.int32)
        for role in ("planned", "event"):
            cells = self.batch.columns[dates[role]] if role in dates else None
            if cells is not None:
                days = (
                    cells.values
                    if cells.known is None
                    else np.where(cells.known, cells.values, days)
                )
        return Cells(days)

    def extent(self, bind: Bind) -> tuple[int, int]:
        """The first and the last of the dates of all records."""
        found: tuple[int, int] | None = self.found.get(("extent", bind))
        if found is None:
            days = self.days(bind).values
            found = self.found["extent", bind] = int(days.min()), int(days.max())
        return found

    def steps(self, parameter: Parameter, rows: str = "") -> tuple[int | Array, Mask | None]:
        """Which value of a parameter holds for each record (one for all if it is the same), if any."""
        key = ("steps", f"{rows}.{parameter.name}")
        found: tuple[int | Array, Mask | None] | None = self.found.get(key)
        if found is None:
            steps, known = self._steps(parameter) if not rows else self.steps(parameter)
            found = self.found[key] = self.spread(steps, rows), self.spread(known, rows)
        return found

    def _steps(self, parameter: Parameter) -> tuple[int | Array, Mask | None]:
        days = self.days(parameter.bind)
        if not len(self.batch):
            return 0, None
        first, last = (
            bisect_right(parameter.since, day) - 1 for day in self.extent(parameter.bind)
        )
        if first == last >= 0:
            return first, days.known
        return self._steps_since(parameter)

    def _steps_since(self, parameter: Parameter) -> tuple[Array, Mask | None]:
        """The steps of all parameters that change on the same days, computed for the first of them."""
        key = (f"steps by {parameter.bind}", str(parameter.since))
        found: tuple[Array, Mask | None] | None = self.found.get(key)
        if found is None:
            days = self.days(parameter.bind)
            steps = np.searchsorted(parameter.days, days.values, side="right") - 1
            known = values.both_known(steps >= 0, days.known)
            found = self.found[key] = np.maximum(steps, 0), known
        return found

    def spread(self, of_records: Any, rows: str) -> Any:
        """Values of records, repeated for each of their rows; one value for all stays one."""
        if not rows or np.ndim(of_records) == 0:
            return of_records
        return np.repeat(of_records, self.batch.lists[rows].lengths)


def _as_codes(value: Truth) -> Interval:
    low = value.certain.view(np.uint8)
    if value.certain is value.possible:
        return point(low)
    return Interval(low, value.possible.view(np.uint8), None)


def of_cells(kind: Scalar, cells: Cells) -> Value:
    """A column as values."""
    if isinstance(kind, Bool):
        return values.truth_of(cells.values, cells.known)
    return point(cells.values, cells.known)


def _constant(run: Run, node: tree.Constant, rows: str) -> Value:
    if isinstance(node.type, Bool):
        truth = np.asarray(bool(node.value))
        return Truth(truth, truth)
    return point(node.value)


def _column(run: Run, node: tree.Column, rows: str) -> Value:
    if node.rows:
        return of_cells(node.type, run.batch.lists[node.rows].columns[node.name])
    cells = run.batch.columns[node.name]
    return of_cells(node.type, Cells(run.spread(cells.values, rows), run.spread(cells.known, rows)))


def _today(run: Run, node: tree.Today, rows: str) -> Value:
    return point(day_number(run.batch.on))


def _parameter(run: Run, node: tree.ParameterValue, rows: str) -> Value:
    steps, known = run.steps(node.parameter, rows)
    if isinstance(steps, int) and not isinstance(node.type, Bool):
        return point(node.parameter.steps[steps].value, known)
    return _held(node.type, node.parameter.table[steps], known)


def _lookup(run: Run, node: tree.Lookup, rows: str) -> Value:
    steps, known = run.steps(node.parameter, rows)
    index = run.number(node.index, rows)
    held = node.parameter.table[steps, index.low]
    return _held(node.type, held, values.both_known(known, index.known))


def _held(kind: Scalar, held: Any, known: Mask | None) -> Value:
    if isinstance(kind, Bool):
        return values.truth_of(np.asarray(held, dtype=np.bool_), known)
    return point(int(held) if np.ndim(held) == 0 else held, known)


def _scaled(run: Run, node: tree.Scaled, rows: str) -> Value:
    return values.multiply(run.number(node.operand, rows), node.factor)


def _arithmetic(run: Run, node: tree.Arithmetic, rows: str) -> Value:
    return values.calculate(
        node.operator, run.number(node.left, rows), run.number(node.right, rows)
    )


def _comparison(run: Run, node: tree.Comparison, rows: str) -> Value:
    return values.compare(node.operator, run.number(node.left, rows), run.number(node.right, rows))


def _membership(run: Run, node: tree.Membership, rows: str) -> Value:
    item, chosen = run.number(node.item, rows), node.options
    if chosen.parameter is None:
        return values.among(item, chosen.values or (), node.stride)
    step, known = run.steps(chosen.parameter, rows)
    lists = [tuple(v * chosen.factor for v in step) for step in chosen.parameter.options]
    if isinstance(step, int):
        return values.known_only(values.among(item, lists[step], node.stride), known)
    found = values.among(item, lists[0], node.stride)
    for place, options in enumerate(lists[1:], start=1):
        found = _chosen(step == place, values.among(item, options, node.stride), found)
    return values.known_only(found, known)


def _chosen(mask: Mask, answer: Truth, otherwise: Truth) -> Truth:
    return Truth(
        np.where(mask, answer.certain, otherwise.certain),
        np.where(mask, answer.possible, otherwise.possible),
    )


def _not(run: Run, node: tree.Not, rows: str) -> Value:
    return values.negation(run.truth(node.operand, rows))


def _and(run: Run, node: tree.And, rows: str) -> Value:
    return values.conjunction([run.truth(part, rows) for part in node.operands])


def _or(run: Run, node: tree.Or, rows: str) -> Value:
    return values.disjunction([run.truth(part, rows) for part in node.operands])


def _filled(found: Array, size: int) -> Array:
    """One value each, where one may stand for all."""
    return found if found.ndim else np.full(size, found)


def either(mask: Mask, held: Array, otherwise: Any) -> Array:
    """The values where the mask says so, else one value for all, which their type of array can hold.

    Of many, without a branch: several times as quick as a choice when the mask follows no pattern. What a
    difference loses by overflow the sum gives back.
    """
    if held.size < FEW:
        return np.where(mask, held, otherwise)
    other = held.dtype.type(otherwise)
    return np.asarray((held - other) * mask + other)


def chosen_rows(run: Run, fact: Fact) -> Truth:
    """Which rows a fact takes: surely, and possibly; one truth value for each row of the batch."""
    size = len(run.batch.lists[fact.rows])
    if fact.where is None:
        certain = np.ones(size, dtype=np.bool_)
        return Truth(certain, certain)
    found = run.truth(fact.where.tree, fact.rows)
    certain = _filled(found.certain, size)
    if found.certain is found.possible:
        return Truth(certain, certain)
    return Truth(certain, _filled(found.possible, size))


def _fact(run: Run, node: tree.FactValue, rows: str) -> Value:
    fact = node.fact
    cells = run.batch.lists[fact.rows]
    chosen = chosen_rows(run, fact)
    if fact.column is None:
        return _count(chosen, cells)
    return AGGREGATES[fact.aggregate](fact.cell, chosen, cells.columns[fact.column], cells)


def _count(chosen: Truth, rows: ListCells) -> Interval:
    low = values.summed(chosen.certain, rows)
    return Interval(
        low,
        low if chosen.certain is chosen.possible else values.summed(chosen.possible, rows),
        None,
    )


def _sum(kind: Scalar, chosen: Truth, column: Cells, rows: ListCells) -> Interval:
    if column.known is None and chosen.certain is chosen.possible:
        return point(values.summed(column.values * chosen.certain, rows, _largest(kind)))
    low, high = _ends(kind, column)
    # Times 0 or 1 is much quicker than choosing: which rows count follows no pattern.
    least, most = low * chosen.certain, high * chosen.certain
    if chosen.certain is not chosen.possible:
        perhaps = chosen.possible & ~chosen.certain
        least += np.minimum(low, 0) * perhaps
        most += np.maximum(high, 0) * perhaps
    largest = _largest(kind)
    return Interval(values.summed(least, rows, largest), values.summed(most, rows, largest), None)


def _largest(kind: Scalar) -> int:
    """How far from 0 a value of the type can be."""
    assert isinstance(kind, Number | Date)
    return max(abs(kind.low), abs(kind.high))


def _ends(kind: Scalar, column: Cells) -> tuple[Array, Array]:
    """The least and the most that each cell can be: the bounds of its type where it is unknown."""
    assert isinstance(kind, Number | Date)
    if column.known is None:
        return column.values, column.values
    return either(column.known, column.values, kind.low), either(
        column.known, column.values, kind.high
    )


def _min(kind: Scalar, chosen: Truth, column: Cells, rows: ListCells) -> Interval:
    assert isinstance(kind, Number | Date)
    sure = chosen.certain if column.known is None else chosen.certain & column.known
    known = values.exists(sure, rows)
    high = values.least(either(sure, column.values, kind.high), rows, kind.high)
    if sure is chosen.possible:
        return point(high, None if known.all() else known)
    low = values.least(either(chosen.possible, _ends(kind, column)[0], kind.high), rows, kind.high)
    return Interval(low, high, None if known.all() else known)


def _max(kind: Scalar, chosen: Truth, column: Cells, rows: ListCells) -> Interval:
    assert isinstance(kind, Number | Date)
    sure = chosen.certain if column.known is None else chosen.certain & column.known
    known = values.exists(sure, rows)
    low = values.most(either(sure, column.values, kind.low), rows, kind.low)
    if sure is chosen.possible:
        return point(low, None if known.all() else known)
    high = values.most(either(chosen.possible, _ends(kind, column)[1], kind.low), rows, kind.low)
    return Interval(low, high, None if known.all() else known)


def _any(kind: Scalar, chosen: Truth, column: Cells, rows: ListCells) -> Truth:
    held = values.conjunction([chosen, values.truth_of(column.values, column.known)])
    certain = values.exists(held.certain, rows)
    if held.certain is held.possible:
        return Truth(certain, certain)
    return Truth(certain, values.exists(held.possible, rows))


def _all(kind: Scalar, chosen: Truth, column: Cells, rows: ListCells) -> Truth:
    opposite = values.negation(values.truth_of(column.values, column.known))
    broken = _any(kind, chosen, Cells(opposite.certain), rows)
    if opposite.certain is not opposite.possible:
        possible = values.conjunction([chosen, opposite]).possible
        broken = Truth(broken.certain, values.exists(possible, rows))
    return values.negation(broken)


AGGREGATES: dict[str, Callable[[Any, Truth, Cells, ListCells], Value]] = {
    "sum": _sum,
    "min": _min,
    "max": _max,
    "any": _any,
    "all": _all,
}
READERS: dict[type[Node], Callable[[Run, Any, str], Value]] = {
    tree.Constant: _constant,
    tree.Column: _column,
    tree.Today: _today,
    tree.ParameterValue: _parameter,
    tree.Lookup: _lookup,
    tree.Scaled: _scaled,
    tree.Arithmetic: _arithmetic,
    tree.Comparison: _comparison,
    tree.Membership: _membership,
    tree.Not: _not,
    tree.And: _and,
    tree.Or: _or,
    tree.FactValue: _fact,
}
