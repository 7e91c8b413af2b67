"""What a trainee was paid in one year."""

from __future__ import annotations

from preceptor.policy import Bool, Date, Enum, Int, Rows, Subject

STIPEND = Subject(
    columns={
        "event_on": Date(),
        "degree_level": Enum("doctor", "master"),
        "degree_type": Enum("academic", "professional"),
        "months_enrolled": Int(0, 12),
        "assistant_months": Int(0, 12),
        "has_scholarship": Bool(),
    },
    lists={
        "payments": Rows(
            {
                "kind": Enum("national_grant", "assistantship", "academic_scholarship", "other"),
                "amount": Int(-1_000_000, 1_000_000),
            },
            most=1000,
        )
    },
    dates={"event": "event_on"},
    units={"months_enrolled": "month", "assistant_months": "month"},
    titles={
        "": ("年度资助", "stipends of a year"),
        "event_on": ("年度截止日期", "last day of the year"),
        "degree_level": ("学位层次", "level of the degree"),
        "degree_level.doctor": ("博士", "doctor"),
        "degree_level.master": ("硕士", "master"),
        "degree_type": ("学位类型", "type of degree"),
        "degree_type.academic": ("学术学位", "academic degree"),
        "degree_type.professional": ("专业学位", "professional degree"),
        "months_enrolled": ("本年在学月数", "months enrolled in the year"),
        "assistant_months": ("本年担任助研月数", "months as a research assistant in the year"),
        "has_scholarship": ("学业奖学金评定情况", "award of the academic scholarship"),
        "payments": ("发放记录", "payments"),
        "payments.kind": ("类别", "kind"),
        "payments.kind.national_grant": ("国家助学金", "national grant"),
        "payments.kind.assistantship": ("助研津贴", "research assistantship"),
        "payments.kind.academic_scholarship": ("学业奖学金", "academic scholarship"),
        "payments.kind.other": ("其他", "other"),
        "payments.amount": ("金额", "amount"),
    },
)
