"""Where a trainee stands: explained, in history, and what if."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field, StringConstraints

from preceptor.base.dates import months_between
from preceptor.base.errors import InputRefused
from preceptor.base.models import JournalEntry
from preceptor.base.today import today
from preceptor.policy import Explanation
from preceptor.standing.due import gates_ahead, said
from preceptor.standing.history import Past, history_of
from preceptor.standing.packs import in_force_in
from preceptor.standing.queries import standing_of
from preceptor.standing.waiving import alive
from preceptor.standing.whatif import (
    Beside,
    SupposedMilestone,
    SupposedRotation,
    Supposition,
    what_if,
)
from preceptor.training.access import visible_panels
from preceptor.training.choices import MilestoneKind, RotationKind

from ..fields import Day, Key
from ..guard import reader
from ..paging import Page
from ..refusals import answers
from ..shapes import standing as shapes
from ..shapes.journal import JournalLine
from ..shapes.standing import SETTLED, requirement_of, step_of
from .enrolment import reads_judgements, seen
from .journal import JournalPaging, journal_page

router = Router(tags=["standing"])
Month = Annotated[str, StringConstraints(pattern=r"^(19[5-9]\d|20\d\d|21\d\d)-(0[1-9]|1[0-2])$")]
#: No training lasts longer: what asks for more has a slip in a year.
LENGTHS = range(1, 121)
MOST_PAST = 100


@router.get("/enrolments/{int:key}/standing", response=answers(shapes.Standing))
def enrolment_standing(request: HttpRequest, key: Key) -> dict[str, Any]:
    """Every requirement on the trainee and the thesis, judged afresh and explained."""
    row, language = seen(request, key), get_language() or ""
    prefetch_related_objects([row], "rotations", "milestones", Prefetch("waivers", alive()))
    packs = in_force_in(row.institution_id, row.unit_id)
    found = standing_of(row, today(), language, packs=packs, with_panels=False)
    ahead = gates_ahead(row.state, list(row.milestones.all()))
    requirements = [requirement_of(known, ahead) for known in found.requirements]
    return {
        "on": found.on,
        "verdict": found.verdict.value,
        "met": sum(known.verdict in SETTLED for known in requirements),
        "requirements": requirements,
        "step": step_of(found.step),
        "packs": [
            {"pack": pack, "version": version, "hash": content}
            for pack, version, content in found.packs
        ],
    }


@router.get("/enrolments/{int:key}/history", response=answers(list[shapes.Past]))
def enrolment_history(request: HttpRequest, key: Key) -> list[dict[str, Any]]:
    """The verdicts that stood once, latest end first; at most 100."""
    row = seen(request, key)
    found = history_of(row, panels=visible_panels(reader(request)), limit=MOST_PAST)
    return [_past(past) for past in found]


def _past(past: Past) -> dict[str, Any]:
    return {
        "rule": past.rule, "title_zh": past.title.zh, "title_en": past.title.en,
        "panel": past.panel.number if past.panel else None, "verdict": past.verdict,
        "after": past.after, "missing": past.missing, "since": past.since, "until": past.until,
        "cause": past.cause,
    }  # fmt: skip


@router.get("/enrolments/{int:key}/journal", response=answers(Page[JournalLine]))
def enrolment_journal(
    request: HttpRequest, key: Key, paging: Query[JournalPaging]
) -> dict[str, Any]:
    """What was done to the record, newest first; for those who keep or read the unit."""
    row = seen(request, key)
    reads_judgements(request, row)
    lines = JournalEntry.objects.filter(subject_kind="enrolment", subject_key=str(row.pk))
    return journal_page(lines, paging)


class Supposed(Schema):
    """What is supposed: a rotation (kind, first and last month), a step passed on a day, a
    similarity in per cent; each may be left out."""

    rotation: RotationKind | None = None
    first: Month | None = None
    last: Month | None = None
    step: MilestoneKind | None = None
    passed_on: Day | None = None
    similarity: Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)] | None = (
        None
    )


@router.get("/enrolments/{int:key}/what-if", response=answers(shapes.WhatIf))
def enrolment_what_if(request: HttpRequest, key: Key, supposed: Query[Supposed]) -> dict[str, Any]:
    """What would change if this were added; nothing is written."""
    row = seen(request, key)
    found = what_if(row, _supposition(supposed), today(), get_language() or "")
    return {
        "on": found.on,
        "before": found.before.verdict.value,
        "after": found.after.verdict.value,
        "requirements": [_beside(one) for one in found.requirements],
        "step_before": step_of(found.before.step),
        "step_after": step_of(found.after.step),
    }


def _supposition(given: Supposed) -> Supposition:
    """Raises InputRefused for half of a rotation or of a step, and for months in the wrong order."""
    _demand_together(given.rotation, given.first, given.last)
    _demand_together(given.step, given.passed_on)
    rotations: tuple[SupposedRotation, ...] = ()
    steps: tuple[SupposedMilestone, ...] = ()
    if given.rotation and given.first and given.last:
        first, last = _month(given.first), _month(given.last)
        if first > last or len(months_between(first, last)) not in LENGTHS:
            raise InputRefused(_("The last month lies before the first, or ten years after it."))
        rotations = (SupposedRotation(given.rotation.value, first, last),)
    if given.step and given.passed_on:
        steps = (SupposedMilestone(given.step.value, given.passed_on),)
    share = None if given.similarity is None else given.similarity.scaleb(-2)
    return Supposition(rotations, steps, share)


def _demand_together(*values: object) -> None:
    if any(values) and not all(values):
        raise InputRefused(
            _("A rotation takes kind, first and last month; a step takes its kind and its day.")
        )


def _month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


def _beside(found: Beside) -> dict[str, Any]:
    known = found.after or found.before
    assert known is not None
    return {
        "rule": found.rule,
        "title": known.title,
        "before": _side(found.before),
        "after": _side(found.after),
        "is_changed": found.is_changed,
    }


def _side(known: Explanation | None) -> dict[str, Any]:
    if known is None:
        return {"verdict": "not_applicable", "text": None, "needed": None}
    needed = known.needed or _("; ").join(known.missing)
    verdict = said(known.verdict.value, known.kind)
    return {"verdict": verdict, "text": known.text, "needed": needed or None}
