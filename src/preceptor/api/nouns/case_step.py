"""The steps of a request: opened, handed in, decided, returned, withdrawn, reminded, appealed.

Who acts says which revision was read, in `revision` or as `If-Match`: of two at once one wins and
the other is told (409). `Idempotency-Key` makes the same request twice one step.
"""

from __future__ import annotations

from typing import Annotated, Any, BinaryIO, Literal, cast

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import File, Header, Router, Status
from ninja.files import UploadedFile
from pydantic import StringConstraints

from preceptor.base.errors import InputRefused
from preceptor.cases.actions import (
    appeal,
    attach_document,
    decide_stage,
    finish_composing,
    remind,
    return_case,
    submit_case,
    withdraw_case,
)
from preceptor.cases.choices import AppealGround
from preceptor.cases.models import Case
from preceptor.training.actions.case import ask_milestone, ask_other, ask_period, ask_state
from preceptor.training.choices import EnrolmentState, MilestoneKind, PeriodKind

from ..fields import LAST_REVISION, Day, Key, Name, Readable, Revision
from ..guard import reader
from ..refusals import Made, answers
from ..shapes import case as shapes
from .case import seen_case, told
from .change import Sent
from .enrolment import seen

router = Router(tags=["cases"])
Token = Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Za-z0-9_-]*$")]
Said = Annotated[str, StringConstraints(max_length=4000), Readable]
Tag = Annotated[str, StringConstraints(max_length=40, pattern=r'^[A-Za-z0-9/"*-]*$')]
#: Under which word the same request, sent twice, is one step.
Once = Annotated[Token, Header("", alias="Idempotency-Key")]
#: The revision that was read, as If-Match.
Match = Annotated[Tag, Header("", alias="If-Match")]


class NewMilestone(Sent):
    """A step before a panel."""

    milestone: MilestoneKind
    wished_on: Day | None = None
    reason: Said = ""


class AskedPeriod(Sent):
    """More time to study, a suspension or a later award."""

    kind: PeriodKind
    first_on: Day
    last_on: Day | None = None
    reason: Said = ""


class NewStateCase(Sent):
    """Another state by a decision, as the award of the degree."""

    to: EnrolmentState
    reason: Said = ""


class NewOtherCase(Sent):
    """A request of a kind that the office made, by the name of the kind."""

    kind: Name
    reason: Said = ""


class Decided(Sent):
    """What was decided at the stage, and why."""

    outcome: Literal["agreed", "refused"]
    revision: Revision | None = None
    reason: Said = ""
    passing_over: Said = ""


class Reasoned(Sent):
    """Why; the revision that was read."""

    revision: Revision | None = None
    reason: Said = ""


class Submitted(Sent):
    """Why a rule that only gives notice is passed over."""

    passing_over: Said = ""


class Appealed(Sent):
    """On what ground, and why."""

    ground: AppealGround
    reason: Said


@router.post("/enrolments/{int:key}/cases/milestone", response=answers(shapes.Case, 201))
def open_milestone_case(request: HttpRequest, key: Key, sent: NewMilestone) -> Made:
    """Prepare the request to take a step before a panel; it is then handed in."""
    made = ask_milestone(
        enrolment=seen(request, key), milestone=sent.milestone, wished_on=sent.wished_on,
        reason=sent.reason, by=reader(request),
    )  # fmt: skip
    return Status(201, _now(request, made))


@router.post("/enrolments/{int:key}/cases/period", response=answers(shapes.Case, 201))
def open_period_case(request: HttpRequest, key: Key, sent: AskedPeriod) -> Made:
    """Prepare the request for an extension, a suspension or a deferred award."""
    made = ask_period(
        enrolment=seen(request, key), kind=sent.kind, first_on=sent.first_on, last_on=sent.last_on,
        reason=sent.reason, by=reader(request),
    )  # fmt: skip
    return Status(201, _now(request, made))


@router.post("/enrolments/{int:key}/cases/state", response=answers(shapes.Case, 201))
def open_state_case(request: HttpRequest, key: Key, sent: NewStateCase) -> Made:
    """Prepare the request for another state, as the award of the degree."""
    row = seen(request, key)
    made = ask_state(enrolment=row, to=sent.to, reason=sent.reason, by=reader(request))
    return Status(201, _now(request, made))


@router.post("/enrolments/{int:key}/cases/other", response=answers(shapes.Case, 201))
def open_other_case(request: HttpRequest, key: Key, sent: NewOtherCase) -> Made:
    """Prepare a request of a kind that the office made; it is then handed in."""
    row = seen(request, key)
    made = ask_other(enrolment=row, kind=sent.kind, by=reader(request), reason=sent.reason)
    return Status(201, _now(request, made))


def _now(request: HttpRequest, row: Case) -> dict[str, Any]:
    """The request as it now is."""
    return told(request, seen_case(request, row.pk))


def revision_of(stated: int | None, matched: str) -> int:
    """The revision that was read, from the body or from If-Match. Raises InputRefused."""
    if stated is not None:
        return stated
    text = matched.strip().removeprefix("W/").strip('"')
    if text.isascii() and text.isdecimal() and len(text) < 11 and int(text) <= LAST_REVISION:
        return int(text)
    raise InputRefused(_("Say which revision you read: in revision, or as If-Match."))


@router.post("/cases/{int:key}/documents/{name}", response=answers(shapes.Case))
def attach_case_document(
    request: HttpRequest, key: Key, name: Name, file: File[UploadedFile]
) -> dict[str, Any]:
    """Hand in a document of the request; a newer one of the name takes its place."""
    row = seen_case(request, key)
    attach_document(
        case=row,
        name=name,
        content=cast(BinaryIO, file),
        file_name=file.name or "",
        by=reader(request),
    )
    return _now(request, row)


@router.post("/cases/{int:key}/submit", response=answers(shapes.Case))
def submit_one_case(
    request: HttpRequest, key: Key, sent: Submitted, idempotency_key: Once
) -> dict[str, Any]:
    """Hand the request in, or in again after its return."""
    row = seen_case(request, key)
    submit_case(case=row, by=reader(request), token=idempotency_key, passing_over=sent.passing_over)
    return _now(request, row)


@router.post("/cases/{int:key}/decide", response=answers(shapes.Case))
def decide_one_case(
    request: HttpRequest, key: Key, sent: Decided, idempotency_key: Once,
    if_match: Match,
) -> dict[str, Any]:  # fmt: skip
    """Agree or refuse at the present stage."""
    row = seen_case(request, key)
    decide_stage(
        case=row, outcome=sent.outcome, by=reader(request), token=idempotency_key, reason=sent.reason,
        revision=revision_of(sent.revision, if_match), passing_over=sent.passing_over,
    )  # fmt: skip
    return _now(request, row)


@router.post("/cases/{int:key}/return", response=answers(shapes.Case))
def return_one_case(
    request: HttpRequest, key: Key, sent: Reasoned, idempotency_key: Once,
    if_match: Match,
) -> dict[str, Any]:  # fmt: skip
    """Return the request for correction."""
    row = seen_case(request, key)
    return_case(
        case=row, by=reader(request), reason=sent.reason, token=idempotency_key,
        revision=revision_of(sent.revision, if_match),
    )  # fmt: skip
    return _now(request, row)


@router.post("/cases/{int:key}/composed", response=answers(shapes.Case))
def finish_composing_case(
    request: HttpRequest, key: Key, sent: Reasoned, idempotency_key: Once,
    if_match: Match,
) -> dict[str, Any]:  # fmt: skip
    """Say that the panel is composed."""
    row = seen_case(request, key)
    finish_composing(
        case=row,
        by=reader(request),
        revision=revision_of(sent.revision, if_match),
        token=idempotency_key,
    )
    return _now(request, row)


@router.post("/cases/{int:key}/withdraw", response=answers(shapes.Case))
def withdraw_one_case(
    request: HttpRequest, key: Key, sent: Reasoned, idempotency_key: Once
) -> dict[str, Any]:
    """Take the own request back."""
    row = seen_case(request, key)
    withdraw_case(case=row, by=reader(request), reason=sent.reason, token=idempotency_key)
    return _now(request, row)


@router.post("/cases/{int:key}/remind", response=answers(shapes.Reminder))
def remind_of_case(request: HttpRequest, key: Key) -> Any:
    """Remind those with whom the request is; once a day."""
    return remind(case=seen_case(request, key), by=reader(request))


@router.post("/cases/{int:key}/appeal", response=answers(shapes.Case, 201))
def appeal_case(request: HttpRequest, key: Key, sent: Appealed) -> Made:
    """Prepare an appeal against the decision."""
    row = seen_case(request, key)
    made = appeal(case=row, ground=sent.ground, reason=sent.reason, by=reader(request))
    return Status(201, _now(request, made))
