"""Professors of a unit, who supervise postdocs and sit on boards."""

from __future__ import annotations

from datetime import date
from random import Random

from preceptor.people.choices import CapacityKind, IdentifierScheme, TitleLevel, TitleSeries

from ..persons import write_capacity, write_person, write_title
from ..stage import Stage

_SERIES = (TitleSeries.RESEARCHER, TitleSeries.TEACHER, TitleSeries.PHYSICIAN)


def write_professors(
    stage: Stage, random: Random, root: int, unit: int, count: int, numbers: str
) -> list[int]:
    """So many full professors of the unit, numbered on from `numbers`; gives the persons."""
    found = []
    for place in range(count):
        person, _ = write_person(
            stage.batch, root, random, (1962, 1980),
            [(IdentifierScheme.STAFF_NUMBER, f"{numbers}{place + 1:03}")],
        )  # fmt: skip
        series = random.choice(_SERIES)
        write_title(stage.batch, person, series, TitleLevel.FULL, date(2014, 12, 1))
        write_capacity(stage.batch, person, unit, CapacityKind.STAFF, date(2008, 7, 1))
        found.append(person)
    return found
