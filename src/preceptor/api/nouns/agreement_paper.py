"""Papers of agreements: documents, and what shows that an obligation was fulfilled."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django.http import FileResponse, Http404, HttpRequest
from ninja import File, Form, Status
from ninja.files import UploadedFile

from preceptor.base.files import path_of
from preceptor.base.models import StoredFile
from preceptor.joint.access import visible_evidences
from preceptor.joint.actions import add_agreement_document, give_evidence, take_back_evidence

from ..fields import Key, Paper
from ..guard import reader
from ..paging import one
from ..refusals import Made, answers
from ..shapes import joint as shapes
from .agreement import Closing, NewEvidence, agreement, obligation_of, router, seen_agreement
from .change import Sent


class PaperTitle(Sent):
    """What the paper is called."""

    title: Paper


@router.post("/agreements/{int:key}/documents", response=answers(shapes.Agreement, 201))
def add_agreement_paper(
    request: HttpRequest, key: Key, sent: Form[PaperTitle], file: File[UploadedFile]
) -> Made:
    """Add a document; the same under the same title again changes nothing."""
    add_agreement_document(
        agreement=seen_agreement(request, key), title=sent.title, content=cast(BinaryIO, file),
        file_name=file.name or "", by=reader(request),
    )  # fmt: skip
    return Status(201, agreement(request, key))


def _sent_file(stored: StoredFile) -> FileResponse:
    kind = "application/octet-stream"
    content = path_of(stored).open("rb")
    return FileResponse(content, as_attachment=True, filename=stored.name, content_type=kind)


@router.get("/agreements/{int:key}/documents/{int:document}", response=answers(None))
def agreement_paper(request: HttpRequest, key: Key, document: Key) -> Any:
    """A document of the agreement."""
    rows = seen_agreement(request, key).documents.select_related("file")
    return _sent_file(one(rows, pk=document).file)


@router.post(
    "/agreements/{int:key}/obligations/{int:part}/paper", response=answers(shapes.Agreement, 201)
)
def give_obligation_paper(
    request: HttpRequest, key: Key, part: Key, sent: Form[NewEvidence], file: File[UploadedFile]
) -> Made:
    """Say what was done for an obligation, with the paper that shows it."""
    give_evidence(
        obligation=obligation_of(request, key, part), content=cast(BinaryIO, file),
        file_name=file.name or "", by=reader(request), **sent.dict(),
    )  # fmt: skip
    return Status(201, agreement(request, key))


def _evidence(request: HttpRequest, key: int, part: int) -> Any:
    rows = visible_evidences(reader(request)).filter(
        obligation__agreement=seen_agreement(request, key)
    )
    owners = ("obligation__agreement__unit", "obligation__agreement__institution", "file")
    return one(rows.select_related(*owners), pk=part)


@router.get("/agreements/{int:key}/evidence/{int:part}", response=answers(None))
def obligation_paper(request: HttpRequest, key: Key, part: Key) -> Any:
    """The paper that shows what was done for an obligation; 404 where none was handed in."""
    found = _evidence(request, key, part)
    if found.file is None:
        raise Http404
    return _sent_file(found.file)


@router.post(
    "/agreements/{int:key}/evidence/{int:part}/take-back", response=answers(shapes.Agreement)
)
def take_back_obligation_evidence(
    request: HttpRequest, key: Key, part: Key, sent: Closing
) -> dict[str, Any]:
    """Take back evidence that was wrong; it stays readable and counts no more."""
    found = _evidence(request, key, part)
    take_back_evidence(evidence=found, reason=sent.reason, by=reader(request))
    told: dict[str, Any] = agreement(request, key)
    return told
