"""How many of whom: the published aggregates, and what was invented so that they add up.

Source: domain specification 8.3 (direction, cohort and hospital tables).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import NamedTuple

from .apportionment import apportion, scaled

HOSPITALS = ("GH", "CIH", "H2", "EH", "MDH", "MHC", "ST")


class DirectionRow(NamedTuple):
    """One direction: doctoral supervisors, admission of 2023, and trainees enrolled."""

    code: str
    in_house: tuple[int, ...]
    external: int
    applicants: int
    own: int
    other: int
    enrolled: int


DIRECTIONS = (
    DirectionRow("105101", (17, 0, 6, 0, 6, 0, 0), 15, 71, 21, 12, 89),
    DirectionRow("105102", (1, 0, 0, 0, 0, 0, 0), 1, 4, 1, 1, 6),
    DirectionRow("105103", (1, 0, 0, 0, 0, 0, 0), 1, 4, 1, 1, 6),
    DirectionRow("105104", (5, 0, 1, 0, 0, 0, 0), 3, 17, 5, 3, 20),
    DirectionRow("105105", (1, 0, 0, 0, 0, 2, 0), 1, 9, 3, 1, 10),
    DirectionRow("105106", (2, 0, 1, 0, 0, 0, 0), 2, 11, 3, 2, 12),
    DirectionRow("105107", (4, 0, 1, 0, 0, 0, 0), 3, 15, 5, 2, 18),
    DirectionRow("105108", (5, 0, 1, 0, 0, 0, 0), 3, 17, 5, 3, 20),
    DirectionRow("105109", (4, 0, 1, 0, 0, 0, 0), 2, 13, 4, 2, 16),
    DirectionRow("105110", (4, 0, 1, 0, 0, 0, 0), 2, 13, 4, 2, 16),
    DirectionRow("105111", (14, 6, 6, 0, 0, 0, 2), 15, 68, 20, 12, 88),
    DirectionRow("105112", (3, 0, 0, 0, 0, 0, 0), 2, 11, 3, 2, 12),
    DirectionRow("105113", (10, 0, 3, 0, 0, 0, 0), 7, 34, 10, 6, 42),
    DirectionRow("105115", (1, 1, 1, 0, 0, 0, 0), 2, 11, 3, 2, 12),
    DirectionRow("105116", (0, 0, 0, 6, 0, 0, 0), 4, 17, 5, 3, 22),
    DirectionRow("105117", (4, 0, 1, 0, 0, 0, 1), 3, 15, 5, 2, 20),
    DirectionRow("105118", (1, 0, 0, 1, 0, 0, 0), 1, 6, 2, 1, 8),
    DirectionRow("105119", (2, 3, 1, 0, 0, 0, 0), 4, 17, 5, 3, 22),
    DirectionRow("105120", (4, 0, 1, 1, 1, 0, 0), 3, 17, 5, 3, 22),
    DirectionRow("105121", (2, 17, 1, 0, 0, 0, 0), 10, 49, 15, 8, 62),
    DirectionRow("105122", (1, 7, 0, 0, 0, 0, 0), 4, 21, 6, 4, 26),
    DirectionRow("105123", (3, 2, 0, 0, 0, 0, 1), 3, 15, 5, 2, 20),
    DirectionRow("105124", (4, 3, 1, 0, 0, 0, 0), 4, 21, 6, 4, 26),
    DirectionRow("105125", (3, 2, 0, 0, 0, 0, 0), 3, 15, 5, 2, 18),
)
CODES = tuple(row.code for row in DIRECTIONS)
SURGERY = CODES.index("105111")
ORTHOPAEDICS = CODES.index("105113")

CENSUS_YEAR = 2023
COHORTS = (2023, 2022, 2021, 2020, 2019)
EARLIER_ENROLLED = (202, 165, 14, 2)
WITHDRAWN = (0, 2, 3, 6, 5)
DEGREES = 375
FULL_TIME_DEGREES = (152, 9)
IN_SERVICE_DEGREES = 214
AWARDED_BEFORE = 134
IN_SERVICE_COHORTS = (2020, 2019, 2018)
IN_SERVICE_SHARE = (5, 8, 3)
#: Applicants of the years before (invented), by the cohort that they became.
EARLIER_APPLICANTS = {2022: 447, 2021: 391, 2020: 402, 2019: 355}
STAFF = 3700
MASTER_ONLY = 9
OUTSIDE_EXPERTS = 60
Shares = tuple[int, ...]


@dataclass(frozen=True)
class Cohort:
    """A cohort's trainees by direction and by what had become of them on the census day."""

    year: int
    enrolled: Shares
    awarded: Shares
    awarded_before: Shares
    withdrawn: Shares
    in_service: Shares

    @property
    def intake(self) -> int:
        """Full-time trainees admitted with the cohort."""
        return sum(self.enrolled + self.awarded + self.awarded_before + self.withdrawn)


@dataclass(frozen=True)
class Distribution:
    """All numbers of persons at one scale; the shares are by direction, in catalogue order."""

    in_house: tuple[Shares, ...]
    external: Shares
    own: Shares
    other: Shares
    rejected: Shares
    cohorts: tuple[Cohort, ...]
    earlier_applicants: dict[int, int]
    staff: int
    master_only: int
    outside_experts: int


def distribute(scale: Decimal, random: Random) -> Distribution:
    """The published aggregates at the scale; at scale 1 they are exact."""
    own, other, rejected = _admission(scale)
    return Distribution(
        in_house=_in_house(scale),
        external=_share(98, [row.external for row in DIRECTIONS], scale),
        own=own,
        other=other,
        rejected=rejected,
        cohorts=_cohorts(scale, _added(own, other), random),
        earlier_applicants={y: scaled(n, scale) for y, n in EARLIER_APPLICANTS.items()},
        staff=scaled(STAFF, scale),
        master_only=scaled(MASTER_ONLY, scale),
        outside_experts=max(12, min(600, scaled(OUTSIDE_EXPERTS, scale))),
    )


def _share(total: int, weights: list[int], scale: Decimal) -> Shares:
    return tuple(apportion(scaled(total, scale), weights))


def _added(*shares: Shares) -> Shares:
    return tuple(sum(row) for row in zip(*shares, strict=True))


def _in_house(scale: Decimal) -> tuple[Shares, ...]:
    """Supervisors by direction and hospital: all of them less the external ones."""
    total = scaled(283, scale) - scaled(98, scale)
    cells = apportion(total, [number for row in DIRECTIONS for number in row.in_house])
    width = len(HOSPITALS)
    return tuple(tuple(cells[at : at + width]) for at in range(0, len(cells), width))


def _admission(scale: Decimal) -> tuple[Shares, Shares, Shares]:
    admitted, applicants = scaled(230, scale), scaled(491, scale)
    own_total, other_total = apportion(admitted, [147, 83])
    turned_away = [row.applicants - row.own - row.other for row in DIRECTIONS]
    return (
        tuple(apportion(own_total, [row.own for row in DIRECTIONS])),
        tuple(apportion(other_total, [row.other for row in DIRECTIONS])),
        tuple(apportion(applicants - admitted, turned_away)),
    )


def _earlier(scale: Decimal, first: Shares, random: Random) -> list[Shares]:
    """The enrolled of the cohorts before 2023 by direction; both margins are exact."""
    total = scaled(613, scale) - sum(first)
    weights = [row.enrolled - row.own - row.other for row in DIRECTIONS]
    cohorts = bytearray()
    for place, number in enumerate(apportion(total, EARLIER_ENROLLED)):
        cohorts.extend(bytes([place]) * number)
    random.shuffle(cohorts)
    rows: list[list[int]] = [[0] * len(CODES) for _ in EARLIER_ENROLLED]
    at = 0
    for direction, number in enumerate(apportion(total, weights)):
        for place, found in Counter(cohorts[at : at + number]).items():
            rows[place][direction] = found
        at += number
    return [tuple(row) for row in rows]


def _before_the_split() -> list[int]:
    """Weights of those who left by the summer of 2023, when orthopaedics was part of surgery."""
    weights = [row.enrolled for row in DIRECTIONS]
    weights[SURGERY] += weights[ORTHOPAEDICS]
    weights[ORTHOPAEDICS] = 0
    return weights


def _cohorts(scale: Decimal, first: Shares, random: Random) -> tuple[Cohort, ...]:
    weights = _before_the_split()
    full, in_service = apportion(
        scaled(DEGREES, scale), [sum(FULL_TIME_DEGREES), IN_SERVICE_DEGREES]
    )
    awarded = [0, 0, 0, *apportion(full, FULL_TIME_DEGREES)]
    before = [0, 0, 0, 0, scaled(AWARDED_BEFORE, scale)]
    withdrawn = apportion(scaled(sum(WITHDRAWN), scale), WITHDRAWN)
    employed = dict(zip(IN_SERVICE_COHORTS, apportion(in_service, IN_SERVICE_SHARE), strict=True))
    enrolled = [first, *_earlier(scale, first, random), (0,) * len(CODES)]
    return tuple(
        Cohort(
            year,
            enrolled[place],
            tuple(apportion(awarded[place] if place < 5 else 0, weights)),
            tuple(apportion(before[place] if place < 5 else 0, weights)),
            tuple(apportion(withdrawn[place] if place < 5 else 0, weights)),
            tuple(apportion(employed.get(year, 0), weights)),
        )
        for place, year in enumerate((*COHORTS, 2018))
    )
