"""A rule of a pack."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from preceptor.policy.expression import Expression
from preceptor.policy.facts import Fact
from preceptor.policy.parameters import Bind, Parameter
from preceptor.policy.sources import Citation, Evidence
from preceptor.policy.text import Message, Text
from preceptor.policy.tree import FactValue, Lookup, Membership, Node, ParameterValue, walk
from preceptor.policy.verdict import Kind, Verdict


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A record and the verdict that the rule must give for it."""

    verdict: Verdict
    record: dict[str, object]
    on: datetime.date
    note: str


@dataclass(frozen=True, eq=False)
class Rule:
    """A condition on the records of one subject.

    ``since`` and ``until`` (both included) say on which days of ``bind`` it is in force. ``gate`` is the
    step that a blocking rule holds back; before that step it warns. ``met`` is said when it passes.
    """

    id: str
    subject: str
    kind: Kind
    gate: str | None
    title: Text
    when: Expression | None
    require: Expression
    message: Message
    met: Message | None
    citation: Citation
    evidence: Evidence
    bind: Bind
    since: datetime.date | None
    until: datetime.date | None
    examples: tuple[Example, ...]
    parameters: tuple[Parameter, ...] = field(init=False)
    facts: tuple[Fact, ...] = field(init=False)

    def __post_init__(self) -> None:
        nodes = _nodes(self)
        object.__setattr__(self, "facts", _facts(nodes))
        inner = [node for fact in self.facts if fact.where for node in walk(fact.where.tree)]
        object.__setattr__(self, "parameters", _parameters([*nodes, *inner]))

    @property
    def dated(self) -> bool:
        """Whether it is in force on some days only."""
        return self.since is not None or self.until is not None


def _nodes(rule: Rule) -> list[Node]:
    trees = [rule.require.tree] if rule.when is None else [rule.require.tree, rule.when.tree]
    return [node for root in trees for node in walk(root)]


def _facts(nodes: list[Node]) -> tuple[Fact, ...]:
    return tuple(
        {node.fact.name: node.fact for node in nodes if isinstance(node, FactValue)}.values()
    )


def _parameters(nodes: list[Node]) -> tuple[Parameter, ...]:
    found: dict[str, Parameter] = {}
    for node in nodes:
        parameter = node.options.parameter if isinstance(node, Membership) else None
        if isinstance(node, ParameterValue | Lookup):
            parameter = node.parameter
        if parameter is not None:
            found[parameter.name] = parameter
    return tuple(found.values())
