"""Sittings: the list, one sitting with its table, and what the chair's table does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preceptor.base.errors import Refusal
from preceptor.cases.access import agenda_of, may_run_sitting, own_seats, visible_sittings
from preceptor.cases.actions import answer_invitation, cast_vote
from preceptor.cases.calendar_file import CONTENT_TYPE, calendar_of
from preceptor.cases.models import Item, Sitting, SittingSeat
from preceptor.web.filters.sitting import SittingFilter, filtered_sittings, own_coming
from preceptor.web.forms.sitting import AnswerForm
from preceptor.web.keyset import capped_count, count_as_text, newest_of
from preceptor.web.shown.answer import form_for, ties_of
from preceptor.web.shown.chairing import (
    SITTING_DEEDS,
    Asked,
    item_page,
    plan_page,
    seat_page,
)
from preceptor.web.shown.sitting import live_of, page_of
from preceptor.web.tables.chips import chips_of
from preceptor.web.tables.sitting import COLUMNS, cells_of, with_names

asks = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def sittings(request: HttpRequest) -> HttpResponse:
    """The sittings in the reader's scope, newest first; the reader's own coming ones stand above."""
    query = request.GET.dict()
    form = SittingFilter(request.GET, request.user)
    chosen = form.chosen()
    rows = filtered_sittings(request.user, chosen)
    count = capped_count(rows)
    page = newest_of(with_names(rows), request.path, query)
    context = {
        "form": form,
        "chips": chips_of(form, chosen, request.path, query),
        "count_text": ngettext("%(count)s sitting", "%(count)s sittings", count)
        % {"count": count_as_text(count)},
        "columns": COLUMNS,
        "own": cells_of([] if chosen or page.previous_url else own_coming(request.user)),
        "rows": cells_of(page.rows),
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render(request, "sitting/list.html", context)


def seen(request: HttpRequest, key: int) -> Sitting:
    """The sitting; 404 for one whom the reader may not see."""
    rows = visible_sittings(request.user).select_related("unit", "institution", "body", "panel")
    return get_object_or_404(rows, pk=key)


def run(request: HttpRequest, key: int) -> Sitting:
    """The sitting of which the reader is in charge; 404 for anybody else."""
    found = seen(request, key)
    if not may_run_sitting(request.user, found):
        raise Http404
    return found


@require_safe
def sitting(request: HttpRequest, key: int) -> HttpResponse:
    """One sitting: who is there, the agenda, the open vote and its results."""
    found = seen(request, key)
    context = page_of(found, request.user)
    if context["may_answer"]:
        context["form"] = form_for(context["own"])
    return render(request, "sitting/page.html", context)


@never_cache
@require_safe
def live(request: HttpRequest, key: int) -> HttpResponse:
    """The part of the page that changes while the sitting is in session."""
    return render(request, "sitting/live.html", live_of(seen(request, key), request.user))


@require_safe
def result(request: HttpRequest, key: int) -> HttpResponse:
    """The results on one sheet, for printing."""
    return render(request, "sitting/result.html", page_of(seen(request, key), request.user))


@require_safe
def calendar(request: HttpRequest, key: int) -> HttpResponse:
    """The sitting as a calendar file."""
    found = seen(request, key)
    name = f"attachment; filename=sitting-{found.pk}.ics"
    return HttpResponse(
        calendar_of([found]), content_type=CONTENT_TYPE, headers={"Content-Disposition": name}
    )


def done(request: HttpRequest, act: Callable[[], Any], said: Any = "") -> bool:
    """Do it and say so; a refusal is one message, and nothing is written."""
    try:
        act()
    except (Refusal, PermissionDenied) as refusal:
        messages.error(request, str(refusal))
        return False
    if said:
        messages.success(request, said)
    return True


@sensitive_post_parameters("choice", "reason")
@require_POST
def vote(request: HttpRequest, key: int, item: int) -> HttpResponse:
    """Take the reader's own ballot."""
    found = seen(request, key)
    own = own_seats(request.user).filter(sitting=found).first()
    shown = agenda_of(request.user, found).items
    open_item = next((one for one in shown if one.pk == item), None)
    if own is None or open_item is None:
        raise Http404
    given = {name: request.POST.get(name, "") for name in ("choice", "reason")}
    done(
        request,
        lambda: cast_vote(item=open_item, seat=own, by=request.user, **given),  # type: ignore[arg-type]
        _("Your ballot is taken."),
    )
    return redirect("sitting", key=key)


@require_POST
def answer(request: HttpRequest, key: int) -> HttpResponse:
    """Take the reader's own answer to the invitation."""
    found = seen(request, key)
    own = own_seats(request.user).filter(sitting=found).select_related("person", "sitting").first()
    if own is None:
        raise Http404
    form = form_for(own, request.POST)
    if form.is_valid():
        try:
            _answered(own, form, request.user)
        except (Refusal, PermissionDenied) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your answer is recorded."))
            return redirect("sitting", key=key)
    return render(request, "sitting/page.html", page_of(found, request.user) | {"form": form})


def _answered(seat: SittingSeat, form: AnswerForm, user: Any) -> SittingSeat:
    given = form.cleaned_data
    return answer_invitation(
        seat=seat, answer=given["answer"], reason=given["reason"], ties=ties_of(seat, given),
        by=user,
    )  # fmt: skip


@require_POST
def step(request: HttpRequest, key: int) -> HttpResponse:
    """Invite, or open the sitting, as the revision stands that the reader saw."""
    found = run(request, key)
    deed = SITTING_DEEDS.get(request.POST.get("do", ""))
    revision = request.POST.get("revision", "")
    if deed is None or not revision.isdecimal() or len(revision) > 9:
        raise Http404
    done(request, lambda: deed.act(found, int(revision), request.user), deed.said)
    return redirect("sitting", key=key)


@asks
def plan(request: HttpRequest, key: int) -> HttpResponse:
    """Time and place, seats, agenda, closing and cancelling."""
    found = run(request, key)
    return _asked(request, found, plan_page(found, request.user, request.POST or None), "plan")


@asks
def seat(request: HttpRequest, key: int, seat: int) -> HttpResponse:
    """One seat: presence, answer, link, recusal, substitute, release."""
    found = run(request, key)
    held = get_object_or_404(found.seats.select_related("person"), pk=seat)
    held.sitting = found
    return _asked(request, found, seat_page(held, request.user, request.POST or None), "seat")


@asks
def item(request: HttpRequest, key: int, item: int) -> HttpResponse:
    """One item: its vote opened or closed, noted, postponed."""
    found = run(request, key)
    listed: Item = get_object_or_404(found.items.select_related("case"), pk=item)
    listed.sitting = found
    return _asked(request, found, item_page(listed, request.user, request.POST or None), "item")


def _asked(request: HttpRequest, found: Sitting, asked: Asked, name: str) -> HttpResponse:
    """Do what was sent; the page again with what was wrong, else back to the sitting."""
    if request.method == "POST":
        if asked.act is None and not asked.is_wrong:
            raise Http404
        if asked.act is not None and done(request, asked.act, asked.said):
            return _after(request, found, asked)
        if asked.is_simple:
            return redirect("sitting", key=found.pk)
    return render(request, f"sitting/{name}.html", asked.context)


def _after(request: HttpRequest, found: Sitting, asked: Asked) -> HttpResponse:
    """Back to the sitting; or a link that was made, which no cache may keep."""
    shown = asked.shown()
    if shown is None:
        return redirect("sitting", key=found.pk)
    page = render(request, "sitting/link.html", shown)
    add_never_cache_headers(page)
    return page
