"""Directions: those of a day, and one with its goal and its programme versions."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_list_or_404, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from preceptor.base.today import today
from preceptor.institutions.access import visible_disciplines
from preceptor.institutions.choices import DisciplineLevel
from preceptor.web.forms.day import DayForm
from preceptor.web.localised import localised
from preceptor.web.shown.discipline import directions_on, goal_of, people_of, programmes_of


@require_safe
def directions(request: HttpRequest) -> HttpResponse:
    """The directions that stood in the catalogue on the day."""
    form = DayForm(request.GET)
    day = form.day()
    lines = directions_on(request.user, day)
    count = ngettext("%(count)s direction", "%(count)s directions", len(lines))
    context = {
        "form": form,
        "day": day,
        "clear_url": reverse("directions"),
        "lines": lines,
        "count_text": count % {"count": len(lines)},
    }
    return render(request, "discipline/list.html", context)


@require_safe
def direction(request: HttpRequest, code: str) -> HttpResponse:
    """One direction: its goal, its programme versions with courses, and its people."""
    entries = visible_disciplines(request.user).filter(level=DisciplineLevel.DIRECTION, code=code)
    # One code may stand in several catalogues over the years; the newest entry speaks.
    entry = get_list_or_404(entries.select_related("parent").order_by("-valid_from"))[0]
    goal, goal_language = goal_of(entry)
    context = {
        "entry": entry,
        "name": localised(entry, "name"),
        "parent": localised(entry.parent, "name") if entry.parent else "",
        "goal": goal,
        "goal_language": goal_language,
        "programmes": programmes_of(request.user, entry),
        "people": people_of(request.user, entry, today()),
    }
    return render(request, "discipline/page.html", context)
