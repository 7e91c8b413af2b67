"""Regulations as documents, and the rules that cite them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from preceptor.institutions.access import visible_regulations
from preceptor.institutions.choices import RegulationLayer
from preceptor.institutions.models import Regulation
from preceptor.policy import Pack
from preceptor.policy.parameters import Parameter, Step
from preceptor.policy.rules import Rule
from preceptor.policy.sources import Citation
from preceptor.standing.institutions import institutions_of
from preceptor.web.localised import localised
from preceptor.web.shown.expression import Words

Shown = dict[str, Any]


def register_of(user: Any, day: date) -> list[tuple[str, list[Shown]]]:
    """The regulations of the state and of the reader's institutions, by layer from the top.

    Within a layer those in force on the day come first. Two queries.
    """
    rows = regulations_for(user).select_related("replaces").prefetch_related("replaced_by")
    lines = [line_of(row, day) for row in rows]
    return [
        (str(layer.label), _in_order(line for line in lines if line["layer"] == layer))
        for layer in RegulationLayer
        if any(line["layer"] == layer for line in lines)
    ]


def regulations_for(user: Any) -> Any:
    """Those of no single institution, and those of the reader's own."""
    own = Q(institution=None) | Q(institution__in=institutions_of(user).values("pk"))
    return visible_regulations(user).filter(own)


def _in_order(lines: Iterable[Shown]) -> list[Shown]:
    return sorted(lines, key=lambda line: (line["state"] != "force", line["code"]))


def line_of(row: Regulation, day: date) -> Shown:
    """A regulation as a line of the register."""
    state = state_on(row, day)
    return {
        "code": row.code,
        "layer": row.layer,
        "title": localised(row, "title"),
        "url": reverse("regulation", args=[row.pk]),
        "issuer": localised(row, "issuer"),
        "number": row.number,
        "on_trial": row.on_trial,
        "state": state,
        "state_title": STATES[state](),
        "effective_from": row.effective_from,
        "effective_to": row.effective_to,
        "replaces": _link(row.replaces),
        "replaced_by": [_link(later) for later in row.replaced_by.all()],
        "has_rules": bool(row.pack),
    }


STATES = {
    "force": lambda: _("in force"),
    "ahead": lambda: _("not yet in force"),
    "past": lambda: _("no longer in force"),
    "unknown": lambda: _("date not recorded"),
}


def state_on(row: Regulation, day: date) -> str:
    """Whether it holds on the day; unknown where no date is recorded."""
    if row.effective_to is not None and row.effective_to < day:
        return "past"
    if row.effective_from is None:
        return "unknown"
    return "force" if row.effective_from <= day else "ahead"


def _link(row: Regulation | None) -> Shown | None:
    if row is None:
        return None
    return {"title": localised(row, "title"), "url": reverse("regulation", args=[row.pk])}


def clauses_of(row: Regulation, packs: Iterable[Pack]) -> list[Shown]:
    """The clauses of the regulation in order, each with the rules and the values that stand on it.

    Last come, under an empty title, the rules that cite the regulation as a whole. One query, and
    none for a regulation that no pack writes as rules.
    """
    pack = next((one for one in packs if one.id == row.pack), None)
    citing = _citing(row.source_in_pack, pack) if pack else {}
    shown = [
        {
            "title": localised(clause, "title"),
            "gist": clause.gist,
            **citing.pop(clause.key, {"rules": [], "values": []}),
        }
        for clause in row.clauses.all()
    ]
    return shown + [{"title": "", "gist": "", **found} for found in citing.values()]


def _citing(source: str, pack: Pack) -> dict[str, Shown]:
    """By the key of a clause (empty: the source as a whole) the rules and values that cite it."""
    found: dict[str, Shown] = {}
    for rule in pack.rules.values():
        if rule.citation.source.key == source:
            _under(found, rule.citation)["rules"].append(_rule_line(rule))
    for parameter in pack.parameters.values():
        for step in parameter.steps:
            if step.citation.source.key == source:
                _under(found, step.citation)["values"].append(_value_line(parameter, step, pack))
    return found


def _under(found: dict[str, Shown], citation: Citation) -> Shown:
    key = citation.clause.key if citation.clause else ""
    return found.setdefault(key, {"rules": [], "values": []})


def _rule_line(rule: Rule) -> Shown:
    return {
        "id": rule.id,
        "title": rule.title.within(get_language() or ""),
        "evidence": rule.evidence,
    }


def _value_line(parameter: Parameter, step: Step, pack: Pack) -> Shown:
    return {
        "title": parameter.title.within(get_language() or ""),
        "since": step.since,
        "value": Words(pack, _subject_of(parameter, pack), step.since).value(parameter, step.value),
        "evidence": step.evidence,
    }


def _subject_of(parameter: Parameter, pack: Pack) -> str:
    """A subject whose rules use the parameter: it has the names of the parameter's values."""
    using = (rule.subject for rule in pack.rules.values() if parameter in rule.parameters)
    return next(using, next(iter(pack.schema.subjects)))
