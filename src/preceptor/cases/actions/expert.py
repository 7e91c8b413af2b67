"""The experts who decide an appeal: called as its board."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.people.models import Person

from ..choices import BodyRole
from ..models import Case, Sitting
from .board import call_board
from .sitting import NewSittingSeat


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
    """Call new experts to decide an appeal, the first of them in the chair; see `call_board`.

    Raises RuleBroken besides for a case that is no appeal, and for fewer than three experts.
    """
    with deed(by):
        sitting = call_board(
            case=case, seats=_seats(persons), starts_at=starts_at, ends_at=ends_at, place=place,
            revision=revision, by=by, token=token,
        )  # fmt: skip
        # Asked after the permission, which tells nobody what kind of request it is.
        if case.appeal_of_id is None:
            raise RuleBroken(_("Experts are called to an appeal that is under way."))
    return sitting


def _seats(persons: Sequence[Person]) -> list[NewSittingSeat]:
    return [
        NewSittingSeat(one, BodyRole.MEMBER if place else BodyRole.CHAIR)
        for place, one in enumerate(persons)
    ]
