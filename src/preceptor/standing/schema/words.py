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
    "extension": ("延期", "extension"),
    "exit": ("出站", "exit from the station"),
}


def under(path: str, titles: Titles) -> Titles:
    """The titles of the names of an enumeration, under the path of its column."""
    return {f"{path}.{name}": title for name, title in titles.items()}
