"""Trainees: the list, its workbook, one trainee's standing and record, and the journal."""

from __future__ import annotations

from tempfile import TemporaryFile
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from preceptor.base.today import today
from preceptor.training.access import visible_enrolments
from preceptor.training.models import Enrolment
from preceptor.web.addresses import address
from preceptor.web.filters.choices import choices_for
from preceptor.web.filters.enrolment import (
    ALL,
    EnrolmentFilter,
    asked,
    listing_of,
    narrowing,
    tabs_of,
)
from preceptor.web.keyset import count_as_text
from preceptor.web.shown.enrolment import TABS, frame_of, reads_judgements
from preceptor.web.shown.journal import journal_of
from preceptor.web.tables.chips import chips_of
from preceptor.web.tables.enrolment import columns_of, rows_of
from preceptor.web.tables.enrolment_export import heads, lines
from preceptor.web.tables.workbook import write_workbook

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def seen(request: HttpRequest, key: int) -> Enrolment:
    """The trainee with what the pages show; 404 for one whom the reader may not see."""
    rows = visible_enrolments(request.user).select_related(
        "person", "unit", "direction", "institution", "programme", "thesis"
    )
    return get_object_or_404(rows, pk=key)


@require_safe
def enrolments(request: HttpRequest) -> HttpResponse:
    """The trainees in the reader's scope, narrowed by the filters, in pages by student number."""
    query = asked(request.GET)
    form = EnrolmentFilter(query, choices_for(request.user))
    chosen = form.chosen()
    listing = listing_of(request.user, chosen, form.choices)
    page = listing.page(request.path, query)
    rule = chosen.get("rule")
    context = {
        "form": form,
        "tabs": tabs_of(query, request.path),
        "chips": chips_of(form, narrowing(chosen), request.path, query),
        "all_url": address(request.path, {"state": ALL}),
        "count_text": ngettext("%(count)s trainee", "%(count)s trainees", listing.count)
        % {"count": count_as_text(listing.count, listing.most)},
        "columns": columns_of(form.choices.rule_title(rule) if rule else None),
        "rows": rows_of(request.user, page.rows, rule),
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "export_url": address(f"{request.path}export.xlsx", query),
    }
    return render(request, "enrolment/list.html", context)


@require_safe
def export(request: HttpRequest) -> FileResponse:
    """Exactly the filtered list as a workbook, with the verdict of each rule."""
    form = EnrolmentFilter(asked(request.GET), choices_for(request.user))
    packs = form.choices.packs
    rows = listing_of(request.user, form.chosen(), form.choices).rows()
    target = TemporaryFile()  # noqa: SIM115 - the answer closes it when it has been sent
    write_workbook(target, _("Trainees"), heads(packs), lines(rows, packs))
    target.seek(0)
    name = f"{_('trainees')}-{today().isoformat()}.xlsx"
    return FileResponse(target, as_attachment=True, filename=name, content_type=WORKBOOK)


@require_safe
def enrolment(request: HttpRequest, key: int) -> HttpResponse:
    """Where one trainee stands; the other tabs of the record by `?show=`."""
    found = seen(request, key)
    current = request.GET.get("show", "standing")
    if current not in TABS:
        raise Http404
    context: dict[str, Any] = frame_of(request, found, current)
    context |= TABS[current][1](request, found)
    return render(request, f"enrolment/{current}.html", context)


@require_safe
def journal(request: HttpRequest, key: int) -> HttpResponse:
    """What was done to the record, by whom and why; only for those who keep or read the unit."""
    found = seen(request, key)
    if not reads_judgements(request, found):
        raise Http404
    context = frame_of(request, found, "journal") | {"lines": journal_of("enrolment", key)}
    return render(request, "enrolment/journal.html", context)
