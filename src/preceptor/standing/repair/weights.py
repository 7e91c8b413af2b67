"""What each person adds to each fact: surely and possibly, by policy's own evaluator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from preceptor.policy import Batch
from preceptor.policy.batch import Cells
from preceptor.policy.facts import Fact
from preceptor.policy.rules import Rule
from preceptor.policy.run import Run, chosen_rows
from preceptor.policy.tree import Column, FactValue, Node, walk
from preceptor.policy.types import Date, Number

from ..records import Record
from ..schema import SCHEMA

Integers = npt.NDArray[np.int64]
ROWS = "members"
#: A record of the schema holds no more rows: the rows of many persons go into several records.
MOST = SCHEMA.subjects["panel"].rows(ROWS).most


class NotTranslated(Exception):
    """A rule holds something that is no linear condition on who sits; the message says what."""


@dataclass(frozen=True)
class Weights:
    """What each row adds to the least and to the most that a fact can be; the same array where
    both are known. For `any` and `all` the number of rows that surely (possibly) decide."""

    low: Integers
    high: Integers


@dataclass
class Reading:
    """Rows of one panel as the evaluator reads them: `rows` are persons in roles, `record` the panel
    without them. Facts are read once."""

    record: Record
    rows: Sequence[Record]
    on: date
    _weights: dict[str, Weights] = field(default_factory=dict)

    def __post_init__(self) -> None:
        parts = [self.rows[start : start + MOST] for start in range(0, len(self.rows), MOST)]
        records = [{**self.record, ROWS: part} for part in parts or [[]]]
        self.batch = Batch.from_records(SCHEMA, "panel", records, on=self.on)
        self.run = Run(self.batch)

    def truth(self, node: Node) -> tuple[bool, bool]:
        """A condition on which the rows have no influence: surely, and possibly true."""
        found = self.run.truth(node)
        return bool(_first(found.certain)), bool(_first(found.possible))

    def number(self, node: Node) -> tuple[int, int] | None:
        """A number on which the rows have no influence: least and most; None when unknown."""
        found = self.run.number(node)
        if found.known is not None and not _first(found.known):
            return None
        return int(_first(found.low)), int(_first(found.high))

    def options(self, node: Any) -> list[int] | None:
        """What `in` looks into, in the scale of the item; None when no list is in force."""
        chosen = node.options
        if chosen.parameter is None:
            return list(chosen.values or ())
        step, known = self.run.steps(chosen.parameter)
        if known is not None and not _first(known):
            return None
        return [value * chosen.factor for value in chosen.parameter.options[int(_first(step))]]

    def in_force(self, rule: Rule) -> tuple[bool, bool]:
        """Whether the rule is in force on the panel's own date."""
        if not rule.dated:
            return True, True
        found = self.run.in_force(rule)
        return bool(_first(found.certain)), bool(_first(found.possible))

    def weights(self, pack: str, fact: Fact) -> Weights:
        """What each row adds to the fact. Raises NotTranslated for the least or greatest of rows."""
        key = f"{pack} {fact.name}"
        if key not in self._weights:
            self._weights[key] = self._weigh(fact)
        return self._weights[key]

    def _weigh(self, fact: Fact) -> Weights:
        chosen = chosen_rows(self.run, fact)
        sure, perhaps = chosen.certain.astype(np.int64), chosen.possible.astype(np.int64)
        if fact.column is None:
            return _weights(sure, perhaps)
        cells = self.batch.lists[ROWS].columns[fact.column]
        if fact.aggregate == "sum":
            return _summed(fact, cells, sure, perhaps)
        if fact.aggregate in ("any", "all"):
            return _decided(fact, cells, sure, perhaps)
        raise NotTranslated(f"{fact.aggregate} of {fact.source}")

    def composed(self, compositions: Sequence[Sequence[int]]) -> Batch:
        """A batch of panels, each made of some of the rows."""
        places = np.array([row for rows in compositions for row in rows], dtype=np.int64)
        lengths = [len(rows) for rows in compositions]
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        columns = {
            name: (cells.values[places], None if cells.known is None else cells.known[places])
            for name, cells in self.batch.lists[ROWS].columns.items()
        }
        count = len(compositions)
        return Batch.from_columns(
            SCHEMA, "panel", [str(place) for place in range(count)],
            {name: _repeated(cells, count) for name, cells in self.batch.columns.items()},
            {ROWS: (offsets, columns)}, self.on,
        )  # fmt: skip


def _repeated(cells: Cells, count: int) -> tuple[Any, Any]:
    known = None if cells.known is None else np.repeat(cells.known[:1], count)
    return np.repeat(cells.values[:1], count), known


def _first(found: Any) -> Any:
    return np.asarray(found).reshape(-1)[0]


def _weights(low: Integers, high: Integers) -> Weights:
    return Weights(low, low if bool((low == high).all()) else high)


def _summed(fact: Fact, cells: Cells, sure: Integers, perhaps: Integers) -> Weights:
    kind = fact.cell
    assert isinstance(kind, Number | Date)
    values = cells.values.astype(np.int64)
    low = values if cells.known is None else np.where(cells.known, values, kind.low)
    high = values if cells.known is None else np.where(cells.known, values, kind.high)
    maybe = perhaps - sure
    return _weights(
        low * sure + np.minimum(low, 0) * maybe, high * sure + np.maximum(high, 0) * maybe
    )


def _decided(fact: Fact, cells: Cells, sure: Integers, perhaps: Integers) -> Weights:
    """For `any` the rows that are true, for `all` those that are false: surely, and possibly."""
    wanted = fact.aggregate == "any"
    values = cells.values.astype(np.bool_)
    hits = values if wanted else ~values
    known = np.ones(len(values), dtype=np.bool_) if cells.known is None else cells.known
    return _weights(sure * (hits & known), perhaps * (hits | ~known))


def is_moved(node: Node) -> bool:
    """Whether the condition depends on who sits."""
    return any(isinstance(part, FactValue) for part in walk(node))


def columns_in(rule: Rule) -> set[str]:
    """The columns of the panel itself that the rule names."""
    trees = [rule.require.tree] + ([rule.when.tree] if rule.when else [])
    return {
        part.name
        for tree in trees
        for part in walk(tree)
        if isinstance(part, Column) and not part.rows
    }
