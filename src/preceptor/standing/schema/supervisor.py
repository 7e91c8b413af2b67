"""A supervisor in one assessment."""

from __future__ import annotations

from preceptor.policy import Bool, Date, Enum, Int, Rows, Subject

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
