"""Regulations: the register by layer, and one with its clauses and what stands on them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from preceptor.base.today import today
from preceptor.standing.institutions import packs_for
from preceptor.web.localised import localised
from preceptor.web.shown.draft_lists import planning_url
from preceptor.web.shown.regulation import clauses_of, line_of, register_of, regulations_for


@require_safe
def regulations(request: HttpRequest) -> HttpResponse:
    """The register of regulations, from statutes down to programmes."""
    return render(request, "regulation/list.html", {"layers": register_of(request.user, today())})


@require_safe
def regulation(request: HttpRequest, key: int) -> HttpResponse:
    """One regulation: who issued it, when it holds, what it replaces, and its clauses
    with the rules and values that stand on them."""
    rows = regulations_for(request.user).select_related("replaces", "institution")
    found = get_object_or_404(rows.prefetch_related("replaced_by", "clauses"), pk=key)
    context = {
        "regulation": found,
        "line": line_of(found, today()),
        "institution": localised(found.institution, "name") if found.institution else "",
        "planning_url": planning_url(request.user, found.pack),
        "clauses": clauses_of(found, packs_for(request.user) if found.pack else []),
    }
    return render(request, "regulation/page.html", context)
