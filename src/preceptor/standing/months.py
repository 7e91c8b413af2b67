"""Clinical rotations as calendar months, so that overlapping ones never count twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from preceptor.base.dates import months_between
from preceptor.training.choices import RotationKind
from preceptor.training.models import Rotation

#: Where several rotations cover a month it has the highest kind.
#: Source: rules of the product ("one row per calendar month"), and the office workbook's guide.
HIGHEST_FIRST = (
    RotationKind.CHIEF_RESIDENT,
    RotationKind.EQUIVALENT_POST,
    RotationKind.SPECIALTY,
    RotationKind.OTHER,
)


def highest(kinds: Iterable[str | None]) -> str | None:
    """The kind of a month that several rotations cover.

    A rotation of unknown kind might be the highest: the month is then unknown (None), unless
    another one already makes it the highest there is.
    """
    found = set(kinds)
    if HIGHEST_FIRST[0] in found:
        return HIGHEST_FIRST[0]
    if None in found:
        return None
    return next(kind for kind in HIGHEST_FIRST if kind in found)


def training_months(rotations: Iterable[Rotation], on: date) -> list[dict[str, Any]]:
    """One row per calendar month begun by the day: month, months (1), kind, and departments."""
    covered: dict[date, list[Rotation]] = {}
    for rotation in rotations:
        if rotation.start_month > on:
            continue
        for month in months_between(rotation.start_month, min(rotation.end_month, on)):
            covered.setdefault(month, []).append(rotation)
    return [_month(month, covered[month]) for month in sorted(covered)]


def _month(month: date, rotations: list[Rotation]) -> dict[str, Any]:
    departments = dict.fromkeys(rotation.department for rotation in rotations)
    return {
        "name": f"{month:%Y-%m} {'、'.join(departments)}",
        "month": month,
        "months": 1,
        "kind": highest(rotation.kind for rotation in rotations),
    }
