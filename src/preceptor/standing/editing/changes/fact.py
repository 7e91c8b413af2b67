"""Facts: what is counted over the rows of a record, as a form describes it."""

from __future__ import annotations

from dataclasses import dataclass

from preceptor.policy.content import Content
from preceptor.policy.facts import AGGREGATES, Aggregate

from .change import Pair, absent, group, put, readable, taken
from .parameter import check_name


@dataclass(frozen=True)
class FactChange:
    """A fact: which aggregate, over which list and column, over which rows.

    `column` is empty for a count. `where` stays as it is when None, and is removed when empty.
    """

    subject: str
    name: str
    aggregate: Aggregate
    rows: str
    column: str
    unit: str
    title: Pair
    where: str | None = None
    is_new: bool = False

    @property
    def part(self) -> str:
        """The fact by its subject and name."""
        return f"fact {self.subject}.{self.name}"

    def apply(self, content: Content) -> None:
        """Write the fact."""
        facts = group(content, "fact", self.subject)
        if self.is_new:
            if self.name in facts or self.name in group(content, "param"):
                raise taken(self.name)
            check_name(self.name)
        elif self.name not in facts:
            raise absent(self.name)
        table = group(facts, self.name)
        for word in AGGREGATES:
            table.pop(word, None)
        table[self.aggregate] = f"{self.rows}.{self.column}" if self.column else self.rows
        put(table, "unit", self.unit)
        table["title"] = self.title.content()
        if self.where is not None:
            put(table, "where", readable(self.where))


@dataclass(frozen=True)
class FilterChange:
    """Another filter of a fact: which rows count (empty: all)."""

    subject: str
    name: str
    text: str

    @property
    def part(self) -> str:
        """The fact by its subject and name."""
        return f"fact {self.subject}.{self.name}"

    def apply(self, content: Content) -> None:
        """Write the filter."""
        facts = group(content, "fact", self.subject)
        if self.name not in facts:
            raise absent(self.name)
        put(group(facts, self.name), "where", readable(self.text))
