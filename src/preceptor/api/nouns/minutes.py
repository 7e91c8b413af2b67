"""The institution's own Word templates of minutes, and the fields that one may name."""

from __future__ import annotations

from io import BytesIO
from typing import Any, BinaryIO, Literal, cast

from django.http import FileResponse, Http404, HttpRequest
from ninja import File, Router
from ninja.files import UploadedFile

from preceptor.cases.access.minutes import may_keep_template
from preceptor.cases.actions import keep_template
from preceptor.cases.actions.minutes import template_of
from preceptor.cases.minutes.fields import FIELDS
from preceptor.cases.models import MinutesTemplate
from preceptor.institutions.models import Unit
from preceptor.people.access import scope

from ..guard import reader
from ..refusals import answers
from ..shapes import sitting as shapes

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
router = Router(tags=["sittings"])


def _kept(request: HttpRequest) -> Unit:
    """The institution whose templates the reader keeps; 404 for everybody else."""
    found = scope(reader(request)).institution
    if found is None or not may_keep_template(reader(request), found):
        raise Http404
    return found


@router.get("/minutes-templates", response=answers(shapes.MinutesTemplates))
def minutes_templates(request: HttpRequest) -> dict[str, Any]:
    """The templates that were handed in, the newest first, and the fields that one may name; for the
    office. Without a template minutes are written with the one that comes with the product."""
    rows = MinutesTemplate.objects.filter(institution=_kept(request)).order_by("-pk")
    kept = [{"language": row.name, "made_at": row.made_at, "made_by": row.made_by} for row in rows]
    return {"templates": kept, "fields": list(FIELDS)}


@router.get("/minutes-templates/{language}", response=answers(None))
def minutes_template(request: HttpRequest, language: Literal["zh", "en"]) -> Any:
    """The template that counts now for a language, as a Word file; for the office."""
    content = BytesIO(template_of(_kept(request), language))
    name = f"minutes-{language}.docx"
    return FileResponse(content, as_attachment=True, filename=name, content_type=WORD)


@router.post("/minutes-templates/{language}", response=answers(shapes.MinutesTemplates))
def keep_minutes_template(
    request: HttpRequest, language: Literal["zh", "en"], file: File[UploadedFile]
) -> dict[str, Any]:
    """Hand in the institution's own Word template; minutes are written with it from now on."""
    keep_template(
        institution=_kept(request), language=language, content=cast(BinaryIO, file),
        file_name=file.name or "", by=reader(request),
    )  # fmt: skip
    return minutes_templates(request)
