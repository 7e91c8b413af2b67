"""How a case moves: out of a stage by an outcome, into the next one, or to its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from preceptor.base.actors import Actor, Mandate
from preceptor.base.deeds import Deed
from preceptor.base.today import today

from ..choices import CaseState, ItemState, NoticeState, Verb
from ..deadlines import Workdays, due_on
from ..kinds.kind import BEYOND, ENDS, GRANTED, Stage
from ..models import Case, Item, Notice
from ..queries import kind_of
from ..registry import Bounding, Following, port_of
from .gating import judged_gate
from .stepping import Move, stands, take_step, tell
from .task import close_tasks, make_asker_tasks, make_tasks, tell_end

END_STATES = {GRANTED: CaseState.GRANTED, "refused": CaseState.REFUSED}


def advance(
    act: Deed, case: Case, outcome: str, move: Move, gate: dict[str, Any] | None = None
) -> Case:
    """Let what happened at the present stage lead on: to the next stage or to the end.

    Inside the caller's deed, on a case that it locked. Before granting, the gate is judged again;
    `gate` is its answer where the step asked it already.
    Raises RuleBroken where a rule holds it back, or nobody can act at the next stage.
    """
    goal = kind_of(case).goal(case.stage, outcome)
    before = stands(case)
    if goal == GRANTED and gate is None:
        gate = judged_gate(case, move)
    take_step(act, case, move, gate)
    close_tasks(case)
    if goal in ENDS:
        _end(act, case, goal, move)
    else:
        _enter(case, kind_of(case).stage(goal), move.by)
    tell(act, case, move, before)
    return case


def reached(case: Case, outcome: str, by: Actor) -> str:
    """The outcome of an opinion: agreed to by who may not decide so much alone, it is `beyond`."""
    stage, port = kind_of(case).stage(case.stage), port_of(case)
    if outcome != "agreed" or BEYOND not in stage.then or not isinstance(port, Bounding):
        return outcome
    return outcome if port.is_within(case, stage.id, by) else BEYOND


def begin(act: Deed, case: Case, stage: str, move: Move, gate: dict[str, Any] | None) -> Case:
    """Take the step and put the case at the stage: submission, resubmission, reopening."""
    before = stands(case)
    take_step(act, case, move, gate)
    close_tasks(case)
    case.state = CaseState.RUNNING
    _enter(case, kind_of(case).stage(stage), move.by)
    tell(act, case, move, before)
    return case


def stay(act: Deed, case: Case, move: Move) -> Case:
    """Take a step that leaves the case where it is."""
    before = stands(case)
    take_step(act, case, move)
    case.save()
    tell(act, case, move, before)
    return case


def send_back(act: Deed, case: Case, move: Move) -> Case:
    """Give the case back to who made the request; it comes again to the same stage."""
    before = stands(case)
    take_step(act, case, move)
    close_tasks(case)
    case.state, case.due_on = CaseState.RETURNED, None
    case.stage_since = timezone.now()
    case.save()
    make_asker_tasks(case)
    tell(act, case, move, before)
    return case


def withdraw(act: Deed, case: Case, move: Move) -> Case:
    """End the case because its asker takes it back."""
    before = stands(case)
    take_step(act, case, move)
    close_tasks(case)
    _end_display(act, case)
    _settle(act, case, CaseState.WITHDRAWN)
    _effect(case, "withdrawn", move)
    tell(act, case, move, before)
    return case


def reopen(act: Deed, case: Case, stage: str, move: Move) -> Case:
    """Take an ended case up again at the stage, in a further round; its first result is set aside.

    Only a granted appeal does so. Raises RuleBroken where nobody can act at the stage.
    """
    _effect(case, "set_aside", move)
    case.round += 1
    case.decided_at = None
    return begin(act, case, stage, move, None)


def _enter(case: Case, stage: Stage, by: Actor) -> None:
    case.stage, case.stage_kind = stage.id, stage.does
    case.stage_since = timezone.now()
    case.due_on = None
    if stage.deadline:
        case.due_on = due_on(today(), stage.deadline, Workdays(case.institution)).day
    case.save()
    make_tasks(case, stage.by)
    port = port_of(case)
    if isinstance(port, Following):
        mandate = Mandate(by.actor_key, by.actor_name, str(case))
        port.entered(case, stage.id, kind_of(case).settings, mandate)
    if stage.does in _BEGINNINGS:
        _BEGINNINGS[stage.does](case, stage, by)


def _begin_notice(case: Case, stage: Stage, by: Actor) -> None:
    # What ends a notice moves the case, so that the two files need each other.
    from .notice import begin_notice

    begin_notice(case=case, kind=kind_of(case), stage=stage, by=by)


def _begin_hearing(case: Case, stage: Stage, by: Actor) -> None:
    from .hearing import begin_hearing

    begin_hearing(case=case, kind=kind_of(case), stage=stage, by=by)


_BEGINNINGS: dict[str, Callable[[Case, Stage, Actor], None]] = {
    "notice": _begin_notice,
    "hearing": _begin_hearing,
}


def _end(act: Deed, case: Case, goal: str, move: Move) -> None:
    _settle(act, case, END_STATES[goal])
    _effect(case, goal, move)
    tell_end(case)


def _end_display(act: Deed, case: Case) -> None:
    """What was taken back is not on public display any more."""
    for notice in Notice.objects.filter(case=case, state=NoticeState.OPEN):
        notice.state = NoticeState.CLEAR
        notice.save(update_fields=["state"])
        after = {"notice": notice.pk, "state": notice.state}
        act.write("notice.end", "case", case.pk, after=after)


def _leave_agenda(act: Deed, case: Case) -> None:
    """No sitting of this round decides a case that has ended, nor one that is taken up again."""
    for item in Item.objects.filter(case=case, state=ItemState.LISTED):
        item.state = ItemState.POSTPONED
        item.save(update_fields=["state"])
        before = {"item": item.pk, "state": ItemState.LISTED}
        after = {"state": item.state}
        act.write("sitting.postpone", "sitting", item.sitting_id, before=before, after=after)


def _settle(act: Deed, case: Case, state: CaseState) -> None:
    _leave_agenda(act, case)
    case.state, case.stage, case.stage_kind = state, "", ""
    case.stage_since = case.due_on = None
    case.decided_at = timezone.now()
    case.save()


def _effect(case: Case, outcome: str, move: Move) -> None:
    """Let the room that registered the kind carry it out, in the name of who decided."""
    item: Item | None = move.item
    mandate = Mandate(move.by.actor_key, move.by.actor_name, str(case))
    port_of(case).effect(case, outcome, mandate, item)


def by_time(by: Actor, reason: str = "") -> Move:
    """The move of a deadline that ended."""
    return Move(by=by, verb=Verb.LATE, reason=reason)
