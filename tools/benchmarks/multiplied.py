"""A large institution out of a small one: its rows copied within the database, never through the ORM.

The people of the invented institution, what is recorded of them and their stored verdicts are
multiplied; units, directions, rules and accounts stay as they are. A copy's student number has the
number of the copy after the year, so that the copies of a trainee lie far apart in every list.
Of the states of an enrolment only the present one is copied, of its courses, rotations and steps
none: no list reads them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

#: Where the year of a student number ends.
YEAR = 4


def multiply(enrolments: int) -> int:
    """Copy the small institution until it has about so many enrolments; gives how many it has."""
    from django.db import connection

    from preceptor.training.models import Enrolment

    small = Enrolment.objects.count()
    copies = round(enrolments / small) - 1
    if copies < 1:
        return small
    models = _models()
    with connection.cursor() as cursor, _without_indexes(cursor, models):
        strides = {model: _last_key(cursor, model) for model in models}
        for model in models:
            cursor.execute(_copying(model, strides), [copies])
        cursor.execute("UPDATE standing_standingtally SET count = count * %s", [copies + 1])
        _beyond_copies(cursor, models)
    _analyse()
    return small * (copies + 1)


def _models() -> list[type[Any]]:
    """What is copied, each after what it refers to."""
    from preceptor.people.models import Person
    from preceptor.standing.models import Finding, Standing
    from preceptor.supervisors.models import SupervisorQualification
    from preceptor.training import models

    return [
        Person, models.Enrolment, models.StateSpan, models.Placement, models.Supervision,
        SupervisorQualification, models.Panel, models.Thesis, Finding, Standing,
    ]  # fmt: skip


#: The rows of a table that are copied; all of those without an entry.
CHOSEN = {
    "people_person": "t.id IN (SELECT person_id FROM training_enrolment UNION"
    " SELECT person_id FROM training_supervision UNION"
    " SELECT person_id FROM supervisors_supervisorqualification)",
    "training_statespan": "t.valid_to IS NULL AND t.superseded_at IS NULL",
    "training_placement": "t.valid_to IS NULL AND t.superseded_at IS NULL",
}


def _copying(model: type[Any], strides: dict[type[Any], int]) -> str:
    """One statement that inserts all copies of a table, copy by copy."""
    table = model._meta.db_table
    fields = model._meta.concrete_fields
    names = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(_value(field, strides) for field in fields)
    return (
        "WITH RECURSIVE copies(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM copies WHERE i < %s)"
        f' INSERT INTO "{table}" ({names}) SELECT {values} FROM copies CROSS JOIN "{table}" t'
        f" WHERE {CHOSEN.get(table, 'true')}"
    )


def _value(field: Any, strides: dict[type[Any], int]) -> str:
    column = f't."{field.column}"'
    if field.related_model in strides:
        return f"{column} + copies.i * {strides[field.related_model]}"
    if field.primary_key:
        return f"{column} + copies.i * {strides[field.model]}"
    if field.column == "student_number":
        copy = "substr(CAST(100000 + copies.i AS text), 2)"
        return f"substr({column}, 1, {YEAR}) || {copy} || substr({column}, {YEAR + 1})"
    if field.column == "number" and field.model._meta.model_name == "panel":
        return f"{column} || '-' || CAST(copies.i AS text)"
    return column


def _last_key(cursor: Any, model: type[Any]) -> int:
    meta = model._meta
    cursor.execute(f'SELECT max("{meta.pk.column}") FROM "{meta.db_table}"')
    return int(cursor.fetchone()[0])


@contextmanager
def _without_indexes(cursor: Any, models: Sequence[type[Any]]) -> Iterator[None]:
    """Rows go in without indexes and without the check of references: both are right by making,
    and an index made of all rows at once takes a tenth of the time."""
    from django.db import connection

    is_small = connection.vendor == "sqlite"
    cursor.execute("PRAGMA foreign_keys = OFF" if is_small else "SET session_replication_role = replica")  # fmt: skip
    found = _indexes(cursor, [model._meta.db_table for model in models], is_small)
    for name, _statement in found:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    for _name, statement in found:
        cursor.execute(statement)
    cursor.execute("PRAGMA foreign_keys = ON" if is_small else "SET session_replication_role = DEFAULT")  # fmt: skip


def _indexes(cursor: Any, tables: Sequence[str], is_small: bool) -> list[tuple[str, str]]:
    """Names and statements of the indexes that no constraint holds."""
    names = ", ".join(f"'{table}'" for table in tables)
    cursor.execute(
        f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({names})"
        if is_small
        else f"SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ({names})"
        " AND indexname NOT IN (SELECT conname FROM pg_constraint)"
    )  # fmt: skip
    return list(cursor.fetchall())


def _beyond_copies(cursor: Any, models: Sequence[type[Any]]) -> None:
    """New rows get keys above those of the copies."""
    from django.core.management.color import no_style
    from django.db import connection

    for statement in connection.ops.sequence_reset_sql(no_style(), list(models)):
        cursor.execute(statement)


def _analyse() -> None:
    """Let the database count what it has, as its own upkeep would."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM (ANALYZE)")
