"""The report of a census as it lies on disk: which files, and whether they are of this census."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from .documents.html import STYLESHEET
from .models import Census
from .queries import report_folder

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
DOCUMENTS = ("html", "docx", "pdf")
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
    documents = [f"report-{year}-{code}.{kind}" for code in LANGUAGES for kind in DOCUMENTS]
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


def path_of(census: Census, name: str) -> Path | None:
    """The file of the name when it belongs to this census's report; None for anything else."""
    if name == STYLE:
        return STYLESHEET
    return folder_of(census) / name if name in written_for(census).files else None
