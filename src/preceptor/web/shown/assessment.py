"""The assessment of a principal investigator on the page of its request: evidence and verdict."""

from __future__ import annotations

from typing import Any

from preceptor.cases.access import is_asker, may_act
from preceptor.cases.choices import CaseState, StageKind
from preceptor.cases.models import Case
from preceptor.fellows.actions.assessment import is_frozen
from preceptor.fellows.choices import ReviewKind, Verdict
from preceptor.fellows.models import AssessmentCase
from preceptor.web.forms.appointment import VerdictForm
from preceptor.web.shown.scorecard import scorecard_shown

Shown = dict[str, Any]
OPEN = (CaseState.DRAFT, CaseState.RETURNED)


def assessment_of(user: Any, case: Case, *, reads: bool, is_own: bool) -> Shown:
    """Evidence, proposed verdict and the forms for them, for a request that is an assessment; nothing
    for another one, nor for who reads neither reasons nor the own request. The person assessed
    learns the verdict when it is decided. One query more, none where it was read with the request, and
    those of the evidence in a draft."""
    row: AssessmentCase | None = getattr(case, "assessment_case", None)
    acts = row is not None and case.state == CaseState.RUNNING and bool(may_act(user, case))
    if row is None or not (reads or is_own or acts):
        return {"assessment": None}
    return {
        "assessment": _shown(user, case, row, acts) | {"verdict": _verdict(case, row, reads, acts)}
    }


def _shown(user: Any, case: Case, row: AssessmentCase, acts: bool) -> Shown:
    may_freeze = case.state in OPEN and is_asker(user, case)
    may_propose = acts and case.stage_kind == StageKind.COMPOSE and row.kind != ReviewKind.ANNUAL
    return {
        "kind": ReviewKind(row.kind).label,
        "appointment": row.appointment_id,
        "card": scorecard_shown(row.scorecard),
        "may_freeze": may_freeze,
        "is_stale": may_freeze and not is_frozen(row),
        "form": _form(row) if may_propose else None,
    }


def _form(row: AssessmentCase) -> VerdictForm:
    proposed = {"verdict": row.proposed, "probation_until": row.probation_until}
    return VerdictForm(initial=proposed, auto_id="verdict_%s")


def _verdict(case: Case, row: AssessmentCase, reads: bool, acts: bool) -> Shown | None:
    """The verdict on which the committee votes, or voted; None while it is not to be told."""
    if row.proposed is None or not (reads or acts or case.state == CaseState.GRANTED):
        return None
    until = row.probation_until.isoformat() if row.probation_until else ""
    return {"title": Verdict(row.proposed).label, "until": until}
