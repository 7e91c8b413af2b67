"""A doctoral trainee."""

from __future__ import annotations

from preceptor.policy import Date, Enum, Int, Rows, Subject

from .words import DATE_TITLES, DATES, STAGE_TITLES, STAGES, STATE_TITLES, STATES, under

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
        **under("state", STATE_TITLES),
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
        **under("milestones.kind", STAGE_TITLES),
        "milestones.outcome": ("结果", "outcome"),
        "milestones.outcome.pass": ("通过", "passed"),
        "milestones.outcome.fail": ("未通过", "failed"),
        "milestones.day": ("日期", "date"),
        "milestones.attempt": ("次数", "attempt"),
    },
)
