"""What a Word file handed in as a template must be before anything reads it."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

from django.utils.translation import gettext_lazy as _

from preceptor.base.errors import InputRefused

MOST_BYTES = 2 * 2**20
MOST_UNPACKED = 20 * 2**20
MOST_PARTS = 300
NEEDED = frozenset({"[Content_Types].xml", "word/document.xml"})
DOCUMENT = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
OUTSIDE = re.compile(rb'TargetMode\s*=\s*["\']External', re.IGNORECASE)


def refuse_unfit(content: bytes) -> None:
    """Raise InputRefused unless the content is a plain Word file of a bounded size: no macros, no
    document types (which could refer to other files), nothing fetched from outside."""
    if len(content) > MOST_BYTES:
        raise InputRefused(
            _("The template is larger than %(most)s MB. Take large pictures out of it.")
            % {"most": MOST_BYTES // 2**20}
        )
    parts = _parts(content)
    if not parts.keys() >= NEEDED or DOCUMENT not in parts["[Content_Types].xml"]:
        raise no_word_file()
    for name, part in parts.items():
        if "vbaproject" in name.lower():
            raise InputRefused(_("The template contains macros. Save it as .docx without them."))
        if name.endswith((".xml", ".rels")) and b"<!DOCTYPE" in part:
            raise no_word_file()
        if name.endswith(".rels") and OUTSIDE.search(part):
            raise InputRefused(
                _(
                    "The template refers to files or pages outside itself. Remove links and pictures."
                )
            )


def _parts(content: bytes) -> dict[str, bytes]:
    """The unpacked parts by name; what unpacks to too much is refused while it is read."""
    found, room = dict[str, bytes](), MOST_UNPACKED
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            names = package.infolist()
            if len(names) > MOST_PARTS:
                raise _too_much()
            for entry in names:
                with package.open(entry) as part:
                    found[entry.filename] = part.read(room + 1)
                room -= len(found[entry.filename])
                if room < 0:
                    raise _too_much()
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):
        raise no_word_file() from None
    return found


def no_word_file() -> InputRefused:
    """The refusal of what is no Word file."""
    return InputRefused(_("This is not a Word file. Save the template as .docx and try again."))


def _too_much() -> InputRefused:
    return InputRefused(_("The file unpacks to far more than a template needs. It was not read."))


def same_bytes(content: bytes) -> bytes:
    """The same package with fixed times, so that equal minutes are equal files."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as package, zipfile.ZipFile(target, "w") as fresh:
        for name in sorted(package.namelist()):
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            fresh.writestr(entry, package.read(name))
    return target.getvalue()
