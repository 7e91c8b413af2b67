"""Figures of requests, votes and standing bodies: chapter 4, section 10 (management and services).

A request counts for the degree point of the trainee whom it concerns; a standing body serves
every point of its institution.
"""

from __future__ import annotations

from .figure import Definition, Figure, Frame, Nature, Quotient, Window

_WITHIN = "BETWEEN getvariable('year_start') AND getvariable('day')"
_KNOWN = "SELECT DISTINCT point FROM requests"
_SAT_KNOWN = "SELECT points.code AS point FROM points WHERE EXISTS (SELECT 1 FROM sittings)"


def _requests(
    key: str,
    titles: tuple[str, str],
    population: tuple[str, str],
    where: str,
    nature: Nature = "flow",
    window: Window = "year",
) -> Figure:
    """Requests of trainees by kind; `where` says which count."""
    return Figure(
        key, *titles, nature, "item", *population, window, "case",
        f"SELECT point, NULL AS unit, kind AS part, record AS counted, record FROM requests"
        f" WHERE {where}",
        frame="found", known=_KNOWN,
    )  # fmt: skip


def _whole(
    key: str,
    titles: tuple[str, str],
    population: tuple[str, str],
    where: str,
    counted: str = "record",
    unit: str = "item",
) -> Figure:
    """The same of all kinds together."""
    is_sum = counted != "record"
    return Figure(
        key, *titles, "flow", unit, *population, "year", "case",
        f"SELECT point, NULL AS unit, NULL AS part, {counted} AS counted, record FROM requests"
        f" WHERE {where}",
        measure="sum(counted)" if is_sum else "records", known=_KNOWN,
    )  # fmt: skip


_DECIDED = f"state IN ('granted', 'refused') AND decided_on {_WITHIN}"

_REQUESTS: tuple[Definition, ...] = (
    _requests(
        "case.submitted",
        ("提交的申请件数", "Requests submitted"),
        ("统计时段内本学位点研究生事项的申请，按事项类型分列",
         "Requests that concern trainees of the point, submitted within the period; by kind"),
        f"submitted_on {_WITHIN}",
    ),
    _requests(
        "case.granted",
        ("同意的申请件数", "Requests granted"),
        ("统计时段内决定同意的申请，按事项类型分列", "Requests granted within the period; by kind"),
        f"state = 'granted' AND decided_on {_WITHIN}",
    ),
    _requests(
        "case.refused",
        ("未同意的申请件数", "Requests refused"),
        ("统计时段内决定不同意的申请，按事项类型分列", "Requests refused within the period; by kind"),
        f"state = 'refused' AND decided_on {_WITHIN}",
    ),
    _requests(
        "case.open",
        ("在办申请件数", "Requests in progress"),
        ("统计时点已提交、尚未决定的申请，按事项类型分列",
         "Requests submitted and not decided on the day; by kind"),
        "state IN ('running', 'returned')",
        "stock", "day",
    ),
    _whole(
        "case.appeals",
        ("申请复核件数", "Appeals"),
        ("统计时段内提交的复核申请", "Appeals submitted within the period"),
        f"appeal_of_id IS NOT NULL AND submitted_on {_WITHIN}",
    ),
    _whole(
        "case.appeals_granted",
        ("复核改变原决定件数", "Appeals granted"),
        ("统计时段内决定、改变原决定的复核申请", "Appeals granted within the period"),
        f"appeal_of_id IS NOT NULL AND state = 'granted' AND decided_on {_WITHIN}",
    ),
    _whole(
        "case.decided",
        ("办结申请件数", "Requests decided"),
        ("统计时段内作出同意或不同意决定的申请", "Requests granted or refused within the period"),
        _DECIDED,
    ),
    _whole(
        "case.days",
        ("办结申请累计天数", "Days until the decision, in all"),
        ("统计时段内办结的申请，自提交之日至决定之日的自然日合计",
         "Calendar days from submission to decision, added over the requests decided within the "
         "period"),
        _DECIDED, "date_diff('day', submitted_on, decided_on)", "day",
    ),
    Quotient(
        "case.mean_days",
        "平均办理天数", "Mean days until the decision", "flow", "day",
        "办结申请累计天数除以办结申请件数，保留一位小数",
        "Days until the decision divided by the requests decided, to one decimal",
        "year", "case.days", "case.decided",
    ),
)  # fmt: skip


def _votes(key: str, titles: tuple[str, str], population: tuple[str, str], where: str) -> Figure:
    return Figure(
        key, *titles, "flow", "count", *population, "year", "case",
        f"""SELECT r.point, NULL AS unit, NULL AS part, i.key AS counted, r.record
        FROM items i JOIN requests r ON r.record = i.case_id
        WHERE i.decided_on {_WITHIN}{where}""",
        measure="count(DISTINCT counted)", known=_KNOWN,
    )  # fmt: skip


_VOTES: tuple[Definition, ...] = (
    _votes(
        "vote.held",
        ("表决次数", "Votes taken"),
        ("统计时段内就研究生事项进行的表决", "Votes taken on trainees' requests within the period"),
        "",
    ),
    _votes(
        "vote.passed",
        ("表决通过次数", "Votes carried"),
        ("统计时段内就研究生事项进行且通过的表决", "Votes on trainees' requests that were carried"),
        " AND i.result = 'passed'",
    ),
    Quotient(
        "vote.passed_pct",
        "表决通过率", "Share of votes carried", "flow", "percent",
        "表决通过次数除以表决次数，以百分数表示，保留两位小数",
        "Votes carried divided by votes taken, in percent to two decimals",
        "year", "vote.passed", "vote.held", factor=100, decimals=2,
    ),
)  # fmt: skip


def _bodies(
    key: str, titles: tuple[str, str], population: tuple[str, str], kind: str, sql: str
) -> Figure:
    frame: Frame = "found"
    return Figure(
        key, *titles, "flow", "count", *population, "year", kind, sql, frame=frame,
        known=_SAT_KNOWN,
    )  # fmt: skip


def _advised(where: str) -> str:
    return (
        "SELECT points.code AS point, NULL AS unit, a.body_kind AS part, a.key AS counted,"
        f" a.key AS record FROM points, advice a WHERE a.given_on {_WITHIN}{where}"
    )


_BODIES: tuple[Definition, ...] = (
    _bodies(
        "body.meetings",
        ("常设机构会议次数", "Meetings of standing bodies"),
        ("统计时段内召开的常设机构会议，按机构类别分列",
         "Meetings of standing bodies held within the period; by kind of body"),
        "sitting",
        "SELECT points.code AS point, NULL AS unit, s.body_kind AS part, s.key AS counted,"
        " s.key AS record FROM points, sittings s"
        f" WHERE s.body_id IS NOT NULL AND s.state = 'closed' AND s.held_on {_WITHIN}",
    ),
    _bodies(
        "body.advice",
        ("常设机构提出意见条数", "Advice given by standing bodies"),
        ("统计时段内常设机构提出的意见，按机构类别分列",
         "Advice given by standing bodies within the period; by kind of body"),
        "advice", _advised(""),
    ),
    _bodies(
        "body.advice_done",
        ("已落实的意见条数", "Advice carried out"),
        ("统计时段内提出、已经落实的意见，按机构类别分列",
         "Advice given within the period that was carried out; by kind of body"),
        "advice", _advised(" AND a.state = 'done'"),
    ),
)  # fmt: skip

FIGURES: tuple[Definition, ...] = (*_REQUESTS, *_VOTES, *_BODIES)
