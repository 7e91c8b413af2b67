"""Which disciplines have a mobile station, and what was aimed at and reached."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from preceptor.base.today import today
from preceptor.fellows.access import may_keep_fellows, readable_institutions, visible_stations
from preceptor.fellows.models import Station
from preceptor.fellows.queries import Aim, aims, coverage
from preceptor.institutions.models import Unit
from preceptor.web.forms.flow import DayForm
from preceptor.web.localised import localised

Shown = dict[str, Any]
#: The years before and after the present one of which targets are shown.
BEFORE, AFTER = 2, 2


def coverage_of(user: Any, institution: Unit, form: DayForm) -> Shown:
    """The disciplines with a doctoral right on the day, each with its mobile stations."""
    day = form.day()
    found = coverage(institution, day)
    seen = set(visible_stations(user).filter(institution=institution).values_list("pk", flat=True))
    return {
        "form": form,
        "on": day,
        "hidden": [("institution", institution.code)],
        "institution": institution,
        "institution_title": localised(institution, "name"),
        "others": others_of(user, institution, "coverage"),
        "covered": found.covered,
        "disciplines": found.disciplines,
        "text": _("%(covered)s of %(all)s") % {"covered": found.covered, "all": found.disciplines},
        "rows": [
            {
                "code": row.discipline.code,
                "name": localised(row.discipline, "name"),
                "stations": _linked(row.stations, seen),
            }
            for row in found.rows
        ],
        "besides": _linked(found.besides, seen),
    }


def _linked(stations: Sequence[Station], seen: set[int]) -> list[Shown]:
    """The stations by name, with a page where the reader may see it."""
    return [
        {
            "name": localised(row, "name"),
            "number": row.number,
            "url": reverse("station", args=[row.pk]) if row.pk in seen else "",
        }
        for row in stations
    ]


def others_of(user: Any, institution: Unit, name: str) -> list[Shown]:
    """The reader's institutions as tabs, where there are several."""
    rows = list(readable_institutions(user))
    return [
        {
            "title": localised(row, "name"),
            "url": f"{reverse(name)}?institution={row.code}",
            "is_current": row.pk == institution.pk,
        }
        for row in rows
    ] if len(rows) > 1 else []  # fmt: skip


def targets_of(user: Any, institution: Unit) -> Shown:
    """Targets and actuals of five years, the newest first."""
    year = today().year
    years = range(year - BEFORE, year + AFTER + 1)
    found = sorted(aims(institution, years), key=lambda one: -one.year)
    return {
        "institution": institution,
        "institution_title": localised(institution, "name"),
        "others": others_of(user, institution, "station_targets"),
        "rows": [_aim(one) for one in found],
        "keep": may_keep_fellows(user, institution),
    }


def _aim(one: Aim) -> Shown:
    return {
        "year": one.year,
        "name": localised(one.station, "name") if one.station else _("The whole institution"),
        "is_whole": one.station is None,
        "entries_target": one.entries_target,
        "entries": one.entries,
        "in_station_target": one.in_station_target,
        "in_station": one.in_station,
    }
