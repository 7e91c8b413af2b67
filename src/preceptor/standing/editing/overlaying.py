"""The least overlay that turns one content of a pack into another: the inverse of `compose`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from preceptor.policy.content import Content

#: Keys of a parameter whose tables are told apart by their day.
VALUES = "values"
EXAMPLES = "example"
#: Keys that say of which upper pack which parameter is replaced.
TARGET = ("pack", "param")
#: What composing writes by itself.
BASED_ON = "based_on"


def overlay_between(base: Content, whole: Content) -> Content:
    """What has to be laid over `base` to give `whole`; its `pack` lacks the `extends`."""
    overlay: Content = {}
    _set(overlay, "pack", _keys(base["pack"], whole["pack"], (BASED_ON,)))
    for group in ("source", "example"):
        _set(overlay, group, _nested(base.get(group, {}), whole.get(group, {})))
    _set(overlay, "param", _parameters(base.get("param", {}), whole.get("param", {})))
    _set(overlay, "fact", _facts(base.get("fact", {}), whole.get("fact", {})))
    _set(overlay, "rule", _rules(base.get("rule", []), whole.get("rule", [])))
    _set(overlay, "replace", _replacements(base.get("replace", []), whole.get("replace", [])))
    return overlay


def _set(table: Content, key: str, value: Any) -> None:
    if value:
        table[key] = value


def _keys(base: Content, whole: Content, apart: tuple[str, ...]) -> Content:
    """The keys that differ, and under `drop_keys` those that are gone; `apart` are left out."""
    found = {
        key: value
        for key, value in whole.items()
        if key not in apart and (key not in base or not same(base[key], value))
    }
    gone = [key for key in base if key not in whole and key not in apart]
    if gone:
        found["drop_keys"] = gone
    return found


def same(one: object, other: object) -> bool:
    """Whether two values are the same in a pack: `true` is not 1, and `1.0` is not `1`."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return str(one) == str(other)


def _nested(base: Content, whole: Content) -> Content:
    """Tables that are laid over key by key, at every depth."""
    found: Content = {}
    for name, value in whole.items():
        before = base.get(name)
        if isinstance(value, dict) and isinstance(before, dict):
            _set(found, name, _nested(before, value))
        elif not same(before, value):
            found[name] = value
    gone = [name for name in base if name not in whole]
    tables = [name for name in gone if isinstance(base[name], dict)]
    found |= {name: {"drop": True} for name in tables}
    plain = [name for name in gone if name not in tables]
    if plain:
        found["drop_keys"] = plain
    return found


def _parameters(base: Content, whole: Content) -> Content:
    found: Content = {name: {"drop": True} for name in base if name not in whole}
    for name, table in whole.items():
        if name not in base:
            found[name] = table
            continue
        changed = _keys(base[name], table, (VALUES,))
        _set(changed, VALUES, _values(base[name].get(VALUES, []), table.get(VALUES, [])))
        _set(found, name, changed)
    return found


def _values(base: list[Content], whole: list[Content]) -> list[Content]:
    """The values that differ, by their day; those that are gone are dropped."""
    before = {value.get("from"): value for value in base}
    after = {value.get("from"): value for value in whole}
    changed = [value for day, value in after.items() if not same(before.get(day), value)]
    return changed + [{"from": day, "drop": True} for day in before if day not in after]


def _replacements(base: list[Content], whole: list[Content]) -> list[Content]:
    """The values of upper packs that differ; a replacement that is gone is dropped."""
    before, after = _by_target(base), _by_target(whole)
    found: list[Content] = [
        {"pack": pack, "param": name, "drop": True}
        for pack, name in before
        if (pack, name) not in after
    ]
    for (pack, name), table in after.items():
        held = before.get((pack, name), {})
        changed = _keys(held, table, (*TARGET, VALUES))
        _set(changed, VALUES, _values(held.get(VALUES, []), table.get(VALUES, [])))
        if changed:
            found.append({"pack": pack, "param": name, **changed})
    return found


def _by_target(tables: list[Content]) -> Mapping[Any, Content]:
    return {tuple(table.get(key) for key in TARGET): table for table in tables}


def _facts(base: Content, whole: Content) -> Content:
    found: Content = {}
    for subject in {**base, **whole}:
        before, after = base.get(subject, {}), whole.get(subject, {})
        changed = {
            name: fact for name, fact in after.items() if not same(before.get(name), fact)
        } | {name: {"drop": True} for name in before if name not in after}
        _set(found, subject, changed)
    return found


def _rules(base: list[Content], whole: list[Content]) -> list[Content]:
    before, after = _by_id(base), _by_id(whole)
    found: list[Content] = [{"id": name, "drop": True} for name in before if name not in after]
    for name, rule in after.items():
        if name not in before:
            found.append(dict(rule))
            continue
        changed = _keys(before[name], rule, (EXAMPLES,))
        changed |= _examples(before[name].get(EXAMPLES, []), rule.get(EXAMPLES, []))
        if changed:
            found.append({"id": name, **changed})
    return found


def _by_id(rules: list[Content]) -> Mapping[Any, Content]:
    return {rule.get("id"): rule for rule in rules}


def _examples(base: list[Content], whole: list[Content]) -> Content:
    """Examples at the end are added; anything else replaces them all."""
    if same(base, whole):
        return {}
    if len(whole) > len(base) and same(base, whole[: len(base)]):
        return {EXAMPLES: whole[len(base) :]}
    return {EXAMPLES: whole, "examples_anew": True}
