"""Documents handed in with a request: what they are is told by their content, not by their name."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from preceptor.base import files
from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import InputRefused

from ..access.case import may_attach, may_view_case
from ..kinds.faults import did_you_mean
from ..kinds.kind import Document
from ..models import Case, CaseDocument
from ..queries import kind_of
from .stepping import locked

MEGABYTE = 1 << 20
NAME_LENGTH = 255
#: How the content of each type of file begins.
BEGINNINGS = {
    "pdf": b"%PDF-",
    "png": b"\x89PNG\r\n\x1a\n",
    "jpg": b"\xff\xd8\xff",
    "docx": b"PK\x03\x04",
    "xlsx": b"PK\x03\x04",
}
#: What an Office file must hold besides.
PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}


def attach_document(
    *, case: Case, name: str, content: BinaryIO, file_name: str, by: Actor
) -> CaseDocument:
    """Hand in a document under a name of the kind; an earlier one of the name is kept as replaced,
    and the same content again changes nothing.

    Raises NotPermitted for everybody but the asker while the request is not handed in; InputRefused
    for a name the kind does not know, a file that is empty, too large, of a type that is not taken,
    or not what its ending says. Then nothing is kept.
    """
    with deed(by) as act:
        held = locked(case)
        may_view_case(by, held).demand()
        may_attach(by, held).demand()
        asked = _asked(held, name)
        body = checked_body(asked, content, file_name)
        stored = files.keep(BytesIO(body), file_name)
        before = CaseDocument.objects.filter(case=held, name=name, replaced_at=None).first()
        if before is not None and before.file_id == stored.pk:
            return before
        CaseDocument.objects.filter(case=held, name=name, replaced_at=None).update(
            replaced_at=timezone.now()
        )
        row = CaseDocument.objects.create(
            case=held, name=name, file=stored, file_name=Path(file_name).name[:NAME_LENGTH],
            by_key=by.actor_key, by_name=by.actor_name, at=timezone.now(),
        )  # fmt: skip
        act.write(
            "case.attach", "case", held.pk,
            before={"document": name, "sha256": before.file.sha256} if before else None,
            after={"document": name, "sha256": stored.sha256},
        )  # fmt: skip
    return row


def _asked(case: Case, name: str) -> Document:
    known = {document.id: document for document in kind_of(case).documents}
    if name not in known:
        sentence = _("This request takes no document “%(name)s”.") % {"name": name}
        raise InputRefused(did_you_mean(sentence, name, known))
    return known[name]


def checked_body(asked: Document, content: BinaryIO, file_name: str) -> bytes:
    """The content, read no further than it may be long. Raises InputRefused for a file that is empty,
    too large, of a type that is not taken, or not what its ending says."""
    ending = ending_of(file_name)
    if ending not in asked.types:
        raise InputRefused(
            _("“%(file)s” cannot be taken: hand in a file of the type %(types)s.")
            % {"file": Path(file_name).name, "types": ", ".join(asked.types)}
        )
    body = content.read(asked.most_megabytes * MEGABYTE + 1)
    if not body:
        raise InputRefused(_("“%(file)s” is empty.") % {"file": Path(file_name).name})
    if len(body) > asked.most_megabytes * MEGABYTE:
        raise InputRefused(
            _("“%(file)s” is too large: %(most)s MB at most.")
            % {"file": Path(file_name).name, "most": asked.most_megabytes}
        )
    if not is_what_it_says(body, ending):
        raise InputRefused(
            _("“%(file)s” is not a %(ending)s file: its content is another. Save it anew as such.")
            % {"file": Path(file_name).name, "ending": ending}
        )
    return body


def ending_of(file_name: str) -> str:
    """The ending without the dot, in small letters; "jpeg" is "jpg"."""
    ending = Path(file_name).suffix.lower().lstrip(".")
    return "jpg" if ending == "jpeg" else ending


def is_what_it_says(body: bytes, ending: str) -> bool:
    """Whether the content is of the type that the ending says."""
    if not body.startswith(BEGINNINGS.get(ending, b"\x00never")):
        return False
    return ending not in PARTS or _holds(body, PARTS[ending])


def _holds(body: bytes, part: str) -> bool:
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            return part in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return False
