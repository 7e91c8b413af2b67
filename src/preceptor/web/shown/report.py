"""The report of a census as it lies on disk: its text for a page, its files to download."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from preceptor.reports.documents.html import STYLESHEET
from preceptor.reports.models import Census
from preceptor.reports.queries import report_folder
from preceptor.web.shown.census import reader_language

Shown = dict[str, Any]
STYLE = "report.css"
DATA = "figures.csv"
LANGUAGES = ("zh", "en")
TYPES = {
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "css": "text/css; charset=utf-8",
}
ICONS = {"html": "file-type-html", "docx": "file-type-docx", "pdf": "file-type-pdf"}
_FIGURE = re.compile(r'href="[^"]*/figures/(\d+)/"')


@dataclass(frozen=True)
class Written:
    """What the folder of the year holds for a census; `other` says that it is of another census."""

    files: tuple[str, ...] = ()
    other: bool = False


def folder_of(census: Census) -> Path:
    """Where the report of the census's year is written."""
    return report_folder(census.institution, census.day.year)


def names_of(census: Census) -> list[str]:
    """The files that a whole report has: HTML, Word and PDF in both languages, and the data."""
    year = census.day.year
    documents = [f"report-{year}-{code}.{kind}" for code in LANGUAGES for kind in ICONS]
    return [*documents, DATA]


def written_for(census: Census) -> Written:
    """Which files lie there, and whether they were written from this census.

    A later edition of the day writes to the same names; the pages of figures to which the text
    leads tell from which census it was written.
    """
    folder = folder_of(census)
    texts = [folder / f"report-{census.day.year}-{code}.html" for code in LANGUAGES]
    found = [path for path in texts if path.is_file()]
    if not found:
        return Written()
    if not all(_is_of(census, path) for path in found):
        return Written(other=True)
    return Written(tuple(name for name in names_of(census) if (folder / name).is_file()))


def _is_of(census: Census, path: Path) -> bool:
    first = _FIGURE.search(path.read_text(encoding="utf-8"))
    return first is None or census.figures.filter(pk=int(first[1])).exists()


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


def path_of(census: Census, name: str) -> Path | None:
    """The file of the name when it belongs to this census's report; None for anything else."""
    if name == STYLE:
        return STYLESHEET
    return folder_of(census) / name if name in written_for(census).files else None


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
