"""The parts of an .xlsx file, unpacked within bounds and never trusted for their sizes."""

from __future__ import annotations

import hashlib
import io
import os
import posixpath
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from .refusals import WorkbookRefused, say

MEBIBYTE = 1024 * 1024
MAX_BYTES = 30 * MEBIBYTE
MAX_UNPACKED_BYTES = 64 * MEBIBYTE
MAX_ENTRIES = 5_000
MAX_RATIO = 250
_SMALL_BYTES = MEBIBYTE
_CHUNK = 256 * 1024

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    OSError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Package:
    """The parts of the workbook that hold data, by name; macros and pictures are left behind."""

    sha256: str
    size: int
    parts: dict[str, bytes]

    def part(self, name: str) -> bytes | None:
        """The part of that name whatever its case, None if there is none."""
        wanted = name.lower()
        return next((data for key, data in self.parts.items() if key.lower() == wanted), None)

    def clean_copy(self) -> io.BytesIO:
        """The parts alone in a new, uncompressed archive: what was checked is what is read."""
        copy = io.BytesIO()
        with zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as archive:
            for name, data in self.parts.items():
                archive.writestr(name, data)
        copy.seek(0)
        return copy


def _too_large(limit: int) -> WorkbookRefused:
    return WorkbookRefused(
        say(
            _(
                "The file is larger than %(limit)s MB, far more than a roster needs. "
                "Remove pictures and sheets that do not belong to it and try again."
            ),
            limit=limit // MEBIBYTE,
        )
    )


def damaged() -> WorkbookRefused:
    """The refusal of a workbook whose inside is not what it should be."""
    return WorkbookRefused(
        _(
            "The workbook is damaged or was not copied completely. "
            "Open it in Excel, save it again as .xlsx and try again."
        )
    )


def _unreadable(path: object, error: OSError) -> WorkbookRefused:
    return WorkbookRefused(
        say(
            _("The file %(path)s cannot be read (%(reason)s). Check its name and its place."),
            path=path,
            reason=error.strerror or type(error).__name__,
        )
    )


def _bounded(stream: BinaryIO, max_bytes: int) -> bytes:
    content = stream.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise _too_large(max_bytes)
    return content


def _content(source: str | os.PathLike[str] | BinaryIO, max_bytes: int) -> bytes:
    if not isinstance(source, str | os.PathLike):
        return _bounded(source, max_bytes)
    try:
        if Path(source).stat().st_size > max_bytes:
            raise _too_large(max_bytes)
        with Path(source).open("rb") as stream:
            return _bounded(stream, max_bytes)
    except OSError as error:
        raise _unreadable(source, error) from error


def _refuse_other_formats(content: bytes) -> None:
    if content.startswith(b"PK\x03\x04"):
        return
    if not content:
        raise WorkbookRefused(_("The file is empty. Choose the workbook itself and try again."))
    if not content.startswith(_OLE):
        raise WorkbookRefused(
            _(
                "The file is not an Excel workbook, whatever its name ends in. "
                "Save the workbook as .xlsx in Excel and try again."
            )
        )
    if _ENCRYPTED in content:
        raise WorkbookRefused(
            _(
                "The workbook is protected with a password. "
                "Remove the password in Excel, save it and try again."
            )
        )
    raise WorkbookRefused(
        _(
            "The file is in an old Office format such as .xls. "
            "Save it as .xlsx in Excel and try again."
        )
    )


def _holds_data(name: str) -> bool:
    lower = name.lower()
    return lower.endswith((".xml", ".rels")) and (
        lower in {"[content_types].xml", "_rels/.rels"}
        or posixpath.dirname(lower) in {"xl", "xl/_rels", "xl/worksheets"}
    )


def _refuse_bombs(entries: list[zipfile.ZipInfo]) -> None:
    """Judge the sizes the archive claims, before anything is unpacked."""
    unpacked = sum(entry.file_size for entry in entries)
    is_dense = any(
        entry.file_size > _SMALL_BYTES and entry.file_size > MAX_RATIO * entry.compress_size
        for entry in entries
    )
    if is_dense or unpacked > MAX_UNPACKED_BYTES or len(entries) > MAX_ENTRIES:
        raise _unpacks_too_large()


def _unpacks_too_large() -> WorkbookRefused:
    return WorkbookRefused(
        say(
            _(
                "The workbook would unpack to far more than a roster holds "
                "(at most %(limit)s MB) and was not opened. Copy the sheets into a new "
                "workbook, save it and try again."
            ),
            limit=MAX_UNPACKED_BYTES // MEBIBYTE,
        )
    )


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, allowance: int) -> bytes:
    """The entry's content, stopping when it grows past what is allowed, whatever it claims."""
    chunks: list[bytes] = []
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            allowance -= len(chunk)
            if allowance < 0:
                raise _unpacks_too_large()
            chunks.append(chunk)
    return b"".join(chunks)


def _parts(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = [entry for entry in archive.infolist() if _holds_data(entry.filename)]
    _refuse_bombs(entries)
    parts: dict[str, bytes] = {}
    allowance = MAX_UNPACKED_BYTES
    for entry in entries:
        data = _unpacked(archive, entry, allowance)
        allowance -= len(data)
        parts[entry.filename] = data
    return parts


def open_package(
    source: str | os.PathLike[str] | BinaryIO, *, max_bytes: int = MAX_BYTES
) -> Package:
    """The workbook's parts from a path or an open binary file.

    Raises WorkbookRefused if the file is missing, too large, no .xlsx, protected, damaged, or
    would unpack to more than 64 MB.
    """
    content = _content(source, max_bytes)
    _refuse_other_formats(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = _parts(archive)
    except _BROKEN as error:
        raise damaged() from error
    package = Package(hashlib.sha256(content).hexdigest(), len(content), parts)
    if package.part("xl/workbook.xml") is None:
        raise WorkbookRefused(
            _(
                "The file is an archive, but not an .xlsx workbook. "
                "Save the workbook as .xlsx in Excel and try again."
            )
        )
    return package
