"""The definition of the language: a plain interpreter of one record, slow and short.

It reads the expressions as they were written and knows nothing of types, codes, scales or arrays. Every
value is a pair (least, most); equal ends are a known value, None is a value of which nothing is known. The
evaluator over columns must give the same verdicts and the same missing names; the tests hold it to that.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from preceptor.policy.facts import Fact
from preceptor.policy.pack import Pack
from preceptor.policy.parameters import Parameter
from preceptor.policy.rules import Rule
from preceptor.policy.schema import Schema
from preceptor.policy.syntax import Binary, Index, Items, Literal, Logical, Name, Syntax, Unary
from preceptor.policy.types import Date, ListOf, MapOf, Number, Scalar, decode
from preceptor.policy.verdict import Verdict

Pair = tuple[Any, Any] | None
OPEN = (False, True)
COMPARE: dict[str, Callable[[Any, Any], Pair]] = {
    "<": lambda a, b: (a[1] < b[0], a[0] < b[1]),
    "<=": lambda a, b: (a[1] <= b[0], a[0] <= b[1]),
    ">": lambda a, b: (a[0] > b[1], a[1] > b[0]),
    ">=": lambda a, b: (a[0] >= b[1], a[1] >= b[0]),
    "==": lambda a, b: (a[0] == a[1] == b[0] == b[1], a[0] <= b[1] and b[0] <= a[1]),
    "!=": lambda a, b: (a[0] > b[1] or b[0] > a[1], not a[0] == a[1] == b[0] == b[1]),
}


class Record:
    """One record: a name gives a pair, and the missing names behind it."""

    def __init__(
        self, pack: Pack, schema: Schema, subject: str, record: Mapping[str, Any], on: datetime.date
    ) -> None:
        self.pack, self.subject, self.record, self.on = pack, subject, record, on
        self.declared = schema.subjects[subject]

    def value(self, node: Syntax, row: Mapping[str, Any] | None = None) -> Pair:
        """The value of an expression; inside a ``where``, ``row`` is the row looked at."""
        match node:
            case Literal(value=value):
                return _pair(value)
            case Name(name=name):
                return self.name(name, row)
            case Unary(operator="!", operand=operand):
                low, high = self.truth(operand, row)
                return not high, not low
            case Unary(operand=operand):
                found = self.value(operand, row)
                return None if found is None else (-found[1], -found[0])
            case Logical(operator=operator, operands=operands):
                pairs = [self.truth(part, row) for part in operands]
                both = all if operator == "&&" else any
                return both(pair[0] for pair in pairs), both(pair[1] for pair in pairs)
            case Index(base=Name(name=name), key=key):
                table, found = self.parameter(name), self.value(key, row)
                return None if table is None or found is None else _pair(table[found[0]])
            case Binary(operator="in", left=left, right=right):
                return self.membership(self.value(left, row), right)
            case Binary(operator=operator, left=left, right=right):
                return self.binary(operator, self.value(left, row), self.value(right, row))
        raise AssertionError(node)

    def truth(self, node: Syntax, row: Mapping[str, Any] | None) -> tuple[bool, bool]:
        return self.value(node, row) or OPEN

    def membership(self, item: Pair, right: Syntax) -> Pair:
        options: Any
        if isinstance(right, Name):
            options = self.parameter(right.name)
        else:
            assert isinstance(right, Items)
            options = [(self.value(part) or (None,))[0] for part in right.items]
        if item is None or options is None:
            return OPEN
        within = {option for option in map(_plain, options) if item[0] <= option <= item[1]}
        whole = isinstance(item[0], int) and isinstance(item[1], int)
        number = len({option for option in within if option == int(option)}) if whole else 0
        return (bool(within) if item[0] == item[1] else number == item[1] - item[0] + 1), bool(
            within
        )

    def binary(self, operator: str, left: Pair, right: Pair) -> Pair:
        if operator in COMPARE:
            return OPEN if left is None or right is None else COMPARE[operator](left, right)
        if left is None or right is None:
            return None
        if operator == "+":
            return left[0] + right[0], left[1] + right[1]
        if operator == "-":
            return left[0] - right[1], left[1] - right[0]
        products = [a * b for a in left for b in right]
        return min(products), max(products)

    def name(self, name: str, row: Mapping[str, Any] | None) -> Pair:
        if name == "today":
            return _pair(self.on)
        if row and name in row:
            return _pair(row[name])
        if name in self.declared.columns:
            return _pair(_exact(self.declared.columns[name], self.record.get(name)))
        if name in self.pack.facts[self.subject]:
            return self.fact(self.pack.facts[self.subject][name])
        if name in self.pack.parameters:
            found = self.parameter(name)
            return None if found is None else _pair(found)
        return None

    def fact(self, fact: Fact) -> Pair:
        rows = [(row, self.chosen(fact, row)) for row in self.rows(fact)]
        rows = [(row, chosen) for row, chosen in rows if chosen[1]]
        if fact.column is None:
            return sum(sure for _, (sure, _) in rows), len(rows)
        cells = [(_pair(row.get(fact.column)), sure) for row, (sure, _) in rows]
        return AGGREGATES[fact.aggregate](cells, fact.cell)

    def chosen(self, fact: Fact, row: Mapping[str, Any]) -> tuple[bool, bool]:
        return self.truth(fact.where.syntax, row) if fact.where else (True, True)

    def rows(self, fact: Fact) -> Sequence[Mapping[str, Any]]:
        columns = self.declared.rows(fact.rows).columns
        return [
            {name: _exact(kind, row.get(name)) for name, kind in columns.items()}
            for row in self.record[fact.rows]
        ]

    def day(self, bind: str) -> datetime.date | None:
        """The date that rules and parameters are bound to."""
        if bind == "cohort":
            found: datetime.date | None = self.record.get(self.declared.dates["cohort"])
            return found
        roles = [self.declared.dates[r] for r in ("event", "planned") if r in self.declared.dates]
        return next((day for day in map(self.record.get, roles) if day is not None), self.on)

    def parameter(self, name: str) -> Any:
        """The value in force on the record's date, as a plain value, list or map; None without one."""
        parameter, day = self.pack.parameters[name], self.day(self.pack.parameters[name].bind)
        held = [step.value for step in parameter.steps if day is not None and step.since <= day]
        return _plain_parameter(parameter, held[-1]) if held else None

    def missing(self, node: Syntax, row: tuple[str, Mapping[str, Any]] | None = None) -> set[str]:
        """The missing names that keep an expression open; none when it is known."""
        if isinstance(node, Items):
            return set()
        found = self.value(node, row[1] if row else None)
        if found is not None and found[0] == found[1]:
            return set()
        match node:
            case Name(name=name):
                return self.missing_name(name, row)
            case Unary(operand=operand):
                return self.missing(operand, row)
            case Logical(operands=operands):
                return set().union(*(self.missing(part, row) for part in operands))
            case Index(base=base, key=key):
                return self.missing(base, row) | self.missing(key, row)
            case Binary(left=left, right=right):
                return self.missing(left, row) | self.missing(right, row)
        return set()

    def missing_name(self, name: str, row: tuple[str, Mapping[str, Any]] | None) -> set[str]:
        if row and name in row[1]:
            return {f"{row[0]}.{name}"}
        if name in self.pack.facts[self.subject]:
            return self.missing_in(self.pack.facts[self.subject][name])
        parameter = self.pack.parameters.get(name)
        if parameter is None:
            return {name}
        if self.parameter(name) is not None:
            return set()
        dated = self.day(parameter.bind) is not None
        return {name if dated else self.declared.dates[parameter.bind]}

    def missing_in(self, fact: Fact) -> set[str]:
        names: set[str] = set()
        for row in self.rows(fact):
            sure, possible = self.chosen(fact, row)
            if fact.where and sure != possible:
                names |= self.missing(fact.where.syntax, (fact.rows, row))
            if fact.column and possible and row[fact.column] is None:
                names.add(f"{fact.rows}.{fact.column}")
        return names or {fact.name}

    def verdict(self, rule: Rule) -> tuple[Verdict, list[str]]:
        """The verdict of a rule (before waivers) and the missing names, sorted."""
        day = self.day(rule.bind) if rule.since or rule.until else self.on
        force = OPEN if day is None else (_in_force(rule, day),) * 2
        when = self.truth(rule.when.syntax, None) if rule.when else (True, True)
        if not (force[1] and when[1]):
            return Verdict.NOT_APPLICABLE, []
        if not (force[0] and when[0]):
            names = set() if force[0] else {self.declared.dates[rule.bind]}
            names |= self.missing(rule.when.syntax) if rule.when else set()
            return Verdict.PENDING, sorted(names)
        sure, possible = self.truth(rule.require.syntax, None)
        if sure != possible:
            return Verdict.PENDING, sorted(self.missing(rule.require.syntax))
        return (Verdict.PASS if sure else Verdict.FAIL), []


def evaluate(
    pack: Pack,
    schema: Schema,
    subject: str,
    record: Mapping[str, Any],
    on: datetime.date,
    waived: Collection[str] = (),
) -> dict[str, tuple[Verdict, list[str]]]:
    """The verdict and the missing names of every rule of the subject for one plain record."""
    reader = Record(pack, schema, subject, record, on)
    found = {rule.id: reader.verdict(rule) for rule in pack.rules_of(subject)}
    for rule in waived:
        if rule in found and found[rule][0] is Verdict.FAIL:
            found[rule] = Verdict.WAIVED, []
    return found


def _exact(kind: Scalar, value: Any) -> Any:
    """A decimal given as text or number, without rounding."""
    return (
        Fraction(value) if isinstance(kind, Number) and kind.scale and value is not None else value
    )


def _pair(value: object) -> Pair:
    if value is None:
        return None
    plain = _plain(value)
    return plain, plain


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.date):
        return value.toordinal()
    return Fraction(value) if isinstance(value, Decimal) else value


def _plain_parameter(parameter: Parameter, value: Any) -> Any:
    if isinstance(parameter.type, ListOf):
        return [decode(parameter.item, item) for item in value]
    if isinstance(parameter.type, MapOf):
        items = zip(parameter.type.key.values, value, strict=True)
        return {key: decode(parameter.item, item) for key, item in items}
    return decode(parameter.item, value)


def _in_force(rule: Rule, day: datetime.date) -> bool:
    return (rule.since is None or rule.since <= day) and (rule.until is None or day <= rule.until)


def _limits(kind: Scalar | None) -> tuple[Any, Any]:
    assert isinstance(kind, Number | Date)
    return _plain(decode(kind, kind.low)), _plain(decode(kind, kind.high))


def _sum(cells: Sequence[tuple[Pair, bool]], kind: Scalar | None) -> Pair:
    pairs = [(cell or _limits(kind), sure) for cell, sure in cells]
    low = sum(pair[0] if sure else min(0, pair[0]) for pair, sure in pairs)
    return low, sum(pair[1] if sure else max(0, pair[1]) for pair, sure in pairs)


def _min(cells: Sequence[tuple[Pair, bool]], kind: Scalar | None) -> Pair:
    sure = [cell[0] for cell, certain in cells if certain and cell]
    return (min((cell or _limits(kind))[0] for cell, _ in cells), min(sure)) if sure else None


def _max(cells: Sequence[tuple[Pair, bool]], kind: Scalar | None) -> Pair:
    sure = [cell[1] for cell, certain in cells if certain and cell]
    return (max(sure), max((cell or _limits(kind))[1] for cell, _ in cells)) if sure else None


def _any(cells: Sequence[tuple[Pair, bool]], kind: Scalar | None) -> Pair:
    pairs = [(cell or OPEN, sure) for cell, sure in cells]
    return any(pair[0] and sure for pair, sure in pairs), any(pair[1] for pair, _ in pairs)


def _all(cells: Sequence[tuple[Pair, bool]], kind: Scalar | None) -> Pair:
    pairs = [(cell or OPEN, sure) for cell, sure in cells]
    return all(pair[0] for pair, _ in pairs), all(pair[1] or not sure for pair, sure in pairs)


AGGREGATES: dict[str, Callable[[Sequence[tuple[Pair, bool]], Scalar | None], Pair]] = {
    "sum": _sum,
    "min": _min,
    "max": _max,
    "any": _any,
    "all": _all,
}
