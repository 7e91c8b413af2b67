"""Drafts: the list, beginning one, and what one changes."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preceptor.standing.access import may_change_layer, may_edit_packs, visible_drafts
from preceptor.standing.actions import open_draft, write_draft
from preceptor.standing.editing import desk_of
from preceptor.standing.editing.changes import Pair, Removal, Undoing
from preceptor.standing.editing.proposing import is_behind
from preceptor.web.forms.draft import NewPackForm
from preceptor.web.pages.draft_change import REFUSALS, answered_post, asking, said_of
from preceptor.web.shown.draft import changes_of, faults_of, frame_of, seen, steps_of, unnoticed
from preceptor.web.shown.draft_lists import (
    base_named,
    bases_of,
    editing_at,
    line_of,
    parts_shown,
    units_of,
)

asks = require_http_methods(["GET", "HEAD", "POST"])
SHOWN = ("values", "rules", "facts", "sources", "text")


@require_safe
def drafts(request: HttpRequest) -> HttpResponse:
    """Planned changes: those under way, those decided, and what a change can begin from."""
    institution = editing_at(request.user)
    if institution is None:
        raise Http404
    rows = visible_drafts(request.user).select_related("unit", "institution", "result")
    lines = [line_of(row) for row in rows[:200]]
    context = {
        "open": [line for line in lines if line["is_open"]],
        "ended": [line for line in lines if not line["is_open"]],
        "bases": bases_of(request.user, institution),
        "permit": may_edit_packs(request.user, institution),
    }
    return render(request, "draft/list.html", context)


@asks
def open_one(request: HttpRequest, pack: str) -> HttpResponse:
    """Before a change of a pack begins: what it is, and why one of the state cannot be changed here."""
    institution = editing_at(request.user)
    unit = request.GET.get("unit", "")
    base = base_named(institution, pack, unit) if institution else None
    if base is None or institution is None:
        raise Http404
    permit = may_edit_packs(request.user, institution)
    layer = may_change_layer(request.user, base["row"].layer)
    context: dict[str, Any] = {"base": base, "permit": permit, "layer_permit": layer}
    if request.method == "POST":
        try:
            draft = open_draft(institution=institution, base=base["row"], by=asking(request))
        except REFUSALS as refusal:
            context["refusal"] = said_of(refusal)
            status = 200 if permit and layer else 403
            return render(request, "draft/open.html", context, status=status)
        return redirect(_onward(draft, request.GET.get("rule", "")))
    return render(request, "draft/open.html", context)


def _onward(draft: Any, rule: str) -> str:
    known = {item.get("id") for item in desk_of(draft).content.get("rule", [])}
    if rule in known and "/" not in rule:
        return reverse("draft_rule", args=[draft.pk, rule])
    return reverse("draft", args=[draft.pk])


@asks
def new(request: HttpRequest) -> HttpResponse:
    """A pack from nothing."""
    institution = editing_at(request.user)
    if institution is None:
        raise Http404
    permit = may_edit_packs(request.user, institution)
    units = units_of(request.user, institution)
    form = NewPackForm(units, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            draft = write_draft(
                institution=institution, pack=given["pack"], layer=given["layer"],
                title=Pair(given["title_zh"], given["title_en"]), by=asking(request),
                unit=next((unit for unit in units if unit.pk == given["unit"]), None),
            )  # fmt: skip
            return redirect("draft", key=draft.pk)
        except REFUSALS as refusal:
            form.add_error(None, said_of(refusal))
    status = 403 if form.is_bound and not permit else 200
    return render(request, "draft/new.html", {"form": form, "permit": permit}, status=status)


@require_safe
def draft(request: HttpRequest, key: int) -> HttpResponse:
    """One draft: what it changes, what stands in its way, what comes next; and all its parts."""
    found = seen(request.user, key)
    show = request.GET.get("show", "")
    show = show if show in SHOWN else ""
    context = frame_of(request.user, found, show)
    if show:
        return render(request, f"draft/{show}.html", context | parts_shown(found, context, show))
    sight = context["sight"]
    context |= {
        "unnoticed": unnoticed(found, sight),
        "faults": faults_of(found, sight),
        "changes": changes_of(found, sight),
        "steps": steps_of(found, sight),
        "is_behind": is_behind(found),
    }
    return render(request, "draft/page.html", context)


@require_POST
def undo(request: HttpRequest, key: int) -> HttpResponse:
    """Take a part out of the draft, or give it back the content that is in force."""
    found = seen(request.user, key)
    part = request.POST.get("part", "")[:200]
    base = desk_of(found).base
    is_removal = request.POST.get("do") == "remove" or base is None
    change = Removal(part) if is_removal else Undoing(part, base or {})
    said = _("The part was taken out.") if is_removal else _("The part is as it was.")
    return answered_post(request, found, change, said, reverse("draft", args=[key]))
