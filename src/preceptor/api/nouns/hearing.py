"""The hearing before a refusal: what was told and stated, and what comes of it."""

from __future__ import annotations

from typing import Any, Literal

from django.http import Http404, HttpRequest
from ninja import Router

from preceptor.cases.access.time import may_decide_hearing, may_state_view
from preceptor.cases.actions import decide_hearing, state_facts, state_own_view
from preceptor.cases.choices import CaseState, StageKind
from preceptor.cases.hearings import intends_refusal, may_be_decided
from preceptor.cases.models import Case, Hearing
from preceptor.cases.queries import kind_of

from ..fields import Day, Key, Record, Revision
from ..guard import reader
from ..refusals import answers
from ..shapes import case as shapes
from .case import seen_case, told
from .case_step import Match, Once, revision_of
from .change import Sent

router = Router(tags=["cases"])


class Facts(Sent):
    """The facts, grounds and basis of an intended refusal, as the person concerned is told them."""

    facts: Record
    revision: Revision | None = None


class OwnView(Sent):
    """What the subject says of an intended refusal, and whether a hearing is asked for. With the
    revision that was read, facts told anew since are not answered unread."""

    statement: Record
    wants_hearing: bool = False
    revision: Revision | None = None


class Heard(Sent):
    """Whether the refusal is confirmed or changed; where a hearing was asked for, its day and
    record."""

    outcome: Literal["confirmed", "changed"]
    record: Record = ""
    heard_on: Day | None = None
    revision: Revision | None = None


def _now(request: HttpRequest, row: Case) -> dict[str, Any]:
    return told(request, seen_case(request, row.pk))


@router.get("/cases/{int:key}/hearing", response=answers(shapes.Hearing))
def case_hearing(request: HttpRequest, key: Key) -> dict[str, Any]:
    """The refusal that is intended now, for whom it concerns and who decides it; else 404."""
    row, user = seen_case(request, key), reader(request)
    at_hearing = row.state == CaseState.RUNNING and row.stage_kind == StageKind.HEARING
    reads = may_state_view(user, row) or may_decide_hearing(user, row)
    rows = list(row.hearings.filter(round=row.round)) if at_hearing and reads else []
    if not rows:
        raise Http404
    found, *before = rows
    return {
        **_told(found),
        "wants_hearing": found.wants_hearing,
        "is_refusal": intends_refusal(kind_of(row), row.stage),
        "may_be_decided": may_be_decided(found),
        "earlier": [_told(one) for one in before if one.is_told],
    }


def _told(row: Hearing) -> dict[str, Any]:
    columns = ("facts", "told_at", "answer_until", "stated_at")
    statement = row.statement if row.stated_at else None
    return {**{name: getattr(row, name) for name in columns}, "statement": statement}


@router.post("/cases/{int:key}/facts", response=answers(shapes.Case))
def state_facts_of_case(
    request: HttpRequest, key: Key, sent: Facts, if_match: Match
) -> dict[str, Any]:
    """Tell the facts, grounds and basis of an intended refusal; the time to answer runs from today,
    anew where other facts were told before."""
    row = seen_case(request, key)
    revision = revision_of(sent.revision, if_match)
    state_facts(case=row, facts=sent.facts, revision=revision, by=reader(request))
    return _now(request, row)


@router.post("/cases/{int:key}/own-view", response=answers(shapes.Case))
def state_view_on_case(request: HttpRequest, key: Key, sent: OwnView) -> dict[str, Any]:
    """State the own view of an intended refusal."""
    row = seen_case(request, key)
    state_own_view(
        case=row, statement=sent.statement, wants_hearing=sent.wants_hearing,
        revision=sent.revision, by=reader(request),
    )  # fmt: skip
    return _now(request, row)


@router.post("/cases/{int:key}/hearing", response=answers(shapes.Case))
def decide_case_hearing(
    request: HttpRequest, key: Key, sent: Heard, idempotency_key: Once,
    if_match: Match,
) -> dict[str, Any]:  # fmt: skip
    """Say what comes of an intended refusal, after the view was stated or its time is over."""
    row = seen_case(request, key)
    decide_hearing(
        case=row, outcome=sent.outcome, record=sent.record, heard_on=sent.heard_on,
        revision=revision_of(sent.revision, if_match), token=idempotency_key, by=reader(request),
    )  # fmt: skip
    return _now(request, row)
