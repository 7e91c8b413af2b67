"""A rule as a reader sees it: what it says, where it stands, its numbers by date, its examples."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from preceptor.base.today import today
from preceptor.institutions.access import visible_regulations
from preceptor.policy import Pack, Text
from preceptor.policy.parameters import Parameter, Step
from preceptor.policy.rules import Rule
from preceptor.policy.sources import Citation
from preceptor.policy.types import Number
from preceptor.standing.counted import verdict_counts
from preceptor.standing.schema.words import GATE_TITLES
from preceptor.standing.verdicts import OF_TRAINEES
from preceptor.web.addresses import address
from preceptor.web.shown.expression import Words
from preceptor.web.templatetags.interface import VERDICTS

Shown = dict[str, Any]


@dataclass
class Tally:
    """How many records of the reader's scope have each verdict."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(VERDICTS, 0))

    @property
    def total(self) -> int:
        """How many records were judged."""
        return sum(self.counts.values())

    def add(self, verdict: str, count: int) -> None:
        """Count some more."""
        self.counts[verdict] += count


def tallies(user: Any, rule: str | None = None) -> dict[str, Tally]:
    """Stored verdicts in the reader's scope by rule; one query. A rule that only warns gives notice."""
    found: dict[str, Tally] = defaultdict(Tally)
    for name, counts in verdict_counts(user, rule).items():
        for verdict, count in counts.items():
            if name:
                found[name].add(verdict, count)
    return found


def kind_title(kind: str) -> str:
    """What a rule does where it is not met."""
    titles = {
        "block": _("Must be met"),
        "warn": _("Gives notice"),
        "inform": _("Informs only"),
    }
    return titles[kind]


def gate_title(gate: str | None) -> str:
    """The step that a rule holds back; empty where it holds back none."""
    if gate is None:
        return ""
    titles = GATE_TITLES.get(gate)
    return Text(*titles).within(get_language() or "") if titles else gate


def line_of(rule: Rule, tally: Tally) -> Shown:
    """A rule as a line of the list."""
    language = get_language() or ""
    return {
        "id": rule.id,
        "title": rule.title.within(language),
        "kind": kind_title(rule.kind),
        "gate": gate_title(rule.gate),
        "citation": rule.citation.text(language),
        "evidence": rule.evidence,
        "counts": tally.counts,
        "total": tally.total,
        "is_judged": rule.subject in OF_TRAINEES,
        "fail_url": failing_url(rule, tally),
    }


def failing_url(rule: Rule, tally: Tally) -> str:
    """The list of trainees whom the rule stops, or gives notice; empty where there is nobody."""
    verdict = "warn" if rule.kind == "warn" else "fail"
    if not tally.counts[verdict]:
        return ""
    return address(reverse("enrolments"), {"rule": rule.id, "verdict": verdict})


def bind_title(bind: str) -> str:
    """Which of a record's dates chooses the value of a parameter."""
    if bind == "cohort":
        return _(
            "the trainee's cohort: a later change leaves trainees of earlier cohorts untouched"
        )
    return _("the day of the event: what is in force on that day counts, whatever the cohort")


def parameter_of(parameter: Parameter, words: Words) -> Shown:
    """A parameter with its bounds and all its values by date, newest first."""
    last = [None, *(step.since for step in reversed(parameter.steps))]
    rows = [
        _value(parameter, step, after, words)
        for step, after in zip(reversed(parameter.steps), last, strict=False)
    ]
    return {
        "name": parameter.name,
        "title": capfirst(parameter.title.within(words.language)),
        "bounds": _bounds(parameter, words),
        "bind": bind_title(parameter.bind),
        "values": rows,
    }


def _value(parameter: Parameter, step: Step, after: date | None, words: Words) -> Shown:
    return {
        "value": words.value(parameter, step.value),
        "since": step.since,
        "is_superseded": after is not None and after <= today(),
        "is_ahead": step.since > today(),
        "citation": step.citation.text(words.language),
        "evidence": step.evidence,
        "from_evidence": step.from_evidence,
    }


def _bounds(parameter: Parameter, words: Words) -> str:
    kind = parameter.item
    if not isinstance(kind, Number):
        return ""
    low, high = (words.code(kind, code, unit=parameter.unit) for code in (kind.low, kind.high))
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def source_of(citation: Citation, pack: Pack, user: Any) -> Shown:
    """The document and clause that a rule cites, and its page in the register where it has one."""
    language = get_language() or ""
    source, clause = citation.source, citation.clause
    entry = visible_regulations(user).filter(pack=pack.id, source_in_pack=source.key).first()
    return {
        "title": source.title.within(language),
        "clause": clause.title.within(language) if clause else "",
        "wording": clause.wording if clause else None,
        "url": reverse("regulation", args=[entry.pk]) if entry else "",
    }


def page_of(pack: Pack, rule: Rule) -> Shown:
    """What the rule demands: conditions in words, expressions as written, facts and parameters."""
    words = Words(pack, rule.subject, today())
    return {
        "rule": rule,
        "title": rule.title.within(words.language),
        "kind": kind_title(rule.kind),
        "gate": gate_title(rule.gate),
        "conditions": words.conditions(rule.require),
        "applies": words.conditions(rule.when) if rule.when else [],
        "facts": [
            {"term": capfirst(fact.title.within(words.language)), "value": words.fact(fact)}
            for fact in rule.facts
        ],
        "parameters": [parameter_of(parameter, words) for parameter in rule.parameters],
        "is_judged": rule.subject in OF_TRAINEES,
        "pack": {
            "id": pack.id,
            "version": pack.version,
            "title": pack.title.within(words.language),
        },
    }
