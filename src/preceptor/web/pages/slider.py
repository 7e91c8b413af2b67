"""One value moved over everybody: of a draft, and of a rule in force."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.models import Job
from preceptor.base.queue.tasks import enqueue
from preceptor.standing.access import may_edit_packs, visible_drafts
from preceptor.standing.actions import change_draft
from preceptor.standing.models import PackDraft
from preceptor.standing.packs import content
from preceptor.standing.preview.drafted import planned_draft
from preceptor.standing.preview.folders import draft_folder, force_folder
from preceptor.standing.preview.keeping import kept_in
from preceptor.standing.preview.sides import present_side
from preceptor.standing.preview.slider import Slide
from preceptor.web.addresses import address
from preceptor.web.forms.slider import ValueForm
from preceptor.web.pages.draft_change import asking
from preceptor.web.shown.job import shown_job
from preceptor.web.shown.preview import pack_of
from preceptor.web.shown.slider import (
    FACTS,
    Sliding,
    answer_of,
    code_asked,
    facts_job,
    ruled_by,
    slide_asked,
    slider_shown,
    topic_key,
    topics_of,
    value_change,
)

asks = require_http_methods(["GET", "HEAD", "POST"])


@asks
def draft_slider(request: HttpRequest, key: int) -> HttpResponse:
    """A value of the draft moved over everybody; a button takes it into the draft."""
    rows = visible_drafts(request.user).select_related("institution", "unit", "base")
    draft = get_object_or_404(rows, pk=key)
    pack = pack_of(draft)
    base = content(draft.base.hash) if draft.base else None
    slide = slide_asked(pack, request.GET.get("topic", ""), base=base) if pack else None
    if request.method == "POST":
        return _taken(request, draft, slide)
    kept = kept_in(draft_folder(draft.pk, pack.hash)) if pack else None
    back = reverse("draft_preview", args=[draft.pk])
    permit = may_edit_packs(request.user, draft.institution)
    context: dict[str, Any] = {"draft": draft, "permit": permit, "back_url": back}
    if pack is None or kept is None or slide is None:
        return render(request, "preview/slider.html", context)
    code = code_asked(slide, request.GET.get("value", ""))
    sliding = Sliding(kept, planned_draft(draft, kept.on).new, slide, code)
    return _answered(request, sliding, context | {"topics": topics_of(pack)})


@asks
def rule_slider(request: HttpRequest, rule: str) -> HttpResponse:
    """A value of a rule in force moved over everybody; a job computes what that needs."""
    found = ruled_by(request.user, rule)
    if found is None:
        raise Http404
    institution, pack = found
    if request.method == "POST":
        given = {"institution": institution.pk, "pack": pack.id, "account": request.user.pk}
        enqueue(FACTS, given, unique_key=f"{FACTS}:{institution.pk}:{pack.hash}")
        return redirect("rule_slider", rule=rule)
    job = facts_job(institution, pack)
    if getattr(request, "htmx", False) and "value" not in request.GET:
        return _waited(request, job)
    context: dict[str, Any] = {"back_url": reverse("rule", args=[rule]), "may_compute": True}
    context |= {"job": _shown(request, job)} if job is not None else {}
    kept = kept_in(force_folder(institution.pk, pack))
    slide = slide_asked(pack, request.GET.get("topic", ""), rule)
    if kept is None or slide is None:
        return render(request, "preview/slider.html", context | {"is_fixed": slide is None})
    code = code_asked(slide, request.GET.get("value", ""))
    sliding = Sliding(kept, present_side(institution, kept.on), slide, code)
    return _answered(request, sliding, context | {"topics": topics_of(pack, rule)})


def _shown(request: HttpRequest, job: Job) -> dict[str, Any]:
    return shown_job(job, _("Computing the facts of all records"), request.path)


def _waited(request: HttpRequest, job: Job | None) -> HttpResponse:
    """What the page that waits is told; once the work has ended, to load again."""
    if job is None:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "parts/job.html", {"job": _shown(request, job)})


def _answered(request: HttpRequest, sliding: Sliding, context: dict[str, Any]) -> HttpResponse:
    """The page; the answer alone where only the value moves."""
    if getattr(request, "htmx", False):
        answer = answer_of(sliding) | {"number": sliding.value}
        return render(request, "preview/slide_answer.html", context | answer)
    return render(request, "preview/slider.html", context | {"slider": slider_shown(sliding)})


def _taken(request: HttpRequest, draft: PackDraft, slide: Slide | None) -> HttpResponse:
    """The value goes into the draft, or a message says why it does not."""
    permit = may_edit_packs(request.user, draft.institution)
    form = ValueForm(request.POST)
    if not permit:
        raise PermissionDenied(str(permit.reason))
    if slide is None or not form.is_valid():
        messages.error(request, _("This value cannot be taken into the draft."))
        return redirect("draft_slider", key=draft.pk)
    given = form.cleaned_data
    try:
        change = value_change(draft, slide, slide.code_of(given["value"]))
        change_draft(draft=draft, edition=given["edition"], change=change, by=asking(request))
    except (RuleBroken, InputRefused, PermissionDenied) as refusal:
        messages.error(request, str(refusal))
        here = reverse("draft_slider", args=[draft.pk])
        return redirect(address(here, {"topic": topic_key(slide)}))
    messages.success(request, _("The value stands in the draft. Work its effect out again."))
    return redirect("draft_preview", key=draft.pk)
