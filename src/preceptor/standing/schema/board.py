"""The experts who sit on the entry, assessment or exit of a fellow, or on a station."""

from __future__ import annotations

from preceptor.policy import Bool, Date, Enum, Int, Rows, Subject

from .words import SENIORITY, SENIORITY_TITLES, SERIES, SERIES_TITLES, under

BOARD = Subject(
    columns={
        "event_on": Date(),
        "what": Enum(
            "entry",
            "annual",
            "midterm",
            "extension",
            "exit",
            "transfer",
            "withdrawal",
            "station",
            "pi",
            "assessment",
            "other",
        ),
        # Whether the sitting was opened: what asks for its course is not asked before.
        "has_met": Bool(),
        "votes_for": Int(0, 100),
    },
    lists={
        "members": Rows(
            {
                "role": Enum("chair", "deputy_chair", "member", "secretary", "adviser"),
                "title_level": SENIORITY,
                "title_series": SERIES,
                "is_outside_institution": Bool(),
                "is_host": Bool(),
                "is_candidate": Bool(),
                "is_present": Bool(),
            },
            most=100,
        )
    },
    dates={"event": "event_on"},
    units={"votes_for": "person"},
    gates=(
        "entry",
        "annual",
        "midterm",
        "extension",
        "exit",
        "transfer",
        "withdrawal",
        "opening",
        "assessment",
    ),
    titles={
        "": ("专家组会议", "board of experts"),
        "event_on": ("会议日期", "day of the sitting"),
        "what": ("审议事项", "what it decides"),
        "what.entry": ("进站考核", "entry"),
        "what.annual": ("年度考核", "annual assessment"),
        "what.midterm": ("中期考核", "mid-term assessment"),
        "what.extension": ("延期", "extension"),
        "what.exit": ("出站考核", "exit"),
        "what.transfer": ("转站", "move to another station"),
        "what.withdrawal": ("退站", "withdrawal"),
        "what.station": ("设站论证", "opening of a station"),
        "what.pi": ("独立 PI 遴选", "selection of a PI"),
        "what.assessment": ("独立 PI 考核", "assessment of a PI"),
        "what.other": ("其他", "other"),
        "has_met": ("开会情况", "sitting (held or not)"),
        "votes_for": ("同意票", "votes in favour"),
        "members": ("成员", "members"),
        "members.role": ("角色", "role"),
        "members.role.chair": ("组长", "chair"),
        "members.role.deputy_chair": ("副组长", "deputy chair"),
        "members.role.member": ("成员", "member"),
        "members.role.secretary": ("秘书", "secretary"),
        "members.role.adviser": ("列席（无表决权）", "adviser without a vote"),
        "members.title_level": ("职称级别", "level of title"),
        **under("members.title_level", SENIORITY_TITLES),
        "members.title_series": ("职称系列", "series of title"),
        **under("members.title_series", SERIES_TITLES),
        "members.is_outside_institution": ("单位归属", "institution (inside or outside)"),
        "members.is_host": ("合作导师身份", "supervision of the candidate"),
        "members.is_candidate": ("本人", "the candidate"),
        "members.is_present": ("到会情况", "presence"),
    },
)
