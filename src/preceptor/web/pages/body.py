"""Standing bodies: the list, and one body with all that its keepers and members need of it."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from preceptor.base.files import path_of
from preceptor.cases.access.body import keeps_any, visible_bodies
from preceptor.cases.access.minutes import keeps_template
from preceptor.cases.models import Body
from preceptor.web.filters.body import BodyFilter, filtered_bodies
from preceptor.web.keyset import capped_count, count_as_text, slice_of
from preceptor.web.localised import localised
from preceptor.web.shown.body import law_of, page_of
from preceptor.web.tables.body import COLUMNS, cells_of, lines_of
from preceptor.web.tables.chips import chips_of


@require_safe
def bodies(request: HttpRequest) -> HttpResponse:
    """The bodies in the reader's scope, narrowed by the filters, in pages by code."""
    query = request.GET.dict()
    form = BodyFilter(request.GET, request.user)
    chosen = form.chosen()
    rows = filtered_bodies(request.user, chosen)
    count = capped_count(rows)
    page = slice_of(rows.select_related("unit"), "code", request.path, query)
    context = {
        "form": form,
        "chips": chips_of(form, chosen, request.path, query),
        "count_text": ngettext("%(count)s body", "%(count)s bodies", count)
        % {"count": count_as_text(count)},
        "columns": COLUMNS,
        "rows": cells_of(lines_of(page.rows, request.user)),
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "may_set_up": keeps_any(request.user),
        "keeps_template": keeps_template(request.user),
    }
    return render(request, "body/list.html", context)


def seen(request: HttpRequest, key: int) -> Body:
    """The body with what its page shows; 404 for one that the reader may not see."""
    rows = visible_bodies(request.user).select_related("unit", "institution", "upper", "person")
    return get_object_or_404(rows, pk=key)


@require_safe
def body(request: HttpRequest, key: int) -> HttpResponse:
    """One body: seats, meetings by year, waiting cases, advice, charter."""
    return render(request, "body/page.html", page_of(seen(request, key), request.user))


@require_safe
def law(request: HttpRequest, key: int) -> HttpResponse:
    """What the law says of the body's last decision; a piece of its page, or a page of its own."""
    found = seen(request, key)
    context = {"body": found, "name": localised(found, "name"), "law": law_of(found, request.user)}
    is_piece = getattr(request, "htmx", False)
    return render(request, "body/law.html" if is_piece else "body/law_page.html", context)


@require_safe
def charter_file(request: HttpRequest, key: int, charter: int) -> FileResponse:
    """The file of one version of the charter."""
    rows = seen(request, key).charters.known().select_related("file")
    found = get_object_or_404(rows, pk=charter)
    if found.file is None:
        raise Http404
    return FileResponse(
        path_of(found.file).open("rb"), as_attachment=True, filename=found.file.name
    )
