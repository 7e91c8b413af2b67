"""Changes of a trainee's record: another state, more time, another place. The actions decide."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import ConfigDict

from preceptor.institutions.access import visible_disciplines, visible_units
from preceptor.institutions.choices import DisciplineLevel
from preceptor.training.actions import change_state, grant_period, move
from preceptor.training.choices import EnrolmentState, PeriodKind

from ..fields import Day, Key, Reason
from ..guard import reader
from ..paging import one
from ..refusals import answers
from ..shapes import enrolment as shapes
from .enrolment import enrolment, seen

router = Router(tags=["enrolments"])


class Sent(Schema):
    """What is sent holds what is asked for, and nothing else."""

    model_config = ConfigDict(extra="forbid")


class NewState(Sent):
    """Another state from a day on, and why."""

    to: EnrolmentState
    on: Day
    reason: Reason


class NewPeriod(Sent):
    """An extension or a deferral, its days (the last null: open), and why."""

    kind: Literal["extension", "deferral"]
    first: Day
    last: Day | None = None
    reason: Reason


class NewPlacement(Sent):
    """Another unit or direction from a day on, and why."""

    unit: Key
    direction: Key
    on: Day
    reason: Reason


@router.post("/enrolments/{int:key}/state", response=answers(shapes.Enrolment))
def change_enrolment_state(request: HttpRequest, key: Key, sent: NewState) -> dict[str, Any]:
    """Move the enrolment to another state; asking twice does not do it twice."""
    row = seen(request, key)
    change_state(enrolment=row, to=sent.to, on=sent.on, reason=sent.reason, by=reader(request))
    return _told(request, key)


@router.post("/enrolments/{int:key}/period", response=answers(shapes.Enrolment))
def grant_enrolment_period(request: HttpRequest, key: Key, sent: NewPeriod) -> dict[str, Any]:
    """Extend the study, or defer the award."""
    grant_period(
        enrolment=seen(request, key), kind=PeriodKind(sent.kind), first=sent.first, last=sent.last,
        reason=sent.reason, by=reader(request),
    )  # fmt: skip
    return _told(request, key)


@router.post("/enrolments/{int:key}/placement", response=answers(shapes.Enrolment))
def move_enrolment(request: HttpRequest, key: Key, sent: NewPlacement) -> dict[str, Any]:
    """Place the trainee in another unit or direction."""
    row, user = seen(request, key), reader(request)
    directions = visible_disciplines(user).filter(level=DisciplineLevel.DIRECTION)
    move(
        enrolment=row, unit=one(visible_units(user), pk=sent.unit),
        direction=one(directions, pk=sent.direction), on=sent.on, reason=sent.reason, by=user,
    )  # fmt: skip
    return _told(request, key)


def _told(request: HttpRequest, key: int) -> dict[str, Any]:
    """The trainee as the record now is."""
    found: dict[str, Any] = enrolment(request, key)
    return found
