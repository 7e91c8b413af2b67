"""The yearly report of a census: its text, its files, and asking for it to be written."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from preceptor.base.queue.tasks import enqueue
from preceptor.reports.access import may_freeze, readable_censuses
from preceptor.reports.models import Census
from preceptor.reports.written import STYLE, TYPES, path_of, written_for
from preceptor.web.localised import localised
from preceptor.web.shown.census import REPORT, jobs_of
from preceptor.web.shown.job import office_institutions
from preceptor.web.shown.report import downloads_of, text_of


def _seen(request: HttpRequest, key: int) -> Census:
    return get_object_or_404(readable_censuses(request.user).select_related("institution"), pk=key)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, census: int) -> HttpResponse:
    """The report of a census; the office may ask for it to be written, or written anew."""
    found = _seen(request, census)
    permit = may_freeze(request.user, found.institution)
    if request.method == "POST":
        if found.institution_id not in office_institutions(request.user):
            raise Http404
        permit.demand()
        given = {"census": found.pk, "account": request.user.pk}
        enqueue(REPORT, given, unique_key=f"{REPORT}:{found.pk}")
        messages.success(request, _("The report is being written."))
        return redirect("report", census=found.pk)
    written = written_for(found)
    context = {
        "census": found,
        "institution": localised(found.institution, "name"),
        "written": written,
        "downloads": downloads_of(found, written.files),
        "text": text_of(found, written.files),
        "style": STYLE,
        "permit": permit,
        "jobs": jobs_of(request.user, [REPORT], census=found.pk),
    }
    return render(request, "report/page.html", context)


@require_safe
def download(request: HttpRequest, census: int, name: str) -> FileResponse:
    """A file of the report, or its style sheet; nothing else that lies in the folder."""
    path = path_of(_seen(request, census), name)
    if path is None:
        raise Http404
    kind = name.rpartition(".")[2]
    return FileResponse(
        path.open("rb"), as_attachment=name != STYLE, filename=name, content_type=TYPES[kind]
    )
