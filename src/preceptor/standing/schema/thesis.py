"""A thesis: its similarity and its reviews."""

from __future__ import annotations

from preceptor.policy import Bool, Date, Dec, Enum, Int, Rows, Subject

from .words import DATE_TITLES, DATES

THESIS = Subject(
    columns={
        "similarity": Dec(4, 0, 1),
        "event_on": Date(),
        "planned_on": Date(),
        "cohort_on": Date(),
    },
    lists={
        "reviews": Rows(
            {
                "is_blind": Bool(),
                # Returned on the day asked about, and not after the day of the defence.
                "is_before_defence": Bool(),
                "outcome": Enum("pass", "fail"),
                "opinion": Enum("agree", "minor_revision", "major_revision", "disagree"),
                "score": Int(0, 100),
                # A second look of the same reviewer at the revised thesis.
                "is_re_review": Bool(),
            },
            most=100,
        )
    },
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
        "reviews.is_before_defence": (
            "返回时间（答辩前后）",
            "time of return (before the defence or not)",
        ),
        "reviews.outcome": ("结果", "outcome"),
        "reviews.outcome.pass": ("通过", "passed"),
        "reviews.outcome.fail": ("未通过", "failed"),
        "reviews.opinion": ("评阅意见", "opinion"),
        "reviews.opinion.agree": ("同意答辩", "agrees to the defence"),
        "reviews.opinion.minor_revision": ("小修后答辩", "minor revision"),
        "reviews.opinion.major_revision": ("大修", "major revision"),
        "reviews.opinion.disagree": ("不同意答辩", "against the defence"),
        "reviews.score": ("分数", "score"),
        "reviews.is_re_review": ("评阅性质（首次或复审）", "kind of review (first or second look)"),
    },
)
