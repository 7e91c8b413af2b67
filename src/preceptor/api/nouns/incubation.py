"""Incubations between medicine and engineering: the list, one, team and stages."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import StringConstraints

from preceptor.fellows.access import visible_incubations, visible_postdocs
from preceptor.fellows.actions import (
    add_to_team,
    begin_incubation,
    begin_stage,
    drop_incubation,
    finish_stage,
)
from preceptor.fellows.choices import StageKind
from preceptor.fellows.models import Incubation
from preceptor.institutions.access import visible_units
from preceptor.joint.access import visible_partners
from preceptor.people.access import visible_persons

from ..fields import Day, Key, Paper, Readable, Reason, Remark
from ..guard import reader
from ..paging import Page, Paging, one, page_of
from ..refusals import Made, answers
from ..shapes import fellow as shapes
from .change import Sent

router = Router(tags=["fellows"])
Need = Annotated[str, StringConstraints(min_length=1, max_length=5000), Readable]
Part = Annotated[str, StringConstraints(min_length=1, max_length=80), Readable]
Evidence = Annotated[str, StringConstraints(min_length=1, max_length=300), Readable]
COLUMNS = ("number", "title_zh", "title_en", "unit", "began_on", "dropped_on", "drop_reason")


class NewIncubation(Sent):
    """A clinical need, and who owns it."""

    unit: Key
    number: Annotated[str, StringConstraints(min_length=1, max_length=40), Readable]
    title_zh: Paper
    title_en: Remark = ""
    need: Need
    owner: Key
    began_on: Day
    partner: Key | None = None
    postdoc: Key | None = None


class NewTeamMember(Sent):
    """Who is in the team, and the part."""

    person: Key
    part: Part


class NewStage(Sent):
    """The next stage: whose it is, and until when (null: no day set)."""

    kind: StageKind
    owner: Key
    on: Day
    due_on: Day | None = None


class StageDone(Sent):
    """When the stage was reached, and what proves it."""

    done_on: Day
    evidence: Evidence


class Dropped(Sent):
    """When it was given up, and why."""

    on: Day
    reason: Reason


def seen_incubation(request: HttpRequest, key: int) -> Incubation:
    """The incubation; 404 for one that the reader may not see."""
    rows = visible_incubations(reader(request)).select_related("unit", "institution")
    found: Incubation = one(rows.prefetch_related("stages__owner"), pk=key)
    return found


def _line(row: Incubation) -> dict[str, Any]:
    stages = [
        {
            "key": stage.pk, "kind": stage.kind, "owner": stage.owner, "began_on": stage.began_on,
            "due_on": stage.due_on, "done_on": stage.done_on, "evidence": stage.evidence,
        }
        for stage in row.stages.all()
    ]  # fmt: skip
    return {"key": row.pk, **{name: getattr(row, name) for name in COLUMNS}, "stages": stages}


@router.get("/incubations", response=answers(Page[shapes.IncubationLine]))
def incubations(request: HttpRequest, narrowed: Query[Paging]) -> dict[str, Any]:
    """The incubations that the reader may see, by number."""
    rows = visible_incubations(reader(request)).select_related("unit")
    page = page_of(rows.prefetch_related("stages__owner"), "number", narrowed)
    return {**page, "rows": [_line(row) for row in page["rows"]]}


@router.get("/incubations/{int:key}", response=answers(shapes.Incubation))
def incubation(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One incubation with its need and team."""
    row = seen_incubation(request, key)
    team = [one.person for one in row.team.select_related("person").order_by("pk")]
    seen = visible_postdocs(reader(request)).filter(incubations=row)
    return {
        **_line(row), "need": row.need, "team": team, "partner": row.partner_id,
        "postdoc": row.postdoc_id if seen.exists() else None,
    }  # fmt: skip


@router.post("/incubations", response=answers(shapes.Incubation, 201))
def begin_new_incubation(request: HttpRequest, sent: NewIncubation) -> Made:
    """Begin with a clinical need; of the same number again it is given unchanged."""
    user, given = reader(request), sent.dict()
    unit = one(visible_units(user).select_related("institution"), pk=given.pop("unit"))
    owner = one(visible_persons(user), pk=given.pop("owner"))
    for name, rows in (("partner", visible_partners(user)), ("postdoc", visible_postdocs(user))):
        given[name] = one(rows, pk=given[name]) if given[name] else None
    made = begin_incubation(
        institution=unit.institution or unit, unit=unit, owner=owner, by=user, **given
    )
    return Status(201, incubation(request, made.pk))


@router.post("/incubations/{int:key}/team", response=answers(shapes.Incubation, 201))
def add_to_incubation_team(request: HttpRequest, key: Key, sent: NewTeamMember) -> Made:
    """Take a person into the joint team."""
    row, user = seen_incubation(request, key), reader(request)
    person = one(visible_persons(user), pk=sent.person)
    add_to_team(incubation=row, person=person, part=sent.part, by=user)
    return Status(201, incubation(request, key))


@router.post("/incubations/{int:key}/stages", response=answers(shapes.Incubation, 201))
def begin_incubation_stage(request: HttpRequest, key: Key, sent: NewStage) -> Made:
    """Begin the next stage."""
    row, user, given = seen_incubation(request, key), reader(request), sent.dict()
    owner = one(visible_persons(user), pk=given.pop("owner"))
    begin_stage(incubation=row, owner=owner, by=user, **given)
    return Status(201, incubation(request, key))


@router.post("/incubations/{int:key}/stages/{int:part}/finish", response=answers(shapes.Incubation))
def finish_incubation_stage(request: HttpRequest, key: Key, part: Key, sent: StageDone) -> Any:
    """Say that a stage was reached, and what proves it."""
    row = seen_incubation(request, key)
    stage = one(row.stages.select_related("incubation"), pk=part)
    finish_stage(stage=stage, by=reader(request), **sent.dict())
    return incubation(request, key)


@router.post("/incubations/{int:key}/drop", response=answers(shapes.Incubation))
def drop_one_incubation(request: HttpRequest, key: Key, sent: Dropped) -> Any:
    """Give the incubation up; what was learned stays."""
    drop_incubation(incubation=seen_incubation(request, key), by=reader(request), **sent.dict())
    return incubation(request, key)
