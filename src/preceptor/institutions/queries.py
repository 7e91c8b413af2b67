"""Named reads of units, directions, regulations and platforms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from preceptor.base.errors import InputRefused
from preceptor.base.today import today

from .choices import DisciplineLevel, PlatformState, UnitKind
from .models import CoBuilder, Discipline, Platform, PlatformSpan, Unit, UnitRelation


def relations_on(day: date) -> dict[int, list[int]]:
    """For each unit the units right below it on the day, by any relation; ids, one query."""
    return right_below(UnitRelation.objects.on(day).values_list("upper_id", "lower_id"))


def right_below(relations: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    """For each upper unit its lower ones, of pairs of both."""
    below: dict[int, list[int]] = defaultdict(list)
    for upper, lower in relations:
        below[upper].append(lower)
    return below


def units_below(
    units: Iterable[int],
    on: date | None = None,
    *,
    relations: Mapping[int, Sequence[int]] | None = None,
) -> frozenset[int]:
    """The units and all units below them on the day, by any relation; ids.

    One query; none where the `relations` of the day were read already, or there are no units.
    """
    wanted = set(units)
    if not wanted:
        return frozenset()
    below = relations_on(on or today()) if relations is None else relations
    open_units = list(wanted)
    while open_units:
        found = [unit for unit in below.get(open_units.pop(), ()) if unit not in wanted]
        wanted.update(found)
        open_units.extend(found)
    return frozenset(wanted)


def institution(code: str | None = None) -> Unit:
    """The university of the code; without one the only, or else the first, of the installation.

    Raises InputRefused when there is none, naming those that there are.
    """
    roots = Unit.objects.filter(kind=UnitKind.UNIVERSITY, institution=None).order_by("id")
    found = (roots.filter(code=code) if code else roots).first()
    if found is None and roots.exists():
        codes = ", ".join(roots.values_list("code", flat=True))
        raise InputRefused(
            _("There is no institution with the code “%(code)s”. There are: %(codes)s.")
            % {"code": code, "codes": codes}
        )
    if found is None:
        raise InputRefused(
            _("There is no institution here yet. Make one with: preceptor demo --once")
        )
    return found


def directions(on: date | None = None) -> list[Discipline]:
    """The directions that stand in the catalogue on the day, by code."""
    entries = Discipline.objects.filter(level=DisciplineLevel.DIRECTION)
    return list(entries.on(on or today()))


class Named(Protocol):
    """What has a name in both languages: a unit, a discipline, a station, a programme."""

    name_zh: str
    name_en: str


def name_of(row: Named) -> str:
    """The name for the reader of a message: English where it is spoken and filled."""
    spoken = get_language() == "en" and row.name_en
    return row.name_en if spoken else row.name_zh


def units_of(root: Unit) -> list[Unit]:
    """The institution and all its units, by code."""
    return list(Unit.objects.filter(institution=root) | Unit.objects.filter(pk=root.pk))


@dataclass(frozen=True)
class PlatformOn:
    """A platform on a day: its state, since when, and who builds it together with its unit."""

    platform: Platform
    state: PlatformState
    since: date
    co_builders: tuple[CoBuilder, ...]


def platforms_on(institution: Unit, on: date) -> list[PlatformOn]:
    """The platforms of the institution that were begun by the day, closed ones among them, by code.

    What has no state on the day is left out. Two queries.
    """
    spans = PlatformSpan.objects.on(on).filter(platform__institution=institution)
    rows = spans.select_related("platform__unit", "platform__discipline", "platform__upper")
    builders: dict[int, list[CoBuilder]] = defaultdict(list)
    known = CoBuilder.objects.on(on).filter(platform__institution=institution)
    for row in known.select_related("unit").order_by("pk"):
        builders[row.platform_id].append(row)
    return [
        PlatformOn(
            row.platform, PlatformState(row.state), row.valid_from, tuple(builders[row.platform_id])
        )
        for row in rows.order_by("platform__code")
    ]  # fmt: skip
