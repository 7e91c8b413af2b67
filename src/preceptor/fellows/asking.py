"""Whether a step of a postdoc, or the opening or closing of a station, can be asked for, with the
reason if not."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from preceptor.base.permits import GRANTED, Permit, refused

from .agreements import is_in_force
from .choices import PostdocState, PostdocStep, StationState
from .models import Postdoc, PostdocCase, Station
from .states import PLANNED, PRESENT, RUNNING

#: Steps that settle when a term ends.
_ENDING = frozenset({PostdocStep.EXIT, PostdocStep.TRANSFER, PostdocStep.EXTENSION})


def months_later(day: date, months: int) -> date:
    """The same day so many months later; where that month has no such day, its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_ahead(end: date, months: int) -> date:
    """The last day from which so many months (`months_later`) lead to the end or before it: from
    31 January a month leads to 28 February, as it does from the 28th."""
    last = months_later(end, -months)
    while months_later(last + timedelta(days=1), months) <= end:
        last += timedelta(days=1)
    return last


def allows_step(postdoc: Postdoc, step: PostdocStep) -> Permit:
    """Whether steps of the kind can be asked for in the state of the postdoc: who is to leave on a
    day that was decided asks for no other, nor for a longer term. No query."""
    if postdoc.state in PRESENT and (postdoc.left_on is None or step not in _ENDING):
        return GRANTED
    if postdoc.state in PRESENT:
        return refused(
            _("It is decided already that %(number)s leaves on %(day)s.")
            % {"number": postdoc.number, "day": postdoc.left_on}
        )
    return refused(
        _("The postdoc is not in station (%(state)s); this cannot be asked for: %(step)s.")
        % {"state": PostdocState(postdoc.state).label, "step": step.label}
    )


def allows_wish(
    postdoc: Postdoc, step: PostdocStep, wished_on: date | None, to_station: Station | None
) -> Permit:
    """Whether the day and the station that are asked for make sense for the step; whether there is
    time left is asked by `in_time`."""
    if to_station is not None and step != PostdocStep.TRANSFER:
        return refused(_("A station to move to is named only where somebody moves."))
    if step == PostdocStep.EXTENSION:
        return _allows_end(postdoc, wished_on)
    if step in (PostdocStep.EXIT, PostdocStep.TRANSFER):
        if wished_on is None:
            return refused(_("Say from which day on the postdoc leaves."))
        if wished_on <= postdoc.entered_on:
            return refused(
                _("The postdoc entered on %(entry)s; %(day)s is not after it.")
                % {"entry": postdoc.entered_on, "day": wished_on}
            )
    if step == PostdocStep.TRANSFER:
        return _allows_goal(postdoc, to_station)
    return GRANTED


def _allows_end(postdoc: Postdoc, wished_on: date | None) -> Permit:
    if wished_on is None or wished_on <= postdoc.term_ends_on:
        return refused(
            _("The term ends on %(end)s; say until which later day it is to last.")
            % {"end": postdoc.term_ends_on}
        )
    agreement = postdoc.agreement
    if agreement is not None and not is_in_force(agreement, wished_on):
        return refused(
            _("The agreement %(number)s is not in force on %(day)s. Renew it first.")
            % {"number": agreement.number, "day": wished_on}
        )
    return GRANTED


def _allows_goal(postdoc: Postdoc, to_station: Station | None) -> Permit:
    """A move within the institution names an open station; elsewhere the other side lets the
    postdoc in."""
    if to_station is None:
        return GRANTED
    if to_station.pk == postdoc.station_id:
        return refused(_("The postdoc is in this station already."))
    if to_station.institution_id != postdoc.institution_id:
        return refused(
            _(
                "%(station)s belongs to another institution, which takes the postdoc in itself. Leave it out."
            )
            % {"station": to_station.name_zh}
        )
    if to_station.state != StationState.OPEN:
        return refused(_("%(station)s is not open.") % {"station": to_station.name_zh})
    return GRANTED


def in_time(row: PostdocCase, ahead_months: int, on: date) -> Permit:
    """Whether what is asked for on the day is asked for early enough: so many months before the day
    that is wished, as the procedure says."""
    if row.wished_on is None or not ahead_months:
        return GRANTED
    first = months_later(on, ahead_months)
    wished = row.postdoc.term_ends_on if row.step == PostdocStep.EXTENSION else row.wished_on
    if wished >= first:
        return GRANTED
    return refused(
        _(
            "This is asked for %(months)s months ahead at least: today for %(first)s or later, not for %(day)s."
        )
        % {"months": ahead_months, "first": first, "day": wished}
    )


def allows_opening(station: Station) -> Permit:
    """Whether the opening of the station can be asked for."""
    if station.state in PLANNED:
        return GRANTED
    return refused(
        _("A station that is “%(state)s” is not opened.")
        % {"state": StationState(station.state).label}
    )


def allows_closing(station: Station) -> Permit:
    """Whether the closing of the station can be asked for."""
    if station.state in RUNNING:
        return GRANTED
    return refused(
        _("A station that is “%(state)s” is not closed.")
        % {"state": StationState(station.state).label}
    )
