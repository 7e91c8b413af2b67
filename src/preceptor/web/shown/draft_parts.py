"""The parts of a draft as their pages show them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst

from preceptor.base.today import today
from preceptor.policy import Pack
from preceptor.policy.describing import value_text
from preceptor.policy.facts import Fact
from preceptor.policy.parameters import Parameter
from preceptor.policy.rules import Rule
from preceptor.policy.types import Number
from preceptor.standing.editing import Sight
from preceptor.standing.models import PackDraft
from preceptor.web.shown.draft_words import language, unit_title, within
from preceptor.web.shown.expression import Words
from preceptor.web.shown.rule import bind_title

Shown = dict[str, Any]


def parameter_shown(draft: PackDraft, sight: Sight, known: Parameter) -> Shown:
    """A parameter with its values, newest first, those of the draft marked."""
    assert sight.pack is not None
    base = sight.base.parameters.get(known.name) if sight.base else None
    before = {step.since: step.value for step in base.steps} if base else {}
    values = [
        {
            "value": within(value_text(known, step, sight.pack.schema)),
            "since": step.since,
            "citation": step.citation.text(language()),
            "evidence": step.evidence,
            "from_evidence": step.from_evidence,
            "is_new": step.since not in before,
            "is_changed": step.since in before and before[step.since] != step.value,
        }
        for step in reversed(known.steps)
    ]
    return {
        "parameter": known,
        "parameter_title": capfirst(within(known.title)),
        "values": values,
        "bind": bind_title(known.bind),
        "unit": unit_title(known.unit),
        "bounds": _bounds(sight.pack, known),
        "part": f"param {known.name}",
    }


def _bounds(pack: Pack, known: Parameter) -> Shown | None:
    kind = known.item
    if not isinstance(kind, Number):
        return None
    words = Words(pack, next(iter(pack.schema.subjects)), today())
    low, high = (words.code(kind, code, unit=known.unit) for code in (kind.low, kind.high))
    return {"low": low, "high": high}


def users_of(
    draft: PackDraft, pack: Pack, *, parameter: str = "", fact: str = "", subject: str = ""
) -> list[Shown]:
    """The rules that use a parameter, or a fact of a subject."""
    return [
        {"title": within(rule.title), "url": reverse("draft_rule", args=[draft.pk, rule.id])}
        for rule in pack.rules.values()
        if any(one.name == parameter for one in rule.parameters)
        or (rule.subject == subject and any(one.name == fact for one in rule.facts))
    ]


def conditions_of(pack: Pack, rule: Rule, on: date) -> Shown:
    """What the rule demands and when it applies, in words and as text."""
    words = Words(pack, rule.subject, on)
    return {
        "require": words.conditions(rule.require),
        "when": words.conditions(rule.when) if rule.when else [],
    }


def fact_shown(pack: Pack, known: Fact, on: date) -> Shown:
    """A fact with how it is counted, in words."""
    return {
        "fact": known,
        "fact_title": capfirst(within(known.title)),
        "meaning": capfirst(Words(pack, known.subject, on).fact(known)),
        "part": f"fact {known.subject}.{known.name}",
    }
