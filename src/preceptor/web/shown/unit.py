"""Units as a tree of a day, and one unit with its relations in time and who trains there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.text import capfirst

from preceptor.institutions.access import visible_units
from preceptor.institutions.choices import UnitKind
from preceptor.institutions.models import Unit, UnitRelation
from preceptor.institutions.queries import units_below
from preceptor.supervisors.access import visible_qualifications
from preceptor.supervisors.queries import HELD
from preceptor.training.access import enrolments_elsewhere, enrolments_in_units
from preceptor.training.states import ENROLLED
from preceptor.web.addresses import address
from preceptor.web.localised import localised

Shown = dict[str, Any]


@dataclass
class Branch:
    """A unit with what hangs below it."""

    unit: Unit
    branches: list[Branch] = field(default_factory=list)

    @property
    def name(self) -> str:
        return localised(self.unit, "name")

    @property
    def url(self) -> str:
        return reverse("unit", args=[self.unit.pk])

    @property
    def groups(self) -> list[tuple[str, list[Branch]]]:
        """What hangs below, by kind of unit."""
        kinds = groupby(self.branches, key=lambda branch: branch.unit.kind)
        return [(str(capfirst(UnitKind(kind).label)), list(found)) for kind, found in kinds]


@dataclass
class Tree:
    """The roots of a day, and how many units of each kind hang below them."""

    roots: list[Branch]
    counts: Counter[str]

    @property
    def stats(self) -> list[Shown]:
        """The number of units by kind, in the order of the kinds."""
        return [
            {"label": str(capfirst(kind.label)), "value": str(self.counts[kind])}
            for kind in UnitKind
            if self.counts[kind]
        ]


def tree_on(user: Any, day: date) -> Tree:
    """The units that the reader may see as they hung together on the day; two queries.

    A unit without any relation on the day is not in the tree; one with two hangs under both.
    """
    units = {unit.pk: unit for unit in visible_units(user).order_by("code")}
    below: dict[int, set[int]] = defaultdict(set)
    for row in UnitRelation.objects.on(day):
        below[row.upper_id].add(row.lower_id)
    grower = _Grower(units, below)
    roots = [grower.branch(unit, ()) for unit in units.values() if _is_root(unit, below)]
    return Tree(roots, Counter(units[key].kind for key in grower.seen))


def _is_root(unit: Unit, below: dict[int, set[int]]) -> bool:
    return unit.institution_id is None and (unit.pk in below or unit.kind == UnitKind.UNIVERSITY)


class _Grower:
    def __init__(self, units: dict[int, Unit], below: dict[int, set[int]]) -> None:
        self.units = units
        self.below = below
        self.seen: set[int] = set()

    def branch(self, unit: Unit, above: tuple[int, ...]) -> Branch:
        self.seen.add(unit.pk)
        path = (*above, unit.pk)
        lower = [
            self.branch(self.units[key], path)
            for key in self.below.get(unit.pk, ())
            if key in self.units and key not in path
        ]
        return Branch(unit, sorted(lower, key=_reading_order))


def _reading_order(branch: Branch) -> tuple[int, str]:
    return list(UnitKind).index(UnitKind(branch.unit.kind)), branch.unit.code


def relations_of(unit: Unit) -> tuple[list[Shown], list[Shown]]:
    """The unit's relations upwards and downwards in time, as known now; two queries."""
    rows = UnitRelation.objects.known().order_by("valid_from", "id")
    up = rows.filter(lower=unit).select_related("upper")
    down = rows.filter(upper=unit).select_related("lower").order_by("lower__code", "valid_from")
    return (
        [_relation(row, row.upper) for row in up],
        [_relation(row, row.lower) for row in down],
    )


def _relation(row: UnitRelation, other: Unit) -> Shown:
    return {
        "name": localised(other, "name"),
        "code": other.code,
        "url": reverse("unit", args=[other.pk]),
        "kind": row.get_kind_display(),
        "unit_kind": other.get_kind_display(),
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
    }


def supervisors_in(user: Any, day: date, units: Collection[int] | None = None) -> QuerySet[Any]:
    """Qualifications held on the day that the reader may see, in the units or all of them."""
    held = visible_qualifications(user).filter(
        Q(valid_to=None) | Q(valid_to__gte=day),
        superseded_at=None, valid_from__lte=day, state__in=HELD,
    )  # fmt: skip
    return held if units is None else held.filter(unit__in=units)


def people_of(user: Any, unit: Unit, day: date) -> list[Shown]:
    """How many trainees and doctoral supervisors the reader sees in the unit and below; three queries."""
    below = units_below([unit.pk], day)
    placed, own = (
        rows.filter(unit__in=below).order_by().values_list("state").annotate(Count("pk"))
        for rows in (enrolments_in_units(user), enrolments_elsewhere(user))
    )
    states: Counter[str] = Counter()
    for state, count in placed.union(own, all=True):
        states[state] += count
    here = {"all": states.total(), "now": sum(states[state] for state in ENROLLED)}
    held = supervisors_in(user, day, below).filter(degree_level="doctor")
    guides = held.aggregate(
        all=Count("person", distinct=True),
        external=Count("person", distinct=True, filter=Q(is_external=True)),
    )
    return [
        {"key": "enrolled", "value": f"{here['now']:,}"},
        {
            "key": "trainees",
            "value": f"{here['all']:,}",
            "url": address(reverse("enrolments"), {"unit": unit.pk}) if here["all"] else "",
        },
        {"key": "supervisors", "value": f"{guides['all']:,}"},
        {"key": "external", "value": f"{guides['external']:,}"},
    ]
