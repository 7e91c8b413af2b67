"""The report of a census as it lies on disk: its text for a page, its files to download."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from preceptor.reports.models import Census
from preceptor.reports.written import DATA, LANGUAGES, folder_of
from preceptor.web.shown.census import reader_language

Shown = dict[str, Any]
ICONS = {"html": "file-type-html", "docx": "file-type-docx", "pdf": "file-type-pdf"}


def downloads_of(census: Census, files: tuple[str, ...]) -> list[Shown]:
    """The files as links, by language."""
    titles = {"zh": _("Chinese"), "en": _("English")}
    groups: list[Shown] = []
    for code in LANGUAGES:
        links = [_download(census, name) for name in files if f"-{code}." in name]
        if links:
            groups.append({"title": titles[code], "links": links})
    if DATA in files:
        groups.append({"title": _("All figures"), "links": [_download(census, DATA)]})
    return groups


def _download(census: Census, name: str) -> Shown:
    kind = name.rpartition(".")[2]
    words = {"html": "HTML", "docx": "Word", "pdf": "PDF", "csv": "CSV"}
    return {
        "url": reverse("report_file", args=[census.pk, name]),
        "title": words[kind],
        "icon": ICONS.get(kind, "table"),
    }


def text_of(census: Census, files: tuple[str, ...]) -> SafeString:
    """The report's article in the reader's language, else in the other one; empty without any.

    The file was written by this installation, every text in it escaped, so it is shown as it is.
    """
    own = reader_language()
    for code in sorted(LANGUAGES, key=lambda code: code != own):
        name = f"report-{census.day.year}-{code}.html"
        if name in files:
            return _article((folder_of(census) / name).read_text(encoding="utf-8"))
    return SafeString("")


def _article(page: str) -> SafeString:
    start, end = page.find("<article"), page.rfind("</article>")
    return mark_safe(page[start:end] + "</article>") if 0 <= start < end else SafeString("")
