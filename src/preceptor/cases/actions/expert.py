"""The experts who decide an appeal: called to a sitting, the appeal on its agenda, in one step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.people.models import Person

from ..access.case import may_compose
from ..appeals import PORT
from ..choices import BodyRole, CaseState, StageKind
from ..kinds.kind import Voting
from ..models import Case, Sitting
from ..queries import kind_of
from ..registry import port_of
from .agenda import put_on_agenda
from .decision import finish_composing
from .invitation import invite
from .sitting import NewSittingSeat, plan_sitting
from .stepping import locked

BOARD = "cases.appeal"


def call_experts(
    *,
    case: Case,
    persons: Sequence[Person],
    starts_at: datetime,
    revision: int,
    by: Actor,
    ends_at: datetime | None = None,
    place: str = "",
    token: str = "",
) -> Sitting:
    """Call new experts to decide an appeal, the first of them in the chair: their sitting is planned,
    the appeal put on its agenda and sent on, and everybody is invited; all of it, or nothing.

    Raises PermissionDenied; InputRefused for a person named twice; RuleBroken for a case that is no
    appeal or is not being composed, for fewer than three experts, for somebody who took part in what
    is appealed, or when somebody was faster.
    """
    may_compose(by, case).demand()
    if len({person.pk for person in persons}) != len(persons):
        raise InputRefused(_("The same person is chosen twice. Everybody has one seat."))
    with deed(by):
        held = locked(case)
        may_compose(by, held).demand()
        voting = _voting(held)
        sitting = plan_sitting(
            institution=held.institution, unit=held.unit, title_zh=held.title_zh,
            title_en=held.title_en, board=BOARD, starts_at=starts_at, ends_at=ends_at,
            place=place, seats=_seats(persons), by=by,
        )  # fmt: skip
        put_on_agenda(
            sitting=sitting, title_zh=held.title_zh, title_en=held.title_en, case=held,
            voting=voting, by=by,
        )  # fmt: skip
        finish_composing(case=held, by=by, revision=revision, token=token)
        invite(sitting=sitting, by=by)
    return sitting


def _voting(case: Case) -> Voting | None:
    """The rule by which the stage after the composition votes."""
    if case.state != CaseState.RUNNING or port_of(case).name != PORT:
        raise RuleBroken(_("Experts are called to an appeal that is under way."))
    kind = kind_of(case)
    following = kind.stage(kind.goal(case.stage, "composed"))
    if following.does != StageKind.SITTING.value:
        raise RuleBroken(_("No sitting follows at this appeal."))
    return following.voting


def _seats(persons: Sequence[Person]) -> list[NewSittingSeat]:
    return [
        NewSittingSeat(one, BodyRole.MEMBER if place else BodyRole.CHAIR)
        for place, one in enumerate(persons)
    ]
