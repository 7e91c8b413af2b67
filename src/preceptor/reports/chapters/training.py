"""Chapter 4: admission, courses, supervision, practice, theses and all that goes with them."""

from __future__ import annotations

from ..documents.labels import written_date
from ..documents.model import Block, Chapter, Runs, Table, runs
from ..figures.naming import step_words
from .blocks import (
    capital,
    figure_table,
    no_rules,
    rule_table,
    rules_on,
    section,
    sentence,
    waiting,
)
from .cooperation import exchange
from .reading import Json, Reading

STEPS = ("proposal", "midterm", "clinical_exam", "predefence", "defence")


def chapter(reading: Reading) -> Chapter:
    """Eleven sections."""
    parts: tuple[tuple[tuple[str, str], tuple[Block, ...]], ...] = (
        (("招生选拔", "Admission"), _admission(reading)),
        (("思政教育", "Moral and ideological education"), (_ideology(reading),)),
        (("课程教学", "Courses"), _courses(reading)),
        (("导师指导", "Supervision"), _supervision(reading)),
        (("实践教学", "Clinical practice"), _practice(reading)),
        (("学术交流", "Exchange"), exchange(reading)),
        (("论文质量", "Thesis quality"), _theses(reading)),
        (("质量保证", "Quality assurance"), _assurance(reading)),
        (("学风建设", "Integrity"), (_integrity(reading),)),
        (("管理服务", "Management and services"), _services(reading)),
        (("就业发展", "Employment"), (_employment(reading),)),
    )
    return Chapter(
        reading.say("四", "4"),
        reading.say("人才培养", "Training"),
        tuple(
            section(reading, 4, place, titles, *blocks)
            for place, (titles, blocks) in enumerate(parts, 1)
        ),
    )


def _admission(reading: Reading) -> tuple[Block, ...]:
    n = reading.number
    year = reading.census.day.year
    applied, admitted, rate = (
        n("admission.applicants"), n("admission.admitted"), n("admission.rate_pct"),
    )  # fmt: skip
    own, other = n("admission.source_own"), n("admission.source_other")
    if reading.language == "zh":
        lead = sentence(
            f"{year} 年共有 ", applied, " 人报考，录取 ", admitted, " 人，录取率 ", rate,
            "%；录取者中本校毕业生 ", own, " 人，外校毕业生 ", other, " 人。",
        )  # fmt: skip
    else:
        lead = sentence(
            f"In {year} ", applied, " candidates applied and ", admitted, " were admitted, ", rate,
            " %. Of those admitted ", own, " came from the own university and ", other,
            " from others.",
        )  # fmt: skip
    admissions = figure_table(
        reading, ("招生录取情况", "Admissions"),
        (("报名人数", "Applicants", "admission.applicants"),
         ("录取人数", "Admitted", "admission.admitted"),
         ("录取率", "Rate of admission", "admission.rate_pct")),
    )  # fmt: skip
    source = figure_table(
        reading, ("生源结构", "Source of intake"),
        (("本校毕业生", "Own university", "admission.source_own"),
         ("外校毕业生", "Other universities", "admission.source_other")),
    )  # fmt: skip
    rest = waiting(
        reading,
        "选拔方式与宣传举措，待招生计划信息录入、研究生院报送文字后生成。",
        "How candidates are selected and addressed waits for the register of admission plans and "
        "for the graduate school's text.",
    )
    return lead, admissions, source, _admission_by_direction(reading), rest


_BY_DIRECTION = (
    ("报名", "Applicants", "admission.applicants"),
    ("录取", "Admitted", "admission.admitted"),
    ("本校", "Own", "admission.source_own"),
    ("外校", "Other", "admission.source_other"),
)


def _admission_by_direction(reading: Reading) -> Table:
    n = reading.number
    rows: list[tuple[Runs, ...]] = [
        (runs(row.name), *(n(f"{key}.by_direction.{row.slug}") for _, _, key in _BY_DIRECTION))
        for row in reading.directions
    ]
    rows.append(
        (runs(reading.say("合计", "Total")), *(n(key, strong=True) for _, _, key in _BY_DIRECTION))
    )
    return Table(
        (
            reading.name_column("专业方向", "Direction"),
            *(reading.number_column(zh, en, "person") for zh, en, _ in _BY_DIRECTION),
        ),
        tuple(rows),
        reading.say("各专业方向招生录取情况", "Admissions by direction"),
        total=True,
    )


def _ideology(reading: Reading) -> Block:
    return waiting(
        reading,
        "思想政治教育活动与制度，待活动信息录入、研究生工作部报送文字后生成。",
        "Activities and rules wait for the register of activities and for the text of the office "
        "for student affairs.",
    )


def _courses(reading: Reading) -> tuple[Block, ...]:
    n = reading.number
    required, elective = n("course.required_count"), n("course.elective_count")
    year = reading.census.day.year
    if reading.language == "zh":
        lead = sentence(
            f"适用于 {year} 级的培养方案共设必修课程 ", required, " 门（", n("course.required_hours"),
            " 学时、", n("course.required_credits"), " 学分）、选修课程 ", elective, " 门（",
            n("course.elective_hours"), " 学时、", n("course.elective_credits"), " 学分）。",
        )  # fmt: skip
    else:
        lead = sentence(
            f"The programme for the cohort of {year} has ", required, " required courses (",
            n("course.required_hours"), " hours, ", n("course.required_credits"), " credits) and ",
            elective, " elective ones (", n("course.elective_hours"), " hours, ",
            n("course.elective_credits"), " credits).",
        )  # fmt: skip
    rest = waiting(
        reading,
        "主讲教师、教材与在线课程情况，待课程任务、教材等信息录入后生成。",
        "Lecturers, textbooks and online courses wait for the registers of teaching and textbooks.",
    )
    return (
        lead,
        _course_table(reading, "required", ("必修课程", "Required courses")),
        _course_table(reading, "elective", ("选修课程", "Elective courses")),
        rest,
    )


def _course_table(reading: Reading, kind: str, caption: tuple[str, str]) -> Table:
    n = reading.number
    rows: list[tuple[Runs, ...]] = [
        (
            runs(row.name),
            n(f"course.hours.{row.code.lower()}"),
            n(f"course.credits.{row.code.lower()}"),
        )
        for row in reading.courses
        if row.kind == kind
    ]
    rows.append(
        (
            runs(reading.say("合计", "Total")),
            n(f"course.{kind}_hours", strong=True),
            n(f"course.{kind}_credits", strong=True),
        )
    )
    return Table(
        (
            reading.name_column("课程名称", "Course"),
            reading.number_column("学时", "Hours"),
            reading.number_column("学分", "Credits"),
        ),
        tuple(rows),
        reading.say(*caption),
        note=reading.dated(f"course.{kind}_count"),
        total=True,
    )


def _supervision(reading: Reading) -> tuple[Block, ...]:
    rules = rules_on(reading, "panel")
    panels: Block = (
        rule_table(reading, ("各环节评审小组组成规定", "Rules for panels"), rules)
        if rules
        else no_rules(reading)
    )
    rest = waiting(
        reading,
        "导师考核、培训与获奖情况，待导师考核、荣誉等信息录入后生成。",
        "Assessment, training and awards of supervisors wait for the registers of assessments and "
        "honours.",
    )
    return panels, _step_table(reading, ("评审小组会议", "Panels that sat"), _SAT), rest


_SAT = (("会议次数", "Panels", "panel.held"),)
_JUDGED = (("通过", "Passed", "milestone.passed"), ("未通过", "Failed", "milestone.failed"))


def _step_table(
    reading: Reading, caption: tuple[str, str], columns: tuple[tuple[str, str, str], ...]
) -> Table:
    """Figures by step of training, for the steps that the census knows."""
    steps = [
        step
        for step in STEPS
        if any(reading.figure(f"{key}.{step}") is not None for _, _, key in columns)
    ]
    return Table(
        (
            reading.name_column("环节", "Step"),
            *(reading.number_column(zh, en) for zh, en, _ in columns),
        ),
        tuple(
            (
                runs(capital(step_words(step, reading.language))),
                *(reading.number(f"{key}.{step}") for _, _, key in columns),
            )
            for step in steps
        ),
        reading.say(*caption),
        note=reading.say("统计时段：", "period: ") + reading.dated("intake.fulltime_prof_doctoral"),
    )


_STANDING = (
    ("适用", "Applies to", "standing.judged"),
    ("已达到", "Met", "standing.passed"),
    ("未达到", "Not met", "standing.failed"),
    ("待定", "Pending", "standing.pending"),
    ("达到率（%）", "Share met (%)", "standing.passed_pct"),
)


def _compliance(reading: Reading, caption: tuple[str, str], rules: list[Json]) -> Table:
    """Trainees by verdict for each rule."""
    return Table(
        (
            reading.name_column("规则", "Rule"),
            *(reading.number_column(zh, en) for zh, en, _ in _STANDING),
        ),
        tuple(
            (
                runs(rule["title"][reading.language]),
                *(reading.number(f"{key}.{rule['id']}") for _, _, key in _STANDING),
            )
            for rule in rules
        ),
        reading.say(*caption),
        note=reading.say(
            f"{written_date('zh', reading.census.day)}在校的专业学位博士研究生",
            f"trainees for the professional doctorate enrolled on "
            f"{written_date('en', reading.census.day)}",
        ),
    )


def _practice(reading: Reading) -> tuple[Block, ...]:
    rules = rules_on(reading, "enrolment")
    if not rules:
        return (no_rules(reading),)
    n = reading.number
    clinical, chief = n("standing.passed.training.clinical"), n("standing.passed.training.chief")
    dated = reading.dated("enrolled.fulltime_prof_doctoral")
    if reading.language == "zh":
        lead = sentence(
            dated, "，在校研究生中已达到临床能力训练总时间要求的 ", clinical,
            " 人，已达到住院总医师（或相当工作）时间要求的 ", chief, " 人。",
        )  # fmt: skip
    else:
        lead = sentence(
            "Of the trainees enrolled, ", clinical, " have done the clinical training required in "
            "all and ", chief, f" the time as chief resident or equivalent, {dated}.",
        )  # fmt: skip
    caption = ("临床实践与培养要求达成情况", "How far the requirements of training are met")
    return lead, _compliance(reading, caption, rules)


def _theses(reading: Reading) -> tuple[Block, ...]:
    table = figure_table(
        reading, ("学位论文检测与评阅", "Similarity checks and reviews of theses"),
        (("查重论文", "Theses checked for similarity", "thesis.checked"),
         ("其中：重复率符合规定", "of which within the limit", "thesis.similarity_within"),
         ("其中：重复率超过规定", "of which above the limit", "thesis.similarity_over"),
         ("论文评阅书", "Reviews returned", "thesis.reviews"),
         ("其中：匿名评阅", "of which blind", "thesis.reviews_blind"),
         ("匿名评阅比例", "Share of blind reviews", "thesis.blind_review_coverage_pct")),
    )  # fmt: skip
    rest = waiting(
        reading,
        "学位论文抽检结果，待论文抽检信息录入后生成。",
        "Results of the sampling of theses wait for the register of sampling.",
    )
    rules = rules_on(reading, "thesis")
    if not rules:
        return table, rest
    caption = ("在校研究生学位论文达标情况", "How far theses of trainees enrolled meet the rules")
    return table, _compliance(reading, caption, rules), rest


def _assurance(reading: Reading) -> tuple[Block, ...]:
    rest = waiting(
        reading,
        "督导听课与培养手册检查情况，待教学督导信息录入后生成。",
        "Teaching visits and inspections of notebooks wait for the register of teaching visits.",
    )
    table = _step_table(
        reading,
        ("培养环节考核结果（人次）", "Results of the steps of training (attempts)"),
        _JUDGED,
    )
    return table, rest


def _integrity(reading: Reading) -> Block:
    return waiting(
        reading,
        "学术诚信培训与案件统计，待学风培训、案件等信息录入后生成。",
        "Training in integrity and counts of cases wait for their registers.",
    )


def _services(reading: Reading) -> tuple[Block, ...]:
    table = figure_table(
        reading, ("申请办理情况", "Requests and decisions"),
        (("办结申请", "Requests decided", "case.decided"),
         ("平均办理天数", "Mean days until the decision", "case.mean_days"),
         ("表决", "Votes taken", "vote.held"),
         ("其中：通过", "of which carried", "vote.passed"),
         ("申请复核", "Appeals", "case.appeals"),
         ("其中：改变原决定", "of which granted", "case.appeals_granted")),
    )  # fmt: skip
    rest = waiting(
        reading,
        "满意度调查与服务统计，待问卷结果录入后生成。",
        "Surveys and service statistics wait for the register of surveys.",
    )
    return table, rest


def _employment(reading: Reading) -> Block:
    return waiting(
        reading,
        "毕业去向与就业率，待毕业去向信息录入后生成。",
        "Destinations and the rate of employment wait for the register of destinations.",
    )
