"""One trainee of a joint programme, as one of the two sides sees the own degree."""

from __future__ import annotations

from preceptor.policy import Bool, Date, Dec, Enum, Rows, Subject

from .words import STAGE_TITLES, STAGES, STATE_TITLES, STATES, under

DUAL = Subject(
    columns={
        "cohort_on": Date(),
        "event_on": Date(),
        "side": Enum("home", "partner"),
        "award_kind": Enum("two_certificates", "one_joint", "double_major"),
        "is_enrolled": Bool(),
        "is_enrolled_there": Bool(),
        "home_state": STATES,
        "partner_state": STATES,
        "has_left": Bool(),
    },
    lists={
        # The own courses, and those of the other side that count as own ones on the day.
        "courses": Rows(
            {
                "credits": Dec(1, 0, 999),
                "passed": Bool(),
                "is_required": Bool(),
                "is_recognised": Bool(),
            },
            label=("name", "module"),
            most=1000,
        ),
        "milestones": Rows(
            {"kind": STAGES, "outcome": Enum("pass", "fail"), "day": Date()}, most=200
        ),
    },
    dates={"cohort": "cohort_on", "event": "event_on"},
    units={"courses.credits": "credit"},
    gates=("award",),
    titles={
        "": ("双学位学生", "trainee of a joint programme"),
        "cohort_on": ("年级日期", "cohort date"),
        "event_on": ("授予日期", "date of the award"),
        "side": ("所在方", "side"),
        "side.home": ("本方", "home side"),
        "side.partner": ("合作方", "partner side"),
        "award_kind": ("证书类型", "what the programme leads to"),
        "award_kind.two_certificates": ("两个学位、两份证书", "two degrees, two certificates"),
        "award_kind.one_joint": ("联合学位、一份证书", "one joint degree, one certificate"),
        "award_kind.double_major": ("双专业、一份证书", "double major, one certificate"),
        "is_enrolled": ("本方学籍", "enrolment at this side"),
        "is_enrolled_there": ("另一方学籍", "enrolment at the other side"),
        "home_state": ("本方学籍状态", "state at the home side"),
        **under("home_state", STATE_TITLES),
        "partner_state": ("合作方学籍状态", "state at the partner side"),
        **under("partner_state", STATE_TITLES),
        "has_left": ("退出联合培养", "left the joint programme"),
        "courses": ("课程", "courses"),
        "courses.credits": ("学分", "credits"),
        "courses.passed": ("成绩", "passed or not"),
        "courses.is_required": ("必修", "required"),
        "courses.is_recognised": ("学分互认", "recognised from the other side"),
        "milestones": ("培养环节", "milestones"),
        "milestones.kind": ("环节", "step"),
        **under("milestones.kind", STAGE_TITLES),
        "milestones.outcome": ("结果", "outcome"),
        "milestones.outcome.pass": ("通过", "passed"),
        "milestones.outcome.fail": ("未通过", "failed"),
        "milestones.day": ("日期", "date"),
    },
)
