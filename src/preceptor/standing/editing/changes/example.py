"""Examples: records with the verdict that a rule must give for them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from preceptor.base.errors import InputRefused
from preceptor.policy.content import Content

from .change import Pair, absent, group, listed_texts, put, readable
from .rule import examples_of, rule_of

MOST_EXAMPLES = 200


@dataclass(frozen=True)
class ExampleAddition:
    """One more example of a rule; `record` holds what differs from the usual record."""

    rule: str
    verdict: str
    record: Content = field(hash=False)
    note: Pair | None = None
    on: date | None = None

    @property
    def part(self) -> str:
        """The rule by its id."""
        return f"rule {self.rule}"

    def apply(self, content: Content) -> None:
        """Write the example at the end; one that is there already is not written twice."""
        examples = examples_of(content, self.rule)
        table: Content = {"verdict": self.verdict}
        put(table, "note", self.note.content() if self.note else None)
        put(table, "on", self.on)
        table["record"] = self.record
        if any(same_record(table, held) for held in examples):
            raise InputRefused(_("The rule has an example of this very record already."))
        if len(examples) >= MOST_EXAMPLES:
            raise InputRefused(_("A rule has at most %(most)s examples.") % {"most": MOST_EXAMPLES})
        examples.append(table)


@dataclass(frozen=True)
class ExampleRemoval:
    """An example is taken out; `print` recognises it, so that no other one goes instead."""

    rule: str
    print: str

    @property
    def part(self) -> str:
        """The rule by its id."""
        return f"rule {self.rule}"

    def apply(self, content: Content) -> None:
        """Remove the example."""
        examples = examples_of(content, self.rule)
        kept = [item for item in examples if print_of(item) != self.print]
        if len(kept) == len(examples):
            raise absent(self.print[:12])
        examples[:] = kept


@dataclass(frozen=True)
class UsualRecord:
    """The record that the examples of a subject build on, and the usual row of each of its lists."""

    subject: str
    record: Content = field(hash=False)
    rows: Content = field(hash=False)

    @property
    def part(self) -> str:
        """The usual record by its subject."""
        return f"example {self.subject}"

    def apply(self, content: Content) -> None:
        """Write the record; what it does not say is unknown in the examples."""
        table = group(content, "example", self.subject)
        put(table, "record", self.record or None)
        put(table, "rows", {name: row for name, row in self.rows.items() if row} or None)


def print_of(example: Content) -> str:
    """A text that tells an example from every other of its rule."""
    return json.dumps(example, sort_keys=True, ensure_ascii=False, default=str)


def same_record(one: Content, other: Content) -> bool:
    """Whether two examples show the same record on the same day."""

    def seen(example: Content) -> Any:
        return print_of({"record": example.get("record"), "on": example.get("on")})

    return bool(seen(one) == seen(other))


@dataclass(frozen=True)
class EquivalentMark:
    """A slip that no example can tell from the rule is marked as meaning the same, or no longer so."""

    rule: str
    text: str
    is_same: bool = True

    @property
    def part(self) -> str:
        """The rule by its id."""
        return f"rule {self.rule}"

    def apply(self, content: Content) -> None:
        """Write the mark, or take it away."""
        rule = rule_of(content, self.rule)
        marks = [mark for mark in listed_texts(rule, "equivalent") if mark != self.text]
        put(rule, "equivalent", [*marks, readable(self.text)] if self.is_same else marks)
