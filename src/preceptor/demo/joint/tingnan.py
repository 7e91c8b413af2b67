"""The third institution: an engineering university with the two programmes of the joint school.

Names are invented and name no place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from preceptor.institutions.choices import DegreeLevel, DegreeType, RelationKind, UnitKind
from preceptor.institutions.models import Unit
from preceptor.training.choices import CourseKind
from preceptor.training.models import Course, Programme, ProgrammeCourse

from ..fellows.catalogue import DISCIPLINES, Academic, write_right
from ..fellows.professors import write_professors
from ..stage import Stage

TINGNAN = "TINGNAN"
NAMES = ("汀南理工大学", "Tingnan University of Technology")
FOUNDED = date(1952, 9, 1)
PROFESSORS = 12
SINCE = 2018
NORMAL_YEARS, LONGEST_YEARS = 3, 5


class NewCourse(NamedTuple):
    """A course: code, names, contact hours and credits."""

    code: str
    zh: str
    en: str
    hours: int
    credits: int


COURSES = (
    NewCourse("BME501", "生物力学", "Biomechanics", 64, 4),
    NewCourse("BME502", "医学信号与图像处理", "Medical Signals and Images", 48, 3),
    NewCourse("BME503", "医疗器械设计", "Design of Medical Devices", 64, 4),
    NewCourse("CS501", "机器学习", "Machine Learning", 64, 4),
    NewCourse("CS502", "医学数据工程", "Medical Data Engineering", 64, 4),
    NewCourse("EN501", "工程伦理", "Engineering Ethics", 32, 2),
)  # fmt: skip
#: The programmes: discipline, and the courses that it demands.
PROGRAMMES = {
    "0831": ("BME501", "BME502", "BME503", "EN501"),
    "0812": ("CS501", "CS502", "BME502", "EN501"),
}


@dataclass
class Tingnan:
    """The keys of the third institution."""

    root: int
    school: int
    professors: list[int]
    courses: dict[str, int]
    programmes: dict[str, int]


def write_tingnan(stage: Stage, academic: Academic) -> Tingnan:
    """Units, professors, rights, courses and programmes of the engineering university."""
    root = stage.batch.add(
        Unit, code=TINGNAN, kind=UnitKind.UNIVERSITY, name_zh=NAMES[0], name_en=NAMES[1]
    )
    school = stage.open_unit(
        root, root, f"{TINGNAN}-BE", UnitKind.COLLEGE,
        ("生物医学工程学院", "School of Biomedical Engineering"), RelationKind.PART_OF, FOUNDED,
    )  # fmt: skip
    professors = write_professors(
        stage, stage.stream("tingnan professors"), root, school, PROFESSORS, "E"
    )
    courses = write_courses(stage, root, COURSES)
    made = Tingnan(root, school, professors, courses, {})
    for code, members in PROGRAMMES.items():
        point = write_right(stage, academic, root, f"{TINGNAN}-DP", code, DegreeLevel.MASTER, 2005)
        made.programmes[code] = write_programme(
            stage, point, academic[code], DISCIPLINES[code],
            [courses[member] for member in members],
        )  # fmt: skip
    return made


def write_courses(stage: Stage, root: int, rows: tuple[NewCourse, ...]) -> dict[str, int]:
    """The courses of an institution; gives their keys by code."""
    return {
        row.code: stage.batch.add(
            Course, institution_id=root, code=row.code, name_zh=row.zh, name_en=row.en,
            hours=row.hours, credits=Decimal(row.credits),
        )
        for row in rows
    }  # fmt: skip


def write_programme(
    stage: Stage, point: int, direction: int, names: tuple[str, str], courses: list[int]
) -> int:
    """A master programme in which all the courses are required; gives its key."""
    zh, en = names
    key = stage.batch.add(
        Programme, point_id=point, direction_id=direction, cohort_from=SINCE,
        degree_level=DegreeLevel.MASTER, degree_type=DegreeType.ACADEMIC,
        title_zh=f"{zh}学术学位硕士研究生培养方案（{SINCE}版）",
        title_en=f"Academic master's training programme in {en} ({SINCE})",
        normal_years=NORMAL_YEARS, longest_years=LONGEST_YEARS,
    )  # fmt: skip
    for course in courses:
        stage.batch.add(
            ProgrammeCourse, programme_id=key, course_id=course, kind=CourseKind.REQUIRED,
            module="专业课",
        )  # fmt: skip
    return key
