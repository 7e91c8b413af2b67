"""Who may freeze and report, and which records behind a figure a reader sees."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from preceptor.admission.access import visible_applications
from preceptor.base.permits import Permit
from preceptor.cases.access import visible_advice, visible_cases, visible_sittings
from preceptor.fellows.access import (
    visible_appointments,
    visible_laboratories,
    visible_postdocs,
    visible_stations,
)
from preceptor.institutions.access import visible_disciplines, visible_platforms, visible_units
from preceptor.institutions.models import DegreePoint, Unit
from preceptor.joint.access import visible_agreements, visible_partners
from preceptor.people.access import READING, may_keep_institution, scope, visible_persons
from preceptor.people.choices import RoleKind
from preceptor.research.models import Project
from preceptor.standing.institutions import institutions_of
from preceptor.supervisors.access import visible_qualifications
from preceptor.training.access import visible_enrolments, visible_panels
from preceptor.training.models import Course, Milestone

from .figures.keys import record_keys, record_kinds
from .models import Census, FigureValue

Visible = Callable[[Any], QuerySet[Any]]


def visible_censuses(user: Any) -> QuerySet[Census]:
    """The censuses of the institutions in which the user reads a unit: secretary, office, leader; and
    of those whose personnel office the user is."""
    reach = scope(user)
    if reach.everything:
        return Census.objects.all()
    roots = Unit.objects.filter(pk__in=reach.units, institution__isnull=False)
    return Census.objects.filter(
        Q(institution__in=reach.institutions | reach.staff_institutions)
        | Q(institution__in=roots.values("institution"))
    )


def readable_censuses(user: Any) -> QuerySet[Census]:
    """The censuses of their institutions for leaders, secretaries and offices, those for trainees
    and for personnel; none for others."""
    reach = scope(user)
    if not reach.everything and not reach.kinds & (READING | {RoleKind.PERSONNEL}):
        return Census.objects.none()
    return visible_censuses(user).filter(institution__in=institutions_of(user).values("pk"))


def readable_figures(user: Any) -> QuerySet[FigureValue]:
    """All figures of the readable censuses; a value is the same for every reader."""
    return FigureValue.objects.filter(census__in=readable_censuses(user).values("pk"))


def visible_figures(user: Any) -> QuerySet[FigureValue]:
    """All figures of the censuses that the user may see: a value is the same for every reader."""
    return FigureValue.objects.filter(census__in=visible_censuses(user).values("pk"))


def may_freeze(user: Any, institution: Unit) -> Permit:
    """Whether the user may freeze a day of the institution and write its report."""
    return may_keep_institution(user, institution)


def _milestones(user: Any) -> QuerySet[Milestone]:
    return Milestone.objects.filter(enrolment__in=visible_enrolments(user).values("pk"))


def _courses(user: Any) -> QuerySet[Course]:
    return Course.objects.filter(institution__in=visible_units(user).values("pk"))


def _points(user: Any) -> QuerySet[DegreePoint]:
    return DegreePoint.objects.filter(institution__in=visible_units(user).values("pk"))


def _projects(user: Any) -> QuerySet[Project]:
    """Projects of the institutions whose units the user reads."""
    return Project.objects.filter(institution__in=visible_units(user).values("pk"))


VISIBLE: dict[str, Visible] = {
    "advice": visible_advice,
    "agreement": visible_agreements,
    "application": visible_applications,
    "appointment": visible_appointments,
    "case": visible_cases,
    "course": _courses,
    "discipline": visible_disciplines,
    "enrolment": visible_enrolments,
    "laboratory": visible_laboratories,
    "milestone": _milestones,
    "panel": visible_panels,
    "partner": visible_partners,
    "person": visible_persons,
    "platform": visible_platforms,
    "point": _points,
    "postdoc": visible_postdocs,
    "project": _projects,
    "qualification": visible_qualifications,
    "sitting": visible_sittings,
    "station": visible_stations,
    "unit": visible_units,
}


def _among(keys: list[int]) -> RawSQL:
    """The keys as a subquery: one parameter however many they are."""
    if connection.vendor == "sqlite":
        return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(keys)])
    return RawSQL("SELECT unnest(%s::bigint[])", [keys])


def visible_records(figure: FigureValue, user: Any, kind: str = "") -> tuple[QuerySet[Any], int]:
    """The records behind a figure that the user may see, by key, and how many are hidden.

    `kind` chooses among the kinds of a figure that counts two, else its first. A record that is
    no longer in the database counts as hidden. The queryset is empty for a figure without records.
    """
    chosen = kind or next(iter(record_kinds(figure)), "")
    if chosen not in VISIBLE:
        return FigureValue.objects.none(), 0
    keys = list(record_keys(figure, chosen))
    seen = VISIBLE[chosen](user).filter(pk__in=_among(keys)).order_by("pk")
    return seen, len(keys) - seen.count()
