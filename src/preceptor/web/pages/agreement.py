"""Agreements with partners: the list, one agreement, its papers."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from preceptor.base.files import path_of
from preceptor.base.models import StoredFile
from preceptor.joint.access import visible_agreements, visible_evidences
from preceptor.joint.models import Agreement
from preceptor.web.filters.agreement import AgreementFilter, filtered_agreements
from preceptor.web.keyset import capped_count, count_as_text, newest_of
from preceptor.web.shown.agreement import frame_of, page_of
from preceptor.web.tables.agreement import COLUMNS, cells_of, lines_of
from preceptor.web.tables.chips import chips_of

RELATED = ("institution", "unit__institution", "follows")


@require_safe
def agreements(request: HttpRequest) -> HttpResponse:
    """The agreements in the reader's scope, narrowed by the filters, those drafted last first."""
    query = request.GET.dict()
    form = AgreementFilter(request.GET, request.user)
    chosen = form.chosen()
    rows = filtered_agreements(request.user, chosen)
    count = capped_count(rows)
    page = newest_of(rows.select_related("unit"), request.path, query)
    context = frame_of(request.user) | {
        "form": form,
        "chips": chips_of(form, chosen, request.path, query),
        "count_text": ngettext("%(count)s agreement", "%(count)s agreements", count)
        % {"count": count_as_text(count)},
        "columns": COLUMNS,
        "rows": cells_of(lines_of(page.rows)),
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render(request, "joint/list.html", context)


def seen(request: HttpRequest, key: int) -> Agreement:
    """The agreement with what its page shows; 404 for one that the reader may not see."""
    return get_object_or_404(visible_agreements(request.user).select_related(*RELATED), pk=key)


@require_safe
def agreement(request: HttpRequest, key: int) -> HttpResponse:
    """One agreement: sides, papers, obligations, who is under it, what partners see, renewals."""
    return render(request, "joint/record.html", page_of(seen(request, key), request.user))


@require_safe
def document(request: HttpRequest, key: int, document: int) -> FileResponse:
    """A paper of the agreement."""
    rows = seen(request, key).documents.select_related("file")
    return _file(get_object_or_404(rows, pk=document).file)


@require_safe
def evidence(request: HttpRequest, key: int, evidence: int) -> FileResponse:
    """The paper that shows what was done for an obligation."""
    rows = visible_evidences(request.user).filter(obligation__agreement=seen(request, key))
    found = get_object_or_404(rows.select_related("file"), pk=evidence)
    if found.file is None:
        raise Http404
    return _file(found.file)


def _file(stored: StoredFile) -> FileResponse:
    return FileResponse(path_of(stored).open("rb"), as_attachment=True, filename=stored.name)
