"""Requests: the list, one request, its documents, and making a new one."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from preceptor.base.errors import Refusal
from preceptor.base.files import path_of
from preceptor.cases.access import visible_cases
from preceptor.cases.listing import count_cases, newest_cases
from preceptor.cases.models import Case
from preceptor.web.filters.case import CaseFilter, narrowing
from preceptor.web.forms.case_about import ABOUT
from preceptor.web.keyset import count_as_text, with_addresses
from preceptor.web.shown.case import page_of
from preceptor.web.shown.case_new import enrolment_for, kind_asked, offers_of, trainees_for
from preceptor.web.shown.case_rules import gate_today
from preceptor.web.tables.case import COLUMNS, cells_of, with_names
from preceptor.web.tables.chips import chips_of


def seen(request: HttpRequest, key: int) -> Case:
    """The request with what its page shows; 404 for one that the reader may not see."""
    rows = visible_cases(request.user, key).select_related(
        "kind", "person", "unit", "institution", "asked_by", "assessment_case__appointment",
        "postdoc_case__postdoc__unit",
    )  # fmt: skip
    return get_object_or_404(rows, pk=key)


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """The requests that the reader may see, newest first, narrowed by the filters."""
    query = request.GET.dict()
    form = CaseFilter(request.GET, request.user)
    chosen = form.chosen()
    wanted = narrowing(request.user, chosen)
    count = count_cases(request.user, wanted)
    found = newest_cases(request.user, query, with_names, wanted)
    page = with_addresses(found, request.path, query)
    context = {
        "form": form,
        "chips": chips_of(form, chosen, request.path, query),
        "count_text": ngettext("%(count)s request", "%(count)s requests", count)
        % {"count": count_as_text(count)},
        "columns": COLUMNS,
        "rows": cells_of(request.user, page.rows),
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render(request, "case/list.html", context)


@require_safe
def case(request: HttpRequest, key: int) -> HttpResponse:
    """One request: where it is and with whom, what happened, and what may be done."""
    return render(request, "case/page.html", page_of(request.user, seen(request, key)))


@require_safe
def rules(request: HttpRequest, key: int) -> HttpResponse:
    """What the rules say of the request today; a piece of its page, or a page of its own."""
    found = seen(request, key)
    context = {"case": found, "gate": gate_today(found, request.user)}
    is_piece = getattr(request, "htmx", False)
    return render(request, "case/gate.html" if is_piece else "case/rules.html", context)


@require_safe
def document(request: HttpRequest, key: int, document: int) -> FileResponse:
    """A document that was handed in with the request."""
    row = get_object_or_404(seen(request, key).documents.select_related("file"), pk=document)
    content = path_of(row.file).open("rb")
    return FileResponse(
        content, as_attachment=True, filename=row.file_name, content_type="application/octet-stream"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new request: about whom, of which kind, and what is asked for."""
    enrolment = enrolment_for(request.user, request.GET.get("enrolment", ""))
    if enrolment is None:
        return render(request, "case/whom.html", trainees_for(request.user, request.GET))
    kind = kind_asked(request.user, enrolment, request.GET.get("kind", ""))
    if kind is None:
        context = {"enrolment": enrolment, "offers": offers_of(request.user, enrolment)}
        return render(request, "case/kinds.html", context)
    about = ABOUT[kind.port]
    form = about.form(request.POST if request.method == "POST" else None)
    context = {"enrolment": enrolment, "kind": kind, "form": form}
    if form.is_bound and form.is_valid():
        try:
            made = about.ask(kind, enrolment, form.cleaned_data, _actor(request))
            return redirect("case", key=made.pk)
        except (Refusal, PermissionDenied) as refusal:
            form.add_error(None, str(refusal))
    return render(request, "case/new.html", context)


def _actor(request: HttpRequest) -> Any:
    return request.user
