"""Values of one record as a reader sees them: numbers, dates, names, and the rows behind a fact."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import numpy as np

from preceptor.policy import tree
from preceptor.policy.facts import Fact
from preceptor.policy.pack import Pack
from preceptor.policy.parameters import Bind, Parameter, Value
from preceptor.policy.phrases import PHRASES, listed
from preceptor.policy.run import Run, chosen_rows
from preceptor.policy.text import Place, fill
from preceptor.policy.tree import Node
from preceptor.policy.types import Bool, Date, Enum, ListOf, MapOf, Number, Scalar, day_of
from preceptor.policy.units import AGE, RATIO
from preceptor.policy.values import Interval, Truth, conjunction, negation, truth_of

T = TypeVar("T")

# What the texts of a pack come to in a language, whoever the record is: made once, and forgotten with
# the pack.
_KEPT: WeakKeyDictionary[Pack, dict[str, dict[tuple[str, str, int], Any]]] = WeakKeyDictionary()


class Wording:
    """The words of a reader's language for the single record of a run."""

    def __init__(self, pack: Pack, run: Run, language: str) -> None:
        self.pack = pack
        self.run = run
        self.language = language
        self._kept = _KEPT.setdefault(pack, {}).setdefault(language, {})
        self._days: dict[Bind, datetime.date | None] = {}
        self.declared = run.batch.declaration
        self.facts = pack.facts[run.batch.subject]
        self.filled: dict[Place, str] = {}

    def day(self, bind: Bind) -> datetime.date | None:
        """The date of the record that rules and parameters are bound to; None when it is unknown."""
        if bind not in self._days:
            day = self.run.days(bind).code(0)
            self._days[bind] = None if day is None else day_of(day)
        return self._days[bind]

    def kept(self, what: str, name: str, part: int, make: Callable[[], T]) -> T:
        """A text that is the same for every record, made when it is first asked for."""
        key = (what, name, part)
        found: T | None = self._kept.get(key)
        if found is None:
            found = self._kept[key] = make()
        return found

    def say(self, phrase: str, **values: str) -> str:
        """A phrase with its places filled."""
        return fill(PHRASES[phrase].within(self.language), **values)

    def place(self, place: Place) -> str:
        """What stands for ``{name}`` or ``{name.rows}`` in a message."""
        if place not in self.filled:
            self.filled[place] = self._fill(place)
        return self.filled[place]

    def _fill(self, place: Place) -> str:
        if place.rows:
            return listed(self.rows(self.facts[place.name]), self.language)
        if place.name in self.pack.parameters:
            return self.parameter(self.pack.parameters[place.name])
        return self.value(self.node(place.name))

    def node(self, name: str) -> Node:
        """The part of the tree that a name stands for."""
        if name in self.facts:
            return tree.fact_value(self.facts[name])
        return tree.today() if name == "today" else tree.column(name, self.declared.columns[name])

    def name(self, node: Node) -> str:
        """What a part of an expression is called."""
        if isinstance(node, tree.Column):
            return self.declared.title(node.key).within(self.language)
        if isinstance(node, tree.FactValue):
            return node.fact.title.within(self.language)
        if isinstance(node, tree.ParameterValue | tree.Lookup):
            return node.parameter.title.within(self.language)
        if isinstance(node, tree.Arithmetic):
            return f"{self.name(node.left)} {node.operator} {self.name(node.right)}"
        if isinstance(node, tree.Scaled):
            return self.name(node.operand)
        return self.value(node)

    def unit(self, node: Node) -> str:
        """The unit of a part of an expression; ``none`` when it has none."""
        if isinstance(node, tree.ParameterValue | tree.Lookup):
            return node.parameter.unit
        if isinstance(node, tree.FactValue):
            return node.fact.unit
        if isinstance(node, tree.Column):
            return self.declared.units.get(node.key, "none")
        found = [self.unit(child) for child in tree.children(node)]
        return next((unit for unit in found if unit != "none"), "none")

    def value(self, node: Node) -> str:
        """The value of a part for the record: ``19``, ``3 to 4``, ``unknown``, ``not yet``."""
        found = self.run.value(node)
        if isinstance(node, tree.FactValue) and self._lacks_rows(node.fact):
            return self.say("not_held")
        if isinstance(node, tree.FactValue) and self._lacks_cells(node.fact):
            return self.say("unknown")
        if isinstance(found, Truth):
            low, high = bool(_first(found.certain)), bool(_first(found.possible))
            return self.say("unknown") if low != high else self.say("yes" if low else "no")
        ends = ends_of(found)
        if ends is None:
            return self.say("unknown")
        return self.interval(node.type, *ends, self.unit(node), node)

    def _lacks_rows(self, fact: Fact) -> bool:
        """Whether no row, known or not, can give the date: what it dates has not happened yet."""
        return isinstance(tree.fact_value(fact).type, Date) and not bool(
            chosen_rows(self.run, fact).possible.any()
        )

    def _lacks_cells(self, fact: Fact) -> bool:
        """Whether a cell to be added up is unknown, so that the bounds would be those of its type."""
        if fact.aggregate != "sum" or fact.column is None:
            return False
        known = self.run.batch.lists[fact.rows].columns[fact.column].known
        return known is not None and bool((chosen_rows(self.run, fact).possible & ~known).any())

    def interval(self, kind: Scalar, low: int, high: int, unit: str, node: Node) -> str:
        """An interval of codes; an open bound of the type is shown as unknown."""
        if low == high:
            return self.code(kind, low, unit, node)
        if isinstance(kind, Date):
            return self.say("unknown")
        return self.say("range", low=self.code(kind, low, unit), high=self.code(kind, high, unit))

    def code(self, kind: Scalar, code: int, unit: str = "none", node: Node | None = None) -> str:
        """A code as text; a name of an enumeration by its title, for which ``node`` tells whose it is."""
        if isinstance(kind, Bool):
            return self.say("yes" if code else "no")
        if isinstance(kind, Date):
            return day_of(code).isoformat()
        if isinstance(kind, Enum):
            if not isinstance(node, tree.Column):
                return self.name_title(kind, kind.values[code])
            return self.declared.title(f"{node.key}.{kind.values[code]}").within(self.language)
        if unit == AGE:
            years, months = divmod(code, 12)
            phrase = "age_one" if months == 1 else "age"
            return self.say(phrase, years=str(years), months=str(months))
        return number_text(kind, code, unit)

    def parameter(self, parameter: Parameter) -> str:
        """The value of a parameter in force for the record."""
        step = self.step(parameter)
        if step is None:
            return self.say("unknown")
        value = parameter.steps[step].value
        return self.kept(
            "value", parameter.name, step, lambda: self.parameter_value(parameter, value)
        )

    def held(self, parameter: Parameter) -> Value | None:
        """The value of a parameter in force for the record, as codes; None without one."""
        step = self.step(parameter)
        return None if step is None else parameter.steps[step].value

    def step(self, parameter: Parameter) -> int | None:
        """The place of the value of a parameter in force for the record; None without one."""
        step, known = self.run.steps(parameter)
        return None if known is not None and not known[0] else int(_first(step))

    def parameter_value(self, parameter: Parameter, value: Value) -> str:
        """A value of a parameter: ``24``, ``5 or 7``, ``pass: 1, fail: 0``."""
        if not isinstance(value, tuple):
            return self.code(parameter.item, value, parameter.unit)
        if isinstance(parameter.item, Enum):
            texts = [self.key_title(parameter.item.values[item]) for item in value]
        else:
            texts = [self.code(parameter.item, item, parameter.unit) for item in value]
        if isinstance(parameter.type, ListOf):
            return self.say("or").join(texts)
        assert isinstance(parameter.type, MapOf)
        keys = [self.key_title(name) for name in parameter.type.key.values]
        entries = [
            self.say("entry", key=key, value=text) for key, text in zip(keys, texts, strict=True)
        ]
        return listed(entries, self.language)

    def name_title(self, kind: Enum, name: str) -> str:
        """The title of a name of an enumeration that no column tells: that of the first column with
        all of its names, else the name."""
        titles = self.declared.titles
        starts = (path.removesuffix(name) for path in titles if path.endswith(f".{name}"))
        start = next((one for one in starts if all(one + of in titles for of in kind.values)), "")
        return self.declared.title(start + name).within(self.language)

    def key_title(self, name: str) -> str:
        """The title of an enumerated name, wherever the subject declares it."""
        paths = [path for path in self.declared.titles if path.endswith(f".{name}")]
        return self.declared.title(paths[0] if paths else name).within(self.language)

    def rows(self, fact: Fact) -> list[str]:
        """The names of the rows that make a fact what it is; those that may do so are marked as open.

        For ``all`` these are the rows that break it.
        """
        chosen = self._telling(fact)
        found = [
            (place, bool(chosen.certain[place]))
            for place in np.flatnonzero(chosen.possible).tolist()
        ]
        return [
            name if sure else self.say("uncertain_row", row=name)
            for place, sure in found
            for name in (self.row(fact.rows, place),)
        ]

    def _telling(self, fact: Fact) -> Truth:
        chosen = chosen_rows(self.run, fact)
        if fact.aggregate not in ("any", "all") or fact.column is None:
            return chosen
        cells = self.run.batch.lists[fact.rows].columns[fact.column]
        held = truth_of(cells.values, cells.known)
        return conjunction([chosen, held if fact.aggregate == "any" else negation(held)])

    def row(self, rows: str, place: int) -> str:
        """The name of a row: its labels, else its number."""
        cells = self.run.batch.lists[rows]
        parts: list[str] = []
        for label in self.declared.rows(rows).label:
            if label in cells.columns:
                node = tree.column(label, self.declared.rows(rows).columns[label], rows)
                code = cells.columns[label].code(place)
                parts += [] if code is None else [self.code(node.type, code, "none", node)]
            elif label in cells.labels:
                text = cells.labels[label][place]
                parts += [text] if text else []
        return " ".join(parts) or self.say("row_number", number=str(place + 1))


def number_text(kind: Scalar, code: int, unit: str) -> str:
    """A number as people write it: a ratio in per cent, no zeros at the end of decimals."""
    assert isinstance(kind, Number)
    exact = Decimal(code).scaleb(-kind.scale)
    if unit == RATIO:
        return f"{plain(exact * 100)}%"
    return plain(exact)


def plain(exact: Decimal) -> str:
    """A decimal number without an exponent and without zeros at the end."""
    text = f"{exact:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def ends_of(value: Interval) -> tuple[int, int] | None:
    """The ends of the single value of a run; None when nothing is known of it."""
    if value.known is not None and not _first(value.known):
        return None
    return int(_first(value.low)), int(_first(value.high))


def state_of(value: Truth) -> bool | None:
    """The single truth value of a run; None when it is unknown."""
    low, high = bool(_first(value.certain)), bool(_first(value.possible))
    return low if low == high else None


def _first(values: Any) -> Any:
    return values.item() if isinstance(values, np.ndarray) else values
