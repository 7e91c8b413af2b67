"""One box: trainees, panels, rules, regulations and units, each through the reader's scope."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from preceptor.web.shown.search import LONGEST, found_for


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What the text finds, by kind; nothing is asked for an empty text."""
    text = request.GET.get("q", "").strip()[:LONGEST]
    groups = found_for(request.user, text) if text else []
    context = {
        "search_text": text,
        "groups": [group for group in groups if group["finds"]],
    }
    return render(request, "search/search.html", context)
