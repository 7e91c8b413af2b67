"""A conflict of interest as it is shown: what it is, how grave, since when, and by what record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from preceptor.cases.kinds.kind import CONFLICTS, Conflicts

Level = Literal["block", "warn"]
#: In the order of being shown; `self` always keeps somebody off, the others are named by case kinds.
KINDS = ("self", *CONFLICTS)
TITLES = {
    "self": _("The person concerned"),
    "supervisor": pgettext_lazy("conflict", "Supervisor"),
    "kinship": _("Kinship"),
    "financial": _("Financial interest"),
    "dispute": _("Dispute"),
    "other": _("Other declared tie"),
    "panel": _("Sat on an earlier panel"),
    "coauthor": _("Joint paper"),
    "project": _("Joint project"),
    "same_unit": _("Same hospital or college"),
}


@dataclass(frozen=True)
class Evidence:
    """The record that shows it, in both languages; `noun` and `key` lead to its page."""

    text_zh: str
    text_en: str
    noun: str
    key: int

    def as_json(self) -> dict[str, Any]:
        """As plain data."""
        return {"zh": self.text_zh, "en": self.text_en, "noun": self.noun, "key": self.key}


@dataclass(frozen=True)
class Conflict:
    """One kind of tie of one person; `since` is the latest day that it counts from, None where no
    day is recorded: it then only warns, whatever the rule says. `is_final`: no reason lets the person
    sit in spite of it."""

    kind: str
    level: Level
    evidence: tuple[Evidence, ...]
    since: date | None
    is_final: bool = False

    def as_json(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "kind": self.kind,
            "level": self.level,
            "since": self.since.isoformat() if self.since else None,
            "is_final": self.is_final,
            "evidence": [one.as_json() for one in self.evidence],
        }


@dataclass(frozen=True)
class Sign:
    """One record that ties a person to the trainee. `is_certain` is false where the day that
    decides is not recorded; `is_final` where no rule may let it pass."""

    person: int
    kind: str
    evidence: Evidence
    since: date | None
    is_certain: bool = True
    is_final: bool = False


def level_of(sign: Sign, rule: Conflicts) -> Level | None:
    """How grave the rule takes it; None where the rule does not ask for the kind.

    A declared tie that the rule does not name is taken as the rule takes kinship: who declared it
    said that one may not judge the other.
    """
    kind = sign.kind
    if kind in ("financial", "dispute", "other") and kind not in (*rule.blocks, *rule.warns):
        kind = "kinship"
    if sign.is_final or kind in rule.blocks:
        return "block" if sign.is_certain else "warn"
    return "warn" if kind in rule.warns else None


def gathered(signs: Iterable[Sign], rule: Conflicts) -> dict[int, list[Conflict]]:
    """For each person the conflicts, the gravest first; of one kind and level one, with all its
    evidence, the latest first."""
    groups: dict[int, dict[tuple[Level, str], list[Sign]]] = defaultdict(dict)
    for sign in signs:
        level = level_of(sign, rule)
        if level is not None:
            groups[sign.person].setdefault((level, sign.kind), []).append(sign)
    return {
        person: [_conflict(key, found) for key, found in sorted(held.items(), key=_order)]
        for person, held in groups.items()
    }


def _order(entry: tuple[tuple[Level, str], list[Sign]]) -> tuple[str, int]:
    (level, kind), _signs = entry
    return level, KINDS.index(kind)


def _conflict(key: tuple[Level, str], signs: list[Sign]) -> Conflict:
    latest = sorted(signs, key=lambda sign: (sign.since or date.min, sign.evidence.key))[::-1]
    evidence = tuple(dict.fromkeys(sign.evidence for sign in latest))
    is_final = any(sign.is_final for sign in signs)
    return Conflict(key[1], key[0], evidence, latest[0].since, is_final)
