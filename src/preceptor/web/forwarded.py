"""From where a request comes that proxies of ours passed on."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class ForwardedMiddleware:
    """Takes the address from `X-Forwarded-For`, as the outermost of our own `PROXIES` saw it; what
    stands before it anybody can write. Without proxies of ours the header is not read."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer to the request with the address."""
        seen = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",")]
        if 0 < settings.PROXIES <= len(seen) and seen[-settings.PROXIES]:
            request.META["REMOTE_ADDR"] = seen[-settings.PROXIES]
        return self.answer(request)
