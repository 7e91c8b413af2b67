"""What can be changed in a trainee's record: who may, what is asked, what is done and said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preceptor.base.permits import Permit
from preceptor.institutions.access import visible_disciplines, visible_units
from preceptor.training.access import may_change_state, may_grant_period, may_keep_training
from preceptor.training.actions import change_state, grant_period, move
from preceptor.training.choices import EnrolmentState, PeriodKind
from preceptor.training.models import Enrolment
from preceptor.web.forms.period import PeriodForm
from preceptor.web.forms.placement import PlacementForm
from preceptor.web.forms.state import StateForm
from preceptor.web.localised import localised

Given = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """A change of the record; `make` gives what is then said, or raises what the action raises."""

    url: str
    icon: str
    title: str | Promise
    intro: str | Promise
    may: Callable[[Any, Enrolment], Permit]
    form: Callable[[Enrolment, Any, Any], forms.Form]
    make: Callable[[Enrolment, Given, Any], str]


def _change_state(enrolment: Enrolment, given: Given, by: Any) -> str:
    to = EnrolmentState(given["to"])
    change_state(enrolment=enrolment, to=to, on=given["on"], reason=given["reason"], by=by)
    return _("The state is now “%(state)s”.") % {"state": to.label}


def _grant_period(enrolment: Enrolment, given: Given, by: Any) -> str:
    kind, first, last = PeriodKind(given["kind"]), given["first"], given["last"]
    grant_period(
        enrolment=enrolment, kind=kind, first=first, last=last, reason=given["reason"], by=by
    )
    said = {"kind": kind.label, "first": first.isoformat()}
    if last is None:
        return _("Recorded: %(kind)s from %(first)s on.") % said
    said["last"] = last.isoformat()
    return _("Recorded: %(kind)s from %(first)s to %(last)s.") % said


def _move(enrolment: Enrolment, given: Given, by: Any) -> str:
    unit = visible_units(by).get(pk=given["unit"])
    direction = visible_disciplines(by).get(pk=given["direction"])
    move(
        enrolment=enrolment, unit=unit, direction=direction, on=given["on"],
        reason=given["reason"], by=by,
    )  # fmt: skip
    said = {"unit": localised(unit, "name"), "direction": localised(direction, "name")}
    return _("Now placed: %(unit)s, %(direction)s.") % said


CHANGES = {
    "state": Change(
        "enrolment_state",
        "route",
        gettext_lazy("Change the state"),
        gettext_lazy("The present state ends the day before the new one begins."),
        may_change_state,
        StateForm,
        _change_state,
    ),
    "period": Change(
        "enrolment_period",
        "hourglass-empty",
        gettext_lazy("Extend or defer"),
        gettext_lazy("More time to study, or a later award of the degree. The state stays."),
        may_grant_period,
        PeriodForm,
        _grant_period,
    ),
    "placement": Change(
        "enrolment_placement",
        "building-hospital",
        gettext_lazy("Move to another unit or direction"),
        gettext_lazy("What was recorded of the place from that day on is replaced."),
        may_keep_training,
        PlacementForm,
        _move,
    ),
}


def changes_of(user: Any, enrolment: Enrolment) -> dict[str, Any]:
    """The changes as a menu: `entries` (title, icon, url, reason why not), and `reason` where the
    reader may make none of them. No query."""
    permits = {name: change.may(user, enrolment) for name, change in CHANGES.items()}
    entries = [
        {
            "title": change.title,
            "icon": change.icon,
            "url": reverse(change.url, args=[enrolment.pk]),
            "reason": permits[name].reason,
        }
        for name, change in CHANGES.items()
    ]
    refused = "" if any(permits.values()) else permits["placement"].reason
    return {"entries": entries, "reason": refused}
