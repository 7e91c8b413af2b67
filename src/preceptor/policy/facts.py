"""Facts: named aggregates over the rows of one list, the vocabulary that rules are written in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from preceptor.policy.expression import Expression
from preceptor.policy.schema import Rows
from preceptor.policy.text import Text
from preceptor.policy.types import Bool, Date, Number, Scalar

Aggregate = Literal["count", "sum", "min", "max", "any", "all"]
AGGREGATES: tuple[Aggregate, ...] = ("count", "sum", "min", "max", "any", "all")


@dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """An aggregate: over which list, of which column (none for a count), over which rows."""

    name: str
    subject: str
    aggregate: Aggregate
    rows: str
    column: str | None
    where: Expression | None
    type: Scalar
    cell: Scalar | None
    title: Text
    unit: str

    @property
    def source(self) -> str:
        """What it aggregates, as a pack writes it: ``training.months``."""
        return f"{self.rows}.{self.column}" if self.column else self.rows


def fact_type(aggregate: Aggregate, rows: Rows, cell: Scalar | None) -> Scalar | None:
    """The type of an aggregate with its bounds; None when the column cannot be aggregated so."""
    if aggregate == "count":
        return Number(0, 0, rows.most)
    if aggregate in ("any", "all"):
        return cell if isinstance(cell, Bool) else None
    if aggregate == "sum":
        return _sum_type(cell, rows.most) if isinstance(cell, Number) else None
    return cell if isinstance(cell, Number | Date) else None


def _sum_type(cell: Number, most: int) -> Number:
    return Number(cell.scale, min(0, cell.low) * most, max(0, cell.high) * most)
