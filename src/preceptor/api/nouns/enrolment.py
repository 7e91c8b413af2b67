"""Trainees: the list, one trainee, and what hangs on the record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Literal

from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router

from preceptor.base.errors import InputRefused
from preceptor.base.keyset import Part
from preceptor.base.models import Lineage as LineageRow
from preceptor.base.today import today
from preceptor.institutions.access import visible_disciplines, visible_units
from preceptor.institutions.choices import DisciplineLevel
from preceptor.institutions.queries import units_below
from preceptor.people.access import scope
from preceptor.policy import Pack
from preceptor.standing.due import WORST_FIRST, said
from preceptor.standing.institutions import packs_for
from preceptor.standing.listing import OWN, Listing, placed_of
from preceptor.standing.listing import Wanted as Asked
from preceptor.standing.models import Finding
from preceptor.training.access import visible_enrolments
from preceptor.training.actions.state import state_before_suspension
from preceptor.training.choices import EnrolmentState, SupervisionRole
from preceptor.training.models import CourseRecord, Enrolment, Placement, Supervision, Thesis
from preceptor.training.states import ENROLLED, following

from ..fields import Key, Name, Wanted, Year
from ..guard import reader
from ..paging import Page, Paging, one, shown
from ..refusals import answers
from ..shapes import enrolment as shapes
from ..shapes.named import Words
from ..shapes.standing import SETTLED

router = Router(tags=["enrolments"])
Verdict = Literal["fail", "pending", "warn", "open", "pass", "waived"]
#: So many cells of files are told of one record.
MOST_CELLS = 200


class EnrolmentFilter(Paging):
    """What the list can be narrowed by, as on its page; without anything all that may be seen."""

    q: Wanted = ""
    unit: Key | None = None
    direction: Name | None = None
    cohort: Year | None = None
    state: EnrolmentState | Literal["studying"] | None = None
    rule: Name | None = None
    verdict: Verdict | None = None
    supervisor: Key | None = None


def seen(request: HttpRequest, key: int) -> Enrolment:
    """The trainee with what is told of one; 404 for one whom the reader may not see."""
    rows = visible_enrolments(reader(request)).select_related(
        "person", "unit", "direction", "institution", "programme"
    )
    found: Enrolment = one(rows, pk=key)
    return found


def demand_rule(rule: str | None, packs: Sequence[Pack]) -> None:
    """Raise InputRefused for a rule that no pack in force has."""
    if rule is not None and not any(rule in pack.rules for pack in packs):
        raise InputRefused(_("No rule in force is called “%(rule)s”.") % {"rule": rule})


@router.get("/enrolments", response=answers(Page[shapes.EnrolmentLine]))
def enrolments(request: HttpRequest, narrowed: Query[EnrolmentFilter]) -> dict[str, Any]:
    """The trainees whom the reader may see, by student number."""
    user, packs = reader(request), packs_for(reader(request))
    demand_rule(narrowed.rule, packs)
    listing = Listing(user, _wanted(user, narrowed), packs)
    page = listing.page({"after": narrowed.after}, narrowed.size)
    return _lines(user, page, narrowed.rule, listing)


def _wanted(user: Any, narrowed: EnrolmentFilter) -> Asked:
    units = list(visible_units(user).only("pk", "institution"))
    return Asked(
        placed=placed_of(user, units),
        units=None if narrowed.unit is None else units_below([narrowed.unit]),
        directions=_directions(user, narrowed.direction),
        cohort=narrowed.cohort,
        states=_states(narrowed.state),
        supervisor=narrowed.supervisor,
        text=narrowed.q.strip(),
        rule=narrowed.rule or "",
        verdict=narrowed.verdict or "",
    )


def _directions(user: Any, code: str | None) -> frozenset[int] | None:
    if code is None:
        return None
    rows = visible_disciplines(user).filter(level=DisciplineLevel.DIRECTION, code=code)
    return frozenset(rows.values_list("pk", flat=True))


def _states(state: str | None) -> frozenset[str] | None:
    if state is None:
        return None
    return frozenset(ENROLLED) if state == "studying" else frozenset({str(state)})


def _lines(user: Any, page: Part[int], rule: str | None, listing: Listing) -> dict[str, Any]:
    guides = Supervision.objects.on(today()).filter(role=SupervisionRole.MAIN)
    rows = (
        visible_enrolments(user)
        .filter(pk__in=page.rows)
        .prefetch_related(
            Prefetch("supervisions", guides.select_related("person"), to_attr="guides")
        )
    )
    found = rows.select_related("person", "unit", "direction", "standing").in_bulk()
    counts, verdicts = _counts(page.rows), _verdicts(page.rows, rule)
    lines = [
        _line(found[key], counts[key], verdicts.get(key) if rule else _whole(found[key]))
        for key in page.rows
        if key in found
    ]
    return shown(page, lines, listing.count, listing.most)


def _whole(row: Enrolment) -> str | None:
    return row.standing.whole if hasattr(row, "standing") else None


def _counts(keys: Sequence[int]) -> dict[int, Sequence[int]]:
    """How many requirements of each trainee are met, and of how many; one query."""
    met = Count("pk", filter=Q(verdict__in=SETTLED))
    rows = Finding.objects.filter(enrolment__in=keys, subject__in=OWN).order_by()
    counted = rows.values_list("enrolment").annotate(met=met, total=Count("pk"))
    return defaultdict(lambda: (0, 0), {key: found for key, *found in counted})


def _verdicts(keys: Sequence[int], rule: str | None) -> dict[int, str]:
    """What one rule says of each trainee; of several panels the worst. One query with a rule."""
    if rule is None:
        return {}
    told: dict[int, str] = {}
    rows = Finding.objects.filter(enrolment__in=keys, rule=rule).order_by("pk")
    for key, verdict, kind in rows.values_list("enrolment", "verdict", "kind"):
        told[key] = min(told.get(key, ""), said(verdict, kind), key=_badness)
    return told


def _badness(word: str) -> int:
    if not word:
        return len(WORST_FIRST) + 1
    return WORST_FIRST.index(word) if word in WORST_FIRST else len(WORST_FIRST)


def _line(row: Any, counts: Sequence[int], verdict: str | None) -> dict[str, Any]:
    return {
        "key": row.pk,
        "student_number": row.student_number,
        "person": row.person,
        "unit": row.unit,
        "direction": row.direction,
        "cohort": row.cohort,
        "state": row.state,
        "supervisor": row.guides[0].person if row.guides else None,
        "verdict": verdict,
        "met": counts[0],
        "total": counts[1],
    }


@router.get("/enrolments/{int:key}", response=answers(shapes.Enrolment))
def enrolment(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One trainee: the facts of the enrolment, and the states that may follow the present one."""
    row = seen(request, key)
    programme = row.programme
    guides = Supervision.objects.on(today()).filter(enrolment=row).select_related("person")
    after = following(EnrolmentState(row.state), state_before_suspension(row))
    columns = (
        "student_number", "person", "institution", "unit", "direction", "degree_level",
        "degree_type", "mode", "cohort", "cohort_on", "state", "awarded_on",
    )  # fmt: skip
    return {
        **{name: getattr(row, name) for name in columns},
        "key": row.pk,
        "programme": Words(zh=programme.title_zh, en=programme.title_en) if programme else None,
        "supervisors": list(guides.order_by("role", "valid_from", "pk")),
        "following": [state.value for state in EnrolmentState if state in after],
    }


@router.get("/enrolments/{int:key}/milestones", response=answers(list[shapes.Milestone]))
def enrolment_milestones(request: HttpRequest, key: Key) -> list[Any]:
    """The attempts at the steps of training, by day."""
    return list(seen(request, key).milestones.order_by("held_on", "pk"))


@router.get("/enrolments/{int:key}/rotations", response=answers(list[shapes.Rotation]))
def enrolment_rotations(request: HttpRequest, key: Key) -> list[Any]:
    """The clinical rotations, by month."""
    return list(seen(request, key).rotations.select_related("unit").order_by("start_month", "pk"))


@router.get("/enrolments/{int:key}/courses", response=answers(list[shapes.CourseRecord]))
def enrolment_courses(request: HttpRequest, key: Key) -> list[Any]:
    """The results in courses, by year."""
    rows = CourseRecord.objects.filter(enrolment=seen(request, key)).select_related("course")
    return list(rows.order_by("year", "course__code", "pk"))


@router.get("/enrolments/{int:key}/supervisions", response=answers(list[shapes.Supervision]))
def enrolment_supervisions(request: HttpRequest, key: Key) -> list[Any]:
    """Who guided the trainee from when to when, as known now."""
    rows = Supervision.objects.known().filter(enrolment=seen(request, key))
    return list(rows.select_related("person").order_by("valid_from", "pk"))


@router.get("/enrolments/{int:key}/thesis", response=answers(shapes.Thesis))
def enrolment_thesis(request: HttpRequest, key: Key) -> dict[str, Any]:
    """The thesis with its similarity checks and reviews."""
    found = Thesis.objects.filter(enrolment=seen(request, key)).first()
    if found is None:
        return {"title_zh": None, "title_en": None, "similarity_checks": [], "reviews": []}
    return {
        "title_zh": found.title_zh,
        "title_en": found.title_en or None,
        "similarity_checks": list(found.similarity_checks.order_by("attempt")),
        "reviews": list(found.reviews.order_by("number")),
    }


@router.get("/enrolments/{int:key}/timeline", response=answers(shapes.Timeline))
def enrolment_timeline(request: HttpRequest, key: Key) -> dict[str, Any]:
    """States, extensions and places in time; reasons for who keeps or reads the unit, and for the
    trainee."""
    row, reach = seen(request, key), scope(reader(request))
    tells = reach.reads(row.unit_id) or reach.person == row.person_id
    placements = Placement.objects.known().filter(enrolment=row)
    return {
        "states": _dated(row.state_spans, "state", tells),
        "periods": _dated(row.periods, "kind", tells),
        "placements": list(placements.select_related("unit", "direction")),
    }


def _dated(rows: Any, column: str, tells: bool) -> list[dict[str, Any]]:
    return [
        {
            column: getattr(row, column),
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
            "reason": row.reason if tells else None,
        }
        for row in rows.known()
    ]


@router.get("/enrolments/{int:key}/lineage", response=answers(shapes.Lineage))
def enrolment_lineage(request: HttpRequest, key: Key) -> dict[str, Any]:
    """From which cells of which files the values of the record came."""
    return lineage_of("enrolment", seen(request, key).pk)


def lineage_of(kind: str, key: int) -> dict[str, Any]:
    """The cells behind a record, file by file. One query."""
    rows = LineageRow.objects.filter(subject_kind=kind, subject_key=str(key))
    found = list(
        rows.select_related("file").order_by("file", "sheet", "row", "id")[: MOST_CELLS + 1]
    )
    cells = [
        {
            "header": cell.header,
            "field": cell.field,
            "file": cell.file.name,
            "sheet": cell.sheet,
            "cell": f"{cell.column}{cell.row}",
        }
        for cell in found[:MOST_CELLS]
    ]
    return {"cells": cells, "is_more": len(found) > MOST_CELLS}


def reads_judgements(request: HttpRequest, row: Enrolment) -> None:
    """404 unless the reader keeps or reads the unit of the trainee, as the journal asks."""
    if not scope(reader(request)).reads(row.unit_id):
        raise Http404
