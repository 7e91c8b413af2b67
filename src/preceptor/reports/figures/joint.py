"""Figures of agreements, partners, joint programmes, times abroad and platforms; of the institution."""

from __future__ import annotations

from .figure import Definition, Figure, Measure, Nature, Window

_IN_FORCE = (
    "a.starts_on <= getvariable('day') AND (a.ends_on IS NULL OR a.ends_on >= getvariable('day'))"
    " AND (a.terminated_on IS NULL OR a.terminated_on > getvariable('day'))"
)
_PARTNERS = "FROM agreements a JOIN agreement_parties p ON p.agreement_id = a.key"
_KNOWN = "SELECT DISTINCT institution AS point FROM agreements"


def _figure(
    key: str, titles: tuple[str, str], population: tuple[str, str], kind: str, sql: str,
    unit: str = "count", nature: Nature = "stock", window: Window = "day", known: str = _KNOWN,
    measure: Measure = "records",
) -> Figure:  # fmt: skip
    return Figure(
        key, *titles, nature, unit, *population, window, kind, sql, frame="found",
        measure=measure, known=known,
    )  # fmt: skip


def _partners(where: str, of: str = "p.partner_id") -> str:
    return (
        f"SELECT DISTINCT a.institution AS point, NULL AS unit, NULL AS part, {of} AS counted,"
        f" p.partner_id AS record {_PARTNERS} WHERE {where}"
    )


_ABROAD = "p.country <> 'CN'"

FIGURES: tuple[Definition, ...] = (
    _figure(
        "joint.agreements", ("有效协议数", "Agreements in force"),
        ("统计时点有效的协议，按类别分列", "Agreements in force on the day, by kind"), "agreement",
        "SELECT a.institution AS point, NULL AS unit, a.kind AS part, a.key AS counted,"
        f" a.key AS record FROM agreements a WHERE {_IN_FORCE}",
    ),
    _figure(
        "joint.partners_ever", ("累计境外合作单位数", "Partners abroad, ever"),
        ("截至统计时点曾签有协议的境外单位", "Partners abroad with whom an agreement was ever signed by the day"),
        "partner", _partners(_ABROAD),
    ),
    _figure(
        "joint.partners_active", ("当前境外合作单位数", "Partners abroad, active"),
        ("统计时点协议有效的境外单位", "Partners abroad with an agreement in force on the day"),
        "partner", _partners(f"{_ABROAD} AND {_IN_FORCE}"),
    ),
    _figure(
        "joint.countries_ever", ("累计合作国家和地区数", "Countries of partners, ever"),
        ("截至统计时点曾签有协议的境外单位所在国家和地区", "Countries of partners abroad with whom an agreement was ever signed"),
        "partner", _partners(_ABROAD, "p.country"), measure="count(DISTINCT counted)",
    ),
    _figure(
        "joint.countries_active", ("当前合作国家和地区数", "Countries of partners, active"),
        ("统计时点协议有效的境外单位所在国家和地区", "Countries of partners abroad with an agreement in force"),
        "partner", _partners(f"{_ABROAD} AND {_IN_FORCE}", "p.country"),
        measure="count(DISTINCT counted)",
    ),
    _figure(
        "joint.dual", ("双学位在读人数", "Trainees in dual-degree programmes"),
        ("统计时点在联合项目中的研究生", "Trainees in a joint programme on the day"), "enrolment",
        "SELECT institution AS point, NULL AS unit, NULL AS part, home_id AS counted,"
        " home_id AS record FROM dual_enrolments"
        " WHERE left_on IS NULL OR left_on > getvariable('day')", "person",
        known="SELECT DISTINCT institution AS point FROM dual_enrolments",
    ),
    _figure(
        "joint.abroad", ("在外人员数", "Persons abroad"),
        ("统计时点在国（境）外的人员，按国家和地区分列", "Persons abroad on the day, by country"), "person",
        "SELECT institution AS point, NULL AS unit, country AS part, person_id AS counted,"
        " person_id AS record FROM abroad", "person",
        known="SELECT DISTINCT institution AS point FROM abroad",
    ),
    _figure(
        "joint.events", ("本期共同活动数", "Joint events"),
        ("统计时段内与合作单位共同开展的活动和互访，按类别分列", "Events and visits with partners within the period, by kind"),
        "partner",
        "SELECT institution AS point, NULL AS unit, kind AS part, key AS counted,"
        " partner_id AS record FROM joint_events"
        " WHERE first_on BETWEEN getvariable('year_start') AND getvariable('day')",
        nature="flow", window="year", measure="count(DISTINCT counted)",
    ),
    _figure(
        "platform.operating", ("运行平台数", "Platforms in operation"),
        ("统计时点运行的平台，按级别分列", "Platforms in operation on the day, by level"), "platform",
        "SELECT institution AS point, NULL AS unit, level AS part, key AS counted, key AS record"
        " FROM platforms WHERE state = 'operating'",
        known="SELECT DISTINCT institution AS point FROM platforms",
    ),
    _figure(
        "platform.construction", ("在建平台数", "Platforms under construction"),
        ("统计时点筹建或培育中的平台，按级别分列", "Platforms under construction on the day, by level"), "platform",
        "SELECT institution AS point, NULL AS unit, level AS part, key AS counted, key AS record"
        " FROM platforms WHERE state = 'construction'",
        known="SELECT DISTINCT institution AS point FROM platforms",
    ),
)  # fmt: skip
