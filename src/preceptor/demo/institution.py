"""What has been made so far and what the next rows refer to."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from .catalogue import names, write_degree_points, write_disciplines
from .courses import ODD_HOURS, Programmes, write_programmes
from .distribution import Distribution, distribute
from .insertion import Batch
from .regulations import write_regulations
from .units import Units, write_units


@dataclass
class Institution:
    """The demo institution while it is being made.

    Each part draws from a stream of its own, so that one part's draws do not move another's.
    `planted` names the records whose faults were put in on purpose.
    """

    batch: Batch
    seed: int
    units: Units
    directions: tuple[int, ...]
    programmes: Programmes
    distribution: Distribution
    planted: dict[str, list[str]] = field(default_factory=dict)

    @property
    def root(self) -> int:
        return self.units.root

    def stream(self, part: str) -> Random:
        """A stream of chance for the part; the same seed and part give the same stream."""
        return Random(f"{self.seed}:{part}")

    def plant(self, fault: str, *keys: str) -> None:
        """Remember a record whose fault the product must find."""
        self.planted.setdefault(fault, []).extend(keys)


def found(batch: Batch, seed: int, scale: Decimal) -> Institution:
    """Units, catalogue, degree point, programmes, courses and regulations: no people."""
    units = write_units(batch, names())
    first, directions = write_disciplines(batch)
    point = write_degree_points(batch, units.root, first)
    programmes = write_programmes(batch, units.root, point, directions)
    write_regulations(batch, units.root)
    institution = Institution(
        batch,
        seed,
        units,
        directions,
        programmes,
        distribute(scale, Random(f"{seed}:distribution")),
    )
    institution.plant("course_with_odd_hours", ODD_HOURS)
    batch.write("units, directions, programmes, courses and regulations")
    return institution
