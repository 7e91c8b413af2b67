"""Taking a part out of a draft, and giving a part back the content that is in force."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

from preceptor.policy.content import Content

from .change import absent, group
from .rule import rules_of


@dataclass(frozen=True)
class Removal:
    """A parameter, fact, rule or source is taken out. Who used it is told by the loader."""

    part: str

    def apply(self, content: Content) -> None:
        """Remove the part. Raises InputRefused where it is not there."""
        if held(content, self.part) is None:
            raise absent(self.part)
        _take_out(content, self.part)


@dataclass(frozen=True)
class Undoing:
    """A part is again what it is in the base of the draft."""

    part: str
    base: Content = field(hash=False)

    def apply(self, content: Content) -> None:
        """Put the part of the base back; a part that the base lacks is removed."""
        before = copy.deepcopy(held(self.base, self.part))
        kind, _space, name = self.part.partition(" ")
        if kind == "rule":
            _put_rule(content, name, before)
            return
        if held(content, self.part) is not None:
            _take_out(content, self.part)
        if before is not None:
            owner, last = _owner(content, self.part)
            owner[last] = before


def held(content: Content, part: str) -> Content | None:
    """The table of a part: `param size`, `fact panel.size`, `rule panel.size`, `pack`; None if absent."""
    kind, _space, name = part.partition(" ")
    if kind == "rule":
        return next((rule for rule in rules_of(content) if rule.get("id") == name), None)
    owner, last = _owner(content, part)
    found = owner.get(last)
    return found if isinstance(found, dict) else None


def _owner(content: Content, part: str) -> tuple[Content, str]:
    kind, _space, name = part.partition(" ")
    if kind == "pack":
        return content, "pack"
    if kind == "fact":
        subject, _dot, fact = name.partition(".")
        return group(content, "fact", subject), fact
    if kind not in ("param", "source", "example"):
        raise absent(part)
    return group(content, kind), name


def _take_out(content: Content, part: str) -> None:
    kind, _space, name = part.partition(" ")
    if kind == "rule":
        rules = rules_of(content)
        rules[:] = [rule for rule in rules if rule.get("id") != name]
        return
    owner, last = _owner(content, part)
    owner.pop(last, None)


def _put_rule(content: Content, name: str, before: Content | None) -> None:
    """The rule of the base in the place of the present one, at the end where it was removed."""
    rules = rules_of(content)
    places = [place for place, rule in enumerate(rules) if rule.get("id") == name]
    if not places and before is None:
        raise absent(name)
    if before is None:
        del rules[places[0]]
    elif places:
        rules[places[0]] = before
    else:
        rules.append(before)
