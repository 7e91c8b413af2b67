"""The fixed cast with a degree point above its directions, frozen at the end of 2023.

A test module gets these fixtures with `pytest_plugins = ["cast", "frozen_cast"]`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from cast import Cast
from preceptor.base.actors import OPERATOR
from preceptor.institutions.actions import add_discipline
from preceptor.institutions.models import DegreePoint, Discipline
from preceptor.reports.actions import freeze
from preceptor.reports.models import Census, FigureValue

DAY = date(2023, 12, 31)
POINT = "YT-DP"


@pytest.fixture
def point(cast: Cast, home: Path) -> DegreePoint:
    """The professional doctorate in clinical medicine, above both directions of the cast."""
    first = add_discipline(
        by=OPERATOR, catalogue="YT", code="1051", level="first", degree_type="professional",
        name_zh="临床医学", name_en="Clinical Medicine", valid_from=date(2011, 3, 1),
    )  # fmt: skip
    Discipline.objects.filter(level="direction").update(parent=first)
    return DegreePoint.objects.create(
        code=POINT, institution=cast.institution, discipline=first, degree_level="doctor",
        degree_type="professional", authorised_on=date(2000, 12, 28), name_zh="临床医学博士专业学位授权点",
        name_en="Professional doctorate in clinical medicine",
    )  # fmt: skip


@pytest.fixture
def census(cast: Cast, point: DegreePoint) -> Census:
    """The state of the last day of 2023: all three trainees are enrolled."""
    return freeze(cast.institution, DAY, by=OPERATOR)


@pytest.fixture
def figure(census: Census) -> Callable[..., FigureValue]:
    """Gives a figure of the census by its key, of the degree point unless a scope is named."""

    def find(key: str, scope: str = POINT) -> FigureValue:
        return census.figures.get(key=key, scope=scope)

    return find
