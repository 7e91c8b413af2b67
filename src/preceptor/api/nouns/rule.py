"""Rules in force, and one with its values, its source and who fails it."""

from __future__ import annotations

from typing import Any, Literal

from django.db.models import Case, Value, When
from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from ninja import Query, Router

from preceptor.policy import Pack
from preceptor.policy.describing import value_text
from preceptor.policy.parameters import Parameter
from preceptor.policy.rules import Rule
from preceptor.standing.counted import placed, verdict_counts
from preceptor.standing.institutions import institutions_of, packs_for
from preceptor.standing.models import Finding
from preceptor.standing.queries import as_of_all

from ..fields import Name
from ..guard import reader
from ..paging import Page, Paging, page_of
from ..refusals import answers
from ..shapes import rule as shapes
from ..shapes.named import Words

router = Router(tags=["rules"])


@router.get("/rules", response=answers(list[shapes.RuleLine]))
def rules(request: HttpRequest) -> list[dict[str, Any]]:
    """The rules of the packs in force, with the verdicts in the reader's scope."""
    user = reader(request)
    counted = verdict_counts(user)
    return [
        _line(pack, rule, counted[rule.id])
        for pack in packs_for(user)
        for rule in pack.rules.values()
    ]


def _words(text: Any) -> Words:
    return Words(zh=text.zh, en=text.en)


def _line(pack: Pack, rule: Rule, counts: dict[str, int]) -> dict[str, Any]:
    return {
        "rule": rule.id,
        "pack": pack.id,
        "subject": rule.subject,
        "title": _words(rule.title),
        "kind": rule.kind,
        "gate": rule.gate,
        "layer": pack.layer,
        "citation": rule.citation.text(get_language() or ""),
        "evidence": rule.evidence,
        "counts": dict(counts),
    }


def _found(user: Any, rule: str) -> tuple[Pack, Rule]:
    for pack in packs_for(user):
        if rule in pack.rules:
            return pack, pack.rules[rule]
    raise Http404


@router.get("/rules/{rule}", response=answers(shapes.Rule))
def rule(request: HttpRequest, rule: Name) -> dict[str, Any]:
    """One rule: what it demands, where it stands, its values by date, its examples."""
    user = reader(request)
    pack, known = _found(user, rule)
    source, clause = known.citation.source, known.citation.clause
    return {
        **_line(pack, known, verdict_counts(user, rule)[rule]),
        "version": pack.version,
        "when": known.when.text if known.when else None,
        "require": known.require.text,
        "message": _words(known.message.text),
        "since": known.since,
        "until": known.until,
        "parameters": [_parameter(one, pack) for one in known.parameters],
        "facts": {fact.name: _words(fact.title) for fact in known.facts},
        "source": {
            "key": source.key,
            "title": _words(source.title),
            "clause": _words(clause.title) if clause else None,
            "wording": clause.wording if clause else None,
            "issued_on": source.issued_on,
        },
        "examples": [
            {"verdict": one.verdict.value, "on": one.on, "note": _words(one.note)}
            for one in known.examples
        ],
        "as_of": as_of_all(institutions_of(user)),
    }


def _parameter(one: Parameter, pack: Pack) -> dict[str, Any]:
    language = get_language() or ""
    return {
        "name": one.name,
        "title": _words(one.title),
        "unit": one.unit,
        "bind": one.bind,
        "values": [
            {
                "since": step.since,
                "value": _words(value_text(one, step, pack.schema)),
                "citation": step.citation.text(language),
                "evidence": step.evidence,
                "from_evidence": step.from_evidence,
                "layer": step.layer,
                "pack": step.pack,
            }
            for step in one.steps
        ],
    }


class FindingFilter(Paging):
    """Whose verdict: not met, or pending."""

    verdict: Literal["fail", "pending"] = "fail"


@router.get("/rules/{rule}/findings", response=answers(Page[shapes.Finding]))
def rule_findings(
    request: HttpRequest, rule: Name, narrowed: Query[FindingFilter]
) -> dict[str, Any]:
    """Whom the rule stops, gives notice, or waits for, within the reader's scope, by student
    number; the verdicts are the stored ones."""
    user = reader(request)
    _found(user, rule)
    # Asked of each row in the order of the list, so that the rule's own index leads.
    is_seen = Case(When(placed(user), then=Value(True)), default=Value(False))
    rows = Finding.objects.filter(rule=rule, verdict=narrowed.verdict).alias(is_seen=is_seen)
    rows = rows.filter(is_seen=True)
    rows = rows.select_related("enrolment__person", "enrolment__unit", "panel")
    return page_of(rows, "student_number", narrowed)
