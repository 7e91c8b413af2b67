"""The standing of each trainee as a whole, kept for lists beside the verdicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet

from preceptor.policy import VERDICTS, Verdict
from preceptor.training.models import Enrolment

from .due import gates_ahead, said, worst
from .models import Standing
from .storing import OUTSIDE, SLICE, Tallied
from .verdicts import Judged, trainee_of

#: What a row says, besides its key and day.
COLUMNS = (
    "institution_id", "unit_id", "direction_id", "cohort", "student_number", "whole", "is_waived",
)  # fmt: skip

UNIT, WHOLE = COLUMNS.index("unit_id"), COLUMNS.index("whole")

Row = tuple[Any, ...]


def store_wholes(
    stored: QuerySet[Standing], trainees: Sequence[Enrolment], judged: Iterable[Judged], on: date
) -> Counter[Tallied]:
    """Bring the stored standings in line with the verdicts on trainees and theses; gives what
    changes in the counts.

    `stored` are all rows that the trainees may have, and of those who are judged no more; a
    trainee whom no rule concerns has none. The trainees come with their milestones.
    """
    fresh = _fresh(trainees, judged)
    old = {pk: tuple(says) for pk, *says in stored.values_list("pk", *COLUMNS)}
    gone = [pk for pk in old if pk not in fresh]
    for start in range(0, len(gone), SLICE):
        Standing.objects.filter(pk__in=gone[start : start + SLICE]).delete()
    changed = {pk: says for pk, says in fresh.items() if old.get(pk) != says}
    Standing.objects.bulk_create(
        (_row(pk, says, on) for pk, says in changed.items()), batch_size=500, update_conflicts=True, unique_fields=["enrolment"],
        update_fields=[*(name.removesuffix("_id") for name in COLUMNS), "as_of"],
    )  # fmt: skip
    moved = Counter(_tallied(says) for says in changed.values())
    moved.subtract(_tallied(old[pk]) for pk in (*gone, *(old.keys() & changed.keys())))
    return moved


def _tallied(says: Row) -> Tallied:
    """Under what a standing is counted: no rule, no pack."""
    return says[UNIT], "", "", says[WHOLE]


def _row(enrolment: int, says: Row, on: date) -> Standing:
    columns = dict(zip(COLUMNS, says, strict=True))
    return Standing(enrolment_id=enrolment, **columns, as_of=on)


def _fresh(trainees: Sequence[Enrolment], judged: Iterable[Judged]) -> dict[int, Row]:
    """What stands for each trainee whom a rule concerns, by key."""
    words: dict[int, set[str]] = {}
    ahead = {row.pk: gates_ahead(row.state, row.milestones.all()) for row in trainees}
    for one in judged:
        _add_words(words, one, ahead)
    return {
        row.pk: (
            row.institution_id, row.unit_id, row.direction_id, row.cohort, row.student_number,
            worst(words[row.pk]), Verdict.WAIVED.value in words[row.pk],
        )
        for row in trainees
        if row.pk in words
    }  # fmt: skip


def _add_words(
    words: dict[int, set[str]], judged: Judged, ahead: dict[int, frozenset[str]]
) -> None:
    """Add what each rule says of each trainee; what is not due yet is open."""
    keys = [trainee_of(judged.subject, row).pk for row in judged.rows]
    for rule in judged.pack.rules_of(judged.subject):
        spoken = [said(verdict.value, rule.kind) for verdict in VERDICTS]
        for key, code in zip(keys, judged.result.verdicts[rule.id].tolist(), strict=True):
            if code == OUTSIDE:
                continue
            own, word = words.setdefault(key, set()), spoken[code]
            if rule.kind != "inform" or word == Verdict.WAIVED:
                waits = word in ("fail", "pending") and rule.gate in ahead[key]
                own.add("open" if waits else word)
