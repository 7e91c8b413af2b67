"""Incubations between medicine and engineering: the list, and one with its stages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from preceptor.fellows.access import visible_incubations
from preceptor.fellows.models import Incubation
from preceptor.people.access import scope
from preceptor.web.filters.incubation import IncubationFilter, filtered_incubations
from preceptor.web.keyset import capped_count, count_as_text, slice_of
from preceptor.web.shown.incubation import page_of
from preceptor.web.tables.chips import chips_of
from preceptor.web.tables.incubation import COLUMNS, cells_of, with_stages


@require_safe
def incubations(request: HttpRequest) -> HttpResponse:
    """The incubations in the reader's scope, narrowed by the filters, in pages by number."""
    query = request.GET.dict()
    form = IncubationFilter(request.GET, request.user)
    chosen = form.chosen()
    rows = filtered_incubations(request.user, chosen)
    count = capped_count(rows)
    page = slice_of(with_stages(rows), "number", request.path, query)
    context = {
        "form": form,
        "chips": chips_of(form, chosen, request.path, query),
        "count_text": ngettext("%(count)s incubation", "%(count)s incubations", count)
        % {"count": count_as_text(count)},
        "columns": COLUMNS,
        "rows": cells_of(page.rows),
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "may_begin": bool(scope(request.user).fellows),
    }
    return render(request, "incubation/list.html", context)


def seen(request: HttpRequest, key: int) -> Incubation:
    """The incubation with what its page shows; 404 for one that the reader may not see."""
    rows = visible_incubations(request.user).select_related("institution", "postdoc__person")
    return get_object_or_404(with_stages(rows), pk=key)


@require_safe
def incubation(request: HttpRequest, key: int) -> HttpResponse:
    """One incubation."""
    return render(request, "incubation/page.html", page_of(seen(request, key), request.user))
