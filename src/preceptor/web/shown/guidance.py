"""The guidance committee of a trainee as the trainee's page shows it: members, meetings, advice."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from preceptor.base.today import today
from preceptor.cases.access.body import visible_advice, visible_bodies
from preceptor.cases.bodies import DayMet, days_met, seats_on
from preceptor.cases.choices import BodyKind, BodyRole, SittingState
from preceptor.cases.models import Body, BodySeat
from preceptor.training.models import Enrolment
from preceptor.web.localised import localised
from preceptor.web.shown.body import advice_line
from preceptor.web.tables.body import meetings_text

Shown = dict[str, Any]


def guidance_of(enrolment: Enrolment, user: Any) -> list[Shown]:
    """The guidance committees of the trainee that the reader may see, the open one first; one query
    where there is none, four otherwise. The days of their meetings are told to whoever sees them."""
    rows = visible_bodies(user).filter(kind=BodyKind.GUIDANCE, person=enrolment.person_id)
    bodies = sorted(rows, key=lambda body: (body.closed_on is not None, -body.pk))
    if not bodies:
        return []
    keys = [body.pk for body in bodies]
    seats, days = seats_on(keys, today()), days_met(keys)
    advice: dict[int, list[Shown]] = defaultdict(list)
    given = visible_advice(user).filter(body__in=keys)
    for row in given.select_related("owner", "owner_unit", "person"):
        advice[row.body_id].append(advice_line(row))
    return [_shown(body, seats.get(body.pk, []), days[body.pk], advice[body.pk]) for body in bodies]


def _shown(body: Body, seats: list[BodySeat], days: list[DayMet], advice: list[Shown]) -> Shown:
    held = sum(one.is_held and one.on.year == today().year for one in days)
    return {
        "name": localised(body, "name"),
        "url": reverse("body", args=[body.pk]),
        "closed_on": body.closed_on.isoformat() if body.closed_on else "",
        "members": [
            {"name": localised(seat.person, "name"), "role": BodyRole(seat.role).label}
            for seat in seats
        ],
        "held_text": _("%(count)s held this year")
        % {"count": meetings_text(held, body.meetings_a_year)},
        "meetings": [
            {"day": one.on.isoformat(), "state": SittingState(one.state).label} for one in days
        ],
        "advice": sorted(advice, key=lambda one: not one["is_open"]),
    }
