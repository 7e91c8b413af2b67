"""Postdocs: the list, and one postdoc with standing, papers, plan, months, requests and works."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from preceptor.base.keyset import keys_of_legs
from preceptor.fellows.access import visible_postdocs
from preceptor.fellows.models import Postdoc
from preceptor.people.access import scope
from preceptor.standing.population import with_relations
from preceptor.web.filters.postdoc import PostdocFilter, filtered_postdocs, legs_of
from preceptor.web.keyset import capped_count, count_as_text, with_addresses
from preceptor.web.shown.postdoc import page_of, verdicts_of
from preceptor.web.tables.chips import chips_of
from preceptor.web.tables.postdoc import COLUMNS, RELATED, cells_of


@require_safe
def postdocs(request: HttpRequest) -> HttpResponse:
    """The postdocs in the reader's scope, narrowed by the filters, each judged afresh; first those
    whose term ends first, last those who left first."""
    query = request.GET.dict()
    form = PostdocFilter(request.GET, request.user)
    chosen = form.chosen()
    rows = filtered_postdocs(request.user, chosen)
    count = capped_count(rows)
    page = with_addresses(keys_of_legs(legs_of(rows), query), request.path, query)
    judged = with_relations(visible_postdocs(request.user).select_related(*RELATED), "postdoc")
    by_key = judged.in_bulk(page.rows)
    found = [by_key[key] for key in page.rows]
    context = {
        "form": form,
        "chips": chips_of(form, chosen, request.path, query),
        "count_text": ngettext("%(count)s postdoc", "%(count)s postdocs", count)
        % {"count": count_as_text(count)},
        "columns": COLUMNS,
        "rows": cells_of(found, verdicts_of(found, request.user)),
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "may_enter": bool(scope(request.user).fellows),
        "reads": bool(scope(request.user).fellows_read),
    }
    return render(request, "postdoc/list.html", context)


def seen(request: HttpRequest, key: int) -> Postdoc:
    """The postdoc with what the page shows; 404 for one whom the reader may not see."""
    rows = visible_postdocs(request.user).select_related(
        "person", "station", "unit", "institution", "workstation", "agreement__unit"
    )
    found: Postdoc = get_object_or_404(with_relations(rows, "postdoc"), pk=key)
    return found


@require_safe
def postdoc(request: HttpRequest, key: int) -> HttpResponse:
    """One postdoc."""
    return render(request, "postdoc/page.html", page_of(seen(request, key), request.user))
