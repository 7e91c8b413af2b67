"""Pages behind links of chance: whoever tries too many that lead nowhere waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from preceptor.base.guessing import Guessed, note_guess, paused_until

Page = Callable[..., HttpResponse]


def few_guesses(page: Page) -> Page:
    """The page, while few of its links were tried in vain from the address. A mistyped, an expired and
    a revoked link count alike, as they are answered alike; after too many no link is even looked up."""

    @wraps(page)
    def asked(request: HttpRequest, *keys: Any, **named: Any) -> HttpResponse:
        address = request.META.get("REMOTE_ADDR", "")
        until = paused_until(Guessed.LINK, address)
        if until is not None:
            return _paused(request, until)
        answer = page(request, *keys, **named)
        if answer.status_code == HTTPStatus.NOT_FOUND:
            note_guess(Guessed.LINK, address)
        return answer

    return asked


def _paused(request: HttpRequest, until: datetime) -> HttpResponse:
    status = HTTPStatus.TOO_MANY_REQUESTS
    answer = render(request, "answer/paused.html", {"until": until}, status=status)
    answer["Retry-After"] = str(int((until - timezone.now()).total_seconds()) + 1)
    return answer
