"""Somebody who applies to a call for postdocs or principal investigators."""

from __future__ import annotations

from preceptor.policy import Bool, Date, Enum, Int, Rows, Subject

from .words import TRACK_TITLES, TRACKS, under

APPLICANT = Subject(
    columns={
        # The last day of the call: whoever applies is judged by that day.
        "event_on": Date(),
        "purpose": Enum("postdoc", "pi"),
        "track": TRACKS,
        # Complete months of life.
        "age_months": Int(0, 1800),
        # Months begun: a day more than three years is the 37th month.
        "months_since_doctorate": Int(0, 1200),
        "has_doctorate": Bool(),
        "is_own_doctor": Bool(),
        "is_same_discipline": Bool(),
        "is_medicine": Bool(),
        "is_full_time": Bool(),
        "has_special_approval": Bool(),
        "months_planned": Int(0, 600),
        "earlier_months": Int(0, 600),
        "is_foreign": Bool(),
    },
    lists={
        "works": Rows(
            {
                "work": Enum("paper", "project", "patent", "book", "award"),
                "year": Int(1900, 2200),
                "is_representative": Bool(),
            },
            most=500,
        ),
        "letters": Rows({"grade": Int(1, 5), "is_given": Bool()}, most=100),
    },
    dates={"event": "event_on"},
    units={
        "age_months": "age",
        "months_since_doctorate": "month",
        "months_planned": "month",
        "earlier_months": "month",
    },
    gates=("entry",),
    titles={
        "": ("申请人", "applicant"),
        "event_on": ("申请截止日期", "last day of the call"),
        "purpose": ("应聘岗位", "post applied for"),
        "purpose.postdoc": ("博士后", "postdoc"),
        "purpose.pi": ("独立 PI", "independent PI"),
        "track": ("培养轨道", "track"),
        **under("track", TRACK_TITLES),
        "age_months": ("年龄（满月数）", "age in complete months"),
        "months_since_doctorate": (
            "获博士学位以来的月数（不足一个月的按一个月计）",
            "months begun since the doctorate",
        ),
        "has_doctorate": ("博士学位取得情况", "doctorate"),
        "is_own_doctor": ("本单位授予博士学位", "doctorate granted by this institution"),
        "is_same_discipline": (
            "博士专业与流动站同属一个一级学科",
            "doctorate in the first-level discipline of the station",
        ),
        "is_medicine": ("医学学科", "station in medicine"),
        "is_full_time": ("全职", "full time"),
        "has_special_approval": ("特别批准", "special approval"),
        "months_planned": ("计划在站月数", "months planned in the station"),
        "earlier_months": ("此前累计在站月数", "months in stations before"),
        "is_foreign": ("外籍", "from abroad"),
        "works": ("代表性业绩", "works"),
        "works.work": ("业绩类别", "kind of work"),
        "works.work.paper": ("论文", "paper"),
        "works.work.project": ("项目", "project"),
        "works.work.patent": ("专利", "patent"),
        "works.work.book": ("著作", "book"),
        "works.work.award": ("奖励", "award"),
        "works.year": ("年份", "year"),
        "works.is_representative": ("代表作", "representative work"),
        "letters": ("函评意见", "outside letters"),
        "letters.grade": ("评分（1 至 5）", "grade from 1 to 5"),
        "letters.is_given": ("返回情况", "received or not"),
    },
)
