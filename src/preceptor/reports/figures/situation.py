"""Figures of chapter 1, the basic situation of the degree point."""

from __future__ import annotations

from .figure import Definition, Figure, Quotient

KNOWN_TRAINEES = "SELECT DISTINCT point FROM trainees"
UNITS_KNOWN = "SELECT code AS point FROM points WHERE EXISTS (SELECT 1 FROM unit_relations)"

_ROW = "SELECT point, NULL AS unit, NULL AS part, record AS counted, record FROM trainees"
_STATE_UNKNOWN = "SELECT point, record FROM trainees WHERE state IS NULL"
_FULL_TIME_ENROLLED = "mode = 'full_time' AND enrolled"
_INTAKE = (
    "mode = 'full_time' AND state IS DISTINCT FROM 'lapsed'"
    " AND cohort_on BETWEEN getvariable('year_start') AND getvariable('day')"
)
_AWARDED = "awarded_on BETWEEN getvariable('year_start') AND getvariable('day')"

_ENROLLED_ZH = "统计时点状态为在校的全日制临床医学专业学位博士研究生，休学者计入，不含在职人员"
_ENROLLED_EN = (
    "Full-time trainees for the professional doctorate whose state on the day is an enrolled one; "
    "suspended trainees count, in-service candidates do not"
)
_INTAKE_ZH = "计划入学日期在统计时段内的全日制专业学位博士研究生，未报到者不计"
_INTAKE_EN = (
    "Full-time trainees for the professional doctorate whose planned start lies within the "
    "period; those who never registered do not count"
)


def _by(column: str) -> str:
    return _ROW.replace("NULL AS part", f"{column} AS part")


def _in_unit() -> str:
    return _ROW.replace("NULL AS unit", "unit")


def _units(kind: str, day: str, of: str = "lower.kind IS NOT NULL") -> str:
    """The units in a relation of the kinds to the institution on the day."""
    return f"""
        SELECT points.code AS point, NULL AS unit, NULL AS part, lower.key AS counted,
            lower.key AS record
        FROM unit_relations r JOIN units lower ON lower.key = r.lower_id, points
        WHERE r.kind IN ({kind}) AND {of} AND r.valid_from <= getvariable('{day}')
        AND (r.valid_to IS NULL OR r.valid_to >= getvariable('{day}'))"""


def _directions(day: str) -> str:
    return f"""
        SELECT point, NULL AS unit, NULL AS part, key AS counted, key AS record FROM directions
        WHERE level = 'direction' AND valid_from <= getvariable('{day}')
        AND (valid_to IS NULL OR valid_to >= getvariable('{day}'))"""


INTAKE = Figure(
    "intake.fulltime_prof_doctoral",
    "全日制专业学位博士研究生招生人数", "Full-time professional doctoral intake",
    "flow", "person", _INTAKE_ZH, _INTAKE_EN, "year", "enrolment",
    f"{_ROW} WHERE {_INTAKE}", known=KNOWN_TRAINEES,
)  # fmt: skip
INTAKE_BY_DIRECTION = Figure(
    "intake.by_direction",
    "各专业方向招生人数", "Intake by direction",
    "flow", "person", _INTAKE_ZH, _INTAKE_EN, "year", "enrolment",
    f"{_by('direction')} WHERE {_INTAKE} AND direction IS NOT NULL",
    frame="direction", known=KNOWN_TRAINEES,
)  # fmt: skip
ENROLLED = Figure(
    "enrolled.fulltime_prof_doctoral",
    "全日制在校专业学位博士研究生人数", "Full-time professional doctoral trainees enrolled",
    "stock", "person", _ENROLLED_ZH, _ENROLLED_EN, "day", "enrolment",
    f"{_ROW} WHERE {_FULL_TIME_ENROLLED}", known=KNOWN_TRAINEES, unsure=_STATE_UNKNOWN,
)  # fmt: skip
ENROLLED_BY_DIRECTION = Figure(
    "enrolled.by_direction",
    "各专业方向在校人数", "Trainees enrolled by direction",
    "stock", "person", _ENROLLED_ZH, _ENROLLED_EN, "day", "enrolment",
    f"{_by('direction')} WHERE {_FULL_TIME_ENROLLED} AND direction IS NOT NULL",
    frame="direction", known=KNOWN_TRAINEES,
)  # fmt: skip
ENROLLED_BY_UNIT = Figure(
    "enrolled.fulltime_prof_doctoral",
    "各培养单位在校人数", "Trainees enrolled by hospital or college",
    "stock", "person", _ENROLLED_ZH, _ENROLLED_EN, "day", "enrolment",
    f"{_in_unit()} WHERE {_FULL_TIME_ENROLLED} AND unit IS NOT NULL",
    frame="unit", known=KNOWN_TRAINEES,
)  # fmt: skip

_TRAINEES: tuple[Definition, ...] = (
    INTAKE,
    INTAKE_BY_DIRECTION,
    ENROLLED,
    ENROLLED_BY_DIRECTION,
    ENROLLED_BY_UNIT,
    Figure(
        "intake.fulltime_prof_doctoral",
        "各培养单位招生人数", "Intake by hospital or college",
        "flow", "person", _INTAKE_ZH, _INTAKE_EN, "year", "enrolment",
        f"{_in_unit()} WHERE {_INTAKE} AND unit IS NOT NULL",
        frame="unit", known=KNOWN_TRAINEES,
    ),
    Figure(
        "enrolled.by_cohort",
        "各年级在校人数", "Trainees enrolled by cohort",
        "stock", "person", _ENROLLED_ZH, _ENROLLED_EN, "day", "enrolment",
        f"{_by('CAST(cohort AS VARCHAR)')} WHERE {_FULL_TIME_ENROLLED}",
        frame="found", known=KNOWN_TRAINEES,
    ),
    Figure(
        "enrolled.in_service",
        "在职攻读人数", "In-service candidates enrolled",
        "stock", "person",
        "统计时点状态为在校的在职攻读专业学位博士人员",
        "In-service candidates whose state on the day is an enrolled one",
        "day", "enrolment", f"{_ROW} WHERE mode = 'in_service' AND enrolled",
        known=KNOWN_TRAINEES, unsure=_STATE_UNKNOWN,
    ),
    Figure(
        "enrolled.suspended",
        "休学人数", "Trainees suspended",
        "stock", "person",
        "统计时点处于休学状态的专业学位博士研究生",
        "Trainees of either mode of study who are suspended on the day",
        "day", "enrolment", f"{_ROW} WHERE state = 'suspended'",
        known=KNOWN_TRAINEES, unsure=_STATE_UNKNOWN,
    ),
    Figure(
        "enrolled.deferred",
        "缓授学位人数", "Trainees whose award is deferred",
        "stock", "person",
        "统计时点处于缓授学位状态的人员",
        "Trainees of either mode of study whose award is deferred on the day",
        "day", "enrolment", f"{_ROW} WHERE state = 'deferred'",
        known=KNOWN_TRAINEES, unsure=_STATE_UNKNOWN,
    ),
    Figure(
        "trainee.withdrawn",
        "退学人数", "Trainees withdrawn",
        "flow", "person",
        "统计时段内退学的专业学位博士研究生",
        "Trainees of either mode of study who withdrew within the period",
        "year", "enrolment",
        f"{_ROW} WHERE state = 'withdrawn'"
        " AND state_since BETWEEN getvariable('year_start') AND getvariable('day')",
        known=KNOWN_TRAINEES, unsure=_STATE_UNKNOWN,
    ),
)  # fmt: skip

_DEGREES: tuple[Definition, ...] = (
    Figure(
        "degree.prof_doctor_awarded_incl_inservice",
        "授予博士专业学位人数（含在职）", "Professional doctorates awarded, in-service included",
        "flow", "person",
        "统计时段内获授博士专业学位的人员，含全日制和在职",
        "Persons awarded the professional doctorate within the period, full-time and in-service",
        "year", "enrolment", f"{_ROW} WHERE {_AWARDED}", known=KNOWN_TRAINEES,
    ),
    Figure(
        "degree.awarded_full_time",
        "授予全日制博士专业学位人数", "Professional doctorates awarded to full-time trainees",
        "flow", "person",
        "统计时段内获授博士专业学位的全日制研究生",
        "Full-time trainees awarded the professional doctorate within the period",
        "year", "enrolment", f"{_ROW} WHERE {_AWARDED} AND mode = 'full_time'",
        known=KNOWN_TRAINEES,
    ),
    Figure(
        "degree.awarded_in_service",
        "授予在职博士专业学位人数", "Professional doctorates awarded to in-service candidates",
        "flow", "person",
        "统计时段内获授博士专业学位的在职人员",
        "In-service candidates awarded the professional doctorate within the period",
        "year", "enrolment", f"{_ROW} WHERE {_AWARDED} AND mode = 'in_service'",
        known=KNOWN_TRAINEES,
    ),
)  # fmt: skip

_RATIO = Quotient(
    "ratio.student_supervisor",
    "生师比", "Trainees to a supervisor",
    "stock", "ratio",
    "全日制在校专业学位博士研究生人数除以专业型博导人数（含外聘），保留一位小数",
    "Full-time trainees enrolled, divided by doctoral supervisors (external ones included), to "
    "one decimal",
    "day", "enrolled.fulltime_prof_doctoral", "supervisor.prof_doctoral_total",
)  # fmt: skip

_COLLEGES_ZH = "{}与本校存在非直属临床学院关系的单位"
_COLLEGES_EN = "Units that are non-affiliated clinical colleges of the university {}"

_UNITS: tuple[Definition, ...] = (
    Figure(
        "org.university_hospitals",
        "大学医院数", "University hospitals",
        "stock", "count",
        "统计时点的直属或附属医院", "Hospitals that are part of or affiliated to the university on the day",
        "day", "unit", _units("'affiliated', 'part_of'", "day", "lower.kind = 'hospital'"),
        known=UNITS_KNOWN,
    ),
    Figure(
        "org.nonaffiliated_clinical_colleges.ch1",
        "非直属临床学院数（上年末）", "Non-affiliated clinical colleges at the end of last year",
        "stock", "count",
        _COLLEGES_ZH.format("上年末"), _COLLEGES_EN.format("at the end of the year before"),
        "previous_end", "unit", _units("'clinical_college_of'", "previous_end"),
        known=UNITS_KNOWN,
    ),
    Figure(
        "org.nonaffiliated_clinical_colleges.ch3_2",
        "非直属临床学院数", "Non-affiliated clinical colleges",
        "stock", "count", _COLLEGES_ZH.format("统计时点"), _COLLEGES_EN.format("on the day"),
        "day", "unit", _units("'clinical_college_of'", "day"), known=UNITS_KNOWN,
    ),
    Figure(
        "org.nonaffiliated_training_bases.ch3_3",
        "研究生培养基地数", "Non-affiliated training bases",
        "stock", "count",
        "统计时点的研究生培养基地", "Units that are training bases of the university on the day",
        "day", "unit", _units("'training_base_of'", "day"), known=UNITS_KNOWN,
    ),
)  # fmt: skip

_DIRECTIONS_KNOWN = "SELECT DISTINCT point FROM directions"

_DIRECTIONS: tuple[Definition, ...] = (
    Figure(
        "direction.count.ch1",
        "专业方向数（上年末）", "Directions at the end of last year",
        "stock", "count",
        "上年末目录中的专业方向", "Directions in the catalogue at the end of the year before",
        "previous_end", "discipline", _directions("previous_end"), known=_DIRECTIONS_KNOWN,
    ),
    Figure(
        "direction.count.ch3",
        "专业方向数", "Directions",
        "stock", "count", "统计时点目录中的专业方向", "Directions in the catalogue on the day",
        "day", "discipline", _directions("day"), known=_DIRECTIONS_KNOWN,
    ),
)  # fmt: skip


def _authorised(key: str, zh: str, en: str, where: str) -> Figure:
    """The year in which the earliest of some rights to grant a degree was given."""
    sql = f"""
        SELECT points.code AS point, NULL AS unit, NULL AS part,
            year(d.authorised_on) AS counted, d.key AS record
        FROM points, degree_points d WHERE d.authorised_on IS NOT NULL AND {where}"""
    return Figure(
        key, zh, en, "stock", "year",
        "学位授权点登记的获批年份（取最早者）", "Year of authorisation in the register of degree points, the earliest",
        "event", "point", sql, measure="min(counted)",
        known=f"SELECT DISTINCT point FROM ({sql})",
    )  # fmt: skip


_YEARS: tuple[Definition, ...] = (
    _authorised(
        "point.authorised_year",
        "本学位授权点获批年份", "Year in which this degree point was authorised",
        "d.key = points.key",
    ),
    _authorised(
        "point.master_authorised_year",
        "首批硕士学位授权年份", "Year of the first right to grant a master's degree",
        "d.degree_level = 'master'",
    ),
    _authorised(
        "point.doctor_level1_authorised_year",
        "一级学科博士学位授权年份", "Year of the right to grant the academic doctorate",
        "d.degree_level = 'doctor' AND d.degree_type = 'academic'",
    ),
)  # fmt: skip

FIGURES = (*_YEARS, *_UNITS, *_DIRECTIONS, *_TRAINEES, *_DEGREES, _RATIO)
