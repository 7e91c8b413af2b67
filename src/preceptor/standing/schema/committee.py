"""A meeting of the degree evaluation committee and one decision of it."""

from __future__ import annotations

from preceptor.policy import Bool, Date, Enum, Int, Rows, Subject

from .words import SENIORITY, SENIORITY_TITLES, under

COMMITTEE = Subject(
    columns={
        "event_on": Date(),
        "has_met": Bool(),
        # The language has no remainder: whoever fills the members says whether they are odd.
        "has_odd_number": Bool(),
        "votes_for": Int(0, 100),
    },
    lists={
        "members": Rows(
            {
                "role": Enum("chair", "deputy_chair", "member", "secretary"),
                "title_level": SENIORITY,
                "is_head": Bool(),
                "is_present": Bool(),
            },
            most=100,
        )
    },
    dates={"event": "event_on"},
    units={"votes_for": "person"},
    gates=("decision",),
    titles={
        "": ("学位评定委员会会议", "meeting of the degree evaluation committee"),
        "event_on": ("会议日期", "day of the meeting"),
        "has_met": ("开会情况", "meeting (held or not)"),
        "has_odd_number": ("人数为单数", "odd number of members"),
        "votes_for": ("同意票", "votes in favour"),
        "members": ("委员", "members"),
        "members.role": ("职务", "role"),
        "members.role.chair": ("主席", "chair"),
        "members.role.deputy_chair": ("副主席", "deputy chair"),
        "members.role.member": ("委员", "member"),
        "members.role.secretary": ("秘书", "secretary"),
        "members.title_level": ("职称级别", "level of title"),
        **under("members.title_level", SENIORITY_TITLES),
        "members.is_head": ("单位主要行政负责人身份", "headship of the institution"),
        "members.is_present": ("到会情况", "presence"),
    },
)
