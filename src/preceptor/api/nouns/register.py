"""Units, directions and supervisors."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest
from ninja import Query, Router, Schema

from preceptor.base.today import today
from preceptor.institutions.access import visible_disciplines, visible_units
from preceptor.institutions.choices import DegreeLevel, DisciplineLevel
from preceptor.institutions.models import Discipline, UnitRelation
from preceptor.institutions.queries import units_below
from preceptor.standing.institutions import institutions_of
from preceptor.supervisors.access import visible_qualifications
from preceptor.supervisors.models import SupervisorQualification
from preceptor.supervisors.queries import HELD
from preceptor.training.access import enrolments_elsewhere, enrolments_in_units
from preceptor.training.models import Programme, ProgrammeCourse
from preceptor.training.states import ENROLLED

from ..fields import Day, Key, Name
from ..guard import reader
from ..paging import Page, Paging, one, page_of
from ..refusals import answers
from ..shapes import register as shapes

router = Router(tags=["register"])


class DayFilter(Schema):
    """On which day; today without one."""

    on: Day | None = None


@router.get("/units", response=answers(Page[shapes.UnitLine]))
def units(request: HttpRequest, narrowed: Query[Paging]) -> dict[str, Any]:
    """All units, by code."""
    return page_of(visible_units(reader(request)), "code", narrowed)


@router.get("/units/{int:key}", response=answers(shapes.Unit))
def unit(request: HttpRequest, key: Key, narrowed: Query[DayFilter]) -> dict[str, Any]:
    """One unit with its relations in time, and its people on the day."""
    row, day = one(visible_units(reader(request)), pk=key), narrowed.on or today()
    rows = UnitRelation.objects.known().order_by("valid_from", "id")
    above = rows.filter(lower=row).select_related("upper")
    below = rows.filter(upper=row).select_related("lower")
    within = Q(unit__in=units_below([row.pk], day))
    columns = ("code", "name_zh", "name_en", "kind")
    return {
        **{name: getattr(row, name) for name in columns},
        "key": row.pk,
        "institution": row.institution_id,
        "above": [_relation(found, found.upper) for found in above],
        "below": [_relation(found, found.lower) for found in below],
        "people": _people(reader(request), within, day),
    }


def _relation(row: UnitRelation, other: Any) -> dict[str, Any]:
    return {
        "unit": other, "kind": row.kind, "valid_from": row.valid_from, "valid_to": row.valid_to,
    }  # fmt: skip


def _held(user: Any, day: date) -> QuerySet[SupervisorQualification]:
    """Qualifications held on the day that the reader may see."""
    ends = Q(valid_to=None) | Q(valid_to__gte=day)
    rows = visible_qualifications(user).filter(ends, valid_from__lte=day, superseded_at=None)
    return rows.filter(state__in=HELD)


def _people(user: Any, within: Q, day: date) -> dict[str, int]:
    """Trainees and doctoral supervisors of a unit or direction in the reader's scope; two queries."""
    states: Counter[str] = Counter()
    placed, own = (
        rows.filter(within).order_by().values_list("state").annotate(Count("pk"))
        for rows in (enrolments_in_units(user), enrolments_elsewhere(user))
    )
    for state, count in placed.union(own, all=True):
        states[state] += count
    guides = _held(user, day).filter(within, degree_level=DegreeLevel.DOCTOR).aggregate(
        supervisors=Count("person", distinct=True),
        external=Count("person", distinct=True, filter=Q(is_external=True)),
    )  # fmt: skip
    return {
        "enrolled": sum(states[state] for state in ENROLLED), "trainees": states.total(), **guides,
    }  # fmt: skip


def _directions(request: HttpRequest) -> QuerySet[Discipline]:
    return visible_disciplines(reader(request)).filter(level=DisciplineLevel.DIRECTION)


@router.get("/directions", response=answers(list[shapes.DirectionLine]))
def directions(request: HttpRequest, narrowed: Query[DayFilter]) -> list[Any]:
    """The directions that stood in the catalogue on the day, by code."""
    day = narrowed.on or today()
    ends = Q(valid_to=None) | Q(valid_to__gte=day)
    return list(_directions(request).filter(ends, valid_from__lte=day).order_by("code", "pk"))


@router.get("/directions/{code}", response=answers(shapes.Direction))
def direction(request: HttpRequest, code: Name) -> dict[str, Any]:
    """One direction with its programme versions, newest first, and its people today."""
    user = reader(request)
    row = one(_directions(request).order_by("pk"), code=code)
    courses = ProgrammeCourse.objects.select_related("course").order_by("course__code")
    own = institutions_of(user).values("pk")
    versions = Programme.objects.filter(direction=row, point__institution__in=own)
    versions = versions.order_by("-cohort_from", "degree_level")
    columns = (
        "code", "name_zh", "name_en", "catalogue", "degree_type", "valid_from", "valid_to",
        "goal_zh", "goal_en",
    )  # fmt: skip
    return {
        **{name: getattr(row, name) for name in columns},
        "key": row.pk,
        "programmes": [
            _programme(found) for found in versions.prefetch_related(Prefetch("courses", courses))
        ],
        "people": _people(user, Q(direction=row), today()),
    }


def _programme(row: Programme) -> dict[str, Any]:
    columns = (
        "pk", "title_zh", "title_en", "degree_level", "degree_type", "cohort_from", "cohort_to",
        "normal_years", "longest_years",
    )  # fmt: skip
    return {**{name: getattr(row, name) for name in columns}, "courses": list(row.courses.all())}


class QualificationFilter(Paging):
    """What qualifications can be narrowed by; `on` is the day on which they are held."""

    person: Key | None = None
    unit: Key | None = None
    on: Day | None = None


@router.get("/qualifications", response=answers(Page[shapes.Qualification]))
def qualifications(request: HttpRequest, narrowed: Query[QualificationFilter]) -> dict[str, Any]:
    """Who holds the right to supervise, within the reader's scope."""
    rows = _held(reader(request), narrowed.on or today())
    if narrowed.person:
        rows = rows.filter(person=narrowed.person)
    if narrowed.unit:
        rows = rows.filter(unit__in=units_below([narrowed.unit]))
    return page_of(rows.select_related("person", "unit", "direction"), "pk", narrowed)
