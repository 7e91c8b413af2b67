"""Calls: the public list, one call, and the beginning of an application to it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from preceptor.base.errors import Refusal
from preceptor.calls.access import may_apply, visible_calls
from preceptor.calls.actions import begin_application
from preceptor.calls.models import Call
from preceptor.people.access import scope
from preceptor.web.filters.call import CallFilter, filtered_calls
from preceptor.web.forms.application import BeginForm
from preceptor.web.keyset import capped_count, count_as_text, newest_of
from preceptor.web.localised import localised
from preceptor.web.shown.call import own_application, page_of
from preceptor.web.tables.call import COLUMNS, cells_of
from preceptor.web.tables.chips import chips_of

WITH = (
    "institution", "unit__institution", "station_call__station__upper",
    "station_call__workstation", "pi_call__programme",
)  # fmt: skip


def seen(request: HttpRequest, key: int) -> Call:
    """The call with what its page shows; 404 for one that the reader may not see."""
    return get_object_or_404(visible_calls(request.user).select_related(*WITH), pk=key)


@login_not_required
@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """The calls that the reader may see, the newest first; the published ones for everybody."""
    query = request.GET.dict()
    form = CallFilter(request.GET, request.user)
    chosen = form.chosen()
    rows = filtered_calls(request.user, chosen)
    count = capped_count(rows)
    wanted = rows.select_related("institution", "unit").defer("text_zh", "text_en")
    page = newest_of(wanted, request.path, query)
    context = {
        "form": form,
        "chips": chips_of(form, chosen, request.path, query),
        "count_text": ngettext("%(count)s call", "%(count)s calls", count)
        % {"count": count_as_text(count)},
        "columns": COLUMNS,
        "rows": cells_of(page.rows),
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "may_open": bool(scope(request.user).fellows),
    }
    return render(request, "call/list.html", context)


@login_not_required
@require_safe
def call(request: HttpRequest, key: int) -> HttpResponse:
    """One call: what is asked, who may apply, the documents and the days; for everybody."""
    return render(request, "call/page.html", page_of(request.user, seen(request, key)))


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, key: int) -> HttpResponse:
    """Begin an application: the name of who applies, where it is not known, and then its own page;
    whoever began one is led on to it."""
    found = seen(request, key)
    begun = own_application(request.user, found)
    if begun is not None:
        return redirect("application", key=begun.pk)
    person = scope(request.user).person
    form = BeginForm(person is not None, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = begin_application(call=found, by=_actor(request), **form.names())
            return redirect("application", key=made.pk)
        except (Refusal, PermissionDenied) as refusal:
            form.add_error(None, str(refusal))
    context = {
        "call": found,
        "title": localised(found, "title"),
        "form": form,
        "is_known": person is not None,
        "permit": may_apply(request.user, found),
    }
    return render(request, "call/apply.html", context)


def _actor(request: HttpRequest) -> Any:
    return request.user
