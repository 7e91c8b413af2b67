"""The stages of a request as a track: done, present, next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from preceptor.cases.choices import CaseState, Verb
from preceptor.cases.kinds.kind import Kind
from preceptor.cases.models import Case, CaseStep
from preceptor.web.shown.case_place import day_of, within

Shown = dict[str, Any]
#: Steps that leave the stage where it is.
STAYING = frozenset({Verb.OPEN, Verb.SUBMIT, Verb.RETURN, Verb.WITHDRAW, Verb.REOPEN, Verb.TELL})
ENDED = frozenset({CaseState.GRANTED, CaseState.REFUSED, CaseState.WITHDRAWN})


def track_of(case: Case, kind: Kind, steps: Sequence[CaseStep]) -> list[Shown]:
    """Handing in, the stages in the order of the kind, and the end. A stage that the request went
    around is told as not needed once it has ended."""
    last = _last_round(steps)
    left = {step.stage: step for step in last if step.verb not in STAYING}
    is_ended = case.state in ENDED
    stages = []
    for stage in kind.stages:
        is_now = not is_ended and case.stage == stage.id and case.state != CaseState.DRAFT
        done = left.get(stage.id)
        state = "now" if is_now else "done" if done else "ahead"
        if case.state == CaseState.REFUSED and stage.id == case.stage:
            state = "failed"
        note = day_of(done.at) if done and not is_now else ""
        if is_ended and not done:
            note = _("was not needed")
        stages.append({"title": within(stage.title), "state": state, "note": note})
    return [_submission(case), *stages, _end(case)]


def _last_round(steps: Sequence[CaseStep]) -> Sequence[CaseStep]:
    """The steps since the request was last reopened."""
    places = [place for place, step in enumerate(steps) if step.verb == Verb.REOPEN]
    return steps[places[-1] :] if places else steps


def _submission(case: Case) -> Shown:
    state = "now" if case.state == CaseState.DRAFT else "done"
    return {"title": _("Handed in"), "state": state, "note": day_of(case.submitted_at)}


def _end(case: Case) -> Shown:
    states = {CaseState.GRANTED: "done", CaseState.REFUSED: "failed", CaseState.WITHDRAWN: "failed"}
    state = states.get(CaseState(case.state), "ahead")
    title = CaseState(case.state).label if case.state in ENDED else _("Decision")
    return {"title": title, "state": state, "note": day_of(case.decided_at)}
