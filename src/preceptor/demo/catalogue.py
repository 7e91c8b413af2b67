"""The discipline catalogue of the demo institution, and its degree point.

Source: the published list of directions (domain facts, table `directions`). The 24th direction,
orthopaedics, is invented: it was split from surgery on 1 July 2023.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from preceptor.base.dates import Precision
from preceptor.institutions.choices import DegreeLevel, DegreeType, DisciplineLevel
from preceptor.institutions.models import DegreePoint, Discipline

from .distribution import CODES
from .insertion import Batch

CATALOGUE = "professional"
POINT = "YUNTING-DP"
IN_CATALOGUE_FROM = date(2011, 3, 1)
SPLIT_ON = date(2023, 7, 1)


@dataclass(frozen=True)
class Direction:
    """A direction as it is described: its goal is empty where none has been written yet."""

    code: str
    name_zh: str
    name_en: str
    group: str
    goal_zh: str
    goal_en: str
    departments: tuple[str, ...]
    topics: tuple[tuple[str, str], ...]


@cache
def described() -> tuple[Direction, ...]:
    """The 24 directions in the order of the catalogue."""
    text = (files(__package__) / "data" / "directions.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    return tuple(_direction(code, table[code]) for code in CODES)


def _direction(code: str, row: dict[str, list[str]]) -> Direction:
    goal_zh, goal_en = row.get("goal", ["", ""])
    name_zh, name_en = row["name"]
    topics = [topic.split("|") for topic in row["topics"]]
    return Direction(
        code=code,
        name_zh=name_zh,
        name_en=name_en,
        group=str(row["group"]),
        goal_zh=goal_zh,
        goal_en=goal_en,
        departments=tuple(row["departments"]),
        topics=tuple((zh, en) for zh, en in topics),
    )


def names() -> dict[str, tuple[str, str]]:
    """The names of the directions by code."""
    return {row.code: (row.name_zh, row.name_en) for row in described()}


def write_disciplines(batch: Batch) -> tuple[int, tuple[int, ...]]:
    """The keys of the first-level discipline and of the 24 directions in their order."""
    first = batch.add(
        Discipline,
        catalogue=CATALOGUE,
        code="1051",
        level=DisciplineLevel.FIRST,
        degree_type=DegreeType.PROFESSIONAL,
        name_zh="临床医学",
        name_en="Clinical Medicine",
        valid_from=IN_CATALOGUE_FROM,
    )
    return first, tuple(_write_direction(batch, first, row) for row in described())


def _write_direction(batch: Batch, first: int, row: Direction) -> int:
    return batch.add(
        Discipline,
        catalogue=CATALOGUE,
        code=row.code,
        level=DisciplineLevel.DIRECTION,
        degree_type=DegreeType.PROFESSIONAL,
        parent_id=first,
        name_zh=row.name_zh,
        name_en=row.name_en,
        goal_zh=row.goal_zh,
        goal_en=row.goal_en,
        valid_from=SPLIT_ON if row.code == "105113" else IN_CATALOGUE_FROM,
    )


def write_degree_points(batch: Batch, root: int, first: int) -> int:
    """The rights to grant degrees, known to the year; gives the key of the professional doctorate.

    The years are those that the source report prints of its own history.
    """
    academic = batch.add(
        Discipline,
        catalogue="academic",
        code="1002",
        level=DisciplineLevel.FIRST,
        degree_type=DegreeType.ACADEMIC,
        name_zh="临床医学",
        name_en="Clinical Medicine",
        valid_from=IN_CATALOGUE_FROM,
    )
    for code, level, year, name_zh, name_en in (
        ("1002-M", DegreeLevel.MASTER, 1981, "临床医学硕士学位授权点", "Master in clinical medicine"),
        ("1002-D", DegreeLevel.DOCTOR, 2006, "临床医学一级学科博士学位授权点",
         "Academic doctorate in clinical medicine"),
    ):  # fmt: skip
        batch.add(
            DegreePoint,
            code=f"{POINT}-{code}",
            institution_id=root,
            discipline_id=academic,
            degree_level=level,
            degree_type=DegreeType.ACADEMIC,
            authorised_on=date(year, 1, 1),
            authorised_precision=Precision.YEAR,
            name_zh=name_zh,
            name_en=name_en,
        )
    return batch.add(
        DegreePoint,
        code=POINT,
        institution_id=root,
        discipline_id=first,
        degree_level=DegreeLevel.DOCTOR,
        degree_type=DegreeType.PROFESSIONAL,
        authorised_on=date(2006, 1, 1),
        authorised_precision=Precision.YEAR,
        name_zh="临床医学博士专业学位授权点",
        name_en="Professional doctorate in clinical medicine",
    )
