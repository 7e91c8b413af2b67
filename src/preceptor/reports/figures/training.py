"""Figures of chapter 4, sections 3 to 7: courses, supervision, clinical practice, theses."""

from __future__ import annotations

from .figure import Definition, Figure, Measure, Quotient

_COURSES_KNOWN = "SELECT DISTINCT point FROM taught"
_COURSE_ZH = "适用于报告年度入学年级的培养方案中的{}"
_COURSE_EN = "{} of the programme versions in force for the cohort of the report year"

_MILESTONES_KNOWN = """
SELECT DISTINCT t.point FROM milestones m JOIN trainees t ON t.record = m.enrolment_id"""
_PANELS_KNOWN = """
SELECT DISTINCT t.point FROM panels p JOIN trainees t ON t.record = p.enrolment_id"""
_CHECKS_KNOWN = """
SELECT DISTINCT t.point FROM similarity_checks s JOIN theses ON theses.key = s.thesis_id
JOIN trainees t ON t.record = theses.enrolment_id"""
_REVIEWS_KNOWN = "SELECT DISTINCT point FROM reviewed"
_WITHIN = "BETWEEN getvariable('year_start') AND getvariable('day')"


def _taught(counted: str, part: str, where: str) -> str:
    return (
        f"SELECT point, NULL AS unit, {part} AS part, {counted} AS counted, record FROM taught"
        f" WHERE {where}"
    )


def _course(key: str, zh: str, en: str, unit: str, sql: str, measure: Measure, kind: str) -> Figure:
    noun = {
        "required": ("必修课程", "Required courses"),
        "elective": ("选修课程", "Elective courses"),
    }
    noun_zh, noun_en = noun.get(kind, ("课程", "Courses"))
    return Figure(
        key, zh, en, "stock", unit, _COURSE_ZH.format(noun_zh), _COURSE_EN.format(noun_en),
        "day", "course", sql, frame="point" if kind else "found", measure=measure,
        known=_COURSES_KNOWN,
    )  # fmt: skip


def _courses(kind: str, zh: str, en: str) -> list[Figure]:
    where = f"kind = '{kind}'"
    return [
        _course(
            f"course.{kind}_count", f"{zh}门数", f"{en} courses", "count",
            _taught("record", "NULL", where), "count(DISTINCT counted)", kind,
        ),
        _course(
            f"course.{kind}_hours", f"{zh}总学时", f"Hours of {en.lower()} courses", "hour",
            _taught("hours", "NULL", where), "sum(counted)", kind,
        ),
        _course(
            f"course.{kind}_credits", f"{zh}总学分", f"Credits of {en.lower()} courses", "credit",
            _taught("credits", "NULL", where), "sum(counted)", kind,
        ),
    ]  # fmt: skip


_COURSES: tuple[Figure, ...] = (
    *_courses("required", "必修课程", "Required"),
    *_courses("elective", "选修课程", "Elective"),
    _course(
        "course.hours", "课程学时", "Hours of a course", "hour",
        _taught("hours", "lower(code)", "TRUE"), "min(counted)", "",
    ),
    _course(
        "course.credits", "课程学分", "Credits of a course", "credit",
        _taught("credits", "lower(code)", "TRUE"), "min(counted)", "",
    ),
)  # fmt: skip


def _milestones(outcome: str, zh: str, en: str) -> Figure:
    return Figure(
        f"milestone.{outcome}", f"培养环节考核{zh}人次", f"Milestones {en}",
        "flow", "person_time",
        f"统计时段内举行且结论为{zh}的培养环节考核，按环节分列",
        f"Attempts at a milestone held within the period that were {en}, by milestone",
        "year", "milestone",
        f"""SELECT t.point, NULL AS unit, m.kind AS part, m.key AS counted, m.key AS record
        FROM milestones m JOIN trainees t ON t.record = m.enrolment_id
        WHERE m.held_on {_WITHIN} AND m.outcome = '{outcome[:4]}'""",
        frame="milestone", known=_MILESTONES_KNOWN,
    )  # fmt: skip


_PROGRESS: tuple[Figure, ...] = (
    _milestones("passed", "通过", "passed"),
    _milestones("failed", "未通过", "failed"),
    Figure(
        "panel.held", "评审小组会议次数", "Panels that sat",
        "flow", "count",
        "统计时段内召开的评审小组会议，按环节分列", "Panels that sat within the period, by stage",
        "year", "panel",
        f"""SELECT t.point, NULL AS unit, p.stage AS part, p.key AS counted, p.key AS record
        FROM panels p JOIN trainees t ON t.record = p.enrolment_id WHERE p.sits_on {_WITHIN}""",
        frame="milestone", known=_PANELS_KNOWN,
    ),
)  # fmt: skip


def _verdicts(name: str, zh: str, en: str, condition: str) -> Figure:
    """Trainees enrolled on the day by rule; a trainee's thesis counts for the trainee."""
    return Figure(
        f"standing.{name}", f"按规则{zh}的研究生人数", f"Trainees by rule: {en}",
        "stock", "person",
        f"统计时点在校、按当日有效规则判定为{zh}的专业学位博士研究生，按规则分列",
        f"Trainees enrolled on the day whom the rules in force that day judge: {en}; by rule",
        "day", "enrolment",
        f"""SELECT point, NULL AS unit, rule AS part, enrolment_id AS counted,
            enrolment_id AS record
        FROM verdicts WHERE subject <> 'panel' AND enrolled AND {condition}""",
        frame="rule", known="SELECT DISTINCT point FROM verdicts",
    )  # fmt: skip


_STANDING: tuple[Definition, ...] = (
    _verdicts("judged", "适用", "applicable", "TRUE"),
    _verdicts("passed", "已达到", "met", "verdict IN ('pass', 'waived')"),
    _verdicts("failed", "未达到", "not met", "verdict = 'fail'"),
    _verdicts("pending", "待定", "pending", "verdict = 'pending'"),
    Quotient(
        "standing.passed_pct", "达到要求的比例", "Share that meets the rule",
        "stock", "percent",
        "判定为已达到的人数除以适用该规则的人数（含待定），以百分数表示，保留两位小数",
        "Trainees who meet the rule divided by those to whom the rule applies (pending ones included), in "
        "percent to two decimals",
        "day", "standing.passed", "standing.judged", factor=100, decimals=2,
    ),
)  # fmt: skip


def _theses(key: str, zh: str, en: str, population: tuple[str, str], sql: str) -> Figure:
    return Figure(
        key,
        zh,
        en,
        "flow",
        "paper",
        *population,
        "year",
        "enrolment",
        sql,
        measure="count(DISTINCT counted)",
        known=_CHECKS_KNOWN,
    )


_CHECKED = f"""
SELECT t.point, NULL AS unit, NULL AS part, theses.key AS counted, t.record
FROM theses JOIN trainees t ON t.record = theses.enrolment_id
WHERE theses.key IN (SELECT thesis_id FROM similarity_checks WHERE checked_on {_WITHIN})"""

_REVIEWED = f"""
SELECT point, NULL AS unit, NULL AS part, counted, record FROM reviewed
WHERE returned_on {_WITHIN}"""


def _judged(verdict: str) -> str:
    return f"""{_CHECKED} AND theses.key IN (
        SELECT thesis_id FROM findings WHERE rule = 'thesis.similarity' AND verdict = '{verdict}')"""


def _reviews(key: str, zh: str, en: str, population: tuple[str, str], where: str) -> Figure:
    return Figure(
        key, zh, en, "flow", "copy", *population, "year", "enrolment", _REVIEWED + where,
        measure="count(DISTINCT counted)", known=_REVIEWS_KNOWN,
    )  # fmt: skip


_QUALITY: tuple[Definition, ...] = (
    _theses(
        "thesis.checked", "查重学位论文篇数", "Theses checked for similarity",
        ("统计时段内进行过文字重复率检测的学位论文", "Theses checked for similarity within the period"),
        _CHECKED,
    ),
    _theses(
        "thesis.similarity_within", "重复率符合规定的论文篇数", "Theses within the similarity limit",
        ("统计时段内检测、重复率符合规定的学位论文",
         "Theses checked within the period whose similarity keeps to the rule"),
        _judged("pass"),
    ),
    _theses(
        "thesis.similarity_over", "重复率超过规定的论文篇数", "Theses above the similarity limit",
        ("统计时段内检测、重复率超过规定的学位论文",
         "Theses checked within the period whose similarity breaks the rule"),
        _judged("fail"),
    ),
    _reviews(
        "thesis.reviews", "学位论文评阅份数", "Thesis reviews returned",
        ("统计时段内返回的学位论文评阅书", "Reviews of theses returned within the period"), "",
    ),
    _reviews(
        "thesis.reviews_blind", "匿名评阅份数", "Blind thesis reviews returned",
        ("统计时段内返回的匿名评阅书", "Blind reviews of theses returned within the period"),
        " AND is_blind",
    ),
    Quotient(
        "thesis.blind_review_coverage_pct", "匿名评阅比例", "Share of blind reviews",
        "flow", "percent",
        "匿名评阅份数除以评阅总份数，以百分数表示，保留两位小数",
        "Blind reviews divided by all reviews, in percent to two decimals",
        "year", "thesis.reviews_blind", "thesis.reviews", factor=100, decimals=2,
    ),
)  # fmt: skip

FIGURES: tuple[Definition, ...] = (*_COURSES, *_PROGRESS, *_STANDING, *_QUALITY)
