"""The parts of a trainee's page: each a tab, each with a fixed number of queries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from preceptor.base.today import today
from preceptor.cases.choices import BodyKind
from preceptor.joint.access import may_view_dual
from preceptor.people.access import scope
from preceptor.standing.packs import in_force_in
from preceptor.standing.queries import panel_standings
from preceptor.training.access import visible_panels
from preceptor.training.models import Enrolment
from preceptor.web.addresses import address
from preceptor.web.localised import localised
from preceptor.web.shown.change import changes_of
from preceptor.web.shown.course import courses_of
from preceptor.web.shown.guidance import guidance_of
from preceptor.web.shown.history import changes_shown
from preceptor.web.shown.lineage import lineage_of
from preceptor.web.shown.panel import panel_line
from preceptor.web.shown.standing import standing_shown
from preceptor.web.shown.supervision import supervisors_of
from preceptor.web.shown.timeline import timeline_of
from preceptor.web.shown.waiver import requests_of

Shown = dict[str, Any]


def reads_judgements(request: HttpRequest, enrolment: Enrolment) -> bool:
    """Whether reasons and the journal may be shown: to those who keep or read the unit."""
    return scope(request.user).reads(enrolment.unit_id)


def is_own(request: HttpRequest, enrolment: Enrolment) -> bool:
    """Whether the reader is the trainee."""
    return scope(request.user).person == enrolment.person_id


def _standing(request: HttpRequest, enrolment: Enrolment) -> Shown:
    packs = in_force_in(enrolment.institution_id, enrolment.unit_id)
    shown = standing_shown(enrolment, today(), packs)
    requests_of(shown["requirements"], enrolment, packs, request.user)
    return shown


def _timeline(request: HttpRequest, enrolment: Enrolment) -> Shown:
    reasons = reads_judgements(request, enrolment) or is_own(request, enrolment)
    return {"timeline": timeline_of(enrolment, today(), shows_reasons=reasons)}


def _courses(request: HttpRequest, enrolment: Enrolment) -> Shown:
    return courses_of(enrolment)


def _panels(request: HttpRequest, enrolment: Enrolment) -> Shown:
    rows = visible_panels(request.user).filter(enrolment=enrolment)
    found = list(rows.select_related("enrolment__institution", "institution"))
    standings = panel_standings(found, today(), get_language() or "")
    return {"panels": [panel_line(standing) for standing in standings]}


def _guidance(request: HttpRequest, enrolment: Enrolment) -> Shown:
    found = guidance_of(enrolment, request.user)
    is_open = any(not one["closed_on"] for one in found)
    return {
        "guidance": found,
        "guidance_new": "" if is_open else _guidance_new(request, enrolment),
    }


def _guidance_new(request: HttpRequest, enrolment: Enrolment) -> str:
    """Where who keeps the unit sets up the trainee's guidance committee; empty for everybody else."""
    if not scope(request.user).keeps(enrolment.unit_id):
        return ""
    query = {
        "kind": BodyKind.GUIDANCE.value, "unit": str(enrolment.unit_id),
        "person": enrolment.student_number,
    }  # fmt: skip
    return address(reverse("body_new"), query)


def _record(request: HttpRequest, enrolment: Enrolment) -> Shown:
    return {
        "definitions": definitions(enrolment),
        "lineage": lineage_of("enrolment", enrolment.pk),
    }


def _history(request: HttpRequest, enrolment: Enrolment) -> Shown:
    return {"history": changes_shown(request.user, enrolment)}


#: Tab -> title, template, what it shows. The first is the page itself.
TABS: dict[str, tuple[str | Promise, Callable[[HttpRequest, Enrolment], Shown]]] = {
    "standing": (_("Where I stand"), _standing),
    "history": (_("How this came about"), _history),
    "timeline": (_("Timeline"), _timeline),
    "courses": (_("Courses"), _courses),
    "guidance": (_("Guidance"), _guidance),
    "panels": (_("Panels"), _panels),
    "record": (_("Record"), _record),
}


def tabs_of(request: HttpRequest, enrolment: Enrolment, current: str) -> list[Shown]:
    """The tabs that the reader may open; the journal only for who keeps or reads the unit."""
    page = reverse("enrolment", args=[enrolment.pk])
    tabs = [
        {
            "title": _("Standing")
            if key == "standing" and not is_own(request, enrolment)
            else title,
            "url": page if key == "standing" else f"{page}?show={key}",
            "is_current": key == current,
        }
        for key, (title, _content) in TABS.items()
    ]
    if reads_judgements(request, enrolment):
        journal = reverse("enrolment_journal", args=[enrolment.pk])
        tabs.append({"title": _("Journal"), "url": journal, "is_current": current == "journal"})
    return tabs


def frame_of(request: HttpRequest, enrolment: Enrolment, current: str) -> Shown:
    """What every tab's frame shows: name, number, supervisors, tabs, changes, the audit of a dual
    degree. One query, and for a dual trainee those of the right to see the audit."""
    return {
        "enrolment": enrolment,
        "name": localised(enrolment.person, "name"),
        "unit": localised(enrolment.unit, "name"),
        "direction": localised(enrolment.direction, "name"),
        "supervisors": supervisors_of(enrolment, today()),
        "tabs": tabs_of(request, enrolment, current),
        "changes": changes_of(request.user, enrolment),
        "is_own": is_own(request, enrolment),
        "dual_url": dual_url_of(request.user, enrolment),
    }


def dual_url_of(user: Any, enrolment: Enrolment) -> str:
    """Where the rules of both sides are judged for a trainee of a joint programme whom the reader may
    see there; empty for everybody else. The enrolment comes with its sides of joint programmes, so
    that nothing is asked for who is in none."""
    sides = (getattr(enrolment, name, None) for name in ("dual_as_home", "dual_as_partner"))
    dual = next((one for one in sides if one is not None), None)
    if dual is None or not may_view_dual(user, dual):
        return ""
    return reverse("dual", args=[dual.pk])


def definitions(enrolment: Enrolment) -> list[Shown]:
    """The facts of the enrolment as term and value; unknown ones stay empty."""
    programme = enrolment.programme
    return [
        {"term": _("Student number"), "value": enrolment.student_number},
        {"term": _("Name"), "value": enrolment.person.name_zh, "note": enrolment.person.name_en},
        {
            "term": _("Unit"),
            "value": localised(enrolment.unit, "name"),
            "url": reverse("unit", args=[enrolment.unit_id]),
        },
        {
            "term": _("Direction"),
            "value": localised(enrolment.direction, "name"),
            "url": reverse("direction", args=[enrolment.direction.code]),
            "note": enrolment.direction.code,
        },
        {"term": _("Programme"), "value": localised(programme, "title") if programme else None},
        {
            "term": _("Degree"),
            "value": enrolment.get_degree_level_display(),
            "note": enrolment.get_degree_type_display(),
        },
        {"term": _("Mode of study"), "value": enrolment.get_mode_display()},
        {"term": _("Cohort"), "value": enrolment.cohort},
        {
            "term": _("Rules of the cohort of"),
            "value": enrolment.cohort_on.isoformat(),
            "note": _("The day that binds to the rules of a cohort."),
        },
        {"term": _("State"), "value": enrolment.get_state_display()},
        *_awarded(enrolment),
    ]


def _awarded(enrolment: Enrolment) -> list[Shown]:
    """The day of the award; no line before it."""
    if enrolment.awarded_on is None:
        return []
    return [{"term": _("Degree awarded on"), "value": enrolment.awarded_on.isoformat()}]
