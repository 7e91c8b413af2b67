"""One value moved over all records: how many would pass, fail and be pending at each value.

The facts of all records are computed once and kept (`keeping`); a value moved evaluates one rule
over them. Moving is offered for a number between declared bounds that a rule compares directly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import numpy as np

from preceptor.policy import VERDICTS, Pack, Verdict
from preceptor.policy.content import Content
from preceptor.policy.loading import load_content, reread
from preceptor.policy.parameters import Parameter, Step
from preceptor.policy.rules import Rule
from preceptor.policy.tree import Lookup, Membership, ParameterValue, walk
from preceptor.policy.types import Number

from ..schema import SCHEMA
from ..verdicts import LOADERS

#: A range shows at most so many values; a finer one goes in steps.
MOST_VALUES = 121
#: The verdicts of a count, in the order in which they are drawn.
ORDER = (Verdict.PASS, Verdict.WAIVED, Verdict.PENDING, Verdict.FAIL, Verdict.NOT_APPLICABLE)
Counted = dict[str, int]


@dataclass(frozen=True)
class Slide:
    """What can be moved: a value of a parameter, by its first day, for one rule."""

    rule: Rule
    parameter: Parameter
    step: Step

    @property
    def kind(self) -> Number:
        """The type of the value, with its bounds."""
        kind = self.parameter.type
        assert isinstance(kind, Number)
        return kind

    @property
    def codes(self) -> range:
        """The values of the range as scaled integers, from the least to the greatest."""
        return range(self.kind.low, self.kind.high + 1, _stride(self.kind))

    def code_of(self, value: Decimal) -> int:
        """The value of the range next to a number."""
        wanted = int(value.scaleb(self.kind.scale).to_integral_value())
        held = min(max(wanted, self.kind.low), self.kind.high)
        return self.codes[round((held - self.kind.low) / self.codes.step)] if self.codes else held

    def value_of(self, code: int) -> Decimal:
        """The number that a scaled integer stands for."""
        return Decimal(code).scaleb(-self.kind.scale)


def _stride(kind: Number) -> int:
    """The distance of two values: 1, 2 or 5 times a power of ten, so that the range fits."""
    span, stride = kind.high - kind.low, 1
    while span // stride >= MOST_VALUES:
        leading = int(str(stride)[0])
        stride = stride * 5 // 2 if leading == 2 else stride * 2
    return stride


def slides_of(pack: Pack) -> list[Slide]:
    """Every value that can be moved, by rule, parameter and day, in the order of the pack."""
    return [
        Slide(rule, parameter, step)
        for rule in pack.rules.values()
        if rule.subject in LOADERS
        for parameter in rule.parameters
        if _is_slidable(rule, parameter)
        for step in parameter.steps
        if step.pack == pack.id
    ]


def slide_named(pack: Pack, rule: str, parameter: str, since: date) -> Slide | None:
    """The value of that day of the rule's parameter, where it can be moved."""
    named = (
        one
        for one in slides_of(pack)
        if (one.rule.id, one.parameter.name, one.step.since) == (rule, parameter, since)
    )
    return next(named, None)


def _is_slidable(rule: Rule, parameter: Parameter) -> bool:
    kind = parameter.type
    if not isinstance(kind, Number) or kind.low >= kind.high:
        return False
    # A fact whose rows the value chooses would have to be computed anew for each value.
    inner = [node for fact in rule.facts if fact.where for node in walk(fact.where.tree)]
    return not any(parameter.name == _named(node) for node in inner)


def _named(node: object) -> str:
    if isinstance(node, ParameterValue | Lookup):
        return node.parameter.name
    if isinstance(node, Membership) and node.options.parameter is not None:
        return node.options.parameter.name
    return ""


def narrowed(pack: Pack, rule: Rule) -> Pack:
    """A pack of this rule alone, with what it uses, so that it is read quickly for each value."""
    facts = {fact.name for fact in rule.facts}
    names = {parameter.name for parameter in rule.parameters}
    held = pack.content
    table = next(one for one in held["rule"] if one["id"] == rule.id)
    content: Content = {
        "pack": {name: value for name, value in held["pack"].items() if name != "based_on"},
        "source": held.get("source", {}),
        "param": {name: held["param"][name] for name in names},
        "fact": {rule.subject: _chosen(held.get("fact", {}).get(rule.subject, {}), facts)},
        "rule": [{name: value for name, value in table.items() if name != "example"}],
    }
    small = load_content(content, SCHEMA, pack.file)
    return reread(small, {name: pack.parameters[name] for name in names}, pack.hash, ())


def _chosen(table: Content, names: set[str]) -> Content:
    return {name: value for name, value in table.items() if name in names}


def moved(small: Pack, slide: Slide, code: int) -> Pack:
    """The narrowed pack with another value of the day. Raises PackError for one out of bounds."""
    parameter = small.parameters[slide.parameter.name]
    steps = tuple(
        replace(step, value=code) if _is_same(step, slide.step) else step
        for step in parameter.steps
    )
    other = {**small.parameters, parameter.name: replace(parameter, steps=steps)}
    return reread(small, other, small.hash, ())


def _is_same(step: Step, other: Step) -> bool:
    return step.since == other.since and step.pack == other.pack


def counted(codes: Iterator[np.ndarray] | Sequence[np.ndarray]) -> Counted:
    """How many records have each verdict."""
    total = np.zeros(len(VERDICTS), dtype=np.int64)
    for some in codes:
        total += np.bincount(some, minlength=len(VERDICTS))
    return {verdict.value: int(total[verdict.code]) for verdict in ORDER}
