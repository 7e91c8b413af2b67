"""The subjects that rules may speak of, with the names of everything a reader may be told about.

Only these names exist in a pack. A new column here needs a loader that fills it.
"""

from __future__ import annotations

from preceptor.policy import Bool, Date, Dec, Enum, Int, Rows, Schema, Subject

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
DATE_TITLES: Titles = {
    "cohort_on": ("年级日期", "cohort date"),
    "event_on": ("实际日期", "date of the event"),
    "planned_on": ("计划日期", "planned date"),
}
DATES = {"cohort": "cohort_on", "event": "event_on", "planned": "planned_on"}


def _under(path: str, titles: Titles) -> Titles:
    return {f"{path}.{name}": title for name, title in titles.items()}


ENROLMENT = Subject(
    columns={
        "cohort_on": Date(),
        "mode": Enum("full_time", "in_service"),
        "degree_type": Enum("academic", "professional"),
        "state": STATES,
        "event_on": Date(),
        "planned_on": Date(),
    },
    lists={
        "training": Rows(
            {
                "month": Date(),
                "months": Int(0, 1),
                "kind": Enum("specialty", "chief_resident", "equivalent_post", "other"),
            }
        ),
        "milestones": Rows(
            {
                "kind": STAGES,
                "outcome": Enum("pass", "fail"),
                "day": Date(),
                "attempt": Int(1, 99),
            }
        ),
    },
    dates=DATES,
    gates=(*STAGES.values, "award"),
    titles={
        "": ("博士研究生", "doctoral trainee"),
        **DATE_TITLES,
        "event_on": ("答辩日期", "date of the defence"),
        "planned_on": ("计划答辩日期", "planned date of the defence"),
        "mode": ("学习方式", "mode of study"),
        "mode.full_time": ("全日制", "full-time"),
        "mode.in_service": ("在职", "in-service"),
        "degree_type": ("学位类型", "type of degree"),
        "degree_type.academic": ("学术学位", "academic degree"),
        "degree_type.professional": ("专业学位", "professional degree"),
        "state": ("学籍状态", "state"),
        **_under("state", STATE_TITLES),
        "training": ("临床训练月份", "months of clinical training"),
        "training.month": ("月份", "month"),
        "training.months": ("月数", "months"),
        "training.kind": ("训练类别", "kind of training"),
        "training.kind.specialty": ("专科训练", "specialist training"),
        "training.kind.chief_resident": ("住院总医师", "chief resident"),
        "training.kind.equivalent_post": ("相当岗位", "equivalent post"),
        "training.kind.other": ("其他轮转", "other rotation"),
        "milestones": ("培养环节", "milestones"),
        "milestones.kind": ("环节", "step"),
        **_under("milestones.kind", STAGE_TITLES),
        "milestones.outcome": ("结果", "outcome"),
        "milestones.outcome.pass": ("通过", "passed"),
        "milestones.outcome.fail": ("未通过", "failed"),
        "milestones.day": ("日期", "date"),
        "milestones.attempt": ("次数", "attempt"),
    },
)

PANEL = Subject(
    columns={"stage": STAGES, "event_on": Date(), "planned_on": Date(), "cohort_on": Date()},
    lists={
        "members": Rows(
            {
                "is_doctoral_supervisor": Bool(),
                "title_level": Enum("full", "associate", "intermediate", "junior"),
                "title_series": Enum(
                    "teacher", "physician", "researcher", "technician", "nurse", "engineer"
                ),
                "in_clinical_work": Bool(),
                "is_outside_unit": Bool(),
                "is_outside_institution": Bool(),
                "is_degree_committee": Bool(),
                "role": Enum("chair", "member", "secretary"),
                "field": Enum("same", "related", "unrelated"),
            },
            most=100,
        )
    },
    dates=DATES,
    gates=STAGES.values,
    titles={
        "": ("评审小组", "panel"),
        **DATE_TITLES,
        "event_on": ("开会日期", "day of the sitting"),
        "planned_on": ("计划开会日期", "planned day of the sitting"),
        "stage": ("环节", "step"),
        **_under("stage", STAGE_TITLES),
        "members": ("成员", "members"),
        "members.is_doctoral_supervisor": ("博导资格", "doctoral supervisor qualification"),
        "members.title_level": ("职称级别", "level of title"),
        "members.title_level.full": ("正高", "full senior"),
        "members.title_level.associate": ("副高", "associate senior"),
        "members.title_level.intermediate": ("中级", "intermediate"),
        "members.title_level.junior": ("初级", "junior"),
        "members.title_series": ("职称系列", "series of title"),
        "members.title_series.teacher": ("教师", "teacher"),
        "members.title_series.physician": ("卫生（医师）", "physician"),
        "members.title_series.researcher": ("研究", "researcher"),
        "members.title_series.technician": ("卫生（技师）", "technician"),
        "members.title_series.nurse": ("卫生（护理）", "nurse"),
        "members.title_series.engineer": ("工程", "engineer"),
        "members.in_clinical_work": ("临床在岗情况", "clinical work"),
        "members.is_outside_unit": ("部门归属", "unit (inside or outside)"),
        "members.is_outside_institution": ("单位归属", "institution (inside or outside)"),
        "members.is_degree_committee": (
            "学位评定（分）委员会委员身份",
            "membership of the degree (sub-)committee",
        ),
        "members.role": ("角色", "role"),
        "members.role.chair": ("主席", "chair"),
        "members.role.member": ("成员", "member"),
        "members.role.secretary": ("秘书", "secretary"),
        "members.field": ("专业", "field"),
        "members.field.same": ("本专业", "same field"),
        "members.field.related": ("相关专业", "related field"),
        "members.field.unrelated": ("无关专业", "unrelated field"),
    },
)

THESIS = Subject(
    columns={
        "similarity": Dec(4, 0, 1),
        "event_on": Date(),
        "planned_on": Date(),
        "cohort_on": Date(),
    },
    lists={"reviews": Rows({"is_blind": Bool()}, most=100)},
    dates=DATES,
    units={"similarity": "ratio"},
    gates=("predefence", "review", "defence", "award"),
    titles={
        "": ("学位论文", "thesis"),
        **DATE_TITLES,
        "event_on": ("答辩日期", "date of the defence"),
        "planned_on": ("计划答辩日期", "planned date of the defence"),
        "similarity": ("论文重复率", "thesis similarity"),
        "reviews": ("论文评阅", "reviews"),
        "reviews.is_blind": ("评阅方式", "manner of review (blind or not)"),
    },
)

SUPERVISOR = Subject(
    columns={
        "admitted": Int(0, 1000),
        "grade": Enum("excellent", "pass", "fail"),
        "event_on": Date(),
    },
    lists={"negative_items": Rows({"upheld": Bool()}, most=1000)},
    dates={"event": "event_on"},
    units={"admitted": "person"},
    gates=("annual_assessment", "term_assessment", "admission"),
    titles={
        "": ("导师", "supervisor"),
        "event_on": ("考核日期", "date of the assessment"),
        "admitted": ("本年招生人数", "trainees admitted this year"),
        "grade": ("年度考核等级", "annual grade"),
        "grade.excellent": ("优秀", "excellent"),
        "grade.pass": ("合格", "pass"),
        "grade.fail": ("不合格", "fail"),
        "negative_items": ("负面清单事项", "items of the negative list"),
        "negative_items.upheld": ("认定结果", "finding"),
    },
)

STIPEND = Subject(
    columns={"event_on": Date()},
    lists={
        "payments": Rows(
            {
                "kind": Enum("national_grant", "assistantship", "academic_scholarship", "other"),
                "amount": Int(-1_000_000, 1_000_000),
            },
            most=1000,
        )
    },
    dates={"event": "event_on"},
    titles={
        "": ("年度资助", "stipends of a year"),
        "event_on": ("年度截止日期", "last day of the year"),
        "payments": ("发放记录", "payments"),
        "payments.kind": ("类别", "kind"),
        "payments.kind.national_grant": ("国家助学金", "national grant"),
        "payments.kind.assistantship": ("助研津贴", "research assistantship"),
        "payments.kind.academic_scholarship": ("学业奖学金", "academic scholarship"),
        "payments.kind.other": ("其他", "other"),
        "payments.amount": ("金额", "amount"),
    },
)

SCHEMA = Schema(
    {
        "enrolment": ENROLMENT,
        "panel": PANEL,
        "thesis": THESIS,
        "supervisor": SUPERVISOR,
        "stipend": STIPEND,
    },
    version="1",
)
