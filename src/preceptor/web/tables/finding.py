"""Whom a rule stops, or leaves open: the rows of its page, with what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from preceptor.base.today import today
from preceptor.policy import Explanation, Pack
from preceptor.standing.models import Finding
from preceptor.standing.verdicts import LOADERS, explained, judge
from preceptor.training.access import visible_enrolments
from preceptor.training.models import Thesis
from preceptor.web.filters.listing import OWN
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


def findings_with(user: Any, rule: str, verdict: str) -> QuerySet[Finding]:
    """The stored verdicts of one rule in the reader's scope, with `student_number` to order by."""
    rows = Finding.objects.filter(
        rule=rule, verdict=verdict, enrolment__in=visible_enrolments(user).values("pk")
    )
    return rows.select_related("enrolment__person", "enrolment__unit", "panel__enrolment")


def cells_of(rows: Sequence[Finding], pack: Pack, rule: str) -> list[list[Cell]]:
    """The cells of each row; what is missing is worked out for today."""
    said = _explanations(rows, pack, rule)
    return [_cells(row, said.get(row.pk)) for row in rows]


def _explanations(rows: Sequence[Finding], pack: Pack, rule: str) -> dict[int, Explanation]:
    if not rows or rows[0].subject not in LOADERS:
        return {}
    subject = rows[0].subject
    records = _records(rows, subject)
    known = [row for row in rows if row.pk in records]
    judged = judge(pack, subject, [records[row.pk] for row in known], today())
    language = get_language() or ""
    found = {}
    for place, row in enumerate(known):
        every = explained(judged, place, language, None)
        found[row.pk] = next(one for one in every if one.rule == rule)
    return found


def _records(rows: Sequence[Finding], subject: str) -> dict[int, Any]:
    """The record that each row speaks of, by the row's key."""
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
