"""A programme of independent principal investigators as its page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preceptor.admission.access import delegation_in, may_set_quota_line
from preceptor.admission.queries import quota_lines
from preceptor.base.permits import Permit
from preceptor.base.today import today
from preceptor.calls.access import visible_calls
from preceptor.cases.access import visible_bodies
from preceptor.fellows.access import (
    may_keep_programme,
    may_set_up_programme,
    visible_appointments,
    visible_laboratories,
)
from preceptor.fellows.actions.programme import COMMITTEES
from preceptor.fellows.choices import AppointmentState
from preceptor.fellows.models import Appointment, PiProgramme
from preceptor.institutions.choices import DegreeLevel, RegulationLayer
from preceptor.web.localised import localised
from preceptor.web.tables.call import state_text as call_state
from preceptor.web.tables.laboratory import RELATED, TONES, state_of, state_text

Shown = dict[str, Any]
TITLES = {
    "academic_committee": gettext_lazy("Academic committee"),
    "training_committee": gettext_lazy("Committee on talent training"),
    "education_committee": gettext_lazy("Committee on education"),
    "instrument_committee": gettext_lazy("Committee on instruments"),
}
APPOINTED = {
    AppointmentState.CONTRACTED: "info", AppointmentState.STARTED: "pass",
    AppointmentState.PROBATION: "warn", AppointmentState.STOPPED: "fail",
    AppointmentState.ENDED: "none",
}  # fmt: skip


def page_of(row: PiProgramme, user: Any) -> Shown:
    """All of a programme that the reader may see; it comes with unit, institution, director,
    committees and delegation."""
    keep = may_keep_programme(user, row)
    return {
        "programme": row,
        "name": localised(row, "name"),
        "institution": localised(row.institution, "name"),
        "director": localised(row.director, "name") if row.director else "",
        "committees": _committees(row, user),
        "delegation": row.delegation,
        "delegation_title": localised(row.delegation, "title") if row.delegation else "",
        "lines": _lines(row),
        "laboratories": _laboratories(row, user),
        "appointments": appointed(row, user),
        "calls": _calls(row, user),
        "keep": keep,
        "acts": acts_of(row, user, keep),
    }


def _committees(row: PiProgramme, user: Any) -> list[Shown]:
    bodies = {name: getattr(row, name) for name in COMMITTEES}
    keys = [body.pk for body in bodies.values() if body is not None]
    seen = set(visible_bodies(user).filter(pk__in=keys).order_by().values_list("pk", flat=True))
    return [
        {
            "term": str(TITLES[name]),
            "value": localised(body, "name") if body else _("not named yet"),
            "url": reverse("body", args=[body.pk]) if body and body.pk in seen else "",
        }
        for name, body in bodies.items()
    ]


def _lines(row: PiProgramme) -> list[Shown]:
    """The quota lines with the layer that decided each and the regulation behind it; one query."""
    return [
        {
            "year": line.year,
            "degree": DegreeLevel(line.degree_level).label,
            "places": line.places,
            "layer": _layer(line.layer),
            "is_own": line.layer == RegulationLayer.PROGRAMME,
            "paper": localised(line.regulation, "title") if line.regulation else "",
            "url": reverse("regulation", args=[line.regulation_id]) if line.regulation else "",
            "note": line.note,
        }
        for line in quota_lines(row.unit)
    ]


def _layer(layer: str) -> str:
    """Which layer decided, in words."""
    if layer == RegulationLayer.PROGRAMME:
        return _("the programme itself, under its delegation")
    return str(RegulationLayer(layer).label)


def _laboratories(row: PiProgramme, user: Any) -> list[Shown]:
    rows = visible_laboratories(user).filter(programme=row).select_related(*RELATED)
    return [
        {
            "name": localised(one.unit, "name"),
            "code": one.unit.code,
            "url": reverse("laboratory", args=[one.pk]),
            "head": localised(one.head, "name"),
            "state": state_text(one),
            "tone": TONES[state_of(one)],
        }
        for one in rows.order_by("unit__code", "pk")
    ]


def appointed(row: PiProgramme, user: Any) -> list[Shown]:
    """The principal investigators, those in office first."""
    rows = visible_appointments(user).filter(programme=row).select_related("person")
    found: Sequence[Appointment] = sorted(
        rows, key=lambda one: (one.state == AppointmentState.ENDED, one.number)
    )
    return [
        {
            "name": localised(one.person, "name"),
            "number": one.number,
            "url": reverse("appointment", args=[one.pk]),
            "state": AppointmentState(one.state).label,
            "tone": APPOINTED[AppointmentState(one.state)],
            "since": one.starts_on.isoformat(),
            "until": (one.left_on or one.ends_on).isoformat(),
        }
        for one in found
    ]


def _calls(row: PiProgramme, user: Any) -> list[Shown]:
    calls = visible_calls(user).filter(pi_call__programme=row).defer("text_zh", "text_en")
    return [
        {
            "title": localised(call, "title"),
            "url": reverse("call", args=[call.pk]),
            "number": call.number,
            "state": call_state(call),
        }
        for call in calls.order_by("-opens_at", "-pk")
    ]


def acts_of(row: PiProgramme, user: Any, keep: Permit) -> list[Shown]:
    """What may be done with the programme, each with the reason where not."""
    change = may_set_up_programme(user, row.institution)
    wanted = (
        ("laboratory", _("Open a laboratory"), keep, "plus", "main"),
        ("appoint", _("Appoint a principal investigator"), keep, "user", ""),
        ("quota", _("Set a quota line"), may_set_line(user, row), "hash", ""),
        ("change", _("Change the programme"), change, "pencil", ""),
    )
    return [
        {
            "label": label,
            "url": reverse("programme_change", args=[row.pk, verb]),
            "icon": icon,
            "kind": kind,
            "reason": "" if permit else str(permit.reason),
            "identifier": f"programme-{verb}",
        }
        for verb, label, permit, icon, kind in wanted
    ]


def layer_in(row: PiProgramme, year: int) -> RegulationLayer:
    """Which layer decides the line of the year: the programme under its delegation, else the
    university."""
    found = delegation_in(row.unit, year)
    return RegulationLayer.UNIVERSITY if found is None else RegulationLayer.PROGRAMME


def may_set_line(user: Any, row: PiProgramme) -> Permit:
    """Whether the reader may set the quota line of this year."""
    year = today().year
    return may_set_quota_line(user, row.unit, year, layer_in(row, year))
