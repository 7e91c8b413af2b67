"""Writing the documents of a report, each whole or not at all."""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from preceptor.base.errors import InputRefused

from ..documents.html import render_html
from ..documents.model import Document, Language
from ..documents.pdf import render_pdf
from ..documents.word import render_word
from ..figures.naming import note_words, population_of, title_of
from ..models import Census
from ..queries import figures_of
from .report import assemble

LANGUAGES: tuple[Language, Language] = ("zh", "en")
FORMATS: dict[str, Callable[[Document], bytes]] = {
    "html": lambda document: render_html(document).encode(),
    "docx": render_word,
    "pdf": render_pdf,
}
_COLUMNS = (
    "key", "scope", "period", "nature", "value", "unit", "records", "record_kind", "title_zh",
    "title_en", "population_zh", "population_en", "note",
)  # fmt: skip


def written_files(
    census: Census, languages: Sequence[str], formats: Sequence[str], folder: Path
) -> list[Path]:
    """Write the documents and the data annex into the folder; gives their paths.

    All are made before the first is put in its place. Raises InputRefused when the folder cannot
    be written.
    """
    made: dict[str, bytes] = {}
    for language in LANGUAGES:
        if language in languages:
            document = assemble(census, language)
            for name in formats:
                made[f"report-{document.year}-{language}.{name}"] = FORMATS[name](document)
    made["figures.csv"] = annex(census)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [_put(folder / name, content) for name, content in made.items()]
    except OSError as error:
        raise InputRefused(
            _("%(folder)s cannot be written (%(error)s). Choose another folder with --out.")
            % {"folder": folder, "error": error.strerror}
        ) from None


def _put(path: Path, content: bytes) -> Path:
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        fresh.write_bytes(content)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return path


def annex(census: Census) -> bytes:
    """All figures of the census as CSV, for programs and for Excel; unknown values stay empty."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(_COLUMNS)
    for row in figures_of(census):
        value = "" if row.value is None else f"{row.value.normalize():f}"
        lines.writerow(
            [
                row.key, row.scope, row.period, row.nature, value, row.unit, row.records,
                row.record_kind, title_of(row.key, "zh"), title_of(row.key, "en"),
                population_of(row.key, "zh"), population_of(row.key, "en"),
                note_words(row.note, "en"),
            ]
        )  # fmt: skip
    return b"\xef\xbb\xbf" + text.getvalue().encode()
