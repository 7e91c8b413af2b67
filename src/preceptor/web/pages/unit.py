"""Units: the tree of a day, and one unit with its relations in time."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from preceptor.base.today import today
from preceptor.institutions.access import visible_units
from preceptor.web.forms.day import DayForm
from preceptor.web.localised import localised
from preceptor.web.shown.unit import people_of, relations_of, tree_on

PEOPLE = {
    "enrolled": _("Trainees enrolled now"),
    "trainees": _("Trainees, all on record"),
    "supervisors": _("Doctoral supervisors"),
    "external": _("External ones among them"),
}


@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """The tree of units as it stood on the day, with the number of each kind."""
    form = DayForm(request.GET)
    day = form.day()
    tree = tree_on(request.user, day)
    context = {
        "form": form,
        "day": day,
        "is_today": day == today(),
        "clear_url": reverse("units"),
        "roots": tree.roots,
        "stats": tree.stats,
    }
    return render(request, "unit/list.html", context)


@require_safe
def unit(request: HttpRequest, key: int) -> HttpResponse:
    """One unit: what it belongs to and what belongs to it, in time, and whom it trains."""
    found = get_object_or_404(visible_units(request.user).select_related("institution"), pk=key)
    up, down = relations_of(found)
    context: dict[str, Any] = {
        "unit": found,
        "name": localised(found, "name"),
        "institution": found.institution,
        "up": up,
        "down": down,
        "people": [
            {**line, "label": PEOPLE[line["key"]]}
            for line in people_of(request.user, found, today())
        ],
    }
    return render(request, "unit/page.html", context)
