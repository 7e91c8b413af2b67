"""Figures of the annex on data quality: records that the report rests on and that need a look."""

from __future__ import annotations

from .figure import Definition, Figure, Nature, Window
from .situation import KNOWN_TRAINEES
from .strength import KNOWN_SUPERVISORS

_POINTS = "SELECT code AS point FROM points"


def _finding(
    key: str, names: tuple[str, str], population: tuple[str, str], kind: str, unit: str,
    sql: str, known: str,
) -> Figure:  # fmt: skip
    return Figure(
        f"quality.{key}",
        *names,
        "stock",
        unit,
        *population,
        "day",
        kind,
        sql,
        measure="count(DISTINCT counted)",
        known=known,
    )


_UNEVEN_COURSES = """
WITH rates AS (
    SELECT point, record, hours / nullif(credits, 0) AS rate FROM taught
), usual AS (SELECT point, mode(rate) AS rate FROM rates GROUP BY point)
SELECT DISTINCT rates.point, NULL AS unit, NULL AS part, record AS counted, record
FROM rates JOIN usual USING (point) WHERE rates.rate <> usual.rate"""

_TWO_NUMBERS = """
WITH twice AS (
    SELECT person_id FROM staff_numbers GROUP BY person_id HAVING count(*) > 1
)
SELECT points.code AS point, NULL AS unit, NULL AS part, person_id AS counted,
    person_id AS record
FROM points, twice WHERE person_id IN (SELECT key FROM persons)"""


def _supervisors(condition: str) -> str:
    return (
        "SELECT point, NULL AS unit, NULL AS part, counted, record FROM supervisors"
        f" WHERE doctoral AND {condition}"
    )


def _trainees(condition: str) -> str:
    return (
        "SELECT point, NULL AS unit, NULL AS part, record AS counted, record FROM trainees"
        f" WHERE {condition}"
    )


def _panels(
    key: str, nature: Nature, window: Window, names: tuple[str, str],
    population: tuple[str, str], condition: str,
) -> Figure:  # fmt: skip
    return Figure(
        f"quality.{key}", *names, nature, "count", *population, window, "panel",
        f"""SELECT point, NULL AS unit, rule AS part, panel_id AS counted, panel_id AS record
        FROM verdicts JOIN panels ON panels.key = panel_id
        WHERE subject = 'panel' AND verdict = 'fail' AND kind = 'block' AND {condition}""",
        frame="panel_rule", known="SELECT DISTINCT point FROM verdicts WHERE subject = 'panel'",
    )  # fmt: skip


FIGURES: tuple[Definition, ...] = (
    _finding(
        "direction_without_goal",
        ("缺少培养目标的专业方向数", "Directions without a goal text"),
        ("统计时点目录中未录入中文培养目标的专业方向",
         "Directions in the catalogue on the day whose goal is not recorded in Chinese"),
        "discipline", "count",
        "SELECT point, NULL AS unit, NULL AS part, key AS counted, key AS record"
        " FROM directions_on_day WHERE coalesce(goal_zh, '') = ''",
        "SELECT DISTINCT point FROM directions_on_day",
    ),
    _finding(
        "direction_without_programme",
        ("缺少培养方案的专业方向数", "Directions without a programme"),
        ("统计时点目录中没有适用于报告年度年级培养方案的专业方向",
         "Directions in the catalogue on the day without a programme for the cohort of the year"),
        "discipline", "count",
        """SELECT point, NULL AS unit, NULL AS part, d.key AS counted, d.key AS record
        FROM directions_on_day d WHERE NOT EXISTS (
            SELECT 1 FROM programmes p WHERE p.direction_id = d.key
            AND p.cohort_from <= year(getvariable('day'))
            AND (p.cohort_to IS NULL OR p.cohort_to >= year(getvariable('day'))))""",
        "SELECT DISTINCT point FROM directions_on_day",
    ),
    _finding(
        "course_hours_per_credit",
        ("学时学分比例异常的课程数", "Courses with unusual hours to a credit"),
        ("每学分学时数与多数课程不同的课程",
         "Courses whose hours to a credit differ from those of most courses"),
        "course", "count", _UNEVEN_COURSES, "SELECT DISTINCT point FROM taught",
    ),
    _finding(
        "engaged_before_training",
        ("先上岗后培训的导师人数", "Supervisors engaged before their training"),
        ("聘任日期早于岗前培训日期的博士生导师",
         "Doctoral supervisors whose engagement is dated before their training"),
        "qualification", "person", _supervisors("engaged_on < trained_on"), KNOWN_SUPERVISORS,
    ),
    _finding(
        "engaged_without_training",
        ("无岗前培训记录的导师人数", "Supervisors engaged with no training on record"),
        ("已聘任但未登记岗前培训日期的博士生导师",
         "Doctoral supervisors who are engaged and have no training on record"),
        "qualification", "person",
        _supervisors("engaged_on IS NOT NULL AND trained_on IS NULL"), KNOWN_SUPERVISORS,
    ),
    _finding(
        "two_staff_numbers",
        ("登记两个以上工号的人数", "Persons with more than one staff number"),
        ("登记了两个及以上工号的人员", "Persons for whom more than one staff number is recorded"),
        "person", "person", _TWO_NUMBERS, _POINTS,
    ),
    _finding(
        "trainee_without_state",
        ("统计时点状态不明的研究生人数", "Trainees whose state is not on record"),
        ("统计时点没有状态记录的研究生", "Trainees without a state recorded for the day"),
        "enrolment", "person", _trainees("state IS NULL"), KNOWN_TRAINEES,
    ),
    _finding(
        "trainee_without_place",
        ("在校但培养单位不明的研究生人数", "Trainees enrolled without a placement"),
        ("统计时点在校、没有培养单位记录的研究生",
         "Trainees enrolled on the day without a unit recorded for the day"),
        "enrolment", "person", _trainees("enrolled AND unit IS NULL"), KNOWN_TRAINEES,
    ),
    _panels(
        "panel_failing", "flow", "year",
        ("不符合规定的评审小组数", "Panels that sat and break a rule"),
        ("统计时段内召开、按当日有效规则判定为不符合必须满足的规定的评审小组，按规则分列",
         "Panels that sat within the period and fail a binding rule in force, by rule"),
        "panels.sits_on BETWEEN getvariable('year_start') AND getvariable('day')",
    ),
    _panels(
        "planned_panel_failing", "stock", "day",
        ("不符合规定的待召开评审小组数", "Panels to come that break a rule"),
        ("统计时点已组建、尚未召开，按当日有效规则判定为不符合必须满足的规定的评审小组，按规则分列",
         "Panels formed and not yet sat on the day that fail a binding rule in force, by rule"),
        "panels.sits_on IS NULL",
    ),
)  # fmt: skip
