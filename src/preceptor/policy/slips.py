"""The single slips that a rule may hold: in its conditions, facts, parameters and dates."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from preceptor.policy.check import Scope, check
from preceptor.policy.errors import PackError
from preceptor.policy.expression import Expression
from preceptor.policy.facts import Aggregate, Fact, fact_type
from preceptor.policy.pack import Pack
from preceptor.policy.parameters import Parameter
from preceptor.policy.rules import Rule
from preceptor.policy.scopes import rule_scope, where_scope
from preceptor.policy.slipped_values import dates, titled, values
from preceptor.policy.syntax_text import text_of
from preceptor.policy.text import Text
from preceptor.policy.tree import walk
from preceptor.policy.types import Number
from preceptor.policy.variations import variations

# What an aggregate is easily taken for.
MISTAKEN: dict[Aggregate, tuple[Aggregate, ...]] = {
    "min": ("max",), "max": ("min",), "any": ("all",), "all": ("any",),
    "sum": ("max", "min", "count"), "count": (),
}  # fmt: skip
TITLES = {
    "require": Text("条件", "the condition"),
    "when": Text("适用条件", "the condition of concern"),
    "bind": Text("绑定日期", "the date it is bound to"),
    "from": Text("起始日", "the first day"),
    "to": Text("截止日", "the last day"),
}


@dataclass(frozen=True, eq=False)
class Slip:
    """What was changed, from what to what, in words too, and the rule as it would then be."""

    what: str
    before: str
    after: str
    title: Text
    rule: Rule


def slips(pack: Pack, rule: Rule) -> list[Slip]:
    """Every slip of a rule that gives a rule of right types with another meaning, each once."""
    slipping = _Slipping(pack, rule)
    found = {_meaning(rule): Slip("", "", "", TITLES["require"], rule)}
    for slip in slipping.all():
        found.setdefault(_meaning(slip.rule), slip)
    return list(found.values())[1:]


def _meaning(rule: Rule) -> tuple[object, ...]:
    """Equal for rules that say the same: the keys of their trees, and their dates."""
    when = rule.when.tree.key if rule.when else ""
    bind = rule.bind if rule.dated else ""
    return rule.require.tree.key, when, rule.since, rule.until, bind


class _Slipping:
    def __init__(self, pack: Pack, rule: Rule) -> None:
        self.pack = pack
        self.rule = rule
        self.declared = pack.schema.subjects[rule.subject]
        self.facts = pack.facts[rule.subject]
        self.number = 0

    def all(self) -> Iterator[Slip]:
        yield from self.conditions()
        for fact in self.rule.facts:
            yield from self.fact(fact)
        for parameter in self.rule.parameters:
            yield from self.parameter(parameter)
        yield from self.days()

    def renamed(self, name: str) -> str:
        """A name of its own for what is changed: values are remembered by name in one run."""
        self.number += 1
        return f"{name}~{self.number}"

    def slip(self, what: str, before: str, after: str, title: Text, **changes: Any) -> Slip:
        rule = replace(self.rule, id=self.renamed(self.rule.id), **changes)
        return Slip(what, before, after, title, rule)

    def conditions(self) -> Iterator[Slip]:
        scope = self.scope()
        for what in ("require", "when"):
            written: Expression | None = getattr(self.rule, what)
            if written is not None:
                before = text_of(written.syntax)
                for changed in self.varied(written, scope):
                    changes = {what: changed}
                    yield self.slip(what, before, changed.text, TITLES[what], **changes)
        if self.rule.when is not None:
            yield self.slip("when", text_of(self.rule.when.syntax), "", TITLES["when"], when=None)

    def varied(self, written: Expression, scope: Scope) -> Iterator[Expression]:
        """The changed expressions that are of right types."""
        for syntax in variations(written.syntax, _scales(scope)):
            try:
                yield check(text_of(syntax), scope)
            except PackError:
                # Not every slip is an expression: "!" before a number, a list without items.
                continue

    def scope(
        self,
        facts: Mapping[str, Fact] | None = None,
        parameters: Mapping[str, Parameter] | None = None,
    ) -> Scope:
        facts = {**self.facts, **(facts or {})}
        held = {**self.pack.parameters, **(parameters or {})}
        return rule_scope(self.pack.schema, self.rule.subject, facts, held)

    def again(self, scope: Scope) -> dict[str, Expression | None]:
        """The conditions of the rule, checked anew among other facts and parameters."""
        rule = self.rule
        when = check(rule.when.text, scope) if rule.when else None
        return {"require": check(rule.require.text, scope), "when": when}

    def fact(self, fact: Fact) -> Iterator[Slip]:
        yield from self.aggregates(fact)
        if fact.where is None:
            return
        what = f"fact {fact.subject}.{fact.name}, where"
        title = titled(fact.title, "事实“{name}”的筛选", "the filter of the fact “{name}”")
        before = text_of(fact.where.syntax)
        scope = where_scope(self.pack.schema, fact.subject, fact.rows, self.pack.parameters)
        for where in self.varied(fact.where, scope):
            if where.tree.key == fact.where.tree.key:
                continue
            yield from self.with_fact(fact, what, before, where.text, title, where=where)
        yield from self.with_fact(fact, what, before, "", title, where=None)

    def aggregates(self, fact: Fact) -> Iterator[Slip]:
        what = f"fact {fact.subject}.{fact.name}"
        title = titled(fact.title, "事实“{name}”的汇总", "the aggregate of the fact “{name}”")
        rows = self.declared.rows(fact.rows)
        before = f"{fact.aggregate} {fact.source}"
        for other in MISTAKEN[fact.aggregate]:
            cell = None if other == "count" else fact.cell
            kind = fact_type(other, rows, cell)
            if kind is not None:
                column = None if other == "count" else fact.column
                after = f"{other} {fact.rows}" if column is None else f"{other} {fact.source}"
                changes = {"aggregate": other, "column": column, "cell": cell, "type": kind}
                yield from self.with_fact(fact, what, before, after, title, **changes)

    def with_fact(
        self, fact: Fact, what: str, before: str, after: str, title: Text, **changes: Any
    ) -> Iterator[Slip]:
        changed = replace(fact, name=self.renamed(fact.name), **changes)
        try:
            again = self.again(self.scope(facts={fact.name: changed}))
        except PackError:
            # The other aggregate does not fit where the fact is used.
            return
        yield self.slip(what, before, after, title, **again)

    def parameter(self, parameter: Parameter) -> Iterator[Slip]:
        for value in values(self.pack, parameter):
            yield from self.with_parameter(parameter, value.what, value.before, value.after,
                                           value.title, steps=value.steps, type=value.type)  # fmt: skip
        other = "event" if parameter.bind == "cohort" else "cohort"
        if {"event", "cohort"} <= set(self.declared.dates):
            title = titled(parameter.title, "参数“{name}”的绑定日期", "the date that the parameter “{name}” is bound to")  # fmt: skip
            what = f"param {parameter.name}, bind"
            yield from self.with_parameter(
                parameter, what, parameter.bind, other, title, bind=other
            )

    def with_parameter(
        self, parameter: Parameter, what: str, before: str, after: str, title: Text, **changes: Any
    ) -> Iterator[Slip]:
        changed = replace(parameter, name=self.renamed(parameter.name), **changes)
        held = {parameter.name: changed}
        try:
            again = self.again(self.scope(self.facts_with(parameter, held), held))
        except PackError:
            return
        yield self.slip(what, before, after, title, **again)

    def facts_with(self, parameter: Parameter, held: Mapping[str, Parameter]) -> dict[str, Fact]:
        """The facts of the rule whose ``where`` uses a parameter, checked anew with its other self."""
        found: dict[str, Fact] = {}
        for fact in self.rule.facts:
            if fact.where is not None and _uses(fact.where, parameter):
                parameters = {**self.pack.parameters, **held}
                scope = where_scope(self.pack.schema, fact.subject, fact.rows, parameters)
                where = check(fact.where.text, scope)
                found[fact.name] = replace(fact, name=self.renamed(fact.name), where=where)
        return found

    def days(self) -> Iterator[Slip]:
        rule = self.rule
        for what, name in (("from", "since"), ("to", "until")):
            day: datetime.date | None = getattr(rule, name)
            for other in dates(day):
                changes: dict[str, Any] = {name: other}
                yield self.slip(what, str(day), str(other), TITLES[what], **changes)
        other_bind = "event" if rule.bind == "cohort" else "cohort"
        if rule.dated and {"event", "cohort"} <= set(self.declared.dates):
            yield self.slip("bind", rule.bind, other_bind, TITLES["bind"], bind=other_bind)


def _uses(where: Expression, parameter: Parameter) -> bool:
    for node in walk(where.tree):
        options = getattr(node, "options", None)
        held = options.parameter if options is not None else getattr(node, "parameter", None)
        if held is parameter:
            return True
    return False


def _scales(scope: Scope) -> Callable[[str], int]:
    def places(name: str) -> int:
        known, parameter = scope.values.get(name), scope.parameters.get(name)
        kind = known.type if known is not None else parameter.item if parameter else None
        return kind.scale if isinstance(kind, Number) else 0

    return places
