"""A form that was not sent from a page of this sign-in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.template.loader import render_to_string

from preceptor.web.context import theme


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page that says so. It reads no session: whose the form was is nobody's business here."""
    return HttpResponseForbidden(render_to_string("403_csrf.html", {"theme": theme(request)}))
