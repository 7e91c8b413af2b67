"""One postdoc under every list of grounds for a withdrawal."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from preceptor.fellows.access import reads_judgements
from preceptor.web.pages.postdoc import seen
from preceptor.web.shown.postdoc_lists import page_of


@require_safe
def lists(request: HttpRequest, key: int) -> HttpResponse:
    """The lists side by side; 404 for who may not read what the rules say of findings."""
    row = seen(request, key)
    if not reads_judgements(request.user, row):
        raise Http404
    return render(request, "postdoc/lists.html", page_of(row, request.user))
