"""Regulations: the register, and one with its clauses and what stands on them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from ninja import Router

from preceptor.institutions.access import visible_regulations
from preceptor.institutions.models import Regulation
from preceptor.policy import Pack
from preceptor.policy.sources import Citation
from preceptor.standing.institutions import institutions_of, packs_for

from ..fields import Key
from ..guard import reader
from ..paging import one
from ..refusals import answers
from ..shapes import rule as shapes

router = Router(tags=["regulations"])
Citing = dict[str, dict[str, list[str]]]


def _rows(request: HttpRequest) -> QuerySet[Regulation]:
    """Those of no single institution, and those of the reader's own."""
    user = reader(request)
    own = Q(institution=None) | Q(institution__in=institutions_of(user).values("pk"))
    return visible_regulations(user).filter(own).order_by("layer", "code")


@router.get("/regulations", response=answers(list[shapes.RegulationLine]))
def regulations(request: HttpRequest) -> list[Any]:
    """The register of regulations, by layer and code."""
    return list(_rows(request))


@router.get("/regulations/{int:key}", response=answers(shapes.Regulation))
def regulation(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One regulation with its clauses and the rules and values that stand on each."""
    row = one(_rows(request).prefetch_related("clauses"), pk=key)
    pack = next((found for found in packs_for(reader(request)) if found.id == row.pack), None)
    citing = _citing(row.source_in_pack, pack) if pack else {}
    clauses = [_clause(clause, citing.pop(clause.key, {})) for clause in row.clauses.all()]
    rest = [_clause(None, found) for found in citing.values()]
    columns = {name: getattr(row, name) for name in _COLUMNS}
    return {**columns, "pk": row.pk, "replaces_id": row.replaces_id, "clauses": clauses + rest}


_COLUMNS = (
    "code", "layer", "title_zh", "title_en", "issuer_zh", "issuer_en", "number", "on_trial",
    "issued_on", "effective_from", "effective_to", "pack",
)  # fmt: skip


def _clause(clause: Any, found: dict[str, list[str]]) -> dict[str, Any]:
    return {
        "clause": clause.key if clause else "",
        "title_zh": clause.title_zh if clause else "",
        "title_en": clause.title_en if clause else "",
        "gist": clause.gist if clause else "",
        "rules": found.get("rules", []),
        "parameters": found.get("parameters", []),
    }


def _citing(source: str, pack: Pack) -> Citing:
    """By the key of a clause (empty: the source as a whole) the rules and parameters that cite it."""
    found: Citing = {}
    for rule in pack.rules.values():
        _note(found, source, rule.citation, "rules", rule.id)
    for parameter in pack.parameters.values():
        for step in parameter.steps:
            _note(found, source, step.citation, "parameters", parameter.name)
    return found


def _note(found: Citing, source: str, citation: Citation, kind: str, name: str) -> None:
    if citation.source.key != source:
        return
    key = citation.clause.key if citation.clause else ""
    names = found.setdefault(key, {"rules": [], "parameters": []})[kind]
    if name not in names:
        names.append(name)
