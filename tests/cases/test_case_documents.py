"""Documents handed in: of the right type by their content, not too large, and only while they may."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from preceptor.base import files
from preceptor.base.errors import InputRefused, NotPermitted
from preceptor.base.models import JournalEntry, StoredFile
from preceptor.cases.actions import attach_document
from preceptor.cases.models import Case, CaseDocument
from preceptor.people.models import Account
from small_kinds import PDF, attached

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["cast", "case_cast"]
pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
JPG = b"\xff\xd8\xff\xe0" + b"\0" * 20


def office_file(part: str) -> bytes:
    body = BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(part, "<x/>")
    return body.getvalue()


WORD, EXCEL = office_file("word/document.xml"), office_file("xl/workbook.xml")


def hand_in(case: Case, name: str, file_name: str, body: bytes, by: Account) -> CaseDocument:
    return attach_document(case=case, name=name, content=BytesIO(body), file_name=file_name, by=by)


RIGHT = [
    ("letter", "函.PDF", PDF + b"1"),
    ("letter", "letter.docx", WORD),
    ("programme", "p.png", PNG),
    ("programme", "p.JPEG", JPG),
    ("programme", "p.xlsx", EXCEL),
]


def test_a_document_of_the_right_type_is_kept(draft: Case, trainee: Account) -> None:
    for name, file_name, body in RIGHT:
        row = hand_in(draft, name, file_name, body, trainee)
        assert files.path_of(row.file).read_bytes() == body
        assert row.file_name == file_name


WRONG = [
    ("letter", "letter.pdf", b"MZ\x90 a program called letter"),
    ("letter", "letter.pdf", b"  %PDF-1.7"),
    ("letter", "letter.pdf", b""),
    ("letter", "letter.exe", PDF),
    ("letter", "letter", PDF),
    ("letter", "letter.docx", EXCEL),
    ("letter", "letter.docx", b"PK\x03\x04 broken"),
    ("letter", "letter.pdf", PDF + b"\0" * (1 << 20)),
    ("programme", "p.xlsx", WORD),
    ("programme", "p.png", JPG),
    ("programme", "p.jpg", PNG),
    ("passport", "p.pdf", PDF),
]


def test_a_document_that_is_not_what_it_says_is_refused_and_nothing_kept(
    draft: Case, trainee: Account, home: Path
) -> None:
    before = list(CaseDocument.objects.values_list("pk", "replaced_at"))
    for name, file_name, body in WRONG:
        with pytest.raises(InputRefused):
            hand_in(draft, name, file_name, body, trainee)
        assert list(CaseDocument.objects.values_list("pk", "replaced_at")) == before
        assert StoredFile.objects.count() == 1
        assert not (home / "files").exists()


def test_a_path_in_a_file_name_is_cut_off(draft: Case, trainee: Account) -> None:
    assert hand_in(draft, "letter", "../../etc/letter.pdf", PDF + b" ", trainee).file_name == (
        "letter.pdf"
    )


def test_a_newer_document_takes_the_place_and_keeps_the_older(
    draft: Case, trainee: Account
) -> None:
    old = draft.documents.get()
    again = attached(draft, trainee)
    assert again.pk == old.pk
    newer = attached(draft, trainee, body=PDF + b"second")
    old.refresh_from_db()
    assert old.replaced_at is not None
    assert draft.documents.get(replaced_at=None) == newer
    assert JournalEntry.objects.filter(verb="case.attach").count() == 2


def test_only_the_asker_hands_in_documents_and_only_before_the_request_is_handed_in(
    case: Case, trainee: Account, secretary: Account, stranger: Account
) -> None:
    for by in (trainee, secretary, stranger):
        with pytest.raises(NotPermitted) as refusal:
            attached(case, by, body=PDF + b"late")
        if by == stranger:
            assert "林知远" not in str(refusal.value)
    assert case.documents.count() == 1
