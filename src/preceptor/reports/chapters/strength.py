"""Chapter 3: directions, staff, research, support by hospital, funding."""

from __future__ import annotations

from ..documents.model import Block, BulletList, Chapter, Section, Table, runs
from ..documents.numbering import section_number
from .blocks import section, sentence, waiting
from .cooperation import platforms, postdocs
from .goals import parameter_table
from .reading import Place, Reading

CHAPTER = 3


def chapter(reading: Reading) -> Chapter:
    """Six sections; the fifth is followed by one part for each university hospital."""
    return Chapter(
        reading.say("三", "3"),
        reading.say("基本条件", "Conditions and resources"),
        (
            section(reading, 3, 1, ("培养方向", "Directions"), *_directions(reading)),
            section(reading, 3, 2, ("培养特色", "Features of training"), _features(reading)),
            section(reading, 3, 3, ("师资队伍", "Staff"), *_staff(reading)),
            section(reading, 3, 4, ("科学研究", "Research"), _research(reading)),
            section(reading, 3, 5, ("教学科研支撑", "Support"), *_support(reading)),
            *(_hospital(reading, place, row) for place, row in enumerate(reading.hospitals, 1)),
            section(reading, 3, 6, ("奖助体系", "Funding"), *_funding(reading)),
        ),
    )


def _directions(reading: Reading) -> tuple[Block, ...]:
    n = reading.number
    count, goals, missing = (
        n("direction.count.ch3"), n("direction.with_goal"), n("quality.direction_without_goal"),
    )  # fmt: skip
    dated = reading.dated("direction.count.ch3")
    if reading.language == "zh":
        lead = sentence(
            dated, "，本学位授权点设有 ", count, " 个专业方向，其中 ", goals,
            " 个已录入培养目标，", missing, " 个待补充。",
        )  # fmt: skip
    else:
        lead = sentence(
            "The degree point has ", count, f" directions {dated}. The goal of ", goals,
            " is on record; ", missing, " are still to be written.",
        )  # fmt: skip
    untranslated = reading.say(
        "待录入", "on record in Chinese; the English text is still to be written."
    )
    written = tuple(
        runs(f"{row.name}{reading.say('：', ': ')}{row.goal or untranslated}")
        for row in reading.directions
        if row.has_goal
    )
    absent = [row.name for row in reading.directions if not row.has_goal]
    blocks: list[Block] = [lead]
    if written:
        blocks.append(BulletList(written))
    if absent:
        names = reading.say("、", ", ").join(absent)
        blocks.append(
            waiting(
                reading,
                f"以下专业方向的培养目标待录入：{names}。",
                f"The goals of these directions are still to be entered: {names}.",
            )
        )
    return tuple(blocks)


def _features(reading: Reading) -> Block:
    return waiting(
        reading,
        "培养特色由研究生院撰写，待文字录入后刊出，所引数据取自第一部分。",
        "The text on the features of training comes from the graduate school; it waits for the "
        "register of texts and will take its numbers from chapter 1.",
    )


def _staff(reading: Reading) -> tuple[Block, ...]:
    n = reading.number
    total, external, bases = (
        n("supervisor.prof_doctoral_total"), n("supervisor.prof_doctoral_external"),
        n("supervisor.parttime_from_bases"),
    )  # fmt: skip
    dated = reading.dated("supervisor.prof_doctoral_total")
    base_count = n("org.nonaffiliated_training_bases.ch3_3")
    if reading.language == "zh":
        lead = sentence(
            dated, "，本学位授权点有专业型博士生导师 ", total, " 人，其中外聘 ", external,
            " 人。", base_count, " 个研究生培养基地共有兼职硕士、博士生导师 ", bases, " 人。",
        )  # fmt: skip
    else:
        lead = sentence(
            "The degree point has ", total, f" supervisors for the professional doctorate {dated}, ",
            external, " of them external. The ", base_count, " training bases have ", bases,
            " part-time supervisors of masters and doctors.",
        )  # fmt: skip
    rest = waiting(
        reading,
        "人才称号与团队、柔性引进和讲座教授等内容，待荣誉、聘任等信息录入后生成。",
        "Talent titles and teams, flexible appointments and chairs wait for the registers of "
        "honours and appointments.",
    )
    return lead, _supervisor_table(reading), rest


def _supervisor_table(reading: Reading) -> Table:
    n = reading.number
    total = "supervisor.prof_doctoral_total"
    rows = [
        (runs(row.code), runs(row.name), n(f"supervisor.by_direction.{row.slug}"),
         n(f"supervisor.external_by_direction.{row.slug}"))
        for row in reading.directions
    ]  # fmt: skip
    rows += [
        ((), runs(reading.say("不在所列方向之内", "In none of these")), n(f"{total}.in_no_directions"), ()),
        ((), runs(reading.say("减：在多个方向重复计数", "Less: counted in a further direction")),
         n(f"{total}.again_in_directions"), ()),
        ((), runs(reading.say("合计", "Total")), n(total, strong=True),
         n("supervisor.prof_doctoral_external", strong=True)),
    ]  # fmt: skip
    return Table(
        (
            reading.name_column("代码", "Code"),
            reading.name_column("专业方向", "Direction"),
            reading.number_column("博士生导师", "Supervisors", "person"),
            reading.number_column("其中外聘", "of which external", "person"),
        ),
        tuple(rows),
        reading.say("各专业方向博士生导师", "Supervisors by direction"),
        note=reading.dated(total),
        total=True,
    )


def _research(reading: Reading) -> Block:
    return waiting(
        reading,
        "科研项目、经费、获奖与论文数据，待科研项目、奖励和论文信息录入后生成。",
        "Projects, money, awards and papers wait for the registers of projects, awards and "
        "publications.",
    )


def _support(reading: Reading) -> tuple[Block, ...]:
    rest = waiting(
        reading,
        "教室、实验室与学科排名数据，待用房等信息录入后生成。",
        "Rooms, laboratories and rankings wait for their registers.",
    )
    return _hospital_table(reading), *platforms(reading), *postdocs(reading), rest


def _hospital_table(reading: Reading) -> Table:
    n = reading.number
    enrolled, supervisors, intake = (
        "enrolled.fulltime_prof_doctoral", "supervisor.prof_doctoral_total",
        "intake.fulltime_prof_doctoral",
    )  # fmt: skip
    return Table(
        (
            reading.name_column("大学医院", "University hospital"),
            reading.number_column("博士生导师", "Supervisors", "person"),
            reading.number_column("在校研究生", "Trainees enrolled", "person"),
            reading.number_column("本年招生", "Intake of the year", "person"),
        ),
        tuple(
            (
                runs(row.name),
                n(supervisors, row.scope),
                n(enrolled, row.scope),
                n(intake, row.scope),
            )
            for row in reading.hospitals
        ),
        reading.say("各大学医院导师与研究生", "Supervisors and trainees by university hospital"),
        note=reading.dated(enrolled),
    )


def _hospital(reading: Reading, place: int, row: Place) -> Section:
    n = reading.number
    supervisors = n("supervisor.prof_doctoral_total", row.scope)
    trainees = n("enrolled.fulltime_prof_doctoral", row.scope)
    intake = n("intake.fulltime_prof_doctoral", row.scope)
    dated = reading.dated("enrolled.fulltime_prof_doctoral", row.scope)
    if reading.language == "zh":
        known = sentence(
            dated, f"，{row.name}有专业型博士生导师 ", supervisors, " 人，全日制在校专业学位博士研究生 ",
            trainees, " 人，本年招收 ", intake, " 人。",
        )  # fmt: skip
    else:
        known = sentence(
            f"{row.name} has ", supervisors, " supervisors for the professional doctorate and ",
            trainees, f" full-time trainees {dated}; ", intake, " began in the year.",
        )  # fmt: skip
    rest = waiting(
        reading,
        "医院的学科、平台、项目与获奖情况，待医院科教部门报送后生成。",
        "Disciplines, platforms, projects and awards of the hospital wait for its own submission.",
    )
    number = section_number(reading.language, CHAPTER, 5, place)
    return Section(number, row.name, (known, rest), level=3)


def _funding(reading: Reading) -> tuple[Block, ...]:
    standards = [row for row in reading.rules["parameters"] if row["unit"] == "CNY"]
    rest = waiting(
        reading,
        "奖助金发放与获奖人数，待奖助发放、荣誉等信息录入后生成。",
        "Payments and holders of scholarships wait for the registers of payments and honours.",
    )
    if not standards:
        return (rest,)
    caption = ("奖助标准", "Standards of funding")
    return parameter_table(reading, caption, standards), rest
