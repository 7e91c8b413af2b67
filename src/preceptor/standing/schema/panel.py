"""The experts who judge one step of one trainee, and their ballot."""

from __future__ import annotations

from preceptor.policy import Bool, Date, Enum, Int, Rows, Subject

from .words import (
    DATE_TITLES,
    DATES,
    SENIORITY,
    SENIORITY_TITLES,
    SERIES,
    SERIES_TITLES,
    STAGE_TITLES,
    STAGES,
    under,
)

PANEL = Subject(
    columns={
        "stage": STAGES,
        "event_on": Date(),
        "planned_on": Date(),
        "cohort_on": Date(),
        # Whether the day of the sitting has come: what follows a sitting is not asked before it.
        "has_sat": Bool(),
        "recommended_on": Date(),
        "votes_for": Int(0, 100),
        "votes_cast": Int(0, 100),
    },
    lists={
        "members": Rows(
            {
                "is_doctoral_supervisor": Bool(),
                "title_level": SENIORITY,
                "title_series": SERIES,
                "in_clinical_work": Bool(),
                "is_outside_unit": Bool(),
                "is_outside_institution": Bool(),
                "is_degree_committee": Bool(),
                "role": Enum("chair", "member", "secretary", "adviser"),
                "field": Enum("same", "related", "unrelated"),
                "is_supervisor": Bool(),
                "is_coauthor": Bool(),
                "is_from_abroad": Bool(),
                # Complete years since the last joint paper with a supervisor of the candidate;
                # unknown, and not asked for, where there is none.
                "has_joint_paper": Bool(),
                "joint_paper_years": Int(0, 100),
            },
            most=100,
        )
    },
    dates=DATES,
    units={
        "votes_for": "person",
        "votes_cast": "person",
    },
    gates=STAGES.values,
    titles={
        "": ("评审小组", "panel"),
        **DATE_TITLES,
        "event_on": ("开会日期", "day of the sitting"),
        "planned_on": ("计划开会日期", "planned day of the sitting"),
        "stage": ("环节", "step"),
        **under("stage", STAGE_TITLES),
        "has_sat": ("开会情况", "sitting (held or not)"),
        "recommended_on": ("推荐意见日期", "day of the recommendation"),
        "votes_for": ("同意票", "votes in favour"),
        "votes_cast": ("收回票数", "ballots cast"),
        "members": ("成员", "members"),
        "members.is_doctoral_supervisor": ("博导资格", "doctoral supervisor qualification"),
        "members.title_level": ("职称级别", "level of title"),
        **under("members.title_level", SENIORITY_TITLES),
        "members.title_series": ("职称系列", "series of title"),
        **under("members.title_series", SERIES_TITLES),
        "members.in_clinical_work": ("临床在岗情况", "clinical work"),
        "members.is_outside_unit": ("部门归属", "unit (inside or outside)"),
        "members.is_outside_institution": ("单位归属", "institution (inside or outside)"),
        "members.is_degree_committee": (
            "学位评定（分）委员会委员身份",
            "membership of the degree (sub-)committee",
        ),
        "members.role": ("角色", "role"),
        "members.role.chair": ("主席", "chair"),
        "members.role.member": ("成员", "member"),
        "members.role.secretary": ("秘书", "secretary"),
        "members.role.adviser": ("列席（无表决权）", "adviser without a vote"),
        "members.field": ("专业", "field"),
        "members.field.same": ("本专业", "same field"),
        "members.field.related": ("相关专业", "related field"),
        "members.field.unrelated": ("无关专业", "unrelated field"),
        "members.is_supervisor": ("与该生的导师关系", "supervision of the candidate"),
        "members.is_coauthor": ("与该生合著情况", "joint work with the candidate"),
        "members.is_from_abroad": ("国内外来源", "country (from abroad or not)"),
        "members.has_joint_paper": ("与导师合著情况", "joint papers with a supervisor"),
        "members.joint_paper_years": (
            "距最近一次与导师合著的年数",
            "years since the last joint paper with a supervisor",
        ),
    },
)
