"""How many stand where, by unit: kept with the verdicts, counted anew in each run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet

from preceptor.institutions.models import Unit

from .due import said
from .models import Finding, Standing, StandingTally
from .storing import Tallied, let_others_write, take_turns


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
    many counts were wrong.

    All are counted without the institution's turn. Where that differs, because a count is wrong
    or because somebody wrote meanwhile, the unit is counted again in a turn of its own.
    """
    wrong, units = 0, _units(institution)
    fresh = _fresh(Finding.objects.filter(unit__in=units), Standing.objects.filter(unit__in=units))
    stored = _stored(StandingTally.objects.filter(institution=institution))
    rules: dict[int, set[str]] = {}
    for unit, rule, _pack, _verdict in _differing(fresh, stored):
        rules.setdefault(unit, set()).add(rule)
    for unit, doubtful in sorted(rules.items()):
        let_others_write()
        with transaction.atomic():
            take_turns([institution.pk])
            wrong += _recount_unit(unit, doubtful)
    return wrong


def _recount_unit(unit: int, rules: set[str]) -> int:
    """Count the verdicts of one unit against the rules anew; "" is the standings as a whole."""
    fresh = _fresh(
        Finding.objects.filter(unit=unit, rule__in=rules), Standing.objects.filter(unit=unit)
    )
    stored = _stored(StandingTally.objects.filter(unit=unit, rule__in=rules))
    wrong = {key: fresh[key] for key in _differing(fresh, stored) if key[1] in rules}
    _write(stored, wrong)
    return len(wrong)


def _fresh(findings: QuerySet[Finding], standings: QuerySet[Standing]) -> Counter[Tallied]:
    """The verdicts and the standings counted; two queries."""
    fresh = wholes_in(standings)
    found = findings.order_by().values_list("unit", "rule", "pack", "verdict", "kind")
    for unit, rule, pack, verdict, kind, count in found.annotate(Count("pk")):
        fresh[unit, rule, pack, said(verdict, kind)] += count
    return fresh


def _differing(fresh: Counter[Tallied], stored: Mapping[Tallied, tuple[int, int]]) -> list[Tallied]:
    keys = {*stored, *fresh}
    return [key for key in keys if fresh[key] != stored.get(key, (0, 0))[1]]


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
