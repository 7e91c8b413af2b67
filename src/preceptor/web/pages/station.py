"""Postdoctoral stations: the list, one station, its dossier, and which disciplines have one."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from preceptor.fellows.access import readable_institutions, visible_stations
from preceptor.fellows.models import Station
from preceptor.institutions.models import Unit
from preceptor.people.access import scope
from preceptor.web.filters.station import StationFilter, filtered_stations
from preceptor.web.forms.flow import DayForm
from preceptor.web.keyset import capped_count, count_as_text, slice_of
from preceptor.web.shown.coverage import coverage_of, targets_of
from preceptor.web.shown.station import page_of
from preceptor.web.tables.chips import chips_of
from preceptor.web.tables.station import COLUMNS, RELATED, cells_of, lines_of


@require_safe
def stations(request: HttpRequest) -> HttpResponse:
    """The stations in the reader's scope, narrowed by the filters, in pages by code."""
    query = request.GET.dict()
    form = StationFilter(request.GET, request.user)
    chosen = form.chosen()
    rows = filtered_stations(request.user, chosen)
    count = capped_count(rows)
    page = slice_of(rows.select_related(*RELATED), "code", request.path, query)
    context = {
        "form": form,
        "chips": chips_of(form, chosen, request.path, query),
        "count_text": ngettext("%(count)s station", "%(count)s stations", count)
        % {"count": count_as_text(count)},
        "columns": COLUMNS,
        "rows": cells_of(lines_of(page.rows)),
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "may_record": bool(scope(request.user).fellows),
        "reads": bool(scope(request.user).fellows_read),
    }
    return render(request, "station/list.html", context)


def seen(request: HttpRequest, key: int) -> Station:
    """The station with what its page shows; 404 for one that the reader may not see."""
    rows = visible_stations(request.user).select_related(*RELATED, "institution", "upper")
    return get_object_or_404(rows, pk=key)


@require_safe
def station(request: HttpRequest, key: int) -> HttpResponse:
    """One station: state, offices, targets, who is there, what the rules say, what comes next."""
    return render(request, "station/page.html", page_of(seen(request, key), request.user))


def institution_for(request: HttpRequest) -> Unit:
    """The institution named in the address, else the first whose fellows the reader reads; 404 for
    who reads none."""
    rows = readable_institutions(request.user)
    code = request.GET.get("institution", "")[:40]
    found = rows.filter(code=code).first() if code else None
    own = found or rows.first()
    if own is None:
        raise Http404
    return own


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """Disciplines with a doctoral right beside their mobile stations, on a day."""
    institution = institution_for(request)
    form = DayForm(request.GET)
    return render(request, "station/coverage.html", coverage_of(request.user, institution, form))


@require_safe
def targets(request: HttpRequest) -> HttpResponse:
    """What was aimed at and what was reached, the whole institution first, over five years."""
    context: dict[str, Any] = targets_of(request.user, institution_for(request))
    return render(request, "station/targets.html", context)
