"""Censuses: the list with the freeze of a day, and one with its manifest and figures."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from preceptor.base.queue.tasks import enqueue
from preceptor.people.access import READING, scope
from preceptor.reports.access import readable_censuses
from preceptor.reports.census.verify import verify
from preceptor.reports.models import Census
from preceptor.reports.queries import figures_of
from preceptor.web.addresses import address
from preceptor.web.forms.census import FreezeForm
from preceptor.web.localised import localised
from preceptor.web.shown.census import (
    FREEZE,
    Names,
    chapter_title,
    chapters_of,
    jobs_of,
    lines_of,
    rows_in,
)
from preceptor.web.shown.job import office_institutions


@require_http_methods(["GET", "HEAD", "POST"])
def censuses(request: HttpRequest) -> HttpResponse:
    """The frozen days; the office may ask for the freeze of another."""
    if not scope(request.user).kinds & READING:
        raise Http404
    is_sent = request.method == "POST"
    if is_sent:
        return _freeze(request)
    if getattr(request, "htmx", False):
        return _piece(request)
    return _list(request, FreezeForm())


def _list(request: HttpRequest, form: FreezeForm, status: int = 200) -> HttpResponse:
    lines = lines_of(request.user)
    checked = request.GET.get("check", "")
    for line in lines:
        if checked == str(line["census"].pk):
            line["problems"] = verify(line["census"])
            line["is_checked"] = True
    context: dict[str, Any] = {"lines": lines, "jobs": jobs_of(request.user)}
    if office_institutions(request.user):
        context["form"] = form
    return render(request, "census/list.html", context, status=status)


def _piece(request: HttpRequest) -> HttpResponse:
    """What the list asks for again: the check of one census, or one job."""
    if (key := request.GET.get("check", "")).isdecimal():
        found = _seen(request, int(key))
        line = {"is_checked": True, "problems": verify(found)}
        return render(request, "census/check.html", {"line": line})
    wanted = f"{reverse('censuses')}?job={_uuid(request.GET.get('job', ''))}"
    job = next((one for one in jobs_of(request.user) if one["url"] == wanted), None)
    if job is None or job["state"] == "failed":
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "parts/job.html", {"job": job})


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404 from None


def _freeze(request: HttpRequest) -> HttpResponse:
    if not office_institutions(request.user):
        raise Http404
    form = FreezeForm(request.POST)
    if not form.is_valid():
        return _list(request, form, status=400)
    day = form.cleaned_data["day"].isoformat()
    given = {"day": day, "account": request.user.pk}
    enqueue(FREEZE, given, unique_key=f"{FREEZE}:{min(office_institutions(request.user))}:{day}")
    messages.success(request, _("The freeze of %(day)s is under way.") % {"day": day})
    return redirect("censuses")


def _seen(request: HttpRequest, key: int) -> Census:
    return get_object_or_404(readable_censuses(request.user).select_related("institution"), pk=key)


@require_safe
def census(request: HttpRequest, key: int) -> HttpResponse:
    """One census: its manifest, whether it still agrees with it, and its figures by chapter."""
    found = _seen(request, key)
    chapters = chapters_of(figures_of(found))
    shown = request.GET.get("chapter", next(iter(chapters), ""))
    if chapters and shown not in chapters:
        raise Http404
    names = Names(request.user, found)
    context = {
        "census": found,
        "institution": localised(found.institution, "name"),
        "manifest": found.manifest,
        "rows": f"{rows_in(found):,}",
        "line": {"is_checked": True, "problems": verify(found)},
        "tabs": [
            {
                "title": chapter_title(name),
                "url": address(request.path, {"chapter": name}) + "#figures",
                "is_current": name == shown,
                "count": len(figures),
            }
            for name, figures in chapters.items()
        ],
        "figures": [names.line(figure) for figure in chapters.get(shown, [])],
    }
    return render(request, "census/page.html", context)
