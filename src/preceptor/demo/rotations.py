"""Clinical rotations in whole months, adding up to a wanted number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from preceptor.training.choices import RotationKind, RotationResult
from preceptor.training.models import Rotation

from .insertion import Batch

_RESULTS = (RotationResult.PASS, RotationResult.GOOD, RotationResult.EXCELLENT)


@dataclass(frozen=True)
class ClinicalMonths:
    """How many months of clinical training there are to be, and of them as chief resident."""

    clinical: int
    chief: int


def month_after(first: date, months: int) -> date:
    """The first day of the month that many months later."""
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def months_from(first: date, last: date) -> int:
    """Whole calendar months from one day's month to the other's, both counted."""
    return max(0, (last.year - first.year) * 12 + last.month - first.month + 1)


def _blocks(random: Random, months: int) -> list[int]:
    """The months cut into pieces of two to five."""
    blocks = []
    while months > 0:
        block = min(months, random.randint(2, 5))
        blocks.append(block)
        months -= block
    return blocks


def write_rotations(
    batch: Batch,
    random: Random,
    enrolment: int,
    unit: int,
    departments: tuple[str, ...],
    first: date,
    available: int,
    months: ClinicalMonths,
) -> None:
    """Specialty rotations, then duty as chief resident; distinct months are as wanted.

    Months not wanted are a gap before the duty. Now and then a rotation overlaps the next by a
    month, which counts once.
    """
    at, specialty = 0, months.clinical - months.chief
    for block in _blocks(random, specialty):
        is_last = at + block == specialty
        longer = 1 if not is_last and random.random() < 0.1 else 0
        _write(
            batch, random, enrolment, unit, departments, first, at, block + longer,
            RotationKind.SPECIALTY,
        )  # fmt: skip
        at += block
    if months.chief:
        at = max(at, available - months.chief)
        kind = (
            RotationKind.EQUIVALENT_POST if random.random() < 0.25 else RotationKind.CHIEF_RESIDENT
        )
        _write(batch, random, enrolment, unit, departments, first, at, months.chief, kind)


def _write(
    batch: Batch,
    random: Random,
    enrolment: int,
    unit: int,
    departments: tuple[str, ...],
    first: date,
    at: int,
    months: int,
    kind: RotationKind,
) -> None:
    batch.add(
        Rotation,
        enrolment_id=enrolment,
        department=random.choice(departments),
        unit_id=unit,
        start_month=month_after(first, at),
        end_month=month_after(first, at + months - 1),
        kind=kind,
        result=random.choices(_RESULTS, (6, 3, 1))[0],
    )
