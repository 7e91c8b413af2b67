"""Whether the installation works: a page for people, JSON for machines, open to all."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from preceptor.web.shown.health import parts


@login_not_required
@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 when everything works, else 503; `?format=json` or `Accept: application/json` for JSON."""
    found = parts()
    works = all(part.works for part in found)
    status = 200 if works else 503
    wants_json = request.GET.get("format") == "json" or not request.accepts("text/html")
    if wants_json:
        answer = {part.key: {"works": part.works, "value": part.fact} for part in found}
        return JsonResponse({"ok": works, "parts": answer}, status=status)
    # Rendered without the frame, which asks the database for the institution and the reader.
    page = {"parts": found, "works": works, "theme": request.COOKIES.get("theme", "auto")}
    return render(None, "health/health.html", page, status=status)
