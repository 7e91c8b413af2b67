"""Task lists and pages of cases among a million cases, beside a tenth of them.

The cases are of one shipped kind and of the trainees of the invented institution, one after the
other; one in twenty is under way and waits for the office, a secretary or a supervisor in turn. They
are written within the database.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from . import homes, pages, server
from .measure import Row, seconds, timed, times

Found = dict[str, Any]
TIMES = 25
#: One case in so many is under way.
UNDER_WAY = 20
LIST = "95th 19 ms; at most 1.15 times the time at a tenth"
ONE = "20 ms, the same at a million"

_PLACES = """
CREATE TEMPORARY TABLE bench_trainee AS
SELECT row_number() OVER (ORDER BY e.id) - 1 AS place, e.person_id AS person, e.unit_id AS unit,
    s.person_id AS guide
FROM training_enrolment e JOIN training_supervision s ON s.enrolment_id = e.id
WHERE s.role = 'main' AND s.superseded_at IS NULL AND s.valid_to IS NULL"""

_CASES = """
INSERT INTO cases_case (number, institution_id, unit_id, kind_id, person_id, title_zh, title_en,
    reason, state, stage, stage_kind, stage_since, due_on, revision, round, submitted_at, decided_at,
    ground, created_at)
WITH RECURSIVE seq(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM seq WHERE n < {count})
SELECT 'BENCH-' || n, {institution}, t.unit, {kind}, t.person, '答辩申请', 'Defence', '{empty}',
    CASE WHEN n % {under_way} = 0 THEN 'running' ELSE 'granted' END,
    CASE WHEN n % {under_way} = 0 THEN '{stage}' ELSE '' END,
    CASE WHEN n % {under_way} = 0 THEN 'review' ELSE '' END,
    CASE WHEN n % {under_way} = 0 THEN {now} END, {due}, 2, 1, {now},
    CASE WHEN n % {under_way} = 0 THEN NULL ELSE {now} END, '', {now}
FROM seq JOIN bench_trainee t ON t.place = seq.n % {trainees}"""

_STEPS = """
INSERT INTO cases_casestep (case_id, revision, stage, verb, by_key, by_name, on_behalf_of, at, reason)
SELECT c.id, r.n, '{stage}', CASE WHEN r.n = 1 THEN 'submit' ELSE 'agree' END, 'account:0', 'bench',
    '', {now}, '{empty}'
FROM cases_case c JOIN (SELECT 1 AS n UNION ALL SELECT 2) r ON 1 = 1 WHERE c.number LIKE 'BENCH-%'"""

_TASKS = """
INSERT INTO cases_task (case_id, stage, holder, person_id, role, unit_id, institution_id, since,
    due_on, done_at, done_by_key, outcome)
SELECT c.id, '{stage}',
    CASE WHEN c.id % 3 = 0 THEN 'person' ELSE 'role' END,
    CASE WHEN c.id % 3 = 0 THEN t.guide END,
    CASE c.id % 3 WHEN 0 THEN '' WHEN 1 THEN 'office' ELSE 'secretary' END,
    CASE c.id % 3 WHEN 1 THEN c.institution_id WHEN 2 THEN c.unit_id END,
    c.institution_id, {now}, c.due_on,
    CASE WHEN c.state = 'running' THEN NULL ELSE {now} END, '',
    CASE WHEN c.state = 'running' THEN '' ELSE 'agree' END
FROM cases_case c JOIN (SELECT person, min(guide) AS guide FROM bench_trainee GROUP BY person) t
    ON t.person = c.person_id WHERE c.number LIKE 'BENCH-%'"""

_PARTIES = """
INSERT INTO cases_caseparty (case_id, person_id, word)
SELECT c.id, t.guide, 'supervisor'
FROM cases_case c JOIN (SELECT person, min(guide) AS guide FROM bench_trainee GROUP BY person) t
    ON t.person = c.person_id WHERE c.number LIKE 'BENCH-%'"""


def make(home: Path, count: int) -> int:
    """The invented institution with about so many cases, unless it is there; gives how many."""
    from preceptor.cases.models import Case

    homes.prepare(home)
    if not Case.objects.filter(number__startswith="BENCH-").exists():
        homes.make(home, Decimal(1))
        _fill(count)
    return Case.objects.count()


def _fill(count: int) -> None:
    from django.db import connection, transaction

    values = _values(connection.vendor) | {"count": count}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_PLACES)
        cursor.execute("SELECT count(*) FROM bench_trainee")
        values["trainees"] = cursor.fetchone()[0]
        for sql in (_CASES, _STEPS, _TASKS, _PARTIES):
            cursor.execute(sql.format(**values))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _values(vendor: str) -> Found:
    from preceptor.base.encryption import cipher
    from preceptor.cases.models import CaseKind
    from preceptor.cases.queries import kind_of_row

    kind = CaseKind.objects.filter(name="defence", valid_to=None).get()
    is_lite = vendor == "sqlite"
    return {
        "institution": kind.institution_id,
        "kind": kind.pk,
        "stage": kind_of_row(kind).stages[0].id,
        "under_way": UNDER_WAY,
        "empty": cipher().encrypt(b"").decode(),
        "now": "'2026-06-01 00:00:00'" if is_lite else "timestamptz '2026-06-01 00:00:00+00'",
        "due": "date('2026-06-01', '+' || (n % 300) || ' days')"
        if is_lite
        else "date '2026-06-01' + (n % 300)",
    }


def measure() -> Found:
    """Times in seconds and queries of each page, by what it is and who asks."""
    from preceptor.cases.models import Case
    from preceptor.people.models import Account

    found: Found = {"cases": Case.objects.count(), "pages": {}}
    gc.collect()
    gc.freeze()
    for login in ("office", "secretary", "supervisor"):
        account = Account.objects.get(login=login)
        client = pages.signed_out()
        client.force_login(account)
        for name, path in _addresses(account).items():
            found["pages"][f"{login}: {name}"] = _measured(client, path)
    return found


def _addresses(account: Any) -> dict[str, str]:
    """What a reader opens: the own tasks, the list of cases, one of them that waits and one that ended."""
    from preceptor.cases.access import visible_cases

    seen = visible_cases(account).filter(number__startswith="BENCH-")
    found = {
        "tasks": "/tasks/",
        "cases": "/cases/",
        "cases in progress": "/cases/?state=running",
    }
    for name, state in (("a case in progress", "running"), ("a case that ended", "granted")):
        row = seen.filter(state=state).order_by("pk").first()
        if row is not None:
            found[name] = f"/cases/{row.pk}/"
    return found


def _measured(client: Any, path: str) -> Found:
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} was answered with {answer.status_code}.")
    queries = pages.queries_of(lambda: client.get(path))
    spent = timed(lambda: client.get(path), times=TIMES, warm=2, clock=server.seconds)
    return {
        "median": spent.median, "high": spent.high, "used": spent.used, "queries": queries,
    }  # fmt: skip


def rows(found: dict[str, tuple[Found, Found]]) -> Iterator[Row]:
    """A line for each page and database, the larger beside the smaller."""
    for vendor, (small, large) in found.items():
        for name, page in large["pages"].items():
            beside = small["pages"].get(name)
            said = (
                f"{large['cases']:,} cases: {seconds(page['median'])}, 95th {seconds(page['high'])} "
                f"({seconds(page['used'])} of a processor), {page['queries']} queries"
            )
            ratio = "–"
            if beside is not None:
                said += f"; {small['cases']:,}: {seconds(beside['median'])}"
                ratio = f"{times(page['median'] / beside['median'])} times the smaller"
            goal = ONE if ": a case" in name else LIST
            yield Row(f"a million cases, {vendor}, {name}", goal, said, ratio)
