"""The flow of postdocs between any two days, on both databases.

Many institutions with mobile stations; postdocs enter over twelve years, one in ten changes track and
one in twenty moves to the next station. The rows are written within the database, and belong to one
invented person: the flow reads stays, not persons.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from . import homes
from .measure import Row, seconds, timed

Found = dict[str, Any]
STATIONS, INSTITUTIONS = 8_000, 200
TIMES = 9
GOAL = "1 s for 350,000 postdocs over 8,000 stations"
#: The year in the midst, the whole time, and a single day.
PERIODS = {
    "a year": (date(2020, 1, 1), date(2020, 12, 31)),
    "twelve years": (date(2012, 1, 1), date(2023, 12, 31)),
    "a day": (date(2021, 5, 4), date(2021, 5, 4)),
}

_UNITS = """
INSERT INTO institutions_unit (code, kind, name_zh, name_en)
WITH RECURSIVE seq(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM seq WHERE n < {institutions})
SELECT 'BENCH-' || n, 'university', '大学' || n, 'University ' || n FROM seq"""

_STATIONS = """
INSERT INTO fellows_station (institution_id, unit_id, code, number, kind, name_zh, name_en, state)
WITH RECURSIVE seq(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM seq WHERE n < {stations} - 1)
SELECT u.id, u.id, 'S' || seq.n, '', 'workstation', '工作站' || seq.n, 'Station ' || seq.n, 'open'
FROM seq JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM institutions_unit
    WHERE code LIKE 'BENCH-%') u ON u.place = seq.n % {institutions}"""

_PLACES = """
CREATE TEMPORARY TABLE bench_station AS
SELECT id, institution_id, row_number() OVER (ORDER BY id) - 1 AS place FROM fellows_station"""

_POSTDOCS = """
INSERT INTO fellows_postdoc (number, person_id, institution_id, unit_id, station_id, track, intake,
    state, entered_on, term_ends_on, doctorate_from, certificate)
WITH RECURSIVE seq(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM seq WHERE n < {count} - 1)
SELECT 'B' || n, {person}, s.institution_id, s.institution_id, s.id,
    CASE n % 3 WHEN 0 THEN 'clinical' WHEN 1 THEN 'basic' ELSE 'dual' END,
    CASE n % 5 WHEN 0 THEN 'joint' ELSE 'own' END, 'in_station', {entry}, {term}, '', ''
FROM seq JOIN bench_station s ON s.place = seq.n % {stations}"""

_FOLLOWING = """
INSERT INTO fellows_postdoc (number, person_id, institution_id, unit_id, station_id, track, intake,
    state, entered_on, term_ends_on, doctorate_from, certificate, follows_id)
SELECT p.number || '~2', p.person_id, s.institution_id, s.institution_id, s.id, p.track, p.intake,
    'in_station', {moved}, {moved_end}, '', '', p.id
FROM fellows_postdoc p JOIN bench_station o ON o.id = p.station_id
JOIN bench_station s ON s.place = (o.place + 1) % {stations} WHERE p.id % 20 = 1"""

_STAYS = """
INSERT INTO fellows_stay (postdoc_id, institution_id, station_id, track, intake, begins_on, ends_on,
    comes_by, goes_by)
SELECT p.id, p.institution_id, p.station_id, p.track, p.intake, p.entered_on,
    CASE WHEN f.id IS NOT NULL THEN f.entered_on WHEN p.id % 10 = 2 THEN {changed}
        WHEN p.entered_on > {still} THEN NULL ELSE {left} END,
    CASE WHEN p.follows_id IS NULL THEN 'entry' ELSE 'transfer' END,
    CASE WHEN f.id IS NOT NULL THEN 'transfer' WHEN p.id % 10 = 2 THEN 'change'
        WHEN p.entered_on > {still} THEN '' WHEN p.id % 50 = 3 THEN 'withdrawal'
        WHEN p.id % 25 = 4 THEN 'early_exit' ELSE 'exit' END
FROM fellows_postdoc p LEFT JOIN fellows_postdoc f ON f.follows_id = p.id"""

_CHANGED = """
INSERT INTO fellows_stay (postdoc_id, institution_id, station_id, track, intake, begins_on, ends_on,
    comes_by, goes_by)
SELECT p.id, p.institution_id, p.station_id, 'incubation', p.intake, {changed},
    CASE WHEN p.entered_on > {still} THEN NULL ELSE {left} END, 'change',
    CASE WHEN p.entered_on > {still} THEN '' ELSE 'exit' END
FROM fellows_postdoc p LEFT JOIN fellows_postdoc f ON f.follows_id = p.id
WHERE f.id IS NULL AND p.id % 10 = 2"""


def make(home: Path, count: int) -> int:
    """About so many postdocs, unless they are there; gives how many stays they have."""
    from preceptor.fellows.models import Stay

    homes.prepare(home)
    if not Stay.objects.exists():
        _fill(count)
    return Stay.objects.count()


def _fill(count: int) -> None:
    from django.db import connection, transaction

    values = _values(connection.vendor, count)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_UNITS.format(**values))
        values["person"] = _person()
        for sql in (_STATIONS, _PLACES, _POSTDOCS, _FOLLOWING, _STAYS, _CHANGED):
            cursor.execute(sql.format(**values))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _person() -> int:
    from preceptor.institutions.models import Unit
    from preceptor.people.models import Person

    unit = Unit.objects.filter(code__startswith="BENCH-").order_by("pk")[0]
    return Person.objects.create(institution=unit, name_zh="许望舒", name_en="Xu Wangshu").pk


def _values(vendor: str, count: int) -> Found:
    """The days, written as the database adds them."""
    is_lite = vendor == "sqlite"

    def later(day: str, days: str) -> str:
        return (
            f"date({day}, '+' || ({days}) || ' days')"
            if is_lite
            else f"({day} + CAST({days} AS integer))"
        )

    first = "'2012-01-01'" if is_lite else "date '2012-01-01'"
    entered = "p.entered_on"
    return {
        "count": count, "stations": STATIONS, "institutions": INSTITUTIONS,
        "entry": later(first, "(n * 37) % 4380"), "term": later(first, "(n * 37) % 4380 + 730"),
        "moved": later(entered, "400"), "moved_end": later(entered, "1130"),
        "changed": later(entered, "300"), "left": later(entered, "600 + p.id % 400"),
        "still": "'2022-06-01'" if is_lite else "date '2022-06-01'",
    }  # fmt: skip


def measure() -> Found:
    """Times in seconds of the flow between days, by period and grouping; how many rows were read, and
    whether every row adds up."""
    from preceptor.fellows.flow import By, flow
    from preceptor.fellows.models import Postdoc, Stay

    found: Found = {"postdocs": Postdoc.objects.count(), "stays": Stay.objects.count(), "flows": {}}
    gc.collect()
    gc.freeze()
    groups: tuple[By, ...] = ("", "station", "track")
    for name, (first, last) in PERIODS.items():
        for by in groups:
            rows = flow(first=first, last=last, by=by)
            if any(row.start + row.came - row.went != row.end for row in rows):
                raise RuntimeError(f"The flow of {name} by {by} does not add up.")
            spent = timed(partial(flow, first=first, last=last, by=by), times=TIMES)
            found["flows"][f"{name}, by {by}" if by else name] = {
                "rows": len(rows), "median": spent.median, "high": spent.high, "used": spent.used,
            }  # fmt: skip
    return found


def rows(vendor: str, found: Found) -> Iterator[Row]:
    """A line for each period and grouping."""
    for name, one in found["flows"].items():
        said = (
            f"{found['postdocs']:,} postdocs, {found['stays']:,} stays, {one['rows']:,} rows: "
            f"{seconds(one['median'])}, 95th {seconds(one['high'])} "
            f"({seconds(one['used'])} of a processor)"
        )
        yield Row(f"flow of postdocs over {name} ({vendor})", GOAL, said)
