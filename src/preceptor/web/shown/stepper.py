"""The steps of a trainee in their order, with every attempt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from preceptor.base.dates import stated
from preceptor.standing.steps import ORDER
from preceptor.training.choices import MilestoneKind, Outcome
from preceptor.training.models import Milestone

Shown = dict[str, Any]


def steps_of(milestones: Sequence[Milestone], on: date) -> list[Shown]:
    """What parts/stepper.html takes: passed and failed attempts, the next step, those ahead."""
    steps: list[Shown] = []
    is_next_found = False
    for kind in ORDER:
        attempts = sorted((row for row in milestones if row.kind == kind), key=_attempt)
        decided = [row for row in attempts if row.outcome and row.held_on and row.held_on <= on]
        steps += [_decided(row) for row in decided]
        if any(row.outcome == Outcome.PASS for row in decided):
            continue
        steps.append(_coming(kind, attempts, decided, is_now=not is_next_found))
        is_next_found = True
    return steps


def _attempt(row: Milestone) -> int:
    return row.attempt


def _decided(row: Milestone) -> Shown:
    title = str(MilestoneKind(row.kind).label)
    if row.attempt > 1:
        title = _("%(step)s, attempt %(number)s") % {"step": title, "number": row.attempt}
    state = "done" if row.outcome == Outcome.PASS else "failed"
    return {"title": title, "state": state, "note": stated(row.held_on, row.held_precision)}


def _coming(
    kind: MilestoneKind, attempts: list[Milestone], decided: list[Milestone], *, is_now: bool
) -> Shown:
    waiting = [row for row in attempts if row not in decided]
    title = str(kind.label)
    if decided:
        number = decided[-1].attempt + 1
        title = _("%(step)s, attempt %(number)s") % {"step": title, "number": number}
    return {"title": title, "state": "now" if is_now else "ahead", "note": _note(waiting)}


def _note(waiting: list[Milestone]) -> str:
    held = next((row for row in waiting if row.held_on), None)
    if held is not None:
        day = stated(held.held_on, held.held_precision)
        return _("held on %(day)s, not decided") % {"day": day}
    planned = next((row.planned_on for row in waiting if row.planned_on), None)
    return _("planned for %(day)s") % {"day": planned.isoformat()} if planned else ""
