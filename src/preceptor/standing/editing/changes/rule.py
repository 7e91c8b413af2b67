"""Rules: what they are called and say, what they hold back, when they hold, what they demand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import gettext_lazy as _

from preceptor.base.errors import InputRefused
from preceptor.policy.content import Content

from .change import Pair, absent, listed, put, readable, taken

Part = Literal["require", "when"]
RULE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")


@dataclass(frozen=True)
class RuleChange:
    """Everything of a rule but its conditions and examples; a new one demands nothing yet.

    `gate` is the step that it holds back, empty for none. `since` and `until` are the days on which
    it holds, both included.
    """

    id: str
    kind: str
    title: Pair
    message: Pair
    cite: str
    evidence: str
    met: Pair | None = None
    gate: str = ""
    bind: str = "event"
    since: date | None = None
    until: date | None = None
    subject: str = ""
    is_new: bool = False

    @property
    def part(self) -> str:
        """The rule by its id."""
        return f"rule {self.id}"

    def apply(self, content: Content) -> None:
        """Write the rule."""
        if self.is_new:
            rule = begin(content, self.id, self.subject)
        else:
            rule = rule_of(content, self.id)
        rule["kind"] = self.kind
        rule["title"] = self.title.content()
        rule["message"] = self.message.content()
        put(rule, "met", self.met.content() if self.met else None)
        rule["cite"] = self.cite
        rule["evidence"] = self.evidence
        rule["bind"] = self.bind
        put(rule, "gate", self.gate)
        put(rule, "from", self.since)
        put(rule, "to", self.until)


@dataclass(frozen=True)
class ConditionChange:
    """Another condition of a rule: what it demands, or when it applies (empty: always).

    A text with a fault may be written, for somebody to mend it later.
    """

    id: str
    key: Part
    text: str

    @property
    def part(self) -> str:
        """The rule by its id."""
        return f"rule {self.id}"

    def apply(self, content: Content) -> None:
        """Write the condition."""
        text = readable(self.text)
        if not text and self.key == "require":
            raise InputRefused(_("A rule must demand something. To take it out, remove the rule."))
        rule = rule_of(content, self.id)
        put(rule, self.key, text)
        # What was marked as meaning the same spoke of the former condition.
        rule.pop("equivalent", None)


def rules_of(content: Content) -> list[Content]:
    """The rules of the draft, in its order."""
    return listed(content, "rule")


def rule_of(content: Content, name: str) -> Content:
    """The rule of an id. Raises InputRefused where there is none."""
    for rule in rules_of(content):
        if rule.get("id") == name:
            return rule
    raise absent(name)


def begin(content: Content, name: str, subject: str) -> Content:
    """A new rule at the end of the draft; it demands `true` until a condition is written."""
    if not RULE.fullmatch(name) or len(name) > 60:
        raise InputRefused(
            _(
                "“%(name)s” cannot name a rule. Use small letters, digits, underscores and dots, "
                "such as panel.defence.size."
            )
            % {"name": name[:80]}
        )
    if any(rule.get("id") == name for rule in rules_of(content)):
        raise taken(name)
    rule: Content = {"id": name, "subject": subject, "require": "true"}
    rules_of(content).append(rule)
    return rule


def examples_of(content: Content, name: str) -> list[Content]:
    """The examples of a rule."""
    return listed(rule_of(content, name), "example")
