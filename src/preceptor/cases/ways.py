"""What can still become of a request: ways to appeal, the body that takes it up, and its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from preceptor.base.permits import Permit

from .access.body import visible_bodies
from .access.time import may_appeal
from .appeals import appeal_of, appeal_permit, last_day
from .choices import AppealGround, StageKind
from .deadlines import Due, Workdays
from .kinds.kind import GRANTED
from .models import Body, Case
from .queries import kind_of
from .registry import Chaired, port_of


@dataclass(frozen=True)
class AppealWay:
    """A ground on which the decided case can be appealed, its last day, and whether it still can."""

    ground: AppealGround
    until: Due
    permit: Permit


def appeal_ways(user: Any, case: Case) -> list[AppealWay]:
    """Each way to appeal that the kind of the decided case allows; nothing for others than the person
    concerned, and where the case is about nobody who asked."""
    if not may_appeal(user, case):
        return []
    workdays = Workdays(case.institution)
    return [
        AppealWay(
            ground, last_day(case, allowed, workdays),
            appeal_permit(case, ground.value, workdays=workdays),
        )
        for ground in AppealGround
        if (allowed := appeal_of(case, ground.value)) is not None
    ]  # fmt: skip


def awaited_body(user: Any, case: Case) -> Body | None:
    """The standing body that takes the case up at one of its meetings; None where a panel decides, for
    who does not see the body, and where several could. Two queries at most."""
    wanted, port = kind_of(case).stage(case.stage).body, port_of(case)
    if not wanted:
        return None
    own = port.body_for(case, wanted) if isinstance(port, Chaired) else None
    rows = visible_bodies(user).filter(institution=case.institution_id, kind=wanted, closed_on=None)
    found = list(rows.filter(pk=own)[:1] if own is not None else rows[:2])
    return found[0] if len(found) == 1 else None


def may_end_next(case: Case) -> bool:
    """Whether the decision can come straight after this stage of a case under way: the granting, or,
    once the person was heard, the refusal. A refusal that any stage may end in is not told as what
    comes next."""
    stage = kind_of(case).stage(case.stage)
    return GRANTED in stage.then.values() or stage.does == StageKind.HEARING.value
