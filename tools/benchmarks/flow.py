"""The flow of postdocs between any two days, on both databases.

Many institutions with mobile stations; postdocs enter over twelve years, one in ten changes track and
one in twenty moves to the next station; those who come by a joint intake have a second station. The
rows are written within the database, each postdoc's with an invented person.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from . import homes, pages, server
from .measure import Row, Timing, seconds, timed

Found = dict[str, Any]
STATIONS, INSTITUTIONS = 8_000, 200
TIMES = 3
GOAL = "1 s for 350,000 postdocs over 8,000 stations"
#: The year in the midst, the whole time, and a single day.
PERIODS = {
    "a year": (date(2020, 1, 1), date(2020, 12, 31)),
    "twelve years": (date(2012, 1, 1), date(2023, 12, 31)),
    "a day": (date(2021, 5, 4), date(2021, 5, 4)),
}
#: The pages that show it to the personnel office of one of the institutions.
PAGES = {
    "the flow of an institution": "/postdocs/flow/?by=station",
    "its postdocs": "/postdocs/",
    "its stations": "/stations/",
    "its coverage": "/stations/coverage/",
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

_PERSONS = """
INSERT INTO people_person (institution_id, name_zh, name_en, name_pinyin, source)
WITH RECURSIVE seq(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM seq WHERE n < {count} - 1)
SELECT s.institution_id, '博士后' || seq.n, 'Postdoc ' || seq.n, 'boshihou ' || seq.n, 'bench'
FROM seq JOIN bench_station s ON s.place = seq.n % {stations}"""

_PLACED = """
CREATE TEMPORARY TABLE bench_person AS
SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM people_person WHERE source = 'bench'"""

_POSTDOCS = """
INSERT INTO fellows_postdoc (number, person_id, institution_id, unit_id, station_id, workstation_id,
    track, intake, state, entered_on, term_ends_on, doctorate_from, certificate)
WITH RECURSIVE seq(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM seq WHERE n < {count} - 1)
SELECT 'B' || n, o.id, s.institution_id, s.institution_id, s.id,
    CASE n % 5 WHEN 0 THEN w.id END, CASE n % 3 WHEN 0 THEN 'clinical' WHEN 1 THEN 'basic' ELSE 'dual' END,
    CASE n % 5 WHEN 0 THEN 'joint' ELSE 'own' END, 'in_station', {entry}, {term}, '', ''
FROM seq JOIN bench_station s ON s.place = seq.n % {stations}
JOIN bench_station w ON w.place = (seq.n + {institutions}) % {stations}
JOIN bench_person o ON o.place = seq.n"""

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

_LEFT = """
UPDATE fellows_postdoc SET left_on = s.ends_on, state = CASE s.goes_by WHEN 'exit' THEN 'exited'
    WHEN 'withdrawal' THEN 'withdrawn' WHEN 'transfer' THEN 'transferred' ELSE 'left_early' END
FROM fellows_stay s WHERE s.postdoc_id = fellows_postdoc.id AND s.ends_on IS NOT NULL
    AND s.goes_by <> 'change'"""

_ROWS = (
    _UNITS, _STATIONS, _PLACES, _PERSONS, _PLACED, _POSTDOCS, _FOLLOWING, _STAYS, _CHANGED, _LEFT,
)  # fmt: skip


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
        for sql in _ROWS:
            cursor.execute(sql.format(**values))
    with connection.cursor() as cursor:
        # As a server does by itself some minutes after so many rows came.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


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
    """Times in seconds of the flow between days, by period and grouping, and how many rows it has;
    times and queries of the pages. Raises RuntimeError when a row does not add up."""
    from preceptor.fellows.flow import GROUPS
    from preceptor.fellows.models import Postdoc, Stay

    found: Found = {"postdocs": Postdoc.objects.count(), "stays": Stay.objects.count(), "flows": {}}
    gc.collect()
    gc.freeze()
    for name, (first, last) in PERIODS.items():
        for by in GROUPS:
            found["flows"][f"{name}, by {by}" if by else name] = _flow(first, last, by)
    client = pages.signed_out()
    client.force_login(_reader())
    found["pages"] = {name: _page(client, path) for name, path in PAGES.items()}
    return found


def _reader() -> Any:
    """An account of the personnel office in the first institution, of somebody who supervises no
    postdoc."""
    from preceptor.base.actors import OPERATOR
    from preceptor.institutions.models import Unit
    from preceptor.people.actions import grant_role, open_account
    from preceptor.people.choices import RoleKind
    from preceptor.people.models import Account, Person

    if held := Account.objects.filter(login="personnel").first():
        return held
    institution = Unit.objects.filter(code__startswith="BENCH-").order_by("pk")[0]
    person = Person.objects.create(institution=institution, name_zh="沈清和", name_en="Shen Qinghe")
    account = open_account(
        login="personnel", name=person.name_zh, password=token_urlsafe(), person=person, by=OPERATOR
    )
    grant_role(
        account=account, kind=RoleKind.PERSONNEL, unit=institution,
        valid_from=PERIODS["twelve years"][0], by=OPERATOR,
    )  # fmt: skip
    return account


def _page(client: Any, path: str) -> Found:
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} was answered with {answer.status_code}.")
    queries = pages.queries_of(lambda: client.get(path))
    spent = timed(lambda: client.get(path), times=TIMES, clock=server.seconds)
    return _as_json(spent) | {"queries": queries}


def _flow(first: date, last: date, by: Any) -> Found:
    from preceptor.fellows.flow import flow

    asked = partial(flow, first=first, last=last, by=by)
    rows = asked()
    if any(row.start + row.came - row.went != row.end for row in rows):
        raise RuntimeError(f"The flow from {first} to {last} by {by} does not add up.")
    return _as_json(timed(asked, times=TIMES, warm=0, clock=server.seconds)) | {"rows": len(rows)}


def _as_json(spent: Timing) -> Found:
    return {"median": spent.median, "high": spent.high, "used": spent.used}


def rows(vendor: str, found: Found) -> Iterator[Row]:
    """A line for each period and grouping, and for each page."""
    size = f"{found['postdocs']:,} postdocs, {found['stays']:,} stays"
    for name, one in found["flows"].items():
        said = f"{size}, {one['rows']:,} rows: {_said(one)}"
        yield Row(f"flow of postdocs over {name} ({vendor})", GOAL, said)
    for name, one in found["pages"].items():
        said = f"{size} in {INSTITUTIONS} institutions: {_said(one)}, {one['queries']} queries"
        yield Row(f"page among these postdocs: {name} ({vendor})", "–", said)


def _said(one: Found) -> str:
    """On PostgreSQL the processor time is that of its server as well."""
    used = f"{seconds(one['used'])} of a processor" if one["used"] else "too little to measure"
    return f"{seconds(one['median'])}, 95th {seconds(one['high'])} ({used})"
