"""The addresses of the interface below /api/, imported at the first request to one of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt

from .description import openapi, operations, unknown
from .interface import api

PLACE = "v1"


def _operations() -> Iterator[URLPattern]:
    """Each operation's address; it asks by itself who is there, and answers 401 where a page would
    lead to the sign-in."""
    for pattern in api.urls[0]:
        if not isinstance(pattern, URLPattern) or pattern.name == "api-root":
            continue
        route = str(pattern.pattern).lstrip("/")
        view: Any = pattern.callback
        view.login_required = False
        yield path(f"{PLACE}/{route}", view, name=pattern.name)


urlpatterns = [
    path(f"{PLACE}/openapi.json", openapi, name="openapi"),
    path(f"{PLACE}/docs", operations, name="docs"),
    *_operations(),
    path("<path:rest>", csrf_exempt(unknown), name="unknown"),
]
