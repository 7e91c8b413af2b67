"""The addresses of the interface below /api/, imported at the first request to one of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt

from .description import openapi, operations, unknown
from .interface import api
from .refusals import no_method

PLACE = "v1"


def _in_shape(view: Any) -> Any:
    """The view, whose refusal of a method has the shape of every refusal."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **words: Any) -> HttpResponseBase:
        answer: HttpResponseBase = view(request, *args, **words)
        return answer if answer.status_code != HTTPStatus.METHOD_NOT_ALLOWED else no_method(answer)

    return answered


def _operations() -> Iterator[URLPattern]:
    """Each operation's address; it asks by itself who is there, and answers 401 where a page would
    lead to the sign-in."""
    for pattern in api.urls[0]:
        if not isinstance(pattern, URLPattern) or pattern.name == "api-root":
            continue
        route = str(pattern.pattern).lstrip("/")
        view: Any = _in_shape(pattern.callback)
        view.login_required = False
        yield path(f"{PLACE}/{route}", view, name=pattern.name)


urlpatterns = [
    path(f"{PLACE}/openapi.json", openapi, name="openapi"),
    path(f"{PLACE}/docs", operations, name="docs"),
    *_operations(),
    path("<path:rest>", csrf_exempt(unknown), name="unknown"),
]
