"""Planned changes of rules, and whom they would concern."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Query, Router

from preceptor.people.access import scope
from preceptor.standing.access import visible_drafts, visible_flips, visible_previews
from preceptor.standing.editing import sight_of
from preceptor.standing.models import PackDraft, Preview, PreviewFlip
from preceptor.standing.preview.counting import change_of

from ..fields import Key, Name, Year
from ..guard import reader
from ..paging import Page, Paging, one, page_of
from ..refusals import answers
from ..shapes import draft as shapes

router = Router(tags=["drafts"])
GROUPS = ("rules", "units", "cohorts")
_COLUMNS = (
    "pack", "institution", "unit", "state", "edition", "effective_from", "author", "approver",
    "remark", "changed_at",
)  # fmt: skip


def _rows(request: HttpRequest) -> QuerySet[PackDraft]:
    return visible_drafts(reader(request)).select_related("institution", "unit", "base")


@router.get("/drafts", response=answers(Page[shapes.DraftLine]))
def drafts(request: HttpRequest, narrowed: Query[Paging]) -> dict[str, Any]:
    """The planned changes of the institutions for which the reader speaks, oldest first."""
    return page_of(_rows(request), "pk", narrowed)


@router.get("/drafts/{int:key}", response=answers(shapes.Draft))
def draft(request: HttpRequest, key: Key) -> dict[str, Any]:
    """One planned change with its text, what it changes, and what stands in its way."""
    row, language = one(_rows(request), pk=key), get_language() or ""
    sight = sight_of(row)
    return {
        **{name: getattr(row, name) for name in _COLUMNS},
        "key": row.pk,
        "text": row.overlay,
        "changes": [
            {"kind": found.kind, "name": found.name, "sentence": found.sentence(language)}
            for found in sight.changes
        ],
        "faults": [fault.text(language) for fault in sight.faults],
    }


def _preview(request: HttpRequest, key: int) -> Preview:
    """The last preview of the draft; 404 where there is none that the reader may see."""
    rows = visible_previews(reader(request)).filter(draft=key)
    found: Preview = one(rows.order_by("-pk"))
    return found


@router.get("/drafts/{int:key}/preview", response=answers(shapes.Preview))
def draft_preview(request: HttpRequest, key: Key) -> dict[str, Any]:
    """The last preview of the draft in numbers."""
    row = _preview(request, key)
    return {"key": row.pk, "on": row.on, "records": row.records, **_counts(reader(request), row)}


def _counts(user: Any, row: Preview) -> dict[str, Any]:
    """The kept numbers for who reads the whole institution, else those of the reader's part."""
    reach = scope(user)
    if reach.everything or row.institution_id in reach.institutions:
        return {name: row.counts[name] for name in ("persons", "changes", *GROUPS)}
    rows = visible_flips(user).filter(preview=row, decided_on=None).order_by()
    found: dict[str, Any] = {"changes": Counter(), **{name: {} for name in GROUPS}}
    grouped = rows.values_list("before", "after", "rule", "enrolment__unit", "enrolment__cohort")
    for before, after, *keys, count in grouped.annotate(Count("pk")):
        change = change_of(before, after)
        found["changes"][change] += count
        for name, key in zip(GROUPS, keys, strict=True):
            found[name].setdefault(str(key), Counter())[change] += count
    return found | {"persons": rows.values("enrolment").distinct().count()}


class FlipFilter(Paging):
    """What the persons can be narrowed by."""

    rule: Name | None = None
    unit: Key | None = None
    cohort: Year | None = None
    is_decided: bool = False


@router.get("/drafts/{int:key}/preview/flips", response=answers(Page[shapes.Flip]))
def draft_flips(request: HttpRequest, key: Key, narrowed: Query[FlipFilter]) -> dict[str, Any]:
    """Each record with another verdict, by student number, of trainees whom the reader may see."""
    row = _preview(request, key)
    return page_of(_flips(request, row, narrowed), "student_number", narrowed)


def _flips(request: HttpRequest, row: Preview, narrowed: FlipFilter) -> QuerySet[PreviewFlip]:
    rows = visible_flips(reader(request)).filter(
        preview=row, decided_on__isnull=not narrowed.is_decided
    )
    if narrowed.rule:
        rows = rows.filter(rule=narrowed.rule)
    if narrowed.unit:
        rows = rows.filter(enrolment__unit=narrowed.unit)
    if narrowed.cohort:
        rows = rows.filter(enrolment__cohort=narrowed.cohort)
    return rows.select_related("enrolment__person", "enrolment__unit", "panel")
