"""A thesis drawn for the inspection of theses after the degree, with the experts' votes."""

from __future__ import annotations

from preceptor.policy import Date, Enum, Rows, Subject

SAMPLING = Subject(
    columns={"event_on": Date()},
    lists={
        "opinions": Rows(
            {"round": Enum("first", "second"), "outcome": Enum("pass", "fail")}, most=100
        )
    },
    dates={"event": "event_on"},
    titles={
        "": ("学位论文抽检", "inspection of a thesis"),
        "event_on": ("抽检日期", "date of the inspection"),
        "opinions": ("专家意见", "experts' opinions"),
        "opinions.round": ("轮次", "round"),
        "opinions.round.first": ("初评", "first round"),
        "opinions.round.second": ("复评", "second round"),
        "opinions.outcome": ("结论", "conclusion"),
        "opinions.outcome.pass": ("合格", "pass"),
        "opinions.outcome.fail": ("不合格", "fail"),
    },
)
