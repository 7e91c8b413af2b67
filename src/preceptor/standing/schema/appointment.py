"""The term of an independent principal investigator."""

from __future__ import annotations

from preceptor.policy import Bool, Date, Dec, Enum, Int, Rows, Subject

from .words import GOAL_TITLES, GOALS, under

APPOINTMENT = Subject(
    columns={
        "event_on": Date(),
        "phase": Enum("contracted", "started", "probation", "stopped", "ended"),
        "starts_on": Date(),
        "ends_on": Date(),
        # Complete months from the first day in office to the day.
        "months_in_office": Int(0, 600),
        "representative_works": Int(0, 1000),
        "has_charter": Bool(),
        # Whether the assessment at the end of the term is asked for and not decided.
        "asks_renewal": Bool(),
    },
    lists={
        "goals": Rows(
            {
                "goal": GOALS,
                "target": Dec(2, 0, 10**9),
                "reached": Dec(2, 0, 10**9),
                "due_on": Date(),
            },
            most=200,
        ),
        "assessments": Rows(
            {
                "kind": Enum("annual", "midterm", "appointment"),
                "verdict": Enum("renew", "probation", "stop", "exit"),
                "day": Date(),
            },
            label=("kind", "day"),
            most=100,
        ),
        "tranches": Rows(
            {
                "release": Enum("planned", "released", "held", "stopped"),
                "amount": Int(0, 10**10),
                "planned_on": Date(),
            },
            most=100,
        ),
        # One row a calendar year of the term that is over or runs, also without hours.
        "teaching": Rows(
            {"year": Int(1900, 2200), "hours": Int(0, 10_000), "is_over": Bool()},
            label=("year",),
            most=60,
        ),
        "letters": Rows({"grade": Int(1, 5), "is_given": Bool()}, most=100),
    },
    dates={"event": "event_on"},
    units={
        "months_in_office": "month",
        "representative_works": "item",
        "tranches.amount": "CNY",
        "teaching.hours": "hour",
    },
    gates=("annual", "midterm", "assessment"),
    titles={
        "": ("独立 PI 聘期", "appointment of a PI"),
        "event_on": ("考核日期", "date of the assessment"),
        "phase": ("状态", "state"),
        "phase.contracted": ("已签约", "contract signed"),
        "phase.started": ("在聘", "in office"),
        "phase.probation": ("延长考察", "extended probation"),
        "phase.stopped": ("停止投入", "investment stopped"),
        "phase.ended": ("聘期结束", "ended"),
        "starts_on": ("聘期起始日期", "first day of the term"),
        "ends_on": ("聘期届满日期", "last day of the term"),
        "months_in_office": ("在聘满月数", "complete months in office"),
        "representative_works": ("代表作篇数", "representative works"),
        "has_charter": ("实验室章程授权", "limits set by the charter"),
        "asks_renewal": ("聘期考核申请", "request of the appointment assessment"),
        "goals": ("合同目标", "targets of the contract"),
        "goals.goal": ("目标类别", "kind of target"),
        **under("goals.goal", GOAL_TITLES),
        "goals.target": ("目标值", "target"),
        "goals.reached": ("完成值", "reached"),
        "goals.due_on": ("完成期限", "due date"),
        "assessments": ("考核", "assessments"),
        "assessments.kind": ("考核类别", "kind of assessment"),
        "assessments.kind.annual": ("年度检查", "annual check"),
        "assessments.kind.midterm": ("中期考核", "mid-term assessment"),
        "assessments.kind.appointment": ("聘期考核", "appointment assessment"),
        "assessments.verdict": ("考核结论", "verdict"),
        "assessments.verdict.renew": ("续聘", "renewal"),
        "assessments.verdict.probation": ("延长考察", "extended probation"),
        "assessments.verdict.stop": ("停止投入", "stop of the investment"),
        "assessments.verdict.exit": ("退出", "exit"),
        "assessments.day": ("日期", "date"),
        "tranches": ("滚动投入", "rolling investment"),
        "tranches.release": ("拨付状态", "state"),
        "tranches.release.planned": ("计划", "planned"),
        "tranches.release.released": ("已拨付", "released"),
        "tranches.release.held": ("缓拨", "held back"),
        "tranches.release.stopped": ("停拨", "stopped"),
        "tranches.amount": ("金额", "amount"),
        "tranches.planned_on": ("计划日期", "planned date"),
        "teaching": ("教学工作量", "teaching load"),
        "teaching.year": ("年份", "year"),
        "teaching.hours": ("学时", "contact hours"),
        "teaching.is_over": ("整年任职", "a full year in office"),
        "letters": ("函评意见", "outside letters"),
        "letters.grade": ("评分（1 至 5）", "grade from 1 to 5"),
        "letters.is_given": ("返回情况", "received or not"),
    },
)
