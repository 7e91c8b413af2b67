"""What an officer asks first of postdocs and laboratories: how many there are today."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from preceptor.base.today import today
from preceptor.base.together import Question, Set
from preceptor.calls.queries import open_calls
from preceptor.fellows.access import (
    visible_laboratories,
    visible_postdocs,
    visible_stations,
)
from preceptor.fellows.states import RUNNING, present
from preceptor.institutions.models import Unit
from preceptor.people.access import scope
from preceptor.web.addresses import address
from preceptor.web.filters.postdoc import PRESENT_NOW

Shown = dict[str, Any]


def fellow_numbers(user: Any) -> Question[list[Shown]]:
    """Postdocs in station, entered this year, stations, laboratories and open calls of the
    institution, each with its list, as far as the reader sees them; what is nought is left out. One
    set."""
    place = scope(user).institution
    if place is None:
        return []
    postdocs = visible_postdocs(user).filter(present(today()), institution=place)
    stations = visible_stations(user).filter(institution=place, state__in=RUNNING)
    laboratories = visible_laboratories(user).filter(institution=place, closed_on=None)
    found = (
        (_("Postdocs in station"), postdocs, address(reverse("postdocs"), {"state": PRESENT_NOW})),
        (_("Entered this year, still here"), postdocs.filter(entered_on__year=today().year),
         reverse("flow")),
        (_("Running stations"), stations, reverse("stations")),
        (_("Open laboratories"), laboratories, reverse("laboratories")),
        (_("Calls open now"), open_calls().filter(institution=place), reverse("calls")),
    )  # fmt: skip
    numbers = {f"number_{place}": _count(rows) for place, (_label, rows, _url) in enumerate(found)}
    counted = Unit.objects.filter(pk=place.pk).annotate(**numbers)
    [[values]] = yield [Set(counted.order_by(), tuple(numbers))]
    return [
        {"label": label, "value": value, "url": url}
        for (label, _rows, url), value in zip(found, values, strict=True)
        if value
    ]


def _count(rows: QuerySet[Any]) -> Subquery:
    """How many rows of the one institution there are; NULL for none."""
    counted = rows.order_by().values("institution").annotate(number=Count("pk"))
    return Subquery(counted.values("number"))
