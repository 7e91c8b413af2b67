"""What a reader prefers: language and appearance, kept in cookies and open to strangers."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from preceptor.web.context import THEMES
from preceptor.web.language import OFFERED

YEAR_SECONDS = 365 * 24 * 3600


def _back(request: HttpRequest) -> HttpResponseRedirect:
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(wanted if safe else reverse("home"))


def _remember(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=YEAR_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


@login_not_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep the reader's theme; an unknown one changes nothing."""
    response = _back(request)
    if (theme := request.POST.get("theme", "")) in THEMES:
        _remember(response, "theme", theme)
    return response


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the reader's language; an unknown one changes nothing."""
    response = _back(request)
    if (language := request.POST.get("language", "")) in OFFERED:
        _remember(response, settings.LANGUAGE_COOKIE_NAME, language)
    return response
