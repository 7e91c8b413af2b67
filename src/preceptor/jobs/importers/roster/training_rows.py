"""Rotation and milestone rows: matched with what is recorded, then written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from preceptor.base.actors import Actor
from preceptor.training.actions import (
    change_milestone,
    change_rotation,
    record_milestones,
    record_rotations,
)
from preceptor.training.choices import RotationResult
from preceptor.training.models import Milestone, Rotation

from .decision import Decision, Status, compared
from .known import Known
from .rows import MilestoneRow, RotationRow, Row

SOURCE = "roster"
RESULTS = {
    "优秀": RotationResult.EXCELLENT,
    "良好": RotationResult.GOOD,
    "合格": RotationResult.PASS,
    "通过": RotationResult.PASS,
    "不合格": RotationResult.FAIL,
    "未通过": RotationResult.FAIL,
    "不通过": RotationResult.FAIL,
}
#: A row is taken for a corrected rotation when at least so many of its five cells agree.
ALIKE = 3


def reason_of(row: Row) -> str:
    """What the journal says of a change that a row made."""
    return _("Workbook, sheet %(sheet)s, row %(row)s") % {"sheet": row.sheet, "row": row.row}


def rotation_columns(row: RotationRow) -> dict[str, Any]:
    """The columns of a rotation that the row states; an assessment in other words is unknown."""
    return {
        "department": row.department or "",
        "start_month": row.start_month,
        "end_month": row.end_month,
        "kind": row.kind,
        "result": RESULTS.get(row.assessment or ""),
    }


def _by_student(rows: Sequence[Any]) -> dict[str, list[Any]]:
    grouped: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.student_number].append(row)
    return grouped


def decide_rotations(rows: Sequence[RotationRow], known: Known) -> list[Decision[RotationRow]]:
    """Each row as new, changed or unchanged, in the order given."""
    decided: dict[int, Decision[RotationRow]] = {}
    for number, own in _by_student(rows).items():
        record = known.enrolments.get(number)
        left = list(known.rotations[record.pk]) if record else []
        for row in own:
            same = next((each for each in left if _agreeing(row, each) == 5), None)
            if same is not None:
                left.remove(same)
                decided[id(row)] = Decision(row, Status.UNCHANGED, same)
        for row in own:
            if id(row) not in decided:
                decided[id(row)] = _nearest(row, left)
    return [decided[id(row)] for row in rows]


def _agreeing(row: RotationRow, record: Rotation) -> int:
    return sum(getattr(record, name) == value for name, value in rotation_columns(row).items())


def _nearest(row: RotationRow, left: list[Rotation]) -> Decision[RotationRow]:
    best = max(left, key=lambda each: _agreeing(row, each), default=None)
    if best is None or _agreeing(row, best) < ALIKE:
        return Decision(row, Status.NEW)
    left.remove(best)
    columns = rotation_columns(row)
    pairs = {name: (getattr(best, name), value) for name, value in columns.items()}
    return compared(row, best, pairs)


def write_rotations(decisions: Sequence[Decision[RotationRow]], known: Known, by: Actor) -> None:
    """Record new rotations and correct changed ones."""
    new = [decision for decision in decisions if decision.status == Status.NEW]
    for decision in new:
        decision.record = Rotation(
            enrolment=known.enrolments[decision.row.student_number],
            source=SOURCE,
            **rotation_columns(decision.row),
        )
    record_rotations(institution=known.institution, rotations=[d.record for d in new], by=by)
    for decision in decisions:
        if decision.status == Status.CHANGED:
            decision.record.enrolment = known.enrolments[decision.row.student_number]
            reason = reason_of(decision.row)
            change_rotation(rotation=decision.record, by=by, reason=reason, **decision.after)


def decide_milestones(rows: Sequence[MilestoneRow], known: Known) -> list[Decision[MilestoneRow]]:
    """Each row as new, changed or unchanged; an attempt is known by its kind and number.

    A row without a number is the recorded attempt of that day, else the next attempt.
    """
    decisions = []
    for number, own in _by_student(rows).items():
        record = known.enrolments.get(number)
        recorded = {
            (each.kind, each.attempt): each
            for each in (known.milestones[record.pk] if record else [])
        }
        taken: set[tuple[str, int]] = set()
        for row in own:
            key = (str(row.kind), _attempt(row, recorded, taken))
            taken.add(key)
            decisions.append(_milestone(row, recorded.get(key), key[1]))
    return decisions


def _attempt(
    row: MilestoneRow, recorded: dict[tuple[str, int], Milestone], taken: set[tuple[str, int]]
) -> int:
    if row.attempt is not None:
        return row.attempt
    for (kind, attempt), each in recorded.items():
        if kind == row.kind and each.held_on == row.held_on and (kind, attempt) not in taken:
            return attempt
    used = [attempt for kind, attempt in {*recorded, *taken} if kind == row.kind]
    return max(used, default=0) + 1


def _milestone(row: MilestoneRow, record: Milestone | None, attempt: int) -> Decision[MilestoneRow]:
    if record is None:
        fresh = Milestone(
            kind=row.kind, attempt=attempt, held_on=row.held_on,
            held_precision=row.precision or "day", outcome=row.outcome, source=SOURCE,
        )  # fmt: skip
        return Decision(row, Status.NEW, fresh)
    return compared(row, record, {
        "held_on": (record.held_on, row.held_on),
        "held_precision": (record.held_precision, row.precision),
        "outcome": (record.outcome, row.outcome),
    })  # fmt: skip


def write_milestones(decisions: Sequence[Decision[MilestoneRow]], known: Known, by: Actor) -> None:
    """Record new attempts and correct changed ones."""
    for decision in decisions:
        decision.record.enrolment = known.enrolments[decision.row.student_number]
    new = [decision.record for decision in decisions if decision.status == Status.NEW]
    record_milestones(institution=known.institution, milestones=new, by=by)
    for decision in decisions:
        if decision.status == Status.CHANGED:
            reason = reason_of(decision.row)
            change_milestone(milestone=decision.record, by=by, reason=reason, **decision.after)
