"""The dossier of a station that is to be opened: what is kept, and what the newest census says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language

from preceptor.cases.access import visible_cases
from preceptor.fellows.access import may_keep_station
from preceptor.fellows.models import Station, StationCase
from preceptor.institutions.choices import DisciplineLevel
from preceptor.institutions.models import Discipline
from preceptor.reports.access import readable_figures
from preceptor.reports.dossier import Entry, as_kept, departures, dossier_of, from_kept
from preceptor.reports.figures.naming import Language, part_of, title_of
from preceptor.reports.models import Census
from preceptor.web.localised import localised

Shown = dict[str, Any]


def dossier_page(row: Station, user: Any) -> Shown:
    """The kept lines with their figures, and whether a newer census says something else."""
    held = opening_case(row, user)
    kept = from_kept(held.dossier) if held is not None and held.dossier else []
    census = newest_census(row)
    fresh = dossier_of(row, census) if census is not None else []
    return {
        "station": row,
        "name": localised(row, "name"),
        "held": held,
        "case_url": reverse("case", args=[held.case_id]) if held is not None else "",
        "kept": shown_lines(kept, user),
        "fresh": shown_lines(fresh, user) if as_kept(fresh) != as_kept(kept) else [],
        "is_true": not departures(kept),
        "census": census,
        "keep": may_keep_station(user, row),
        "is_open": held is not None and held.case.state in ("draft", "running", "returned"),
    }


def opening_case(row: Station, user: Any) -> StationCase | None:
    """The newest request to open the station that the reader may see; None where there is none."""
    rows = StationCase.objects.filter(
        station=row, opens=True, case__in=visible_cases(user).order_by().values("pk")
    )
    return rows.select_related("case").order_by("-pk").first()


def newest_census(row: Station) -> Census | None:
    """The newest census of the station's institution."""
    rows = Census.objects.filter(institution=row.institution_id)
    return rows.select_related("institution").first()


def shown_lines(entries: Sequence[Entry], user: Any) -> list[Shown]:
    """Each line with the page of its figure, where the reader reads figures; two queries."""
    language: Language = "en" if get_language() == "en" else "zh"
    rows = readable_figures(user).filter(
        census__in={one.census for one in entries}, key__in={one.figure for one in entries}
    )
    names = {row.code.lower(): localised(row, "name") for row in _disciplines(entries)}
    pages = {(row.census_id, row.key, row.scope): row.pk for row in rows}
    return [
        {
            "title": title_of(one.figure, language, names),
            "value": one.words(language),
            "is_known": one.value is not None,
            "day": one.day,
            "edition": one.edition,
            "records": one.records,
            "url": reverse("figure", args=[key])
            if (key := pages.get((one.census, one.figure, one.scope)))
            else "",
        }
        for one in entries
    ]


def _disciplines(entries: Sequence[Entry]) -> QuerySet[Discipline]:
    """The disciplines that lines speak of by their code."""
    codes = {part_of(one.figure) for one in entries}
    return Discipline.objects.filter(code__in=codes - {""}, level=DisciplineLevel.FIRST)
