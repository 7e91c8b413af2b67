"""What happens when the time of a stage is over, as its kind says: a letter, one more who may act,
or an outcome."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from preceptor.base.actors import Actor
from preceptor.base.deeds import Deed, deed
from preceptor.base.errors import RuleBroken

from ..access.time import may_run_clock
from ..choices import CaseState, StageKind, Verb
from ..kinds.kind import Stage
from ..models import Case, CaseStep
from ..queries import kind_of
from .moving import advance, by_time, reached, stay
from .reminder import write_to_holders
from .stepping import locked
from .task import make_tasks

#: So many cases are looked for at once; more that are late do not need more memory.
SLICE = 200
OUTCOMES = {"pass": "agreed", "refuse": "refused"}


def handle_late(*, on: date, by: Actor) -> int:
    """Let what the kinds say happen to every case whose stage was due before the day; gives to how
    many it happened. Each in a transaction of its own, and once for each time a stage was entered.

    Public notices end by `end_notices`. Raises PermissionDenied.
    """
    may_run_clock(by).demand()
    handled, last = 0, 0
    while found := _late(on, last):
        last = found[-1]
        handled += sum(_handle(key, on, by) for key in found)
    return handled


def _late(on: date, last: int) -> list[int]:
    """The next cases that are late and were not handled since they came to their stage."""
    cases = Case.objects.filter(state=CaseState.RUNNING, due_on__lt=on, pk__gt=last)
    cases = cases.exclude(stage_kind=StageKind.NOTICE).exclude(Exists(_handled()))
    return list(cases.order_by("pk").values_list("pk", flat=True)[:SLICE])


def _handled() -> QuerySet[CaseStep]:
    return CaseStep.objects.filter(
        case=OuterRef("pk"), verb=Verb.LATE, stage=OuterRef("stage"),
        at__gte=OuterRef("stage_since"),
    )  # fmt: skip


def _handle(key: int, on: date, by: Actor) -> bool:
    """Whether something happened now; another run that was first leaves nothing to do.

    Where the rules, or the next stage, do not let the outcome be, those who act are written to.
    """
    try:
        return _once(key, on, by, _happen)
    except RuleBroken:
        return _once(key, on, by, _say_so)


def _once(
    key: int, on: date, by: Actor, happen: Callable[[Deed, Case, Stage, Actor], None]
) -> bool:
    with deed(by) as act:
        case = locked(Case(pk=key))
        if case.state != CaseState.RUNNING or case.due_on is None or case.due_on >= on:
            return False
        steps = CaseStep.objects.filter(case=case, verb=Verb.LATE, stage=case.stage)
        if steps.filter(at__gte=case.stage_since).exists():
            return False
        happen(act, case, kind_of(case).stage(case.stage), by)
    return True


def _happen(act: Deed, case: Case, stage: Stage, by: Actor) -> None:
    """What the stage's deadline says."""
    late = stage.deadline.late if stage.deadline is not None else "remind"
    outcome = OUTCOMES.get(late, "")
    if outcome in stage.then:
        # Time gives nobody more authority than the one whose time it was.
        advance(act, case, reached(case, outcome, by), by_time(by))
        return
    if late == "climb" and stage.deadline is not None and stage.deadline.climbs_to is not None:
        make_tasks(case, (stage.deadline.climbs_to,))
    _say_so(act, case, stage, by)


def _say_so(act: Deed, case: Case, stage: Stage, by: Actor) -> None:
    stay(act, case, by_time(by))
    write_to_holders(case, f"late:{case.pk}:{case.revision}")
