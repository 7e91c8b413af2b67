"""One side of a comparison: which packs, laid over each other, bind the records of each unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from preceptor.institutions.models import Unit
from preceptor.policy import Pack
from preceptor.policy.layers import layered

from ..packs import Binding, force_on

#: A pack of each side that speak for each other; None where the other side has no such pack.
Pair = tuple[Pack | None, Pack | None]


@dataclass(frozen=True)
class Side:
    """The packs that bind an institution and its units, planned ones among them.

    `absent` are the ids of packs that are not in force on the day: what a lower layer puts into
    them is passed over, as in `Force`.
    """

    bindings: Sequence[Binding]
    absent: frozenset[str] = frozenset()
    _laid: dict[tuple[int, ...], tuple[Pack, ...]] = field(default_factory=dict, compare=False)

    def of(self, unit: int) -> tuple[Pack, ...]:
        """The packs that bind the records of a unit, laid over each other.

        The same tuple for every unit that the same packs bind. Raises PackError when a lower
        pack sets a value that it may not.
        """
        places = tuple(n for n, known in enumerate(self.bindings) if known.binds(unit))
        if places not in self._laid:
            packs = [self.bindings[place].pack for place in places]
            self._laid[places] = layered(packs, self.absent)
        return self._laid[places]


def present_side(institution: Unit, on: date) -> Side:
    """The packs in force on the day, for the institution and for each of its units; a query or two."""
    force = force_on(institution.pk, on)
    return Side(force.bindings, force.absent)


def side_of(packs: Sequence[Pack]) -> Side:
    """A side on which the same packs bind every unit; they are laid over each other already."""
    bound = [Binding(pack) for pack in packs]
    return Side(bound, _laid={tuple(range(len(bound))): tuple(packs)})


def pairs(old: Sequence[Pack], new: Sequence[Pack]) -> list[Pair]:
    """The packs of both sides that differ, each with the one that it replaces.

    A new pack replaces the old one of its id; else the one that it extends, where that is gone.
    """
    left = {pack.id: pack for pack in old}
    kept = {pack.id for pack in new}
    found: list[Pair] = []
    for pack in new:
        extended = pack.extends.id if pack.extends else ""
        known = pack.id if pack.id in left else extended if extended not in kept else ""
        found.append((left.pop(known, None), pack))
    found += [(pack, None) for pack in left.values()]
    return [pair for pair in found if _differ(*pair)]


def _differ(old: Pack | None, new: Pack | None) -> bool:
    return old is None or new is None or old.hash != new.hash
