"""Somebody agrees, refuses, returns for correction, has composed the panel, or a vote is closed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.permits import Permit
from preceptor.people.models import Account

from ..access.case import (
    may_compose,
    may_decide,
    may_return,
    may_view_case,
    open_tasks_of,
    tasks_to_do,
)
from ..choices import CaseState, ItemState, StageKind, Verb, VoteResult
from ..kinds.kind import BEYOND, OUTCOMES
from ..models import Case, Item
from ..queries import kind_of
from ..registry import port_of
from .gating import judged_gate
from .moving import advance, reached, send_back, stay
from .stepping import (
    Move,
    demand_length,
    demand_reason,
    demand_revision,
    for_whom,
    is_repeated,
    locked,
)
from .task import do_tasks

VERBS = {"agreed": Verb.AGREE, "refused": Verb.REFUSE, BEYOND: Verb.CLIMB}


def decide_stage(
    *,
    case: Case,
    outcome: str,
    by: Actor,
    revision: int,
    reason: str = "",
    token: str = "",
    passing_over: str = "",
) -> Case:
    """Agree to a case at its present stage, or refuse it with a reason.

    Where all who are named are asked, the case goes on when the last has agreed, and at once when
    one refuses. What exceeds the authority of who agrees goes on as `beyond`, where the kind says so.
    Of two at once one wins; the other is told by RuleBroken who did what. The same
    token again changes nothing. Raises NotPermitted; InputRefused for an outcome that is none;
    RuleBroken without a reason for a refusal, or where a rule holds the granting back.
    """
    if outcome not in OUTCOMES["review"]:
        raise InputRefused(_("“%(outcome)s” is no answer here.") % {"outcome": outcome})
    if outcome == "refused":
        demand_reason(reason, _("Say why the request is refused."))
    with deed(by) as act:
        held = locked(case)
        if is_repeated(held, by, token):
            return held
        _demand(held, by, revision, may_decide)
        outcome = reached(held, outcome, by)
        move = for_whom(
            Move(
                by=by, verb=VERBS[outcome], reason=demand_length(reason), token=token,
                passing_over=demand_length(passing_over), is_attended=True,
            ),
            held,
        )  # fmt: skip
        done = _do(held, move)
        if outcome == "agreed" and done and _waits_on_others(held):
            return stay(act, held, move)
        advance(act, held, outcome, move)
    return held


def _demand(case: Case, by: Actor, revision: int, may: Any) -> None:
    """Who may not see the case hears nothing of it; who comes late hears who was faster."""
    may_view_case(by, case).demand()
    demand_revision(case, revision)
    permit: Permit = may(by, case)
    permit.demand()


def _do(case: Case, move: Move) -> bool:
    """Mark the actor's tasks as done; the command line has none and speaks for all."""
    tasks = tasks_to_do(move.by, case)
    do_tasks(tasks, move.by, move.verb)
    return bool(tasks)


def _waits_on_others(case: Case) -> bool:
    return kind_of(case).stage(case.stage).needs == "all" and bool(open_tasks_of(case))


def return_case(*, case: Case, by: Actor, revision: int, reason: str, token: str = "") -> Case:
    """Give the case back to its asker for correction; handed in again it comes to the same stage.

    Raises NotPermitted; RuleBroken without a reason, and when somebody was faster.
    """
    demand_reason(reason, _("Say what has to be corrected."))
    with deed(by) as act:
        held = locked(case)
        if is_repeated(held, by, token):
            return held
        _demand(held, by, revision, may_return)
        move = Move(by=by, verb=Verb.RETURN, reason=demand_length(reason), token=token)
        move = for_whom(move, held)
        _do(held, move)
        send_back(act, held, move)
    return held


def finish_composing(*, case: Case, by: Actor, revision: int, token: str = "") -> Case:
    """Send a case on whose panel is composed and complete. The gate is judged here too, so that a
    panel against the rules never sits; its answer is kept.

    Raises NotPermitted; RuleBroken where the panel is not complete, a rule holds it back, or
    somebody was faster.
    """
    with deed(by) as act:
        held = locked(case)
        if is_repeated(held, by, token):
            return held
        _demand(held, by, revision, may_compose)
        complete = port_of(held).may_finish_composing(held)
        if not complete:
            raise RuleBroken(complete.reason)
        move = for_whom(Move(by=by, verb=Verb.COMPOSE, token=token), held)
        gate = judged_gate(held, move)
        _do(held, move)
        advance(act, held, "composed", move, gate)
    return held


def record_result(*, case: Case, item: Item, by: Actor) -> Case:
    """Let the closed vote on the agenda item decide its case; called inside the deed that closes
    the vote. A result that was recorded changes nothing.

    It has no permit of its own: the members decided. Raises InputRefused where the item is of
    another case, or not decided; RuleBroken where the case does not wait for a vote, or a rule
    holds the granting back.
    """
    if item.case_id != case.pk or item.state != ItemState.DECIDED or not item.result:
        raise InputRefused(_("This item of the agenda has not decided the request."))
    with deed(by) as act:
        held = locked(case)
        if held.state != CaseState.RUNNING or held.stage_kind != StageKind.SITTING:
            raise RuleBroken(_("The request does not wait for a vote."))
        outcome = "passed" if item.result == VoteResult.PASSED else "failed"
        move = Move(by=by, verb=Verb.DECIDE, item=item)
        do_tasks(_sitting_tasks(held, by), by, Verb.DECIDE)
        advance(act, held, outcome, move)
    return held


def _sitting_tasks(case: Case, by: Actor) -> list[Any]:
    return tasks_to_do(by, case) if isinstance(by, Account) else []
