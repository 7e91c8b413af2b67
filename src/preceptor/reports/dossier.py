"""The dossier of a station that is to be opened: each line a figure of a census, with its place there.

Nothing in a dossier is typed: whoever doubts a line opens the figure and its records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from preceptor.base.errors import RuleBroken
from preceptor.fellows.models import Station

from .figures.naming import Language, title_of, written
from .models import Census, FigureValue

#: What a dossier says, in its order: the keys of figures; a discipline's code follows those that
#: speak of the station's discipline.
OF_DISCIPLINE = ("discipline.supervisors", "discipline.graduates")
OF_INSTITUTION = (
    "station.disciplines", "station.covered", "postdoc.in_station", "postdoc.entered",
    "postdoc.projects", "postdoc.projects_by_level.national", "pi.laboratories",
    "platform.operating.national", "platform.operating.provincial",
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One line of a dossier: the figure and where it lies; `value` is its number as text, None where
    the census does not know it."""

    figure: str
    scope: str
    period: str
    census: int
    day: str
    edition: int
    value: str | None
    records: int

    def title(self, language: Language) -> str:
        """What the line counts."""
        return title_of(self.figure, language)

    def words(self, language: Language) -> str:
        """The value as printed."""
        number = None if self.value is None else Decimal(self.value)
        return written(number, self.figure, language)


def dossier_of(station: Station, census: Census) -> list[Entry]:
    """The lines for the station out of the census of its institution; one query.

    A figure of which the census holds no value is a line without a value, never left out.
    """
    keys = wanted(station)
    rows = census.figures.filter(key__in=keys, scope=census.institution.code)
    found = {row.key: row for row in rows}
    return [_entry(key, found.get(key), census) for key in keys]


def wanted(station: Station) -> list[str]:
    """The keys of the figures that a dossier of the station holds."""
    code = station.discipline.code if station.discipline else ""
    own = [f"{key}.{code}" for key in OF_DISCIPLINE] if code else []
    return [*own, *OF_INSTITUTION]


def _entry(key: str, row: FigureValue | None, census: Census) -> Entry:
    return Entry(
        figure=key, scope=census.institution.code, period=row.period if row else "",
        census=census.pk, day=census.day.isoformat(), edition=census.edition,
        value=None if row is None or row.value is None else str(row.value),
        records=row.records if row else 0,
    )  # fmt: skip


def as_kept(entries: list[Entry]) -> dict[str, Any]:
    """The lines as the case keeps them, by figure."""
    return {entry.figure: asdict(entry) for entry in entries}


def compiled(station: Station, census: int) -> dict[str, Any]:
    """The dossier of the station out of the census with this key, as a case keeps it. Raises
    RuleBroken for a census that is none of the station's institution."""
    held = Census.objects.filter(pk=census, institution=station.institution_id).first()
    if held is None:
        raise RuleBroken(
            _(
                "The dossier is made from a census of the station's own institution. Freeze a day first."
            )
        )
    return as_kept(dossier_of(station, held))


def from_kept(kept: Mapping[str, Any]) -> list[Entry]:
    """The lines of a dossier that was handed in, in their order."""
    return [Entry(**line) for line in kept.values()]


def departures(entries: list[Entry]) -> list[Entry]:
    """The lines whose number is not the one that their census holds; empty for a true dossier. One
    query for each census that is named."""
    wrong = []
    for census in {entry.census for entry in entries}:
        rows = FigureValue.objects.filter(census=census)
        held = {(row.key, row.scope): row.value for row in rows}
        wrong += [
            entry
            for entry in entries
            if entry.census == census and not _agrees(entry, held.get((entry.figure, entry.scope)))
        ]
    return wrong


def _agrees(entry: Entry, value: Any) -> bool:
    return (None if value is None else str(value)) == entry.value
