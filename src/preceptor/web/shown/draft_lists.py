"""Lists around drafts: drafts themselves, the packs a change can begin from, the parts of one."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import capfirst

from preceptor.base.today import today
from preceptor.institutions.access import visible_units
from preceptor.institutions.choices import RegulationLayer, UnitKind
from preceptor.institutions.models import Unit
from preceptor.people.access import scope
from preceptor.people.choices import RoleKind
from preceptor.policy import Pack
from preceptor.policy.describing import value_text
from preceptor.standing.access import HEADS, may_change_layer, may_edit_packs
from preceptor.standing.choices import DraftState
from preceptor.standing.editing.beside import beside
from preceptor.standing.models import PackDraft, PackInForce
from preceptor.standing.packs import bindings
from preceptor.web.localised import localised
from preceptor.web.shown.draft import TONES
from preceptor.web.shown.draft_upper import upper_lines
from preceptor.web.shown.draft_words import language, subject_title, within
from preceptor.web.shown.expression import Words
from preceptor.web.shown.rule import gate_title, kind_title

Shown = dict[str, Any]
OPEN = (DraftState.DRAFT, DraftState.PROPOSED, DraftState.RETURNED)
PLACES = (UnitKind.HOSPITAL, UnitKind.CLINICAL_COLLEGE, UnitKind.COLLEGE, UnitKind.INSTITUTE)


def editing_at(user: Any) -> Unit | None:
    """The institution for whose office or leaders the user speaks; None for everyone else."""
    reach = scope(user)
    if not reach.kinds & {RoleKind.OFFICE, *HEADS} or reach.institution is None:
        return None
    return reach.institution if reach.institution.pk in reach.institutions else None


def line_of(draft: PackDraft) -> Shown:
    """A draft as a line of the list."""
    state = DraftState(draft.state)
    return {
        "draft": draft,
        "url": reverse("draft", args=[draft.pk]),
        "state": state.label,
        "tone": TONES[state],
        "is_open": state in OPEN,
        "place": localised(draft.unit or draft.institution, "name"),
    }


def packs_put_in_force(institution: Unit) -> QuerySet[PackInForce]:
    """All contents of all packs of the institution, each pack in the order of their days."""
    rows = PackInForce.objects.filter(institution=institution)
    return rows.order_by("pack", "in_force_from", "pk")


def bases_of(user: Any, institution: Unit) -> list[Shown]:
    """The packs of the institution that a change can begin from, each in its last content."""
    rows = packs_put_in_force(institution).select_related("unit")
    last = {(row.pack, row.unit_id): row for row in rows}
    return [_base(row) | {"permit": may_change_layer(user, row.layer)} for row in last.values()]


def _base(row: PackInForce) -> Shown:
    return {
        "row": row,
        "layer": RegulationLayer(row.layer).label,
        "place": localised(row.unit, "name") if row.unit else "",
        "is_ahead": row.in_force_from > today(),
    }


def base_named(institution: Unit, pack: str, unit: str) -> Shown | None:
    """The last content of a pack, of the whole institution or of one unit; None where there is none."""
    key = int(unit) if unit.isascii() and unit.isdecimal() and len(unit) < 10 else None
    rows = packs_put_in_force(institution).filter(pack=pack, unit=key).select_related("unit")
    row = rows.last()
    return _base(row) if row else None


def planning_url(user: Any, pack: str) -> str:
    """Where a change of a pack in force today begins; empty where the user may not plan one."""
    institution = editing_at(user)
    if not pack or institution is None or not may_edit_packs(user, institution):
        return ""
    known = next((one for one in bindings(institution) if one.pack.id == pack), None)
    if known is None or not may_change_layer(user, known.pack.layer):
        return ""
    place = f"?unit={known.unit}" if known.unit else ""
    return reverse("draft_open", args=[pack]) + place


def units_of(user: Any, institution: Unit) -> list[Unit]:
    """The units of the institution for which a pack of their own can be written."""
    rows = visible_units(user).filter(institution=institution, kind__in=PLACES)
    return list(rows.order_by("code"))


def parts_shown(draft: PackDraft, frame: Shown, show: str) -> Shown:
    """The parts of a draft that one of its tabs lists."""
    pack = frame["sight"].pack
    if show == "text":
        return {"text": draft.overlay}
    if pack is None:
        return {"lines": [], "groups": []}
    shown = {"values": _values, "rules": _rules, "facts": _facts, "sources": _sources}
    return shown[show](draft, pack)


def _values(draft: PackDraft, pack: Pack) -> Shown:
    lines = [
        {
            "title": capfirst(within(one.title)),
            "name": one.name,
            "url": reverse("draft_parameter", args=[draft.pk, one.name]),
            "value": within(value_text(one, one.steps[-1], pack.schema)),
            "since": one.steps[-1].since,
        }
        for one in pack.parameters.values()
    ]
    return {"lines": lines, "upper": upper_lines(draft, pack, beside(draft, pack.layer, today()))}


def _rules(draft: PackDraft, pack: Pack) -> Shown:
    return {
        "groups": [
            (
                subject_title(subject),
                [
                    {
                        "title": within(rule.title),
                        "id": rule.id,
                        "url": reverse("draft_rule", args=[draft.pk, rule.id]),
                        "kind": kind_title(rule.kind),
                        "gate": gate_title(rule.gate),
                        "since": rule.since,
                        "until": rule.until,
                        "citation": rule.citation.text(language()),
                        "evidence": rule.evidence,
                    }
                    for rule in pack.rules_of(subject)
                ],
            )
            for subject in pack.subjects
        ]
    }


def _facts(draft: PackDraft, pack: Pack) -> Shown:
    groups = []
    for subject, facts in pack.facts.items():
        words = Words(pack, subject, today())
        lines = [
            {
                "title": capfirst(within(fact.title)),
                "name": fact.name,
                "url": reverse("draft_fact", args=[draft.pk, subject, fact.name]),
                "meaning": words.fact(fact),
            }
            for fact in facts.values()
        ]
        if lines:
            groups.append((subject_title(subject), lines))
    return {"groups": groups}


def _sources(draft: PackDraft, pack: Pack) -> Shown:
    lines = [
        {
            "title": within(source.title),
            "name": source.key,
            "url": reverse("draft_source", args=[draft.pk, source.key]),
            "clauses": len(source.clauses),
            "issued_on": source.issued_on,
        }
        for source in pack.sources.values()
    ]
    return {"lines": lines}
