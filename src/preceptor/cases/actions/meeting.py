"""Calling a meeting of a standing body and putting the cases that wait on its agenda."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken

from ..access.body import may_keep_body
from ..bodies import is_open_on, meetings_in, seats_on, voting_of, waiting_cases
from ..choices import BodyRole
from ..models import Body, Case, Item, Sitting
from ..queries import kind_of
from .agenda import put_on_agenda
from .sitting import NewSittingSeat, plan_sitting


def call_meeting(
    *, body: Body, starts_at: datetime, by: Actor, ends_at: datetime | None = None,
    place: str = "", is_public: bool = False, title_zh: str = "", title_en: str = "",
) -> Sitting:  # fmt: skip
    """Plan a meeting of the body with everybody who has a seat on that day; the invitations are
    sent by `invite`. Without a title the meeting is numbered within its year.

    Raises PermissionDenied; RuleBroken for a day on which the body does not exist or has no chair.
    """
    may_keep_body(by, body).demand()
    day = timezone.localdate(starts_at)
    if not is_open_on(body, day):
        raise RuleBroken(
            _("%(name)s does not exist on %(day)s. Choose another day.")
            % {"name": body.name_zh, "day": day.isoformat()}
        )
    seats = seats_on([body.pk], day).get(body.pk, [])
    if not any(seat.role == BodyRole.CHAIR for seat in seats):
        raise RuleBroken(
            _("Nobody has the chair on %(day)s. Give somebody the seat of the chair first.")
            % {"day": day.isoformat()}
        )
    with deed(by) as act:
        number = meetings_in(body, day.year).count() + 1
        sitting = plan_sitting(
            institution=body.institution, unit=body.unit, body=body,
            title_zh=title_zh.strip() or f"{body.name_zh}{day.year}年第{number}次会议",
            title_en=title_en.strip() or f"{body.name_en}, meeting {number} of {day.year}",
            seats=[NewSittingSeat(seat.person, seat.role, seat.is_head) for seat in seats],
            starts_at=starts_at, ends_at=ends_at, place=place, is_public=is_public, by=by,
        )  # fmt: skip
        act.write("body.meeting", "body", body.pk, after={"sitting": sitting.pk, "on": day})
    return sitting


def take_up_cases(*, sitting: Sitting, cases: Sequence[Case], by: Actor) -> list[Item]:
    """Put the waiting cases on the agenda of a body's meeting, each with the voting rule of its
    stage, or else the body's own; all of them, or none.

    Raises PermissionDenied; RuleBroken when one does not wait for this body any more.
    """
    body = sitting.body
    if body is None:
        raise RuleBroken(_("Only a standing body takes up cases; a panel has its own."))
    may_keep_body(by, body).demand()
    with deed(by):
        waiting = {case.pk: case for case in waiting_cases(body)}
        for case in cases:
            if case.pk not in waiting:
                raise RuleBroken(
                    _("%(case)s does not wait for this body any more. Look at the list again.")
                    % {"case": case.title_zh}
                )
        return [_taken_up(sitting, body, waiting[case.pk], by) for case in cases]


def _taken_up(sitting: Sitting, body: Body, case: Case, by: Actor) -> Item:
    stage = kind_of(case).stage(case.stage)
    return put_on_agenda(
        sitting=sitting, title_zh=case.title_zh, title_en=case.title_en, case=case,
        voting=stage.voting or voting_of(body), by=by,
    )  # fmt: skip
