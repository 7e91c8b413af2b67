"""Figures of chapter 3: directions with their goals, and supervisors."""

from __future__ import annotations

from .figure import Definition, Figure

KNOWN_SUPERVISORS = "SELECT DISTINCT point FROM supervisors"

_ROW = "SELECT point, NULL AS unit, NULL AS part, counted, record FROM supervisors"
_DOCTORAL_ZH = "统计时点具有专业学位博士生导师资格的人员，同一人只计一次"
_DOCTORAL_EN = (
    "Persons who hold the qualification to supervise for the professional doctorate on the day; "
    "a person counts once"
)
_GOALS_KNOWN = "SELECT DISTINCT point FROM directions_on_day"


def _goals(condition: str) -> str:
    return (
        "SELECT point, NULL AS unit, NULL AS part, key AS counted, key AS record"
        f" FROM directions_on_day WHERE {condition}"
    )


TOTAL = Figure(
    "supervisor.prof_doctoral_total",
    "专业型博士生导师人数", "Supervisors for the professional doctorate",
    "stock", "person", _DOCTORAL_ZH, _DOCTORAL_EN, "day", "qualification",
    f"{_ROW} WHERE doctoral", measure="count(DISTINCT counted)", known=KNOWN_SUPERVISORS,
)  # fmt: skip
BY_DIRECTION = Figure(
    "supervisor.by_direction",
    "各专业方向博士生导师人数", "Supervisors by direction",
    "stock", "person", _DOCTORAL_ZH, _DOCTORAL_EN, "day", "qualification",
    f"{_ROW.replace('NULL AS part', 'direction AS part')} WHERE doctoral AND direction IS NOT NULL",
    frame="direction", measure="count(DISTINCT counted)", known=KNOWN_SUPERVISORS,
)  # fmt: skip
BY_UNIT = Figure(
    "supervisor.prof_doctoral_total",
    "各单位博士生导师人数", "Supervisors by hospital, college or base",
    "stock", "person", _DOCTORAL_ZH, _DOCTORAL_EN, "day", "qualification",
    f"{_ROW.replace('NULL AS unit', 'unit')} WHERE doctoral AND unit IS NOT NULL",
    frame="unit", measure="count(DISTINCT counted)", known=KNOWN_SUPERVISORS,
)  # fmt: skip

FIGURES: tuple[Definition, ...] = (
    Figure(
        "direction.with_goal",
        "已录入培养目标的专业方向数", "Directions whose goal is on record",
        "stock", "count",
        "统计时点目录中已录入中文培养目标的专业方向",
        "Directions in the catalogue on the day whose goal is recorded in Chinese",
        "day", "discipline", _goals("goal_zh <> ''"), known=_GOALS_KNOWN,
    ),
    TOTAL,
    BY_DIRECTION,
    BY_UNIT,
    Figure(
        "supervisor.prof_doctoral_external",
        "外聘专业型博士生导师人数", "External supervisors for the professional doctorate",
        "stock", "person", f"{_DOCTORAL_ZH}；仅计外聘", f"{_DOCTORAL_EN}; external ones only",
        "day", "qualification", f"{_ROW} WHERE doctoral AND is_external",
        measure="count(DISTINCT counted)", known=KNOWN_SUPERVISORS,
        unsure="SELECT point, record FROM supervisors WHERE doctoral AND is_external IS NULL",
    ),
    Figure(
        "supervisor.external_by_direction",
        "各专业方向外聘博士生导师人数", "External supervisors by direction",
        "stock", "person", f"{_DOCTORAL_ZH}；仅计外聘", f"{_DOCTORAL_EN}; external ones only",
        "day", "qualification",
        f"{_ROW.replace('NULL AS part', 'direction AS part')}"
        " WHERE doctoral AND is_external AND direction IS NOT NULL",
        frame="direction", measure="count(DISTINCT counted)", known=KNOWN_SUPERVISORS,
    ),
    Figure(
        "supervisor.parttime_from_bases",
        "培养基地兼职研究生导师人数", "Part-time graduate supervisors from training bases",
        "stock", "person",
        "统计时点具有硕士或博士生导师资格、所在单位为研究生培养基地的外聘人员，同一人只计一次",
        "External persons of training bases who hold the qualification to supervise masters or "
        "doctors on the day; a person counts once",
        "day", "qualification",
        f"""{_ROW} WHERE is_external AND unit_id IN (
            SELECT lower_id FROM unit_relations WHERE kind = 'training_base_of'
            AND valid_from <= getvariable('day')
            AND (valid_to IS NULL OR valid_to >= getvariable('day')))""",
        measure="count(DISTINCT counted)", known=KNOWN_SUPERVISORS,
    ),
)  # fmt: skip
