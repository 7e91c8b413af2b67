"""A rule of a pack."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
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
    """A record and the verdict that the rule must give for it; ``note`` says what is special in it."""

    verdict: Verdict
    record: dict[str, object]
    on: datetime.date
    note: Text


@dataclass(frozen=True, eq=False)
class Rule:
    """A condition on the records of one subject.

    ``since`` and ``until`` (both included) say on which days of ``bind`` it is in force. ``gate`` is the
    step that a blocking rule holds back; before that step it warns. ``met`` is said when it passes.
    ``equivalent`` names mutants of the rule that nothing can tell from it (see ``mutants``).
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
    equivalent: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = field(init=False)
    facts: tuple[Fact, ...] = field(init=False)

    def __post_init__(self) -> None:
        nodes = _nodes(self)
        object.__setattr__(self, "facts", facts_in(nodes))
        object.__setattr__(self, "parameters", parameters_in(nodes))

    @property
    def dated(self) -> bool:
        """Whether it is in force on some days only."""
        return self.since is not None or self.until is not None


def _nodes(rule: Rule) -> list[Node]:
    trees = [rule.require.tree] if rule.when is None else [rule.require.tree, rule.when.tree]
    return [node for root in trees for node in walk(root)]


def facts_in(nodes: Iterable[Node]) -> tuple[Fact, ...]:
    """The facts that parts of expressions name, each once."""
    return tuple(
        {node.fact.name: node.fact for node in nodes if isinstance(node, FactValue)}.values()
    )


def parameters_in(nodes: Sequence[Node]) -> tuple[Parameter, ...]:
    """The parameters that parts of expressions name, and those that their facts name, each once."""
    found: dict[str, Parameter] = {}
    inner = [node for fact in facts_in(nodes) if fact.where for node in walk(fact.where.tree)]
    for node in (*nodes, *inner):
        if isinstance(node, (ParameterValue, Lookup)):
            found[node.parameter.name] = node.parameter
        elif isinstance(node, Membership) and node.options.parameter is not None:
            found[node.options.parameter.name] = node.options.parameter
    return tuple(found.values())
