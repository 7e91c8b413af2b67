"""Preface and chapter 1, the basic situation."""

from __future__ import annotations

from django.utils import timezone

from ..documents.labels import written_date
from ..documents.model import Chapter, Paragraph, Table, runs
from .blocks import figure_table, sentence, waiting
from .reading import Reading


def preface(reading: Reading) -> Chapter:
    """On which state of the records the report rests."""
    census, language = reading.census, reading.language
    day = written_date(language, census.day)
    known = written_date(language, timezone.localtime(census.known_at))
    text = reading.say(
        f"本报告的计算数据均取自 {day}的数据快照（第 {census.edition} 版，{known}生成，校验值 "
        f"{census.manifest_hash[:12]}）。时期数为报告年度 1 月 1 日至统计时点发生的数量，时点数为"
        "统计时点当日的数量。每个数据均可追溯到所依据的记录，口径见附录；未登记的信息标为“未登记”，"
        "不按零处理。",
        f"The computed numbers of this report are taken from the census of {day} (edition "
        f"{census.edition}, frozen on {known}, checksum {census.manifest_hash[:12]}). Flows count "
        "what happened from 1 January of the report year to that day, stocks what was so on that "
        "day. Each number leads back to its records, and the annex says what it counts. What is "
        "not on record is printed as such and never taken as nought.",
    )
    own = waiting(
        reading,
        "前言正文待学校审定后录入。",
        "The university's own foreword waits for its text to be approved and entered.",
    )
    return Chapter("", reading.say("前言", "Preface"), blocks=(Paragraph(runs(text)), own))


_ROWS = (
    ("本学位授权点获批年份", "This degree point authorised in", "point.authorised_year"),
    ("首批硕士学位授权年份", "First right to grant a master's degree", "point.master_authorised_year"),
    ("一级学科博士学位授权年份", "Right to grant the academic doctorate",
     "point.doctor_level1_authorised_year"),
    ("大学医院", "University hospitals", "org.university_hospitals"),
    ("非直属临床学院（上年末）", "Non-affiliated clinical colleges, end of last year",
     "org.nonaffiliated_clinical_colleges.ch1"),
    ("非直属临床学院", "Non-affiliated clinical colleges",
     "org.nonaffiliated_clinical_colleges.ch3_2"),
    ("研究生培养基地", "Training bases", "org.nonaffiliated_training_bases.ch3_3"),
    ("专业方向（上年末）", "Directions, end of last year", "direction.count.ch1"),
    ("专业方向", "Directions", "direction.count.ch3"),
    ("招收全日制专业学位博士研究生", "Full-time doctoral intake", "intake.fulltime_prof_doctoral"),
    ("授予博士专业学位（含在职）", "Doctorates awarded, in-service included",
     "degree.prof_doctor_awarded_incl_inservice"),
    ("其中：全日制", "of which full-time", "degree.awarded_full_time"),
    ("其中：在职", "of which in-service", "degree.awarded_in_service"),
    ("全日制在校专业学位博士研究生", "Full-time trainees enrolled",
     "enrolled.fulltime_prof_doctoral"),
    ("休学人员", "Trainees suspended", "enrolled.suspended"),
    ("在职攻读人员", "In-service candidates enrolled", "enrolled.in_service"),
    ("缓授学位人员", "Trainees whose award is deferred", "enrolled.deferred"),
    ("退学人员", "Trainees withdrawn", "trainee.withdrawn"),
    ("专业型博士生导师", "Doctoral supervisors", "supervisor.prof_doctoral_total"),
    ("生师比", "Trainees to a supervisor", "ratio.student_supervisor"),
)  # fmt: skip


def chapter(reading: Reading) -> Chapter:
    """The degree point in numbers, and the list of its directions."""
    text = _in_chinese(reading) if reading.language == "zh" else _in_english(reading)
    rest = waiting(
        reading,
        "重点学科与专科、教学成果奖等内容，待荣誉等信息录入后生成。科研平台与博士后科研站点见第三部分，合作院校见第四部分。",
        "Key disciplines and specialties and teaching awards wait for the register of honours. "
        "Platforms and postdoctoral stations stand in chapter 3, partner institutions in chapter 4.",
    )
    table = figure_table(reading, ("学位授权点基本数据", "The degree point in numbers"), _ROWS)
    return Chapter(
        reading.say("一", "1"), reading.say("基本情况", "Basic situation"),
        blocks=(*text, table, _direction_list(reading), rest),
    )  # fmt: skip


def _in_chinese(reading: Reading) -> tuple[Paragraph, Paragraph]:
    n, point = reading.number, reading.point
    name = point.name if point.name.endswith("授权点") else f"{point.name}学位授权点"
    return (
        sentence(
            f"{reading.census.institution.name_zh}{name}（代码 {point.discipline}），",
            reading.dated("direction.count.ch3"), "依托 ", n("org.university_hospitals"),
            " 所大学医院和 ", n("org.nonaffiliated_clinical_colleges.ch3_2"),
            " 所非直属临床学院（上年末 ", n("org.nonaffiliated_clinical_colleges.ch1"),
            " 所）培养研究生，设有 ", n("direction.count.ch3"), " 个专业方向（上年末 ",
            n("direction.count.ch1"), " 个）。",
        ),
        sentence(
            f"{reading.census.day.year} 年共招收全日制专业学位博士研究生 ",
            n("intake.fulltime_prof_doctoral"), " 人，授予博士专业学位 ",
            n("degree.prof_doctor_awarded_incl_inservice"), " 人（其中在职 ",
            n("degree.awarded_in_service"), " 人）。",
            reading.dated("enrolled.fulltime_prof_doctoral"), "，全日制在校专业学位博士研究生 ",
            n("enrolled.fulltime_prof_doctoral"), " 人，生师比为 ",
            n("ratio.student_supervisor"), "。",
        ),
    )  # fmt: skip


def _in_english(reading: Reading) -> tuple[Paragraph, Paragraph]:
    n, point = reading.number, reading.point
    dated = reading.dated("direction.count.ch3")
    return (
        sentence(
            f"{reading.census.institution.name_en} holds the degree point {point.name} "
            f"(code {point.discipline}). It trains with ", n("org.university_hospitals"),
            " university hospitals and ", n("org.nonaffiliated_clinical_colleges.ch3_2"),
            " non-affiliated clinical colleges (", n("org.nonaffiliated_clinical_colleges.ch1"),
            " a year earlier) in ", n("direction.count.ch3"), " directions (",
            n("direction.count.ch1"), f" a year earlier), {dated}.",
        ),
        sentence(
            f"In {reading.census.day.year} it took in ", n("intake.fulltime_prof_doctoral"),
            " full-time trainees for the professional doctorate and awarded ",
            n("degree.prof_doctor_awarded_incl_inservice"), " professional doctorates, ",
            n("degree.awarded_in_service"), " of them to in-service candidates. There are ",
            n("enrolled.fulltime_prof_doctoral"), " full-time trainees ",
            reading.dated("enrolled.fulltime_prof_doctoral"),
            "; the ratio of trainees to supervisors is ", n("ratio.student_supervisor"), ".",
        ),
    )  # fmt: skip


def _direction_list(reading: Reading) -> Table:
    return Table(
        (reading.name_column("代码", "Code"), reading.name_column("专业方向", "Direction")),
        tuple((runs(row.code), runs(row.name)) for row in reading.directions),
        reading.say("专业方向一览", "Directions"),
        note=reading.dated("direction.count.ch3"),
    )
