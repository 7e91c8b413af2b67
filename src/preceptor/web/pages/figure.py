"""A figure: its definition, its value for every reader, and the records that this reader may see."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from preceptor.reports.access import readable_figures, visible_records
from preceptor.reports.figures.keys import record_kinds
from preceptor.reports.models import FigureValue
from preceptor.web.addresses import PLACES
from preceptor.web.keyset import slice_of
from preceptor.web.shown.census import Names
from preceptor.web.shown.figure import (
    computed_by,
    definition_lines,
    kind_tabs,
    parts_of,
    trend_of,
)
from preceptor.web.tables.record import KINDS, cells_of, columns_of, with_names


@require_safe
def figure(request: HttpRequest, key: int) -> HttpResponse:
    """One figure of one census."""
    rows = readable_figures(request.user).select_related("census__institution")
    found = get_object_or_404(rows, pk=key)
    names = Names(request.user, found.census)
    trend = trend_of(found, request.user)
    context = {
        "figure": found,
        "line": names.line(found),
        "definition": definition_lines(found, names),
        "computed_by": computed_by(found),
        "divided": parts_of(found, request.user),
        "trend": trend,
        "trend_scale": max([bar["value"] or 0 for bar in trend], default=0) or 1,
    }
    return render(request, "figure/page.html", context | _records(request, found))


def _records(request: HttpRequest, figure: FigureValue) -> dict[str, Any]:
    """The records that the reader may see, in pages by key, and how many are hidden."""
    kinds = [kind for kind in record_kinds(figure) if kind in KINDS]
    if not kinds:
        return {}
    kind = request.GET.get("kind", kinds[0])
    if kind not in kinds:
        raise Http404
    rows, hidden = visible_records(figure, request.user, kind)
    page = slice_of(with_names(rows, kind), "pk", request.path, _query(request))
    return {
        "kind_title": KINDS[kind].title,
        "tabs": kind_tabs(figure, kind, request.path),
        "columns": columns_of(kind),
        "rows": cells_of(page.rows, kind),
        "hidden": hidden,
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }


def _query(request: HttpRequest) -> dict[str, str]:
    """The address without a place that is no key: it would ask the database nonsense."""
    return {
        name: value
        for name, value in request.GET.dict().items()
        if name not in PLACES or _is_key(value)
    }


def _is_key(place: str) -> bool:
    first = place.partition("~")[0]
    return first.isdecimal() and len(first) < 19
