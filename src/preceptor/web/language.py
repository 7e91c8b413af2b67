"""Which language a page is written in."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

Answer = Callable[[HttpRequest], HttpResponse]
OFFERED = frozenset(code for code, _ in settings.LANGUAGES)


def chosen(request: HttpRequest) -> str:
    """The language of the cookie, else of the browser, else Chinese."""
    cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if cookie in OFFERED:
        return cookie
    wanted = request.headers.get("Accept-Language", "").lower()
    if wanted and not wanted.startswith("zh") and "zh" not in wanted.split(";")[0]:
        return "en"
    return settings.LANGUAGE_CODE


class LanguageMiddleware:
    """Activates the reader's language for the page, and names it in the answer."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(chosen(request)):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.answer(request)
            response.headers.setdefault("Content-Language", str(translation.get_language()))
        response.headers.setdefault("Vary", "Cookie, Accept-Language")
        return response
