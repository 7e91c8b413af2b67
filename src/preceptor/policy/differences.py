"""What one pack changes of another, part by part, said in both languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from preceptor.policy.describing import (
    Parts,
    citation_text,
    fact_parts,
    head_parts,
    joined,
    parameter_parts,
    replacement_parts,
    replacement_title,
    rule_parts,
    same,
    source_parts,
    value_parts,
    value_text,
)
from preceptor.policy.facts import Fact
from preceptor.policy.pack import Pack
from preceptor.policy.parameters import Parameter
from preceptor.policy.rules import Rule
from preceptor.policy.text import Text, fill

Kind = Literal["pack", "source", "param", "fact", "rule", "example"]
Change = Literal["added", "removed", "changed"]
T = TypeVar("T")

NOTHING = Text("", "")
KIND_TITLES: dict[Kind, Text] = {
    "pack": Text("规则包", "Pack"),
    "source": Text("出处", "Source"),
    "param": Text("参数", "Parameter"),
    "fact": Text("事实", "Fact"),
    "rule": Text("规则", "Rule"),
    "example": Text("示例", "Examples of"),
}
PART_TITLES = {
    "id": Text("标识", "the id"),
    "version": Text("版本", "the version"),
    "layer": Text("层级", "the layer"),
    "order": Text("规则的次序", "the order of the rules"),
    "title": Text("名称", "the title"),
    "short": Text("简称", "the short title"),
    "issued_on": Text("发布日期", "the date of issue"),
    "url": Text("网址", "the address"),
    "clause": Text("条款“{key}”", "clause {key}"),
    "wording": Text("条款“{key}”的内容", "the wording of clause {key}"),
    "type": Text("类型", "the type"),
    "min": Text("下限", "the lower bound"),
    "max": Text("上限", "the upper bound"),
    "unit": Text("单位", "the unit"),
    "bind": Text("依据的日期", "the date that it goes by"),
    "stricter": Text("从严方向", "the stricter direction"),
    "delegates": Text("授权的层级", "the layers that may set it"),
    "value": Text("自 {key} 起的取值", "the value from {key}"),
    "cite": Text("出处", "the citation"),
    "evidence": Text("依据等级", "the evidence level"),
    "from_evidence": Text("日期的依据等级", "the evidence level of the date"),
    "source": Text("汇总的内容", "what it adds up"),
    "where": Text("计入的条件", "which rows count"),
    "subject": Text("对象", "the subject"),
    "kind": Text("效力", "its force"),
    "gate": Text("环节", "the step"),
    "when": Text("适用条件", "whom it concerns"),
    "require": Text("条件", "the condition"),
    "message": Text("不满足时的文字", "the message"),
    "met": Text("满足时的文字", "the message when met"),
    "from": Text("起始日期", "the first day"),
    "to": Text("截止日期", "the last day"),
    "equivalent": Text("等效的改写", "the rewordings marked as the same"),
    "record": Text("示例的基础记录", "the base record"),
}
DATED = Text("自 {key} 起取值的{part}", "{part} of the value from {key}")
ITEM = Text("{kind}“{title}”", "{kind} '{title}'")
NAMED = Text("{kind}“{title}”（{name}）", "{kind} '{title}' ({name})")
SENTENCES: dict[tuple[bool, Change], Text] = {
    (False, "added"): Text("新增{item}：{after}。", "{item} is new: {after}."),
    (False, "removed"): Text("删除{item}。", "{item} is gone."),
    (True, "added"): Text("{item}：{part}定为“{after}”。", "{item}: {part} is now '{after}'."),
    (True, "removed"): Text(
        "{item}：删去{part}（原为“{before}”）。", "{item}: {part} is gone; it was '{before}'."
    ),
    (True, "changed"): Text(
        "{item}：{part}由“{before}”改为“{after}”。",
        "{item}: {part} was '{before}' and is now '{after}'.",
    ),
}
EXAMPLES = Text(
    "{item}：新增示例 {added} 个，删去 {removed} 个，现有 {after} 个。",
    "{item}: {added} added, {removed} removed, {after} in all.",
)


@dataclass(frozen=True)
class Difference:
    """One thing that differs. ``name`` names the item (``subject.fact`` for a fact, the rule for its
    examples), ``part`` the part of it: empty for the whole item, ``value 2024-09-01`` for a value,
    ``cite 2024-09-01`` for its citation, ``clause 4`` for a clause.

    ``before`` and ``after`` are empty where there was or is nothing; for examples they are counts. A
    text that differs by language stands in both, the Chinese one first.
    """

    kind: Kind
    name: str
    part: str
    change: Change
    before: str
    after: str
    title: Text = field(compare=False)
    texts: tuple[Text, Text] = field(compare=False)
    counted: tuple[int, int] | None = None

    def sentence(self, language: str) -> str:
        """The difference as a sentence, in Chinese (``zh...``) or English."""
        item = self._item(language)
        if self.counted is not None:
            added, removed = map(str, self.counted)
            return fill(
                EXAMPLES.within(language), item=item, added=added, removed=removed, after=self.after
            )
        before, after = (text.within(language) for text in self.texts)
        if before == after:  # only the other language differs: both are shown
            before, after = self.before, self.after
        sentence = SENTENCES[self.part != "", self.change].within(language)
        part = part_title(self.part).within(language)
        return fill(sentence, item=item, part=part, before=before, after=after)

    def _item(self, language: str) -> str:
        kind, title = KIND_TITLES[self.kind].within(language), self.title.within(language)
        form = ITEM if title == self.name else NAMED
        return fill(form.within(language), kind=kind, title=title, name=self.name)


def part_title(part: str) -> Text:
    """What a part of an item is called."""
    word, _, key = part.partition(" ")
    if not word:
        return NOTHING
    found = PART_TITLES[word]
    if not key:
        return found
    if word in ("value", "clause", "wording"):
        return Text(fill(found.zh, key=key), fill(found.en, key=key))
    return Text(fill(DATED.zh, key=key, part=found.zh), fill(DATED.en, key=key, part=found.en))


def differences(old: Pack | None, new: Pack) -> list[Difference]:
    """What ``new`` changes of ``old``, in the order of a pack; of a pack from nothing all that it holds.

    It is empty exactly when the two hold the same, whatever their texts look like. What was only
    written for another base is not a difference.
    """
    found = [*_heads(old, new), *_sources(old, new), *_parameters(old, new)]
    found += [*_replacements(old, new), *_facts(old, new), *_rules(old, new)]
    return [*found, *_base_records(old, new), *_examples(old, new)]


def _difference(
    kind: Kind, name: str, part: str, title: Text, before: Text | None, after: Text | None
) -> Difference:
    change: Change = "added" if before is None else "removed" if after is None else "changed"
    texts = before or NOTHING, after or NOTHING
    return Difference(kind, name, part, change, _plain(texts[0]), _plain(texts[1]), title, texts)


def _plain(text: Text) -> str:
    return text.zh if text.zh == text.en else f"{text.zh} / {text.en}"


def _parts(
    kind: Kind, name: str, title: Text, old: Parts, new: Parts, key: str = ""
) -> Iterator[Difference]:
    """The parts of an item that differ; ``key`` stands behind the names of the parts."""
    for part in {**new, **old}:
        before, after = old.get(part), new.get(part)
        if before != after:
            yield _difference(kind, name, f"{part} {key}".rstrip(), title, before, after)


def _items(
    kind: Kind,
    old: Mapping[str, T],
    new: Mapping[str, T],
    title: Callable[[T], Text],
    parts: Callable[[T], Parts],
    told: Callable[[T], Text],
) -> Iterator[Difference]:
    """The items added, removed, and changed in their parts; ``told`` says what a new one is."""
    for name in {**new, **old}:
        if name in old and name in new:
            yield from _parts(kind, name, title(new[name]), parts(old[name]), parts(new[name]))
        else:
            yield from _whole(kind, name, old.get(name), new.get(name), title, told)


def _whole(
    kind: Kind,
    name: str,
    old: T | None,
    new: T | None,
    title: Callable[[T], Text],
    told: Callable[[T], Text],
) -> Iterator[Difference]:
    """An item that is new, or gone."""
    if new is not None:
        yield _difference(kind, name, "", title(new), None, told(new))
    elif old is not None:
        yield _difference(kind, name, "", title(old), told(old), None)


def _heads(old: Pack | None, new: Pack) -> Iterator[Difference]:
    if old is None:
        yield _difference("pack", new.id, "", new.title, None, same(new.version))
        return
    yield from _parts("pack", new.id, new.title, head_parts(old), head_parts(new))
    common = [[name for name in one.rules if name in other.rules]
              for one, other in ((old, new), (new, old))]  # fmt: skip
    if common[0] != common[1]:
        orders = [same(", ".join(names)) for names in common]
        yield _difference("pack", new.id, "order", new.title, *orders)


def _sources(old: Pack | None, new: Pack) -> Iterator[Difference]:
    return _items(
        "source", old.sources if old else {}, new.sources,
        lambda source: source.title, source_parts, lambda source: source.title,
    )  # fmt: skip


def _parameters(old: Pack | None, new: Pack) -> Iterator[Difference]:
    held = old.parameters if old else {}

    def told(parameter: Parameter) -> Text:
        return value_text(parameter, parameter.steps[-1], new.schema)

    def days(parameter: Parameter) -> dict[str, Parts]:
        return {
            step.since.isoformat(): value_parts(parameter, step, new.schema)
            for step in parameter.steps
        }

    for name in {**new.parameters, **held}:
        if name not in held or name not in new.parameters:
            before, after = held.get(name), new.parameters.get(name)
            yield from _whole("param", name, before, after, lambda one: one.title, told)
        elif old is not None:
            title = new.parameters[name].title
            before, after = held[name], new.parameters[name]
            was = parameter_parts(before, old.content["param"][name])
            now = parameter_parts(after, new.content["param"][name])
            yield from _parts("param", name, title, was, now)
            yield from _by_day(name, title, days(before), days(after))


def _by_day(
    name: str, title: Text, old: Mapping[str, Parts], new: Mapping[str, Parts]
) -> Iterator[Difference]:
    for day in sorted({*old, *new}):
        if day in old and day in new:
            yield from _parts("param", name, title, old[day], new[day], day)
        else:
            before = _cited(old[day]) if day in old else None
            after = _cited(new[day]) if day in new else None
            yield _difference("param", name, f"value {day}", title, before, after)


def _cited(parts: Parts) -> Text:
    value, cite = parts["value"], parts["cite"]
    return Text(f"{value.zh}，{cite.zh}", f"{value.en}, {cite.en}")


def _replacements(old: Pack | None, new: Pack) -> Iterator[Difference]:
    held, now = (
        {f"{one.pack} {one.parameter}": one for one in (pack.replaces if pack else ())}
        for pack in (old, new)
    )
    days = [
        {
            name: {value.since.isoformat(): replacement_parts(value) for value in one.values}
            for name, one in found.items()
        }
        for found in (held, now)
    ]
    yield from _items(
        "param", held, now, replacement_title, lambda one: {},
        lambda one: replacement_parts(one.values[-1])["value"],
    )  # fmt: skip
    for name in (name for name in now if name in held):
        yield from _by_day(name, replacement_title(now[name]), days[0][name], days[1][name])


def _facts(old: Pack | None, new: Pack) -> Iterator[Difference]:
    held, now = (
        {} if pack is None else {
            f"{subject}.{name}": fact
            for subject, facts in pack.facts.items() for name, fact in facts.items()
        }
        for pack in (old, new)
    )  # fmt: skip
    return _items(
        "fact", held, now,
        lambda fact: fact.title, fact_parts, _counted,
    )  # fmt: skip


def _counted(fact: Fact) -> Text:
    parts = fact_parts(fact)
    return joined([parts[part] for part in ("source", "where") if part in parts], same(", "))


def _rules(old: Pack | None, new: Pack) -> Iterator[Difference]:
    def told(rule: Rule) -> Text:
        cite = citation_text(rule.citation)
        return Text(f"{rule.require.text}，{cite.zh}", f"{rule.require.text}, {cite.en}")

    return _items(
        "rule", old.rules if old else {}, new.rules, lambda rule: rule.title, rule_parts, told
    )


def _base_records(old: Pack | None, new: Pack) -> Iterator[Difference]:
    """The records that the examples of a subject build on."""
    held, now = ((pack.content.get("example", {}) if pack else {}) for pack in (old, new))
    for subject in {**now, **held}:
        before, after = (
            same(_record(found[subject])) if subject in found else None for found in (held, now)
        )
        if before != after:
            title = (
                new.schema.subjects[subject].title("") if subject in new.schema.subjects else None
            )
            yield _difference("example", subject, "record", title or same(subject), before, after)


def _record(value: object) -> str:
    """A record as text, the same whatever the order of its keys."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_record(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_record, value)) + "]"
    return str(value)


def _examples(old: Pack | None, new: Pack) -> Iterator[Difference]:
    """The examples of each rule, counted; those of new and removed rules are told by the rule."""
    for name, rule in new.rules.items():
        if old is None or name not in old.rules:
            continue
        before, after = _written(old, name), _written(new, name)
        added, removed = (after - before).total(), (before - after).total()
        if added or removed:
            counts = str(before.total()), str(after.total())
            texts = same(counts[0]), same(counts[1])
            yield Difference(
                "example", name, "", "changed", *counts, rule.title, texts, (added, removed)
            )


def _written(pack: Pack, name: str) -> Counter[str]:
    """The examples of a rule as written, without what they take from the base record."""
    content = next(rule for rule in pack.content["rule"] if rule["id"] == name)
    return Counter(_record(example) for example in content.get("example", []))
