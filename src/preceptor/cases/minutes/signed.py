"""The minutes with the sheet of their signatures, for the archive and for printing."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from preceptor.base.errors import RuleBroken
from preceptor.base.files import path_of

from ..choices import BodyRole
from ..models import Minutes, MinutesSignature
from .fields import LANGUAGES, name_in
from .package import same_bytes


def signed_copy(minutes: Minutes) -> bytes:
    """The Word file of the version with a further page: who signed it, in what place, when, and the
    SHA-256 under which they signed. The file that was signed stays as it is; this is a copy of it.

    One query; `minutes` come with their file. Raises RuleBroken where the file is not the one that was
    written or signed.
    """
    rows = minutes.signatures.select_related("seat__person").order_by("at", "pk")
    signed = list(rows)
    content = path_of(minutes.file).read_bytes()
    if {minutes.file.sha256, *(row.sha256 for row in signed)} != {
        hashlib.sha256(content).hexdigest()
    }:
        raise RuleBroken(
            _("The file of the minutes was changed on the disk. Tell the operator; sign nothing.")
        )
    with translation.override(LANGUAGES[minutes.language]):
        return _with_sheet(content, minutes, signed)


def _with_sheet(content: bytes, minutes: Minutes, signed: list[MinutesSignature]) -> bytes:
    """The file with the sheet as its last page. The library is imported when it is needed: web
    processes start without it."""
    from docx import Document

    document: Any = Document(BytesIO(content))
    document.add_page_break()
    document.add_paragraph().add_run(_("Signatures")).bold = True
    if not signed:
        document.add_paragraph(_("Nobody has signed this version."))
        return _bytes_of(document)
    table = document.add_table(rows=1, cols=3)
    _fill(table.rows[0], (_("Name"), _("Place at the sitting"), _("Signed at")))
    for row in signed:
        _fill(table.add_row(), _line(row, minutes.language))
    document.add_paragraph()
    document.add_paragraph(
        _(
            "Each of them read the file of version %(number)s and signed it with the own password. The "
            "signatures hold for exactly this file, SHA-256 %(digest)s; they are kept with the sitting."
        )
        % {"number": minutes.version, "digest": minutes.file.sha256}
    )
    return _bytes_of(document)


def _bytes_of(document: Any) -> bytes:
    target = BytesIO()
    document.save(target)
    return same_bytes(target.getvalue())


def _line(row: MinutesSignature, language: str) -> tuple[str, str, str]:
    at = timezone.localtime(row.at).strftime("%Y-%m-%d %H:%M")
    return name_in(row.seat.person, language), str(BodyRole(row.seat.role).label), at


def _fill(row: Any, texts: tuple[str, str, str]) -> None:
    for cell, text in zip(row.cells, texts, strict=True):
        cell.text = text
