"""Where obligations stand on a day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from preceptor.base.together import Question, answer

from ..choices import ObligationState
from ..evidence import Done, done_asked
from ..models import Obligation


@dataclass(frozen=True)
class ObligationStanding:
    """Where an obligation stands: what was done until the day, in the unit of its evidence, against
    the target, and the day on which the target was reached (None while it was not)."""

    state: ObligationState
    reached: Decimal
    target: Decimal
    reached_on: date | None


def obligation_states(
    obligations: Collection[Obligation], on: date
) -> dict[int, ObligationStanding]:
    """Where each obligation stands on the day, by key.

    What was done counts from the first day of the obligation; done after the last one is done late.
    At most two queries, however many obligations there are.
    """
    return answer(obligations_asked(obligations, on))


def obligations_asked(
    obligations: Collection[Obligation], on: date
) -> Question[dict[int, ObligationStanding]]:
    """`obligation_states` as a question, to be asked together with others."""
    done = yield from done_asked(obligations, on)
    return {row.pk: _obligation_state(row, done.get(row.pk, ()), on) for row in obligations}


def _obligation_state(row: Obligation, done: Collection[Done], on: date) -> ObligationStanding:
    total, reached_on = Decimal(0), None
    for one in done:
        total += one.amount
        if reached_on is None and total >= row.target:
            reached_on = one.day
    if reached_on is not None:
        late = reached_on > row.due_on
        state = ObligationState.DONE_LATE if late else ObligationState.DONE
    elif row.closed_reason:
        state = ObligationState.CLOSED
    else:
        state = ObligationState.OVERDUE if on > row.due_on else ObligationState.OPEN
    return ObligationStanding(state, total, row.target, reached_on)
