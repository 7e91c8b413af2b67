"""What the standing bodies of the demo institution are for, and what they discuss; all of it invented."""

from __future__ import annotations

from typing import NamedTuple

from preceptor.cases.choices import BodyKind


class Topic(NamedTuple):
    """An item of an agenda; one that is only reported is not voted on."""

    zh: str
    en: str
    is_voted: bool = True


class Charter(NamedTuple):
    """The task of a body, as the first article of its charter has it."""

    zh: str
    en: str


TOPICS: dict[BodyKind, tuple[Topic, Topic]] = {
    BodyKind.DEGREE: (
        Topic("审议博士学位授予", "Award of doctoral degrees"),
        Topic("审议博士生导师资格", "Qualification of doctoral supervisors"),
    ),
    BodyKind.DEGREE_SUB: (
        Topic("初审博士学位授予名单", "Doctoral degrees proposed for award"),
        Topic("推荐博士生导师人选", "Doctoral supervisors proposed"),
    ),
    BodyKind.TEACHING_SUPERVISION: (
        Topic("通报听课与开题、中期督导情况", "Report on class visits and inspections", False),
        Topic("审议下一学期督导计划", "Plan of supervision for the next term"),
    ),
    BodyKind.ACADEMIC: (
        Topic("审议论文原始数据存档办法", "Rules for keeping original data of theses"),
        Topic("推荐青年人才项目人选", "Candidates for the young talents programme"),
    ),
    BodyKind.TALENT_TRAINING: (
        Topic("审议培养方案修订稿", "Revised training programmes"),
        Topic("审议招生名额分配建议", "Proposed division of places"),
    ),
    BodyKind.EDUCATION: (
        Topic("审议新开课程准入", "Admission of new courses"),
        Topic("审议研究生教材选用", "Choice of textbooks"),
    ),
    BodyKind.INSTRUMENT: (
        Topic("审议大型仪器开放与收费办法", "Access to large instruments and its charges"),
        Topic("通报仪器使用与维修情况", "Report on use and repair of instruments", False),
    ),
    BodyKind.GUIDANCE: (
        Topic("听取课题与临床训练进展", "Progress of the project and of clinical training", False),
        Topic("讨论下一阶段工作安排", "Plan for the next stage", False),
    ),
}

TASKS: dict[BodyKind, Charter] = {
    BodyKind.DEGREE: Charter(
        "作出授予、撤销学位的决议，审定导师资格", "decides on award and withdrawal of degrees"
    ),
    BodyKind.DEGREE_SUB: Charter(
        "受学位评定委员会委托，初审本学科的学位授予",
        "examines the degrees of its disciplines first",
    ),
    BodyKind.TEACHING_SUPERVISION: Charter(
        "对研究生课程和培养过程进行听课、检查和指导", "visits courses and inspects the training"
    ),
    BodyKind.ACADEMIC: Charter("审议学术规范、评价与推荐", "watches over academic standards"),
    BodyKind.TALENT_TRAINING: Charter(
        "审定招生计划与培养方案", "decides on places and training programmes"
    ),
    BodyKind.EDUCATION: Charter("审定课程、教材与教学考核", "decides on courses and textbooks"),
    BodyKind.INSTRUMENT: Charter(
        "管理大型仪器的购置、开放与收费", "manages purchase and use of large instruments"
    ),
    BodyKind.GUIDANCE: Charter(
        "从开题、中期到答辩对研究生进行指导督促", "guides the trainee from proposal to defence"
    ),
}

_ZH = """第一条 {name}{task}。
第二条 委员由本校及相关单位专家担任，设主席一人、副主席一人，秘书负责会务与纪要，秘书不参加表决。
第三条 {term}每年至少召开两次会议，任期内委员调离的，应在三个月内增补。
第四条 {voting}与议题有利害关系的委员应当回避。
第五条 会议形成的意见应明确落实人和期限，由秘书跟踪，下次会议通报落实情况。
第六条 会后十个工作日内形成会议纪要，由到会委员签字。"""
_EN = """1. The {name} {task}.
2. Its members are experts of the university and of related institutions, with one chair and one deputy; a secretary without a vote keeps the minutes.
3. {term}It meets twice a year at least; who leaves is replaced within three months.
4. {voting}Members with an interest in an item take no part in it.
5. Advice names who follows it up and until when; the next meeting is told what came of it.
6. Minutes are written within ten working days and signed by the members present."""
_LAW = (
    "到会委员达全体的三分之二方可开会，以无记名投票方式表决，全体委员过半数同意方为通过。",
    "Two thirds of all members are a quorum; it decides by secret ballot and more than half of all. ",
)
_ROOM = (
    "到会委员过半数方可开会，公开表决，到会委员过半数同意方为通过。",
    "More than half of the members are a quorum; it decides by open vote of those present. ",
)

#: What the revised charter of the degree evaluation committee adds.
REVISED = (
    "第七条 决议按规定公示，公示无异议或异议不成立的方可授予学位。",
    "7. Decisions are put on public display before a degree is awarded.",
)


def charter_text(kind: BodyKind, zh: str, en: str) -> tuple[str, str]:
    """The articles of the charter of a body of the name, in Chinese and English."""
    task, guides = TASKS[kind], kind == BodyKind.GUIDANCE
    voting = _ROOM if guides else _LAW
    terms = ("", "") if guides else ("每届任期四年；", "A term is four years. ")
    return (
        _ZH.format(name=zh, task=task.zh, term=terms[0], voting=voting[0]),
        _EN.format(name=en, task=task.en, term=terms[1], voting=voting[1]),
    )
