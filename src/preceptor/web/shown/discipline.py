"""Directions of a day, and one direction with its goal, its programme versions and its people."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Prefetch, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from preceptor.institutions.access import visible_disciplines
from preceptor.institutions.choices import DisciplineLevel
from preceptor.institutions.models import Discipline
from preceptor.standing.institutions import institutions_of
from preceptor.training.access import visible_enrolments
from preceptor.training.choices import CourseKind
from preceptor.training.models import Programme, ProgrammeCourse
from preceptor.training.states import ENROLLED
from preceptor.web.addresses import address
from preceptor.web.localised import localised
from preceptor.web.shown.unit import supervisors_in

Shown = dict[str, Any]


def directions_on(user: Any, day: date) -> list[Shown]:
    """The directions that stood in the catalogue on the day, by code, with the people seen today.

    Four queries. `enrolled` and `supervisors` are those of now, within the reader's scope.
    """
    entries = visible_disciplines(user).filter(level=DisciplineLevel.DIRECTION)
    enrolled = dict(
        visible_enrolments(user)
        .filter(state__in=ENROLLED)
        .order_by()
        .values_list("direction")
        .annotate(Count("pk"))
    )
    held = supervisors_in(user, day).filter(degree_level="doctor").order_by()
    guides = dict(held.values_list("direction").annotate(Count("person", distinct=True)))
    versions = dict(_programmes(user).order_by().values_list("direction").annotate(Count("pk")))
    return [
        {
            "entry": entry,
            "name": localised(entry, "name"),
            "url": reverse("direction", args=[entry.code]),
            "has_goal": bool(entry.goal_zh),
            "enrolled": enrolled.get(entry.pk, 0),
            "supervisors": guides.get(entry.pk, 0),
            "programmes": versions.get(entry.pk, 0),
        }
        for entry in _standing(entries, day)
    ]


def _standing(entries: Any, day: date) -> Any:
    ends = Q(valid_to=None) | Q(valid_to__gte=day)
    return entries.filter(ends, valid_from__lte=day).select_related("parent").order_by("code")


def _programmes(user: Any) -> Any:
    """The programme versions of the reader's institutions."""
    return Programme.objects.filter(point__institution__in=institutions_of(user).values("pk"))


def goal_of(entry: Discipline) -> tuple[str, str]:
    """The goal text and its language; the other language's where the reader's is not recorded."""
    english = get_language() == "en"
    ways = (("en", entry.goal_en), ("zh-Hans", entry.goal_zh))
    own, other = ways if english else ways[::-1]
    found = own if own[1] else other
    return found[1], found[0]


def programmes_of(user: Any, entry: Discipline) -> list[Shown]:
    """The direction's programme versions, newest first, with courses and totals; two queries."""
    courses = ProgrammeCourse.objects.select_related("course").order_by("course__code")
    rows = _programmes(user).filter(direction=entry).order_by("-cohort_from", "degree_level")
    return [_programme(row) for row in rows.prefetch_related(Prefetch("courses", courses))]


def _programme(row: Programme) -> Shown:
    kinds: dict[str, list[ProgrammeCourse]] = defaultdict(list)
    for line in row.courses.all():
        kinds[line.kind].append(line)
    return {
        "title": localised(row, "title"),
        "level": row.get_degree_level_display(),
        "cohorts": _cohorts(row),
        "years": _years(row),
        "groups": [_group(kind, kinds[kind]) for kind in CourseKind if kinds[kind]],
    }


def _cohorts(row: Programme) -> str:
    if row.cohort_to is None:
        return _("from cohort %(first)s") % {"first": row.cohort_from}
    return _("cohorts %(first)s to %(last)s") % {"first": row.cohort_from, "last": row.cohort_to}


def _years(row: Programme) -> str:
    """Normal and longest length of study; empty where neither is recorded."""
    if row.normal_years is None:
        return ""
    if row.longest_years is None:
        return _("%(years)s years") % {"years": row.normal_years}
    return _("%(years)s years, at most %(longest)s") % {
        "years": row.normal_years,
        "longest": row.longest_years,
    }


def _group(kind: CourseKind, lines: list[ProgrammeCourse]) -> Shown:
    return {
        "title": kind.label,
        "courses": [
            {
                "name": localised(line.course, "name"),
                "code": line.course.code,
                "module": line.module,
                "hours": line.course.hours,
                "credits": _plain(line.course.credits),
            }
            for line in lines
        ],
        "hours": sum(line.course.hours for line in lines),
        "credits": _plain(sum((line.course.credits for line in lines), Decimal(0))),
    }


def _plain(credits: Decimal) -> str:
    """Credits without zeros at the end: 2, 1.5."""
    return f"{credits.normalize():f}"


def people_of(user: Any, entry: Discipline, day: date) -> list[Shown]:
    """Trainees and doctoral supervisors of the direction within the reader's scope; two queries."""
    trainees = visible_enrolments(user).filter(direction=entry)
    here = trainees.aggregate(all=Count("pk"), now=Count("pk", filter=Q(state__in=ENROLLED)))
    held = supervisors_in(user, day).filter(direction=entry, degree_level="doctor")
    guides = held.aggregate(
        all=Count("person", distinct=True),
        external=Count("person", distinct=True, filter=Q(is_external=True)),
    )
    url = address(reverse("enrolments"), {"direction": entry.code}) if here["all"] else ""
    return [
        {"label": _("Trainees enrolled now"), "value": f"{here['now']:,}"},
        {"label": _("Trainees, all on record"), "value": f"{here['all']:,}", "url": url},
        {"label": _("Doctoral supervisors"), "value": f"{guides['all']:,}"},
        {"label": _("External ones among them"), "value": f"{guides['external']:,}"},
    ]
