"""The examples of a rule: records that meet it, break it or leave it open, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from preceptor.policy import tree
from preceptor.policy.rules import Example, Rule
from preceptor.policy.schema import Subject
from preceptor.policy.types import Enum
from preceptor.web.shown.expression import Words, joined

Row = tuple[str, ...]


def examples_of(rule: Rule, words: Words) -> list[dict[str, Any]]:
    """Each example with its verdict, its note and its record as terms and values."""
    return [
        {
            "verdict": example.verdict.value,
            "note": example.note.within(words.language),
            "on": example.on,
            "facts": _facts(rule, example, words),
        }
        for example in rule.examples
    ]


def _facts(rule: Rule, example: Example, words: Words) -> list[dict[str, str]]:
    declared, named = words.declared, _named(rule)
    found = []
    for name, value in example.record.items():
        if name in declared.lists and isinstance(value, list):
            found.append(
                {"term": capfirst(words.title(name)), "value": _rows(name, value, named, words)}
            )
        elif name in declared.columns:
            found.append(
                {"term": capfirst(words.title(name)), "value": _cell(name, value, declared, words)}
            )
    return found


def _named(rule: Rule) -> set[str]:
    """The columns of lists that the rule reads; the others would only lengthen the example."""
    read = {f"{fact.rows}.{fact.column}" for fact in rule.facts if fact.column}
    for fact in rule.facts:
        nodes = tree.walk(fact.where.tree) if fact.where else []
        read |= {node.key for node in nodes if isinstance(node, tree.Column)}
    return read


def _rows(name: str, rows: list[Mapping[str, object]], named: set[str], words: Words) -> str:
    """The rows in words, alike ones once with their number."""
    if not rows:
        return _("none")
    declared = words.declared.rows(name).columns
    texts = Counter(
        joined(
            [
                f"{words.title(f'{name}.{column}')} {_text(f'{name}.{column}', declared[column], value, words)}"
                for column, value in row.items()
                if f"{name}.{column}" in named and column in declared
            ]
        )
        for row in rows
    )
    return _("; ").join(
        _("%(number)s × (%(row)s)") % {"number": number, "row": text}
        for text, number in texts.items()
    )


def _cell(name: str, value: object, declared: Subject, words: Words) -> str:
    return _text(name, declared.columns[name], value, words)


def _text(path: str, kind: Any, value: object, words: Words) -> str:
    if value is None:
        return _("unknown")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(kind, Enum):
        return words.title(f"{path}.{value}")
    if words.declared.units.get(path) == "ratio":
        return f"{(Decimal(str(value)) * 100).normalize():f}%"
    return str(value)
