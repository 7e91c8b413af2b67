"""Names that several subjects share."""

from __future__ import annotations

from preceptor.policy import Enum

Titles = dict[str, tuple[str, str]]

STAGES = Enum("proposal", "midterm", "clinical_exam", "predefence", "defence")
STAGE_TITLES: Titles = {
    "proposal": ("开题", "thesis proposal"),
    "midterm": ("中期考核", "mid-term assessment"),
    "clinical_exam": ("临床能力考核", "clinical competence assessment"),
    "predefence": ("预答辩", "pre-defence"),
    "defence": ("答辩", "defence"),
}
STATES = Enum(
    "admitted", "lapsed", "registered", "training", "candidate", "midterm_passed",
    "clinical_passed", "predefence_passed", "thesis_in_review", "revising", "defence_ready",
    "defended", "graduated", "awarded", "deferred", "closed_without_degree", "suspended",
    "withdrawn", "revoked",
)  # fmt: skip
STATE_TITLES: Titles = {
    "admitted": ("已录取", "admitted"),
    "lapsed": ("放弃入学资格", "lapsed"),
    "registered": ("已注册", "registered"),
    "training": ("在培", "in training"),
    "candidate": ("已通过开题", "proposal passed"),
    "midterm_passed": ("已通过中期考核", "mid-term passed"),
    "clinical_passed": ("已通过临床能力考核", "clinical competence passed"),
    "predefence_passed": ("已通过预答辩", "pre-defence passed"),
    "thesis_in_review": ("论文评阅中", "thesis in review"),
    "revising": ("论文修改中", "revising the thesis"),
    "defence_ready": ("准予答辩", "ready for the defence"),
    "defended": ("已通过答辩", "defended"),
    "graduated": ("已毕业", "graduated"),
    "awarded": ("已授学位", "degree awarded"),
    "deferred": ("缓授学位", "award deferred"),
    "closed_without_degree": ("结业（未获学位）", "closed without degree"),
    "suspended": ("休学", "suspended"),
    "withdrawn": ("退学", "withdrawn"),
    "revoked": ("学位已撤销", "degree revoked"),
}
SENIORITY = Enum("full", "associate", "intermediate", "junior")
SENIORITY_TITLES: Titles = {
    "full": ("正高", "full senior"),
    "associate": ("副高", "associate senior"),
    "intermediate": ("中级", "intermediate"),
    "junior": ("初级", "junior"),
}
SERIES = Enum("teacher", "physician", "researcher", "technician", "nurse", "engineer")
SERIES_TITLES: Titles = {
    "teacher": ("教师", "teacher"),
    "physician": ("卫生（医师）", "physician"),
    "researcher": ("研究", "researcher"),
    "technician": ("卫生（技师）", "technician"),
    "nurse": ("卫生（护理）", "nurse"),
    "engineer": ("工程", "engineer"),
}
TRACKS = Enum("clinical", "basic", "dual", "incubation")
TRACK_TITLES: Titles = {
    "clinical": ("临床型", "clinical"),
    "basic": ("基础型", "basic"),
    "dual": ("临床与基础双轨", "dual: clinical and basic"),
    "incubation": ("医工孵育", "medicine-engineering incubation"),
}
GOALS = Enum("paper", "project", "patent", "funding", "teaching", "trainee", "skill", "other")
GOAL_TITLES: Titles = {
    "paper": ("论文", "papers"),
    "project": ("项目", "projects won"),
    "patent": ("专利", "patents"),
    "funding": ("经费（万元）", "money won (CNY 10,000)"),
    "teaching": ("教学学时", "teaching hours"),
    "trainee": ("指导学生", "trainees taught"),
    "skill": ("能力提升", "skills acquired"),
    "other": ("其他目标", "other goals"),
}
DATE_TITLES: Titles = {
    "cohort_on": ("年级日期", "cohort date"),
    "event_on": ("实际日期", "date of the event"),
    "planned_on": ("计划日期", "planned date"),
}
DATES = {"cohort": "cohort_on", "event": "event_on", "planned": "planned_on"}


#: What a step is called that a rule may hold back, whatever the subject.
GATE_TITLES: Titles = {
    **STAGE_TITLES,
    "award": ("学位授予", "award of the degree"),
    "review": ("论文送审", "review of the thesis"),
    "annual_assessment": ("年度考核", "annual assessment"),
    "term_assessment": ("聘期考核", "assessment of the term"),
    "admission": ("招生", "admission"),
    "decision": ("会议决议", "decision of the meeting"),
    "entry": ("进站或聘任", "entry or appointment"),
    "annual": ("年度考核", "annual assessment"),
    "extension": ("延期", "extension"),
    "opening": ("设站", "opening of the station"),
    "transfer": ("转站", "move to another station"),
    "withdrawal": ("退站", "withdrawal from the station"),
    "assessment": ("聘期考核", "assessment of an appointment"),
    "exit": ("出站", "exit from the station"),
}


def under(path: str, titles: Titles) -> Titles:
    """The titles of the names of an enumeration, under the path of its column."""
    return {f"{path}.{name}": title for name, title in titles.items()}
