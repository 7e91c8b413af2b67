"""A postdoc in a station, as far as grounds for withdrawal ask."""

from __future__ import annotations

from preceptor.policy import Bool, Date, Enum, Int, Rows, Subject

POSTDOC = Subject(
    columns={
        "event_on": Date(),
        "is_in_station": Bool(),
        "entered_on": Date(),
        "term_ends_on": Date(),
        "station_months": Int(0, 600),
        "has_doctorate": Bool(),
        "has_false_entry": Bool(),
        "has_misconduct": Bool(),
        "has_ethics_breach": Bool(),
        "has_contract_breach": Bool(),
        "is_unfit_by_illness": Bool(),
        "has_exit_formalities": Bool(),
        "has_other_ground": Bool(),
        "absent_days_running": Int(0, 4000),
        "absent_days_in_year": Int(0, 366),
        "abroad_days_late": Int(0, 4000),
    },
    lists={
        "assessments": Rows(
            {
                "kind": Enum("annual", "midterm", "exit"),
                "outcome": Enum("pass", "fail"),
                "day": Date(),
                # How many assessments running have failed, with this one; 0 for one that passed.
                "fails_running": Int(0, 99),
            },
            label=("kind", "day"),
            most=100,
        ),
        "sanctions": Rows(
            {"sanction": Enum("disciplinary", "party", "criminal"), "imposed_on": Date()},
            label=("sanction", "imposed_on"),
            most=100,
        ),
    },
    dates={"event": "event_on"},
    units={
        "station_months": "month",
        "absent_days_running": "day",
        "absent_days_in_year": "day",
        "abroad_days_late": "day",
    },
    gates=("extension", "midterm", "exit"),
    titles={
        "": ("博士后", "postdoc"),
        "event_on": ("核查日期", "date of the check"),
        "is_in_station": ("在站情况", "presence in the station"),
        "entered_on": ("进站日期", "day of entry"),
        "term_ends_on": ("在站期满日期", "last day of the term"),
        "station_months": ("累计在站月数", "months in stations in all"),
        "has_doctorate": ("博士学位取得情况", "recognised doctorate"),
        "has_false_entry": ("进站材料虚假的认定", "finding of false papers of entry"),
        "has_misconduct": ("学术不端的认定", "finding of academic misconduct"),
        "has_ethics_breach": ("违反师德师风的认定", "finding of a breach of professional ethics"),
        "has_contract_breach": (
            "可解除协议的违约认定",
            "finding of a breach that gives ground to end the contract",
        ),
        "is_unfit_by_illness": (
            "因病无法继续工作的认定",
            "finding of being unable to go on through illness",
        ),
        "has_exit_formalities": ("出站手续办理情况", "formalities of exit"),
        "has_other_ground": ("其他应退站情形的认定", "finding of another ground for withdrawal"),
        "absent_days_running": ("连续旷工天数", "days absent running, unexcused"),
        "absent_days_in_year": ("一年内累计旷工天数", "days absent in a year, unexcused"),
        "abroad_days_late": ("出国逾期未归天数", "days late in returning from abroad"),
        "assessments": ("考核", "assessments"),
        "assessments.kind": ("考核类别", "kind of assessment"),
        "assessments.kind.annual": ("年度考核", "annual assessment"),
        "assessments.kind.midterm": ("中期考核", "mid-term assessment"),
        "assessments.kind.exit": ("出站考核", "exit assessment"),
        "assessments.outcome": ("结果", "outcome"),
        "assessments.outcome.pass": ("合格", "pass"),
        "assessments.outcome.fail": ("不合格", "fail"),
        "assessments.day": ("日期", "date"),
        "assessments.fails_running": ("连续不合格次数", "failures running"),
        "sanctions": ("处分与处罚", "sanctions"),
        "sanctions.sanction": ("类别", "kind of sanction"),
        "sanctions.sanction.disciplinary": (
            "行政处分（警告及以上）",
            "disciplinary, warning or heavier",
        ),
        "sanctions.sanction.party": ("党纪处分", "of the Party"),
        "sanctions.sanction.criminal": ("刑事处罚", "criminal"),
        "sanctions.imposed_on": ("日期", "date"),
    },
)
