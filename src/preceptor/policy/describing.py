"""The parts of a pack as texts in both languages, for comparing two packs part by part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from preceptor.policy.content import Content
from preceptor.policy.facts import Fact
from preceptor.policy.pack import Pack
from preceptor.policy.parameters import Parameter, Step
from preceptor.policy.replacement import ReplacedValue, Replacement
from preceptor.policy.rules import Rule
from preceptor.policy.schema import Schema
from preceptor.policy.sources import Citation, Source
from preceptor.policy.text import Message, Text
from preceptor.policy.types import (
    Bool,
    Date,
    Enum,
    MapOf,
    Scalar,
    day_of,
)
from preceptor.policy.units import RATIO, UNITS
from preceptor.policy.wording import number_text

#: What each part comes to, by its name; a part that is absent is not in it.
Parts = dict[str, Text]

KINDS = {
    "block": Text("必须满足", "must be met"),
    "warn": Text("原则上满足", "gives notice"),
    "inform": Text("仅供参考", "informs only"),
}
BINDS = {
    "cohort": Text("入学年级", "the cohort"),
    "event": Text("事项发生日", "the day of the event"),
}
STRICTER = {
    "higher": Text("下级只能提高", "a lower layer may only raise it"),
    "lower": Text("下级只能降低", "a lower layer may only lower it"),
    "fewer": Text("下级只能减少可选项", "a lower layer may only take options away"),
}


def same(text: object) -> Text:
    """A text that is the same in both languages."""
    return Text(str(text), str(text))


def known(parts: Mapping[str, Text | None]) -> Parts:
    """The parts that are there."""
    return {name: text for name, text in parts.items() if text is not None}


def head_parts(pack: Pack) -> Parts:
    """The head of a pack."""
    return {
        "id": same(pack.id),
        "version": same(pack.version),
        "title": pack.title,
        "layer": same(pack.layer),
    }


def source_parts(source: Source) -> Parts:
    """A source with its clauses: ``clause 4`` its title, ``wording 4`` what it says."""
    parts: dict[str, Text | None] = {
        "title": source.title,
        "short": source.short,
        "issued_on": _optional(source.issued_on),
        "url": _optional(source.url),
    }
    for key, clause in source.clauses.items():
        parts[f"clause {key}"] = clause.title
        parts[f"wording {key}"] = _optional(clause.wording)
    return known(parts)


def parameter_parts(parameter: Parameter, content: Content) -> Parts:
    """A parameter without its values; its type and bounds as its table in the pack has them."""
    stricter = STRICTER[parameter.stricter] if parameter.stricter else None
    return known(
        {
            "title": parameter.title,
            "type": same(content["type"]),
            "min": _optional(content.get("min")),
            "max": _optional(content.get("max")),
            "unit": _unit(parameter.unit),
            "bind": BINDS[parameter.bind],
            "stricter": stricter,
            "delegates": _optional(", ".join(parameter.delegates)),
        }
    )


def value_parts(parameter: Parameter, step: Step, schema: Schema) -> Parts:
    """A value of a parameter, and where it stands."""
    return {
        "value": value_text(parameter, step, schema),
        "cite": citation_text(step.citation),
        "evidence": same(step.evidence),
        "from_evidence": same(step.from_evidence),
    }


def replacement_parts(one: ReplacedValue) -> Parts:
    """A value that replaces one of another pack, as written: its type is not known here."""
    return {
        "value": same(_raw(one.value)),
        "cite": citation_text(one.citation),
        "evidence": same(one.evidence),
        "from_evidence": same(one.from_evidence),
    }


def replacement_title(one: Replacement) -> Text:
    """What a replacement is called."""
    return Text(f"替换 {one.pack} 的参数 {one.parameter}", f"{one.parameter} of {one.pack}")


def _raw(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_raw(item)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(_raw(item) for item in value)
    return str(value)


def fact_parts(fact: Fact) -> Parts:
    """A fact: what it adds up of which rows."""
    return known(
        {
            "title": fact.title,
            "source": same(f"{fact.aggregate} {fact.source}"),
            "where": same(fact.where.text) if fact.where else None,
            "unit": _unit(fact.unit),
        }
    )


def rule_parts(rule: Rule) -> Parts:
    """A rule without its examples."""
    return known(
        {
            "title": rule.title,
            "subject": same(rule.subject),
            "kind": KINDS[rule.kind],
            "gate": _optional(rule.gate),
            "when": same(rule.when.text) if rule.when else None,
            "require": same(rule.require.text),
            "message": rule.message.text,
            "met": _said(rule.met),
            "cite": citation_text(rule.citation),
            "evidence": same(rule.evidence),
            "bind": BINDS[rule.bind],
            "from": _optional(rule.since),
            "to": _optional(rule.until),
            "equivalent": _optional("; ".join(rule.equivalent)),
        }
    )


def _said(message: Message | None) -> Text | None:
    return None if message is None else message.text


def _optional(value: object) -> Text | None:
    return None if value is None or value == "" else same(value)


def citation_text(citation: Citation) -> Text:
    """A citation in both languages."""
    return Text(citation.text("zh"), citation.text("en"))


def _unit(unit: str) -> Text | None:
    if unit == RATIO:
        return Text("比例", "ratio")
    zh, _one, many = UNITS[unit]
    return Text(zh, many) if zh else None


def value_text(parameter: Parameter, step: Step, schema: Schema) -> Text:
    """A value with its unit: ``24 months``, ``5 or 7 people``, ``pass: 1, fail: 0``."""
    value, kind, unit = step.value, parameter.item, parameter.unit
    if not isinstance(value, tuple):
        return _scalar_text(kind, value, unit, schema)
    if isinstance(parameter.type, MapOf):
        texts = [_scalar_text(kind, code, unit, schema) for code in value]
        names = [name_text(name, schema) for name in parameter.type.key.values]
        return joined(
            [
                Text(f"{name.zh} {text.zh}", f"{name.en} {text.en}")
                for name, text in zip(names, texts, strict=True)
            ],
            Text("、", ", "),
        )
    alone = RATIO if unit == RATIO else "none"
    first = [_scalar_text(kind, code, alone, schema) for code in value[:-1]]
    last = _scalar_text(kind, value[-1], unit, schema)
    return joined([*first, last], Text(" 或 ", " or "))


def joined(texts: Iterable[Text], between: Text) -> Text:
    """Texts one after the other."""
    texts = list(texts)
    return Text(between.zh.join(t.zh for t in texts), between.en.join(t.en for t in texts))


def _scalar_text(kind: Scalar, code: int, unit: str, schema: Schema) -> Text:
    if isinstance(kind, Bool):
        return Text("是", "yes") if code else Text("否", "no")
    if isinstance(kind, Date):
        return same(day_of(code).isoformat())
    if isinstance(kind, Enum):
        return name_text(kind.values[code], schema)
    number = number_text(kind, code, unit)
    zh, one, many = UNITS[unit]
    plural = one if number == "1" else many
    return Text(f"{number} {zh}".rstrip(), f"{number} {plural}".rstrip())


def name_text(name: str, schema: Schema) -> Text:
    """The title of an enumerated name, wherever the schema declares one."""
    for subject in schema.subjects.values():
        for path in subject.titles:
            if path.endswith(f".{name}"):
                return subject.title(path)
    return same(name)
