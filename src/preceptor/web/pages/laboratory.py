"""Laboratories: the list, one laboratory, and its charter with the ledger."""

from __future__ import annotations

from tempfile import TemporaryFile

from django.db.models import F
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from preceptor.base.today import today
from preceptor.fellows.access import (
    may_ask_limit,
    may_set_limit,
    may_view_money,
    visible_laboratories,
)
from preceptor.fellows.access.programme import ABOVE
from preceptor.fellows.models import Laboratory
from preceptor.people.access import scope
from preceptor.web.filters.laboratory import LaboratoryFilter, filtered_laboratories
from preceptor.web.keyset import capped_count, count_as_text, slice_of
from preceptor.web.localised import localised
from preceptor.web.pages.listing import WORKBOOK
from preceptor.web.shown.charter import (
    LEDGER_HEADS,
    authorities_shown,
    ledger_lines,
    ledger_shown,
    limits_shown,
    resting,
)
from preceptor.web.shown.laboratory import page_of
from preceptor.web.tables.chips import chips_of
from preceptor.web.tables.laboratory import COLUMNS, RELATED, cells_of, lines_of
from preceptor.web.tables.workbook import write_workbook

#: So many decisions stand on the page; the export has all.
MOST_LINES = 200
#: What page and permits of one laboratory read.
WHOLE = ("unit", "head", "institution", "programme__director", "programme__unit",
         "programme__institution")  # fmt: skip


@require_safe
def laboratories(request: HttpRequest) -> HttpResponse:
    """The laboratories in the reader's scope, narrowed by the filters, by the code of the unit."""
    query = request.GET.dict()
    form = LaboratoryFilter(request.GET, request.user)
    chosen = form.chosen()
    rows = filtered_laboratories(request.user, chosen)
    count = capped_count(rows)
    page = slice_of(
        rows.select_related(*RELATED).annotate(code=F("unit__code")), "code", request.path, query
    )
    context = {
        "form": form,
        "chips": chips_of(form, chosen, request.path, query),
        "count_text": ngettext("%(count)s laboratory", "%(count)s laboratories", count)
        % {"count": count_as_text(count)},
        "columns": COLUMNS,
        "rows": cells_of(lines_of(page.rows, request.user)),
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "programmes": [
            {"key": row.pk, "code": row.code, "name": localised(row, "name")}
            for row in form.programmes
        ],
        "may_set_up": bool(scope(request.user).kinds & set(ABOVE)),
    }
    return render(request, "laboratory/list.html", context)


def seen(request: HttpRequest, key: int) -> Laboratory:
    """The laboratory with what its page shows; 404 for one that the reader may not see."""
    return get_object_or_404(visible_laboratories(request.user).select_related(*WHOLE), pk=key)


@require_safe
def laboratory(request: HttpRequest, key: int) -> HttpResponse:
    """One laboratory: people, things, money, charter, requests."""
    return render(request, "laboratory/page.html", page_of(seen(request, key), request.user))


def read(request: HttpRequest, key: int) -> Laboratory:
    """The laboratory for who may read its account and charter; 404 for everybody else."""
    found = seen(request, key)
    if not may_view_money(request.user, found):
        raise Http404
    return found


@require_safe
def charter(request: HttpRequest, key: int) -> HttpResponse:
    """The charter: what the head may decide today, the limits in time, and every decision."""
    found = read(request, key)
    context = {
        "laboratory": found,
        "name": localised(found.unit, "name"),
        "head_name": localised(found.head, "name"),
        "on": today(),
        "rest": resting(found, today()),
        "authorities": authorities_shown(found, today()),
        "limits": limits_shown(found),
        "uses": ledger_shown(found, request.user, MOST_LINES),
        "most": MOST_LINES,
        "may_set": may_set_limit(request.user, found),
        "may_ask": may_ask_limit(request.user, found),
    }
    return render(request, "laboratory/charter.html", context)


@require_safe
def charter_export(request: HttpRequest, key: int) -> FileResponse:
    """The ledger of the charter as a workbook, line by line as the page shows it."""
    found = read(request, key)
    target = TemporaryFile()  # noqa: SIM115 - the answer closes it when it has been sent
    write_workbook(
        target,
        _("Ledger of the charter"),
        [str(head) for head in LEDGER_HEADS],
        ledger_lines(found),
    )
    target.seek(0)
    name = f"charter-{found.unit.code}-{today().isoformat()}.xlsx"
    return FileResponse(target, as_attachment=True, filename=name, content_type=WORKBOOK)
