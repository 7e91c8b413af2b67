"""Whom a rule stops, or leaves open: the rows of its page, with what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from preceptor.base.today import today
from preceptor.policy import Explanation
from preceptor.standing.counted import placed
from preceptor.standing.listing import OWN
from preceptor.standing.models import Finding
from preceptor.standing.packs import Relations, forces_on
from preceptor.standing.verdicts import OF_TRAINEES, PacksOf, explained, judge_all
from preceptor.training.models import Thesis
from preceptor.web.localised import localised

Cell = dict[str, Any]
#: Every row is explained afresh, which costs more than a row of other lists.
PAGE = 25


def columns_of(subject: str) -> list[dict[str, Any]]:
    """The heads of the table; panels have a number of their own."""
    first = [] if subject in OWN else [{"title": _("Panel number")}]
    return [
        *first,
        {"title": _("Trainee")},
        {"title": _("Student number")},
        {"title": _("Unit")},
        {"title": _("Cohort"), "is_number": True},
        {"title": _("What is missing")},
    ]


def findings_with(user: Any, rule: str, verdict: str, *, is_few: bool = True) -> QuerySet[Finding]:
    """The stored verdicts of one rule in the reader's scope, with `student_number` to order by.
    Where there are many, each is asked for the scope in the order of the list."""
    rows = Finding.objects.filter(rule=rule, verdict=verdict)
    seen = placed(user)
    if not is_few:
        is_seen = Case(When(seen, then=Value(True)), default=Value(False))
        rows, seen = rows.alias(is_seen=is_seen), Q(is_seen=True)
    return rows.filter(seen).select_related(
        "enrolment__person", "enrolment__unit", "panel__enrolment"
    )


def cells_of(rows: Sequence[Finding], rule: str, relations: Relations) -> list[list[Cell]]:
    """The cells of each row; what is missing is worked out for today, by the content that binds the
    trainee's own unit, `relations` being those of the units today. One query, besides those of the
    records."""
    said = _explanations(rows, rule, relations)
    return [_cells(row, said.get(row.pk)) for row in rows]


def _explanations(
    rows: Sequence[Finding], rule: str, relations: Relations
) -> dict[int, Explanation]:
    """What the rule says of each row, by the row's key; none where its pack binds no more."""
    if not rows or rows[0].subject not in OF_TRAINEES:
        return {}
    subject, records, language = rows[0].subject, _records(rows), get_language() or ""
    said = {
        (one.pack.id, record.pk): known
        for one in judge_all(_packs_of(rows, rule, relations), subject, _each(records), today())
        for place, record in enumerate(one.rows)
        for known in explained(one, place, language, None)
        if known.rule == rule
    }
    keys = {row.pk: (row.pack, records[row.pk].pk) for row in rows if row.pk in records}
    return {pk: said[key] for pk, key in keys.items() if key in said}


def _packs_of(rows: Sequence[Finding], rule: str, relations: Relations) -> PacksOf:
    """Gives the packs with the rule that bind a unit of the rows."""
    roots = {row.enrolment.unit_id: row.enrolment.institution_id for row in rows}
    forces = forces_on(set(roots.values()), relations=relations)
    return lambda unit: [pack for pack in forces[roots[unit]].of(unit) if rule in pack.rules]


def _each(records: dict[int, Any]) -> list[Any]:
    """Each record once, though several packs may say something of it."""
    return list({record.pk: record for record in records.values()}.values())


def _records(rows: Sequence[Finding]) -> dict[int, Any]:
    """The record that each row speaks of, by the row's key."""
    subject = rows[0].subject
    if subject == "panel":
        return {row.pk: row.panel for row in rows if row.panel is not None}
    if subject == "enrolment":
        return {row.pk: row.enrolment for row in rows}
    theses = Thesis.objects.filter(enrolment__in=[row.enrolment_id for row in rows])
    by_enrolment = {thesis.enrolment_id: thesis for thesis in theses.select_related("enrolment")}
    return {
        row.pk: by_enrolment[row.enrolment_id] for row in rows if row.enrolment_id in by_enrolment
    }


def _cells(row: Finding, said: Explanation | None) -> list[Cell]:
    trainee = row.enrolment
    cells: list[Cell] = [
        {
            "text": localised(trainee.person, "name"),
            "url": reverse("enrolment", args=[trainee.pk]),
        },
        {"text": trainee.student_number},
        {"text": localised(trainee.unit, "name")},
        {"text": trainee.cohort, "is_number": True},
        _missing(said),
    ]
    if row.panel is not None:
        panel = {"text": row.panel.number, "url": reverse("panel", args=[row.panel.pk])}
        cells.insert(0, panel)
    for cell, column in zip(cells, columns_of(row.subject), strict=True):
        cell["label"] = column["title"]
    return cells


def _missing(said: Explanation | None) -> Cell:
    """What would meet the rule, else what is not recorded; what is so stands below."""
    if said is None:
        return {"text": "–"}
    if said.needed:
        return {"text": said.needed, "note": said.message}
    missing = _("; ").join(said.missing)
    return {"text": missing or said.message, "note": said.message if missing else ""}
