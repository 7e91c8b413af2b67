"""Addresses that no record can have."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

from django.http import Http404, HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]
NUL = "\x00"


class ReadableAddressMiddleware:
    """Answers 404 to an address that holds a NUL: PostgreSQL takes no text with one, SQLite does.

    Forms refuse it by themselves; this is for keys, filters and places in a list.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if NUL in request.path_info or NUL in unquote(request.META.get("QUERY_STRING", "")):
            raise Http404
        return self.answer(request)
