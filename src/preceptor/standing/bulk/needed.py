"""Which columns a pack asks of a subject: what no rule speaks of is not read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from preceptor.policy import Pack
from preceptor.policy.rules import Rule
from preceptor.policy.tree import Column, FactValue, Node, walk


@dataclass
class Needed:
    """Columns of the subject, and of its lists by name."""

    columns: set[str] = field(default_factory=set)
    lists: dict[str, set[str]] = field(default_factory=dict)


def needed(pack: Pack, subject: str) -> Needed:
    """What the pack's rules of the subject read, and the dates that they are bound to."""
    found = Needed(set(pack.schema.subjects[subject].dates.values()))
    for rule in pack.rules_of(subject):
        for node in _nodes(rule):
            _note(found, node)
    return found


def _nodes(rule: Rule) -> Iterator[Node]:
    yield from walk(rule.require.tree)
    if rule.when is not None:
        yield from walk(rule.when.tree)
    for fact in rule.facts:
        if fact.where is not None:
            yield from walk(fact.where.tree)


def _note(found: Needed, node: Node) -> None:
    if isinstance(node, Column):
        of = found.lists.setdefault(node.rows, set()) if node.rows else found.columns
        of.add(node.name)
    elif isinstance(node, FactValue):
        columns = found.lists.setdefault(node.fact.rows, set())
        columns |= {node.fact.column} if node.fact.column else set()
