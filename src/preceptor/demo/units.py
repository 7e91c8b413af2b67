"""The units of the demo institution and how they belong to one another, and since when.

Names are invented and name no place. Source of the numbers: domain specification 8.1-8.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from preceptor.institutions.choices import RelationKind, UnitKind
from preceptor.institutions.models import Unit, UnitRelation

from .distribution import HOSPITALS
from .insertion import Batch

INSTITUTION = "YUNTING"
FOUNDED = date(1951, 9, 1)
JOINED_EARLY, JOINED_LATE = date(2012, 9, 1), date(2023, 9, 1)
LATE_BASES = 2

HOSPITAL_NAMES = {
    "GH": ("总医院", "General Hospital"),
    "CIH": ("肿瘤医院", "Cancer Hospital"),
    "H2": ("第二医院", "Second Hospital"),
    "EH": ("眼科医院", "Eye Hospital"),
    "MDH": ("代谢病医院", "Metabolic Diseases Hospital"),
    "MHC": ("精神卫生中心", "Mental Health Center"),
    "ST": ("口腔医院", "Stomatological Hospital"),
}
COLLEGES = {
    "GS": ("研究生院", "Graduate School"),
    "CM": ("临床医学院", "College of Clinical Medicine"),
    "BM": ("基础医学院", "College of Basic Medicine"),
    "PH": ("公共卫生学院", "College of Public Health"),
    "MX": ("马克思主义学院", "School of Marxism"),
    "IM": ("医学影像学院", "College of Medical Imaging"),
}
CAMPUSES = {"C1": ("翠汀校区", "Cuiting Campus"), "C2": ("映汀校区", "Yingting Campus")}
BASE_NAMES = (
    ("晴汀", "Qingting"), ("霁汀", "Jiting"), ("墨汀", "Moting"), ("筠汀", "Junting"),
    ("璧汀", "Biting"), ("波汀", "Boting"), ("栀汀", "Zhiting"), ("鹭汀", "Luting"),
    ("葭汀", "Jiating"), ("菱汀", "Lingting"), ("松汀", "Songting"), ("荻汀", "Diting"),
    ("萍汀", "Pingting"), ("枫汀", "Fengting"), ("蓼汀", "Liaoting"), ("茗汀", "Mingting"),
    ("荷汀", "Heting"), ("棠汀", "Tangting"), ("桐汀", "Tongting"),
)  # fmt: skip
OUTSIDE_NAMES = (
    ("示例医科大学甲", "Example Medical University A"),
    ("示例医科大学乙", "Example Medical University B"),
    ("示例大学医学院", "Example University School of Medicine"),
)
OFFICE_DIRECTIONS = {
    "GH": ("105101", "105104", "105107", "105108", "105111", "105113", "105123"),
    "CIH": ("105121", "105122", "105119", "105111"),
    "H2": ("105101", "105111", "105104"),
    "EH": ("105116",),
    "MDH": ("105101", "105120"),
    "MHC": ("105105",),
    "ST": ("105111",),
}


@dataclass(frozen=True)
class Units:
    """The keys of the units that people are placed in."""

    root: int
    hospitals: tuple[int, ...]
    colleges: dict[str, int]
    bases: tuple[int, ...]
    outside: tuple[int, ...]


def write_units(batch: Batch, direction_names: dict[str, tuple[str, str]]) -> Units:
    """The university and all below it, with the dates of each relation."""
    root = batch.add(
        Unit,
        code=INSTITUTION,
        kind=UnitKind.UNIVERSITY,
        name_zh="云汀医科大学",
        name_en="Yunting Medical University",
    )
    colleges = _below(batch, root, COLLEGES, UnitKind.COLLEGE, RelationKind.PART_OF)
    _below(batch, root, CAMPUSES, UnitKind.CAMPUS, RelationKind.PART_OF)
    hospitals = _below(batch, root, HOSPITAL_NAMES, UnitKind.HOSPITAL, RelationKind.AFFILIATED)
    for code, key in hospitals.items():
        _teaching_offices(batch, root, code, key, direction_names)
    return Units(
        root=root,
        hospitals=tuple(hospitals[code] for code in HOSPITALS),
        colleges=colleges,
        bases=_bases(batch, root),
        outside=tuple(_outside(batch, root)),
    )


def _below(
    batch: Batch,
    root: int,
    names: dict[str, tuple[str, str]],
    kind: UnitKind,
    relation: RelationKind,
) -> dict[str, int]:
    keys = {}
    for code, (name_zh, name_en) in names.items():
        keys[code] = batch.add(
            Unit,
            institution_id=root,
            code=f"{INSTITUTION}-{code}",
            kind=kind,
            name_zh=name_zh,
            name_en=name_en,
        )
        _relate(batch, keys[code], root, relation, FOUNDED)
    return keys


def _relate(batch: Batch, lower: int, upper: int, kind: RelationKind, since: date) -> None:
    batch.add(UnitRelation, lower_id=lower, upper_id=upper, kind=kind, valid_from=since)


def _teaching_offices(
    batch: Batch, root: int, hospital: str, key: int, direction_names: dict[str, tuple[str, str]]
) -> None:
    hospital_zh, hospital_en = HOSPITAL_NAMES[hospital]
    for code in OFFICE_DIRECTIONS[hospital]:
        name_zh, name_en = direction_names[code]
        office = batch.add(
            Unit,
            institution_id=root,
            code=f"{INSTITUTION}-{hospital}-{code}",
            kind=UnitKind.TEACHING_OFFICE,
            name_zh=f"{hospital_zh}{name_zh}教研室",
            name_en=f"Teaching Office of {name_en}, {hospital_en}",
        )
        since = date(2023, 7, 1) if code == "105113" else date(2010, 9, 1)
        _relate(batch, office, key, RelationKind.TEACHING_OFFICE_OF, since)


def _bases(batch: Batch, root: int) -> tuple[int, ...]:
    """Nineteen clinical colleges, 17 of them from before 2023, grouped as the training bases."""
    group = batch.add(
        Unit,
        institution_id=root,
        code=f"{INSTITUTION}-BASES",
        kind=UnitKind.TRAINING_BASE,
        name_zh="教学基地",
        name_en="Training bases",
    )
    _relate(batch, group, root, RelationKind.PART_OF, JOINED_EARLY)
    keys = []
    for number, (name_zh, name_en) in enumerate(BASE_NAMES, 1):
        base = batch.add(
            Unit,
            institution_id=root,
            code=f"{INSTITUTION}-B{number:02}",
            kind=UnitKind.CLINICAL_COLLEGE,
            name_zh=f"{name_zh}临床学院",
            name_en=f"{name_en} Clinical College",
        )
        since = JOINED_LATE if number > len(BASE_NAMES) - LATE_BASES else JOINED_EARLY
        _relate(batch, base, root, RelationKind.CLINICAL_COLLEGE_OF, since)
        _relate(batch, base, group, RelationKind.TRAINING_BASE_OF, since)
        keys.append(base)
    return tuple(keys)


def _outside(batch: Batch, root: int) -> list[int]:
    """Institutions that lend experts; they belong to nothing here."""
    return [
        batch.add(
            Unit,
            institution_id=root,
            code=f"{INSTITUTION}-OUT{number}",
            kind=UnitKind.OUTSIDE,
            name_zh=name_zh,
            name_en=name_en,
        )
        for number, (name_zh, name_en) in enumerate(OUTSIDE_NAMES, 1)
    ]
