"""First-level disciplines of the academic catalogue, and the rights to award degrees in them.

Names and codes are those of the state's catalogue of 2011.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from preceptor.base.dates import Precision
from preceptor.institutions.choices import DegreeLevel, DegreeType, DisciplineLevel
from preceptor.institutions.models import DegreePoint, Discipline

from ..catalogue import IN_CATALOGUE_FROM
from ..stage import Stage

CATALOGUE = "academic"
DISCIPLINES = {
    "0710": ("生物学", "Biology"),
    "0812": ("计算机科学与技术", "Computer Science and Technology"),
    "0831": ("生物医学工程", "Biomedical Engineering"),
    "1001": ("基础医学", "Basic Medicine"),
    "1002": ("临床医学", "Clinical Medicine"),
    "1003": ("口腔医学", "Stomatology"),
    "1004": ("公共卫生与预防医学", "Public Health and Preventive Medicine"),
    "1007": ("药学", "Pharmacy"),
    "1010": ("医学技术", "Medical Technology"),
    "1011": ("护理学", "Nursing"),
}
_LEVELS = {
    DegreeLevel.DOCTOR: ("D", "一级学科博士学位授权点", "Academic doctorate in {}"),
    DegreeLevel.MASTER: ("M", "一级学科硕士学位授权点", "Academic master in {}"),
}


@dataclass(frozen=True)
class Academic:
    """The keys of the disciplines by code."""

    keys: dict[str, int]

    def __getitem__(self, code: str) -> int:
        return self.keys[code]


def write_academic(stage: Stage) -> Academic:
    """Those that are there already, and the missing ones."""
    rows = Discipline.objects.filter(catalogue=CATALOGUE)
    keys = dict(rows.values_list("code", "pk"))
    for code, (zh, en) in DISCIPLINES.items():
        if code not in keys:
            keys[code] = stage.batch.add(
                Discipline, catalogue=CATALOGUE, code=code, level=DisciplineLevel.FIRST,
                degree_type=DegreeType.ACADEMIC, name_zh=zh, name_en=en,
                valid_from=IN_CATALOGUE_FROM,
            )  # fmt: skip
    return Academic(keys)


def write_right(
    stage: Stage, academic: Academic, root: int, prefix: str, code: str, level: DegreeLevel,
    year: int,
) -> int:  # fmt: skip
    """The right of the institution to award the academic degree since the year; gives its key."""
    zh, en = DISCIPLINES[code]
    letter, kind_zh, kind_en = _LEVELS[level]
    return stage.batch.add(
        DegreePoint, code=f"{prefix}-{code}-{letter}", institution_id=root,
        discipline_id=academic[code], degree_level=level, degree_type=DegreeType.ACADEMIC,
        authorised_on=date(year, 1, 1), authorised_precision=Precision.YEAR,
        name_zh=f"{zh}{kind_zh}", name_en=kind_en.format(en.lower()),
    )  # fmt: skip
