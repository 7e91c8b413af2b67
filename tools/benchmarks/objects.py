"""The usual way beside ours: the same rules in plain Python over ORM objects with prefetch."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Any

from preceptor.base.dates import months_between
from preceptor.base.today import today
from preceptor.policy import Batch, evaluate
from preceptor.standing.population import enrolled_on
from preceptor.standing.records import enrolment_records
from preceptor.standing.schema import SCHEMA
from preceptor.training.models import Enrolment

from .measure import timed
from .rules import shipped

HIGHEST = ("chief_resident", "equivalent_post", "specialty", "other")
ORDER = ("proposal", "midterm", "predefence", "defence")
CLINICAL_MONTHS, CHIEF_MONTHS = 24, 6


def objects() -> dict[str, Any]:
    """Seconds of processor a trainee: by objects, by our loader and evaluator, by arrays alone."""
    from preceptor.institutions.queries import institution

    place, on, pack = institution(), today(), shipped()
    rows = enrolled_on(place, on)
    count = rows.count()

    def by_objects() -> list[dict[str, str]]:
        found = rows.prefetch_related("rotations", "milestones")
        return [_verdicts(enrolment, on) for enrolment in found]

    def by_columns() -> Any:
        records = enrolment_records(list(rows), on)
        return evaluate(pack, Batch.from_records(SCHEMA, "enrolment", records, on))

    loaded = by_columns()
    _refuse_difference(by_objects(), loaded)
    batch = loaded.batch
    return {
        "records": count,
        "objects": timed(by_objects, times=5).used / count,
        "loaded": timed(by_columns, times=5).used / count,
        "arrays": timed(lambda: evaluate(pack, batch), times=9).used / count,
    }


def by_objects(on: date, most: int) -> list[dict[str, str]]:
    """The verdicts of the first trainees, by objects with prefetch."""
    from preceptor.institutions.queries import institution

    rows = enrolled_on(institution(), on).order_by("pk")[:most]
    found = rows.prefetch_related("rotations", "milestones")
    return [_verdicts(enrolment, on) for enrolment in found]


def _refuse_difference(found: list[dict[str, str]], judged: Any) -> None:
    """Both ways must say the same, or their times say nothing. Raises RuntimeError."""
    for place, verdicts in enumerate(found):
        for rule, verdict in verdicts.items():
            said = judged.verdict(rule, place).value
            if said != verdict:
                key = judged.batch.keys[place]
                raise RuntimeError(f"Enrolment {key}, {rule}: {verdict} by objects, {said} by us.")


def _verdicts(enrolment: Enrolment, on: date) -> dict[str, str]:
    kinds = _kinds(enrolment.rotations.all(), on)
    chief = sum(kind in HIGHEST[:2] for kind in kinds)
    clinical = sum(kind in HIGHEST[:3] for kind in kinds)
    days = _passed(enrolment.milestones.all(), on)
    return {
        "training.clinical": _said(clinical >= CLINICAL_MONTHS),
        "training.chief": _said(chief >= CHIEF_MONTHS),
        "milestones.order": _in_order([days.get(kind) for kind in ORDER]),
    }


def _said(held: bool) -> str:
    return "pass" if held else "fail"


def _kinds(rotations: Iterable[Any], on: date) -> list[str]:
    """The kind of each month of training: the highest where several rotations cover it."""
    months: dict[date, list[str]] = {}
    for rotation in rotations:
        for month in months_between(rotation.start_month, min(rotation.end_month, on)):
            months.setdefault(month, []).append(rotation.kind)
    return [min(kinds, key=_height) for kinds in months.values()]


def _height(kind: str | None) -> int:
    return HIGHEST.index(kind) if kind in HIGHEST else len(HIGHEST)


def _passed(milestones: Iterable[Any], on: date) -> dict[str, date]:
    found: dict[str, date] = {}
    for row in milestones:
        if row.held_on is None or row.held_on > on:
            continue
        if row.outcome == "pass" or row.kind == "defence":
            found[row.kind] = min(row.held_on, found.get(row.kind, row.held_on))
    return found


def _in_order(days: list[date | None]) -> str:
    """Three values: a step that is still to come leaves the answer open."""
    pairs = list(pairwise(days))
    if any(a is not None and b is not None and a > b for a, b in pairs):
        return "fail"
    return "pending" if None in days else "pass"
