"""How many stand where, by unit: kept with the verdicts, counted anew in each run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from django.db import connection
from django.db.models import Count, Q, QuerySet

from preceptor.institutions.models import Unit

from .due import said
from .models import Finding, Standing, StandingTally
from .storing import Tallied


def wholes_in(rows: QuerySet[Standing]) -> Counter[Tallied]:
    """How many trainees of each unit stand so as a whole, under an empty rule; one query."""
    found = rows.order_by().values_list("unit", "whole").annotate(Count("pk"))
    return Counter({(unit, "", "", whole): count for unit, whole, count in found})


def add(changes: Mapping[Tallied, int]) -> None:
    """Add what one round changed to the counts; a few queries for any number of changes."""
    left = {key: change for key, change in changes.items() if change}
    if not left:
        return
    stored = _stored(StandingTally.objects.filter(unit__in={key[0] for key in left}))
    wanted = {key: stored.get(key, (0, 0))[1] + change for key, change in left.items()}
    _write(stored, wanted)


def recount(institution: Unit) -> int:
    """Count all verdicts of the institution anew and write what was counted otherwise; gives how
    many counts were wrong."""
    units = _units(institution)
    rows = Finding.objects.filter(unit__in=units).order_by()
    found = rows.values_list("unit", "rule", "pack", "verdict", "kind").annotate(Count("pk"))
    fresh = wholes_in(Standing.objects.filter(unit__in=units))
    for unit, rule, pack, verdict, kind, count in found:
        fresh[unit, rule, pack, said(verdict, kind)] += count
    stored = _stored(StandingTally.objects.filter(institution=institution))
    wrong = {
        key: fresh.get(key, 0)
        for key in {*stored, *fresh}
        if fresh.get(key, 0) != stored.get(key, (0, 0))[1]
    }
    _write(stored, wrong)
    return len(wrong)


def _units(institution: Unit) -> QuerySet[Unit]:
    return Unit.objects.filter(Q(pk=institution.pk) | Q(institution=institution))


def _stored(rows: QuerySet[StandingTally]) -> dict[Tallied, tuple[int, int]]:
    """Key in the table and count, by what is counted."""
    names = ("unit_id", "rule", "pack", "verdict", "pk", "count")
    return {(u, r, p, v): (pk, count) for u, r, p, v, pk, count in rows.values_list(*names)}


def _write(stored: Mapping[Tallied, tuple[int, int]], wanted: Mapping[Tallied, int]) -> None:
    fresh = [key for key, count in wanted.items() if key not in stored and count]
    moved = [
        (count, stored[key][0])
        for key, count in wanted.items()
        if key in stored and count and stored[key][1] != count
    ]
    empty = [stored[key][0] for key, count in wanted.items() if key in stored and not count]
    StandingTally.objects.filter(pk__in=empty).delete()
    _set_counts(moved)
    roots = _roots({key[0] for key in fresh})
    StandingTally.objects.bulk_create(
        (
            StandingTally(
                institution_id=roots[unit], unit_id=unit, rule=rule, pack=pack, verdict=verdict,
                count=wanted[unit, rule, pack, verdict],
            )
            for unit, rule, pack, verdict in fresh
        ),
        batch_size=500,
    )  # fmt: skip


def _set_counts(moved: Iterable[tuple[int, int]]) -> None:
    quote = connection.ops.quote_name
    table = quote(StandingTally._meta.db_table)
    statement = f"UPDATE {table} SET {quote('count')} = %s WHERE {quote('id')} = %s"
    if rows := list(moved):
        with connection.cursor() as cursor:
            cursor.executemany(statement, rows)


def _roots(units: set[int]) -> dict[int, int]:
    """The institution of each unit; one query."""
    rows = Unit.objects.filter(pk__in=units).values_list("pk", "institution") if units else ()
    return {unit: root or unit for unit, root in rows}
