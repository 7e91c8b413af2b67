"""What waits on the reader."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from preceptor.cases.tasks import EVERYTHING, waiting_on
from preceptor.joint.access import ended_under
from preceptor.people.access import scope
from preceptor.people.choices import RoleKind
from preceptor.web.filters.task import PAGE, TaskFilter, wanted_in
from preceptor.web.keyset import count_as_text
from preceptor.web.shown.own_work import comes_later, own_work
from preceptor.web.tables.chips import chips_of
from preceptor.web.tables.task import all_shown, groups_of, next_url, place_in
from preceptor.web.waiting import COUNTED, badge

#: So many tasks stand on the first page.
FIRST = 5


@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """What waits on the reader and those for whom the reader acts, as it is due."""
    query = request.GET.dict()
    form = TaskFilter(request.GET, request.user)
    chosen = form.chosen()
    place = place_in(query)
    waiting = waiting_on(
        request.user, after=place, most=PAGE + 1, wanted=wanted_in(chosen), counted=COUNTED
    )
    lines, count = waiting.lines, waiting.count
    context = {
        "form": form,
        "chips": chips_of(form, chosen, request.path, query),
        "count_text": ngettext("%(count)s task", "%(count)s tasks", count)
        % {"count": count_as_text(count, COUNTED)},
        "groups": groups_of(lines[:PAGE]),
        "is_first": place is None,
        "next_url": next_url(request.path, query, lines),
    }
    return render(request, "task/list.html", context)


@require_safe
def count(request: HttpRequest) -> HttpResponse:
    """How much waits on the reader: the badge that a page asks for after it is shown."""
    return render(request, "task/badge.html", {"count": badge(request.user)})


@require_safe
def first(request: HttpRequest) -> HttpResponse:
    """The first of what waits on the reader: the part that the first page asks for after it is shown."""
    waiting = waiting_on(request.user, after=None, most=FIRST, wanted=EVERYTHING, counted=COUNTED)
    context = {
        "ended": _ended(request),
        "tasks": all_shown(waiting.lines),
        "task_count": count_as_text(waiting.count, COUNTED),
    }
    if comes_later(request.user):
        context |= own_work(request.user)
    return render(request, "home/tasks.html", context)


def _ended(request: HttpRequest) -> int:
    """How many agreements ended with people still under them; for an office, which acts on it."""
    is_office = RoleKind.OFFICE in scope(request.user).kinds
    return len(ended_under(request.user)) if is_office else 0
