"""Trainees: the list, its workbook, one trainee's standing and record, and the journal."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

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
from preceptor.web.keyset import count_as_text, with_addresses
from preceptor.web.shown.enrolment import TABS, frame_of, reads_judgements
from preceptor.web.shown.journal import journal_of
from preceptor.web.tables.chips import chips_of
from preceptor.web.tables.enrolment import columns_of, rows_of

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def seen(request: HttpRequest, key: int) -> Enrolment:
    """The trainee with what the pages show; 404 for one whom the reader may not see."""
    rows = visible_enrolments(request.user).select_related(
        "person", "unit", "direction", "institution", "programme", "thesis", "dual_as_home",
        "dual_as_partner",
    )  # fmt: skip
    return get_object_or_404(rows, pk=key)


@require_safe
def enrolments(request: HttpRequest) -> HttpResponse:
    """The trainees in the reader's scope, narrowed by the filters, in pages by student number."""
    query = asked(request.GET)
    form = EnrolmentFilter(query, choices_for(request.user))
    chosen = form.chosen()
    listing = listing_of(request.user, chosen, form.choices)
    page = with_addresses(listing.page(query), request.path, query)
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
    }
    return render(request, "enrolment/list.html", context)


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
