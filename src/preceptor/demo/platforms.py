"""Platforms: eight national and thirty-five provincial ones in operation, one more that is being
built, workstations at companies, and consortia.

Source of the two numbers: the feature list, row 6; names are invented.
"""

from __future__ import annotations

from datetime import date, timedelta

from preceptor.institutions.choices import PlatformKind, PlatformLevel, PlatformState
from preceptor.institutions.models import CoBuilder, Platform, PlatformSpan

from .fellows.catalogue import Academic
from .stage import Stage
from .units import HOSPITAL_NAMES

NATIONAL, PROVINCIAL = 8, 35
INDUSTRY, CONSORTIA = 6, 3
#: Name of the field, and the first-level discipline that it belongs to.
_FIELDS = (
    ("心血管病", "Cardiovascular Disease", "1002"), ("肿瘤防治", "Cancer", "1002"),
    ("眼病", "Eye Disease", "1002"), ("代谢病", "Metabolic Disease", "1002"),
    ("神经损伤修复", "Repair of Nerve Injury", "1001"), ("免疫学", "Immunology", "1001"),
    ("药物靶点", "Drug Targets", "1007"), ("生殖健康", "Reproductive Health", "1001"),
    ("医学影像", "Medical Imaging", "1002"), ("精神卫生", "Mental Health", "1002"),
    ("急危重症", "Critical Care", "1002"), ("口腔医学", "Stomatology", "1003"),
)  # fmt: skip
_KINDS = {
    PlatformKind.KEY_LABORATORY: ("重点实验室", "Key Laboratory of {}"),
    PlatformKind.RESEARCH_CENTRE: ("工程研究中心", "Research Centre of {}"),
    PlatformKind.CLINICAL_CENTRE: ("临床医学研究中心", "Clinical Research Centre of {}"),
    PlatformKind.TRAINING_BASE: ("住院医师规范化培训基地", "Residency Training Base of {}"),
}
_KIND_ORDER = tuple(_KINDS)
_LEVELS = {
    PlatformLevel.NATIONAL: ("国家", "National"),
    PlatformLevel.PROVINCIAL: ("省", "Provincial"),
}
_A_DAY = timedelta(days=1)


def write_platforms(stage: Stage, academic: Academic) -> dict[int, list[int]]:
    """All platforms with their states and co-builders; a further provincial one is being built. Gives
    the national ones by their discipline."""
    national: dict[int, list[int]] = {}
    hospitals = [stage.unit(f"YUNTING-{code}") for code in HOSPITAL_NAMES]
    for number in range(NATIONAL):
        key = _write(stage, academic, hospitals, PlatformLevel.NATIONAL, number)
        discipline = _FIELDS[number % len(_FIELDS)][2]
        national.setdefault(academic[discipline], []).append(key)
    for number in range(PROVINCIAL + 1):
        _write(stage, academic, hospitals, PlatformLevel.PROVINCIAL, number)
    _write_industry(stage, academic, hospitals)
    _write_consortia(stage, academic, hospitals)
    stage.batch.write("platforms")
    return national


def _write(
    stage: Stage, academic: Academic, hospitals: list[int], level: PlatformLevel, number: int
) -> int:
    kind = _KIND_ORDER[number % len(_KIND_ORDER)]
    field_zh, field_en, discipline = _FIELDS[number % len(_FIELDS)]
    level_zh, level_en = _LEVELS[level]
    kind_zh, kind_en = _KINDS[kind]
    round_ = f"（第{number // len(_FIELDS) + 1}批）" if level is PlatformLevel.PROVINCIAL else ""
    is_building = level is PlatformLevel.PROVINCIAL and number == PROVINCIAL
    approved = date(2012 + number % 11, 3 + number % 9, 12)
    key = stage.batch.add(
        Platform, institution_id=stage.root, unit_id=hospitals[number % len(hospitals)],
        code=f"PL-{level[0].upper()}{number + 1:02}", kind=kind, level=level,
        discipline_id=academic[discipline],
        name_zh=f"{field_zh}{level_zh}级{kind_zh}{round_}{'（筹）' if is_building else ''}",
        name_en=f"{level_en} {kind_en.format(field_en)}",
        approved_on=approved, approval=f"示例批文〔{approved.year}〕{number + 1}号",
    )  # fmt: skip
    _write_states(stage, key, approved, is_building)
    return key


def _write_states(stage: Stage, platform: int, approved: date, is_building: bool) -> None:
    """Two years of building, then in operation."""
    opened = date(approved.year + 2, approved.month, 1)

    def write(state: PlatformState, since: date, until: date | None) -> None:
        stage.batch.add(
            PlatformSpan, platform_id=platform, state=state, valid_from=since, valid_to=until
        )

    if is_building:
        write(PlatformState.CONSTRUCTION, approved, None)
        return
    # Those approved of late were opened at once, so that all but one operate on the census day.
    if opened > date(2023, 12, 31):
        write(PlatformState.OPERATING, approved, None)
        return
    write(PlatformState.CONSTRUCTION, approved, opened - _A_DAY)
    write(PlatformState.OPERATING, opened, None)


def _write_industry(stage: Stage, academic: Academic, hospitals: list[int]) -> None:
    """Workstations for graduates at companies, recognised by the city."""
    for number in range(1, INDUSTRY + 1):
        key = stage.batch.add(
            Platform, institution_id=stage.root, unit_id=hospitals[number % len(hospitals)],
            code=f"PL-IE{number:02}", kind=PlatformKind.INDUSTRY_UNIT, level=PlatformLevel.CITY,
            name_zh=f"示例企业-{number:02}产教融合研究生工作站",
            name_en=f"Industry-education workstation at Example Company {number:02}",
            approved_on=date(2021, number, 15), discipline_id=academic["1002"],
        )  # fmt: skip
        _co_builder(stage, key, date(2021, number, 15), name=f"示例企业-{number:02}")
        stage.batch.add(
            PlatformSpan, platform_id=key, state=PlatformState.OPERATING,
            valid_from=date(2021, number, 15),
        )  # fmt: skip


def _write_consortia(stage: Stage, academic: Academic, hospitals: list[int]) -> None:
    """Innovation consortia of two hospitals with an engineering university and companies."""
    for number in range(1, CONSORTIA + 1):
        since = date(2022, 2 * number, 20)
        zh, en, discipline = _FIELDS[number + 4]
        key = stage.batch.add(
            Platform, institution_id=stage.root, unit_id=hospitals[0], code=f"PL-CO{number:02}",
            kind=PlatformKind.CONSORTIUM, level=PlatformLevel.CITY,
            name_zh=f"{zh}创新联合体", name_en=f"Innovation Consortium for {en}",
            approved_on=since, discipline_id=academic[discipline],
        )  # fmt: skip
        stage.batch.add(
            PlatformSpan, platform_id=key, state=PlatformState.OPERATING, valid_from=since
        )
        _co_builder(stage, key, since, unit=hospitals[number])
        _co_builder(stage, key, since, name="汀南理工大学")
        _co_builder(stage, key, since, name=f"示例企业-{number + 6:02}")


def _co_builder(
    stage: Stage, platform: int, since: date, *, unit: int | None = None, name: str = ""
) -> None:
    stage.batch.add(CoBuilder, platform_id=platform, unit_id=unit, name=name, valid_from=since)
