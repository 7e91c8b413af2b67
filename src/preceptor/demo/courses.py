"""Courses and programme versions.

Source: the published tables of required and elective courses (domain facts, table `courses`):
names, hours and credits as printed, without their lecturers.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from preceptor.institutions.choices import DegreeLevel, DegreeType
from preceptor.training.choices import CourseKind
from preceptor.training.models import Course, Programme, ProgrammeCourse

from .catalogue import Direction, described
from .insertion import Batch


class CourseRow(NamedTuple):
    code: str
    kind: CourseKind
    name_zh: str
    name_en: str
    hours: int
    credits: int


#: R3 has 24 hours a credit where all others have 18: printed so (INC-27), and kept to be found.
ODD_HOURS = "R3"
COURSES = (
    CourseRow("R1", CourseKind.REQUIRED, "分子生物学工作基础",
              "Working Foundations of Molecular Biology", 54, 3),
    CourseRow("R2", CourseKind.REQUIRED, "细胞信号转导的分子机理",
              "Molecular Mechanisms of Cell Signal Transduction", 54, 3),
    CourseRow("R3", CourseKind.REQUIRED, "医学进展", "Advances in Medicine", 48, 2),
    CourseRow("R4", CourseKind.REQUIRED, "中国马克思主义与当代",
              "Chinese Marxism and the Contemporary World", 36, 2),
    CourseRow("R5", CourseKind.REQUIRED, "人工智能及其医学应用",
              "Artificial Intelligence and its Medical Applications", 36, 2),
    CourseRow("R6", CourseKind.REQUIRED, "分子影像学", "Molecular Imaging", 18, 1),
    CourseRow("R7", CourseKind.REQUIRED, "医学影像成像方法及应用",
              "Medical Imaging Methods and Applications", 36, 2),
    CourseRow("E1", CourseKind.ELECTIVE, "习近平重要论述研读",
              "Reading of Important Expositions of Xi Jinping", 18, 1),
    CourseRow("E2", CourseKind.ELECTIVE, "马克思主义经典著作选读",
              "Selected Readings of Marxist Classics", 36, 2),
)  # fmt: skip
REQUIRED = 7
FIRST_VERSION, REVISED = 2015, 2022
SPLIT_VERSION = 2023
NORMAL_YEARS, LONGEST_YEARS = 3, 8


@dataclass(frozen=True)
class Programmes:
    """The keys of the courses, in the order of `COURSES`, and of the programme versions."""

    courses: tuple[int, ...]
    versions: dict[tuple[int, int], int]

    def of(self, direction: int, cohort: int) -> int:
        """The version that binds a cohort of the direction."""
        starts = [start for place, start in self.versions if place == direction and start <= cohort]
        return self.versions[direction, max(starts)]


def write_programmes(
    batch: Batch, root: int, point: int, directions: tuple[int, ...]
) -> Programmes:
    """Courses, and for each direction its programme of 2015 and the revised one of 2022."""
    courses = tuple(_write_course(batch, root, row) for row in COURSES)
    versions = {}
    for place, row in enumerate(described()):
        starts = (SPLIT_VERSION,) if row.code == "105113" else (FIRST_VERSION, REVISED)
        for start in starts:
            key = _write_version(batch, point, directions[place], row, start)
            _write_members(batch, key, courses)
            versions[place, start] = key
    return Programmes(courses, versions)


def _write_course(batch: Batch, root: int, row: CourseRow) -> int:
    return batch.add(
        Course,
        institution_id=root,
        code=row.code,
        name_zh=row.name_zh,
        name_en=row.name_en,
        hours=row.hours,
        credits=Decimal(row.credits),
    )


def _write_version(batch: Batch, point: int, direction: int, row: Direction, start: int) -> int:
    return batch.add(
        Programme,
        point_id=point,
        direction_id=direction,
        cohort_from=start,
        cohort_to=REVISED - 1 if start == FIRST_VERSION else None,
        degree_level=DegreeLevel.DOCTOR,
        degree_type=DegreeType.PROFESSIONAL,
        title_zh=f"{row.name_zh}博士专业学位研究生培养方案（{start}版）",
        title_en=f"Doctoral training programme in {row.name_en} ({start})",
        normal_years=NORMAL_YEARS,
        longest_years=LONGEST_YEARS,
    )


def _write_members(batch: Batch, programme: int, courses: tuple[int, ...]) -> None:
    for key, row in zip(courses, COURSES, strict=True):
        module = "公共课" if row.code in ("R4", "E1", "E2") else "专业课"
        batch.add(
            ProgrammeCourse, programme_id=programme, course_id=key, kind=row.kind, module=module
        )
