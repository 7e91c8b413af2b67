"""On what the withdrawal of a postdoc rests: while it is asked for the grounds that the rules find, with
their clauses, and what was recorded; once it ended what the postdoc was told and answered."""

from __future__ import annotations

from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import get_language

from preceptor.base.today import today
from preceptor.cases.choices import CaseState
from preceptor.cases.models import Case
from preceptor.fellows.access import may_keep_postdoc, reads_judgements
from preceptor.fellows.choices import GroundKind, PostdocStep
from preceptor.fellows.models import PostdocCase
from preceptor.fellows.ports.postdoc import PostdocPort
from preceptor.people.access import scope
from preceptor.policy import Verdict
from preceptor.standing.subjects import explain_record
from preceptor.standing.telling import WITHDRAWAL
from preceptor.web.shown.requirement import as_ground, requirement

Shown = dict[str, Any]
#: Of who has left on the day the rules find no ground any more.
ENDED = (CaseState.GRANTED, CaseState.REFUSED, CaseState.WITHDRAWN)


def withdrawal_of(user: Any, case: Case) -> Shown:
    """The grounds, for the postdoc and who reads the unit; what was recorded besides, for who keeps
    the records alone; what was told, for the postdoc and who keeps the records. Nothing for any
    other request; then without a query."""
    if case.kind.port != PostdocPort.name:
        return {}
    row: PostdocCase | None = getattr(case, "postdoc_case", None)
    if row is None or row.step != PostdocStep.WITHDRAWAL:
        return {}
    if not reads_judgements(user, row.postdoc):
        return {}
    keeps = bool(may_keep_postdoc(user, row.postdoc))
    is_own = scope(user).person == row.postdoc.person_id
    is_over = case.state in ENDED
    told = case.hearings.exclude(told_at=None).order_by("pk") if keeps or is_own else []
    return {
        "is_withdrawal": True,
        "is_over": is_over,
        "withdrawal_rules": [] if is_over else _grounds(row),
        "withdrawal_findings": [_finding(one) for one in row.grounds or []] if keeps else [],
        "withdrawal_told": list(told) if is_over else [],
    }


def _grounds(row: PostdocCase) -> list[Shown]:
    found = explain_record("postdoc", row.postdoc, today(), get_language() or "")
    return [
        as_ground(requirement(known))
        for known in found
        if known.rule.startswith(WITHDRAWAL) and known.verdict is Verdict.FAIL
    ]


def _finding(kept: dict[str, Any]) -> Shown:
    return {
        "kind": GroundKind(kept["kind"]).label,
        "found_on": parse_date(kept["found_on"]),
        "days": kept["days"],
        "paper": kept["paper"],
    }
