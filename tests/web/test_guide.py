"""The style guide shows every part, in both languages and without the language of the other."""

from __future__ import annotations

import re

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import path
from django.utils.translation import override

from preceptor.web.pages import guide

NAMES = ("home", "sign_in", "sign_out", "account", "set_theme", "set_language", "search")


def _nowhere(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path(f"{name}/", _nowhere, name=name) for name in NAMES]


def shown(language: str, theme: str = "auto") -> str:
    """Give the guide as a stranger sees it."""
    request = RequestFactory().get("/guide/components/")
    request.COOKIES["theme"] = theme
    with override(language):
        return guide.components(request).content.decode()


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_guide_shows_every_component(language: str) -> None:
    page = shown(language)
    for mark in ("requirements", "timeline", "stepper", "table-cards", "filters", "pager", "empty"):
        assert f'class="{mark}' in page or f" {mark}" in page
    assert page.count('class="stat"') == 5
    assert f'<html lang="{language}"' in page


@pytest.mark.urls(__name__)
def test_the_english_guide_holds_no_chinese_sentence() -> None:
    body = re.sub(r'lang="zh-Hans".*?</button>', "", shown("en"), flags=re.DOTALL)
    assert not re.search(r"[\u4e00-\u9fff]{5,}", body)


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_identifier_stands_twice_on_the_guide(language: str) -> None:
    identifiers = re.findall(r'\sid="([^"]+)"', shown(language))
    assert len(identifiers) == len(set(identifiers))


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("theme", "media"),
    [("dark", 'media="screen"'), ("auto", "screen and (prefers-color-scheme: dark)")],
)
def test_the_dark_values_are_linked_as_the_reader_chose(theme: str, media: str) -> None:
    assert re.search(
        rf"dark\.css\" {re.escape(media)}|dark\.css\" media=\"{re.escape(media)}",
        shown("en", theme),
    )


@pytest.mark.urls(__name__)
def test_a_reader_of_the_light_theme_gets_no_dark_values() -> None:
    assert "dark.css" not in shown("en", "light")
