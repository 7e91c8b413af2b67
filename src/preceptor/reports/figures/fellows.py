"""Figures of postdoctoral stations, postdocs and independent principal investigators.

They speak of the institution, not of a degree point. A postdoc is in station from the first day of a
stay to the day before its end, so that for any two days start + in - out = end.
"""

from __future__ import annotations

from preceptor.supervisors.queries import HELD

from .figure import Definition, Figure, Measure, Nature, Quotient, Window

HELD_STATES = ", ".join(f"'{state}'" for state in sorted(map(str, HELD)))

_YEAR = "BETWEEN getvariable('year_start') AND getvariable('day')"
_THREE = "BETWEEN getvariable('three_years_start') AND getvariable('day')"
_KNOWN = "SELECT DISTINCT institution AS point FROM stays"
_IN = "begins_on <= getvariable('day') AND (ends_on IS NULL OR ends_on > getvariable('day'))"
_WAS_IN = (
    "begins_on <= getvariable('previous_end')"
    " AND (ends_on IS NULL OR ends_on > getvariable('previous_end'))"
)
#: Terms in station on the day, with their person.
_HEADS = f"SELECT s.institution, s.postdoc_id, p.person_id, p.entered_on FROM stays s JOIN postdocs p ON p.key = s.postdoc_id WHERE {_IN}"


def _stays(
    key: str,
    titles: tuple[str, str],
    population: tuple[str, str],
    where: str,
    nature: Nature = "flow",
    window: Window = "year",
    part: str = "NULL",
) -> Figure:
    """Postdocs by their stays; a change of track or source neither comes nor goes."""
    return Figure(
        key, *titles, nature, "person", *population, window, "postdoc",
        f"SELECT institution AS point, NULL AS unit, {part} AS part, postdoc_id AS counted,"
        f" postdoc_id AS record FROM stays WHERE {where}",
        frame="found", known=_KNOWN,
    )  # fmt: skip


_CAME = f"comes_by = 'entry' AND begins_on {_YEAR}"


def _left(how: str) -> str:
    return f"goes_by = '{how}' AND ends_on {_YEAR}"


_HEADCOUNT: tuple[Definition, ...] = (
    _stays(
        "postdoc.start",
        ("期初在站博士后人数", "Postdocs in station at the start"),
        ("上一年末在站的博士后", "Postdocs in station on the last day of the year before"),
        _WAS_IN, "stock", "previous_end",
    ),
    _stays(
        "postdoc.entered",
        ("本期进站人数", "Postdocs who entered"),
        ("统计时段内进站的博士后，由其他站转入者不计", "Postdocs who entered within the period, without those who came from another station"),
        _CAME,
    ),
    _stays(
        "postdoc.entered_three_years",
        ("近三年进站人数", "Postdocs who entered in three years"),
        ("本年及前两年内进站的博士后", "Postdocs who entered in the year of the census and the two before it"),
        f"comes_by = 'entry' AND begins_on {_THREE}", "flow", "three_years",
    ),
    _stays(
        "postdoc.entered_by_track",
        ("按培养路径分列的进站人数", "Entries by track"),
        ("统计时段内进站的博士后，按培养路径分列", "Postdocs who entered within the period, by track"),
        _CAME, part="track",
    ),
    _stays(
        "postdoc.entered_by_source",
        ("按招收方式分列的进站人数", "Entries by source"),
        ("统计时段内进站的博士后，按招收方式分列", "Postdocs who entered within the period, by source"),
        _CAME, part="intake",
    ),
    _stays(
        "postdoc.exited",
        ("本期期满出站人数", "Postdocs who exited"),
        ("统计时段内期满出站的博士后", "Postdocs who exited with a certificate within the period"),
        _left("exit"),
    ),
    _stays(
        "postdoc.exited_early",
        ("本期提前出站人数", "Postdocs who exited early"),
        ("统计时段内提前出站的博士后", "Postdocs who exited early within the period"),
        _left("early_exit"),
    ),
    _stays(
        "postdoc.withdrawn",
        ("本期退站人数", "Postdocs who withdrew"),
        ("统计时段内退站的博士后", "Postdocs who withdrew or were withdrawn within the period"),
        _left("withdrawal"),
    ),
    _stays(
        "postdoc.in_station",
        ("在站博士后人数", "Postdocs in station"),
        ("统计时点在站的博士后", "Postdocs in station on the day"), _IN, "stock", "day",
    ),
    _stays(
        "postdoc.in_station_by_station",
        ("各站在站人数", "Postdocs in station, by station"),
        ("统计时点在站的博士后，按站分列", "Postdocs in station on the day, by station"),
        _IN, "stock", "day", "station",
    ),
    _stays(
        "postdoc.in_station_by_track",
        ("按培养路径分列的在站人数", "Postdocs in station, by track"),
        ("统计时点在站的博士后，按培养路径分列", "Postdocs in station on the day, by track"),
        _IN, "stock", "day", "track",
    ),
    _stays(
        "postdoc.retained",
        ("近三年进站者中仍在站人数", "Of three years' entries, still in station"),
        ("本年及前两年内进站、统计时点仍在站的博士后", "Postdocs who entered in these three years and are in station on the day"),
        f"{_IN} AND postdoc_id IN (SELECT postdoc_id FROM stays WHERE comes_by = 'entry'"
        f" AND begins_on {_THREE})", "stock", "day",
    ),
    Quotient(
        "postdoc.retained_pct", "近三年进站者在站率", "Share of three years' entries still in station",
        "stock", "percent",
        "近三年进站者中仍在站人数除以近三年进站人数，以百分数表示，保留两位小数",
        "Of three years' entries those still in station, in percent to two decimals",
        "day", "postdoc.retained", "postdoc.entered_three_years", factor=100, decimals=2,
    ),
)  # fmt: skip


def _won(
    key: str, titles: tuple[str, str], population: tuple[str, str], part: str = "NULL",
    where: str = "TRUE", unit: str = "item", measure: Measure = "count(DISTINCT counted)",
    counted: str = "j.key",
) -> Figure:  # fmt: skip
    """Projects that began while one of their members was a postdoc of the institution."""
    return Figure(
        key, *titles, "stock", unit, *population, "day", "project",
        f"""SELECT DISTINCT p.institution AS point, NULL AS unit, {part} AS part,
            {counted} AS counted, j.key AS record
        FROM projects j JOIN project_members m ON m.project_id = j.key
        JOIN postdocs p ON p.person_id = m.person_id AND j.starts_on >= p.entered_on
            AND (p.left_on IS NULL OR j.starts_on <= p.left_on) WHERE {where}""",
        frame="found", measure=measure, known=_KNOWN,
    )  # fmt: skip


_PROJECTS: tuple[Definition, ...] = (
    _won(
        "postdoc.projects",
        ("博士后承担项目数", "Projects of postdocs"),
        ("截至统计时点，在站期间立项、由博士后参与的项目", "Projects that began by the day while one of their members was in station"),
    ),
    _won(
        "postdoc.projects_by_level",
        ("按级别分列的博士后项目数", "Projects of postdocs, by level"),
        ("同上，按项目级别分列", "The same, by level"), "nullif(j.level, '')",
    ),
    _won(
        "postdoc.projects_by_field",
        ("按类别分列的博士后项目数", "Projects of postdocs, by field"),
        ("同上，按项目类别分列", "The same, by field"), "nullif(j.field, '')",
    ),
    Quotient(
        "postdoc.projects_per_head", "在站博士后人均项目数", "Projects per postdoc in station",
        "stock", "ratio", "博士后承担项目数除以在站人数，保留两位小数",
        "Projects of postdocs divided by those in station, to two decimals",
        "day", "postdoc.projects", "postdoc.in_station", decimals=2,
    ),
)  # fmt: skip

_GIVEN = f"FROM postdoc_supports g JOIN postdocs p ON p.key = g.postdoc_id WHERE g.paid_on {_YEAR}"

_SUPPORT: tuple[Definition, ...] = (
    Figure(
        "postdoc.support", "本期博士后资助金额", "Money given to postdocs", "flow", "cny",
        "统计时段内发放给博士后的资助，单位为元", "Support paid to postdocs within the period, in CNY",
        "year", "postdoc",
        f"SELECT p.institution AS point, NULL AS unit, NULL AS part, g.amount_cny AS counted,"
        f" p.key AS record {_GIVEN}",
        frame="found", measure="sum(counted)", known=_KNOWN,
    ),
    Quotient(
        "postdoc.support_per_head", "在站博士后人均资助金额", "Money given per postdoc in station",
        "flow", "cny", "本期博士后资助金额除以在站人数，保留两位小数",
        "Support paid within the period divided by those in station, to two decimals",
        "year", "postdoc.support", "postdoc.in_station", decimals=2,
    ),
)  # fmt: skip


def _works(
    key: str, titles: tuple[str, str], population: tuple[str, str], sql: str,
    measure: Measure = "count(DISTINCT counted)", unit: str = "item",
) -> Figure:  # fmt: skip
    """Works of persons in station on the day, of the year of the census."""
    return Figure(
        key, *titles, "flow", unit, *population, "year", "postdoc",
        f"WITH heads AS ({_HEADS}) {sql}", frame="found", measure=measure, known=_KNOWN,
    )  # fmt: skip


_ROW = "SELECT heads.institution AS point, NULL AS unit, NULL AS part"

_CYCLE: tuple[Definition, ...] = (
    _works(
        "cycle.papers",
        ("在站博士后本期论文数", "Papers of postdocs in station"),
        ("统计时段内发表、作者中有统计时点在站博士后的论文", "Papers of the period with an author in station on the day"),
        f"{_ROW}, w.key AS counted, heads.postdoc_id AS record FROM heads"
        " JOIN authorships a ON a.person_id = heads.person_id JOIN papers w ON w.key = a.paper_id"
        f" WHERE w.published_on {_YEAR}",
    ),
    Quotient(
        "cycle.papers_per_head", "在站博士后人均论文数", "Papers per postdoc in station", "flow",
        "ratio", "在站博士后本期论文数除以在站人数，保留两位小数",
        "Papers of the period divided by postdocs in station, to two decimals",
        "year", "cycle.papers", "postdoc.in_station", decimals=2,
    ),
    _works(
        "cycle.patents",
        ("在站博士后本期申请专利数", "Patents applied for by postdocs in station"),
        ("统计时段内申请、发明人中有统计时点在站博士后的专利", "Patents applied for within the period with an inventor in station on the day"),
        f"{_ROW}, w.key AS counted, heads.postdoc_id AS record FROM heads"
        " JOIN inventors a ON a.person_id = heads.person_id JOIN patents w ON w.key = a.patent_id"
        f" WHERE w.applied_on {_YEAR}",
    ),
    Quotient(
        "cycle.patents_per_head", "在站博士后人均申请专利数", "Patents per postdoc in station",
        "flow", "ratio", "在站博士后本期申请专利数除以在站人数，保留两位小数",
        "Patents applied for divided by postdocs in station, to two decimals",
        "year", "cycle.patents", "postdoc.in_station", decimals=2,
    ),
    _works(
        "cycle.translated",
        ("在站博士后本期成果转化金额", "Money of translations with postdocs in station"),
        ("统计时段内签订、贡献者中有统计时点在站博士后的转化合同金额，每份合同计一次，单位为元",
         "Amounts of translation contracts signed within the period with a contributor in station on the day; each contract once, in CNY"),
        "SELECT point, NULL AS unit, NULL AS part, amount AS counted, record FROM ("
        " SELECT heads.institution AS point, w.key, any_value(w.amount_cny) AS amount,"
        " min(heads.postdoc_id) AS record FROM heads"
        " JOIN contributors a ON a.person_id = heads.person_id"
        f" JOIN translations w ON w.key = a.translation_id WHERE w.signed_on {_YEAR}"
        " GROUP BY ALL)",
        "sum(counted)", "cny",
    ),
    Quotient(
        "cycle.translated_per_head", "在站博士后人均转化金额", "Translated money per postdoc in station",
        "flow", "cny", "在站博士后本期成果转化金额除以在站人数，保留两位小数",
        "Amounts of translation contracts divided by postdocs in station, to two decimals",
        "year", "cycle.translated", "postdoc.in_station", decimals=2,
    ),
    Figure(
        "cycle.with_first_project", "已获得首个项目的在站博士后", "Postdocs in station with a first project",
        "stock", "person", "统计时点在站、进站后已有项目立项的博士后",
        "Postdocs in station who have won a project since they entered", "day", "postdoc",
        f"WITH heads AS ({_HEADS}) SELECT DISTINCT heads.institution AS point, NULL AS unit,"
        " NULL AS part, heads.postdoc_id AS counted, heads.postdoc_id AS record FROM heads"
        " JOIN project_members m ON m.person_id = heads.person_id"
        " JOIN projects j ON j.key = m.project_id AND j.starts_on >= heads.entered_on",
        frame="found", known=_KNOWN,
    ),
    Figure(
        "cycle.days_to_project", "获得首个项目累计天数", "Days until the first project, in all",
        "stock", "day", "统计时点在站、进站后已有项目立项的博士后，自进站至首个项目立项的天数合计",
        "Days from entry to the first project, added over postdocs in station who have one",
        "day", "postdoc",
        f"WITH heads AS ({_HEADS}) SELECT heads.institution AS point, NULL AS unit, NULL AS part,"
        " date_diff('day', any_value(heads.entered_on), min(j.starts_on)) AS counted,"
        " heads.postdoc_id AS record FROM heads"
        " JOIN project_members m ON m.person_id = heads.person_id"
        " JOIN projects j ON j.key = m.project_id AND j.starts_on >= heads.entered_on"
        " GROUP BY heads.institution, heads.postdoc_id",
        frame="found", measure="sum(counted)", known=_KNOWN,
    ),
    Quotient(
        "cycle.mean_days_to_project", "获得首个项目平均天数", "Mean days until the first project",
        "stock", "day", "获得首个项目累计天数除以已获得首个项目的在站博士后，保留一位小数",
        "Days until the first project divided by those who have one, to one decimal",
        "day", "cycle.days_to_project", "cycle.with_first_project",
    ),
    Figure(
        "cycle.hosts", "合作导师人数", "Co-operating supervisors", "stock", "person",
        "统计时点担任在站博士后合作导师的人员", "Persons who supervise a postdoc in station on the day",
        "day", "person",
        f"WITH heads AS ({_HEADS}) SELECT DISTINCT heads.institution AS point, NULL AS unit,"
        " NULL AS part, h.person_id AS counted, h.person_id AS record FROM heads"
        " JOIN hosts h ON h.postdoc_id = heads.postdoc_id",
        frame="found", known=_KNOWN,
    ),
    Quotient(
        "cycle.heads_per_host", "每名合作导师带教在站博士后数", "Postdocs per co-operating supervisor",
        "stock", "ratio", "在站人数除以合作导师人数，保留两位小数",
        "Postdocs in station divided by their supervisors, to two decimals",
        "day", "postdoc.in_station", "cycle.hosts", decimals=2,
    ),
)  # fmt: skip

_OPEN = "s.state IN ('open', 'rectifying')"
_ROOT = "(SELECT code FROM units WHERE key = (SELECT mode(institution_id) FROM units))"

_STATIONS: tuple[Definition, ...] = (
    Figure(
        "station.open", "博士后科研站点数", "Open stations", "stock", "count",
        "统计时点已设立的流动站、工作站、分站和创新实践基地，按类别分列",
        "Stations that are open on the day, by kind", "day", "station",
        f"SELECT {_ROOT} AS point, NULL AS unit, s.kind AS part, s.key AS counted,"
        f" s.key AS record FROM stations s WHERE {_OPEN}", frame="found",
        known=f"SELECT {_ROOT} AS point FROM stations",
    ),
    Figure(
        "station.disciplines", "具有博士学位授权的一级学科数", "First-level disciplines with a doctoral right",
        "stock", "count", "统计时点具有博士学位授权的一级学科",
        "First-level disciplines in which the institution may award doctorates", "day", "discipline",
        f"SELECT DISTINCT {_ROOT} AS point, NULL AS unit, NULL AS part, d.key AS counted,"
        " d.key AS record FROM degree_points g JOIN disciplines d ON d.key = g.discipline_id"
        " WHERE g.degree_level = 'doctor' AND g.degree_type = 'academic' AND d.level = 'first'",
        frame="found", known=f"SELECT {_ROOT} AS point FROM stations",
    ),
    Figure(
        "station.covered", "已设流动站的一级学科数", "Disciplines covered by a mobile station",
        "stock", "count", "统计时点具有博士学位授权且已设流动站的一级学科",
        "First-level disciplines with a doctoral right and an open mobile station", "day",
        "discipline",
        f"SELECT DISTINCT {_ROOT} AS point, NULL AS unit, NULL AS part, d.key AS counted,"
        " d.key AS record FROM degree_points g JOIN disciplines d ON d.key = g.discipline_id"
        " JOIN stations s ON s.discipline_id = d.key AND s.kind = 'mobile'"
        f" WHERE g.degree_level = 'doctor' AND g.degree_type = 'academic' AND d.level = 'first' AND {_OPEN}",
        frame="found", known=f"SELECT {_ROOT} AS point FROM stations",
    ),
)  # fmt: skip


def _by_discipline(
    key: str, titles: tuple[str, str], population: tuple[str, str], kind: str, sql: str,
    nature: Nature = "stock", window: Window = "day",
) -> Figure:  # fmt: skip
    """What a dossier says of a first-level discipline; the part is its code."""
    return Figure(
        key, *titles, nature, "person", *population, window, kind, sql, frame="found",
        measure="count(DISTINCT counted)", known=f"SELECT {_ROOT} AS point FROM stations",
    )  # fmt: skip


_DOSSIER: tuple[Definition, ...] = (
    _by_discipline(
        "discipline.supervisors", ("一级学科博士生导师人数", "Doctoral supervisors of a first-level discipline"),
        ("统计时点具有博士生导师资格的人员，按一级学科分列", "Persons qualified as doctoral supervisors on the day, by first-level discipline"),
        "qualification",
        f"SELECT {_ROOT} AS point, NULL AS unit, f.first AS part, q.person_id AS counted,"
        " q.key AS record FROM supervisor_qualifications q"
        " JOIN first_levels f ON f.key = q.direction_id"
        f" WHERE q.degree_level = 'doctor' AND q.state IN ({HELD_STATES})",
    ),
    _by_discipline(
        "discipline.graduates", ("一级学科授予博士学位人数", "Doctorates awarded in a first-level discipline"),
        ("截至统计时点获得博士学位的人员，按一级学科分列", "Doctorates awarded by the day, by first-level discipline"),
        "enrolment",
        f"SELECT {_ROOT} AS point, NULL AS unit, f.first AS part, e.key AS counted,"
        " e.key AS record FROM enrolments e JOIN first_levels f ON f.key = e.last_direction_id"
        " WHERE e.degree_level = 'doctor' AND e.awarded_on <= getvariable('day')",
    ),
)  # fmt: skip


def _of_pis(
    key: str, titles: tuple[str, str], population: tuple[str, str], table: str, kind: str,
    where: str = "TRUE", part: str = "NULL", nature: Nature = "stock", window: Window = "day",
    unit: str = "person", counted: str = "key", measure: Measure = "records",
) -> Figure:  # fmt: skip
    record = "appointment_id" if table in ("tranches", "pi_assessments") else "key"
    return Figure(
        key, *titles, nature, unit, *population, window, kind,
        f"SELECT institution AS point, NULL AS unit, {part} AS part, {counted} AS counted,"
        f" {record} AS record FROM {table} WHERE {where}",
        frame="found", measure=measure,
        known="SELECT DISTINCT institution AS point FROM appointments",
    )  # fmt: skip


_PIS: tuple[Definition, ...] = (
    _of_pis(
        "pi.appointed", ("在聘独立 PI 人数", "Independent PIs in office"),
        ("统计时点在聘的独立 PI", "Independent principal investigators in office on the day"),
        "appointments", "appointment",
    ),
    _of_pis(
        "pi.from_abroad", ("外籍独立 PI 人数", "Independent PIs from abroad"),
        ("统计时点在聘、国籍不是中国的独立 PI", "Independent principal investigators in office of another nationality than Chinese"),
        "appointments", "appointment", "country NOT IN ('', 'CN')",
    ),
    _of_pis(
        "pi.laboratories", ("独立实验室数", "Independent laboratories"),
        ("统计时点已设立的独立实验室", "Independent laboratories open on the day"),
        "laboratories", "laboratory", unit="count",
    ),
    _of_pis(
        "pi.verdicts", ("聘期考核结果", "Results of appointment assessments"),
        ("统计时段内作出结论的聘期考核，按结论分列", "Appointment assessments decided within the period, by result"),
        "pi_assessments", "appointment",
        f"kind = 'appointment' AND verdict IS NOT NULL AND held_on {_YEAR}", "verdict", "flow",
        "year",
    ),
    _of_pis(
        "pi.released", ("本期拨付滚动投入金额", "Rolling investment released"),
        ("统计时段内拨付的滚动投入，单位为元", "Tranches released within the period, in CNY"),
        "tranches", "appointment", f"state = 'released' AND decided_on {_YEAR}", "NULL", "flow",
        "year", "cny", "amount_cny", "sum(counted)",
    ),
)  # fmt: skip

FIGURES: tuple[Definition, ...] = (
    *_STATIONS, *_DOSSIER, *_HEADCOUNT, *_PROJECTS, *_SUPPORT, *_CYCLE, *_PIS,
)  # fmt: skip
