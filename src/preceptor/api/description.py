"""What the interface says of itself: its OpenAPI description, and a page that lists the operations."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from .interface import api
from .refusals import not_found

PREFIX = "/api/v1"


@lru_cache(maxsize=1)
def described() -> dict[str, Any]:
    """The OpenAPI description of all operations."""
    return dict(api.get_openapi_schema(path_prefix=f"{PREFIX}/"))


@login_not_required
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The description as JSON; it says nothing of any record, and is open to anybody."""
    return JsonResponse(described(), json_dumps_params={"ensure_ascii": False})


@require_safe
def operations(request: HttpRequest) -> HttpResponse:
    """The operations as a page of our own, which needs nothing from outside."""
    context = {"groups": _groups(), "prefix": PREFIX}
    return HttpResponse(render_to_string("interface/page.html", context, request))


def _groups() -> dict[str, list[dict[str, str]]]:
    """The operations by what they are about."""
    found: dict[str, list[dict[str, str]]] = {}
    for path, methods in described()["paths"].items():
        for method, operation in methods.items():
            line = {
                "method": method.upper(),
                "path": path,
                "name": operation["operationId"],
                "text": operation.get("description", ""),
            }
            found.setdefault(operation["tags"][0], []).append(line)
    return found


@login_not_required
def unknown(request: HttpRequest, rest: str = "") -> HttpResponse:
    """What no operation answers, in the shape of every refusal."""
    return not_found(request)
