"""The list of trainees: which rows with what beside them, and the cells of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from preceptor.base.today import today
from preceptor.policy import Pack
from preceptor.standing.due import WORST_FIRST, due_columns, rules_ahead
from preceptor.standing.models import Finding
from preceptor.training.choices import SupervisionRole
from preceptor.training.models import Enrolment, Supervision
from preceptor.training.states import ENROLLED
from preceptor.web.localised import localised
from preceptor.web.shown.verdicts import findings_of, own, shown, whole_of

Cell = dict[str, Any]

COLUMNS: list[dict[str, Any]] = [
    {"title": gettext_lazy("Trainee, by student number"), "direction": "ascending"},
    {"title": gettext_lazy("Direction and unit")},
    {"title": gettext_lazy("Cohort"), "is_number": True},
    {"title": gettext_lazy("Supervisor")},
    {"title": gettext_lazy("State")},
    {"title": gettext_lazy("Standing")},
]


def with_names(rows: QuerySet[Enrolment], packs: Sequence[Pack]) -> QuerySet[Enrolment]:
    """The rows with person, unit, direction, today's main supervisor (`supervisor_zh`, `_en`) and
    which gates of the packs are due (`due_<gate>`)."""
    guide = Supervision.objects.on(today()).filter(
        enrolment=OuterRef("pk"), role=SupervisionRole.MAIN
    )
    return rows.select_related("person", "unit", "direction").annotate(
        supervisor_zh=Subquery(guide.values("person__name_zh")[:1]),
        supervisor_en=Subquery(guide.values("person__name_en")[:1]),
        **due_columns(packs),
    )


def supervisor_name(row: Any) -> str:
    """Today's main supervisor in the reader's language; empty where none is recorded."""
    english, chinese = row.supervisor_en or "", row.supervisor_zh or ""
    return (english or chinese) if get_language() == "en" else (chinese or english)


def cells_of(
    rows: Sequence[Enrolment], packs: Sequence[Pack], rule: str | None = None
) -> list[list[Cell]]:
    """The cells of each row; with a rule, the standing is that of the rule. One query."""
    findings = findings_of(row.pk for row in rows)
    ahead = {row.pk: rules_ahead(row, packs) for row in rows}
    return [
        _cells(
            row,
            rule_cell(findings[row.pk], rule)
            if rule
            else whole_cell(row, findings[row.pk], ahead[row.pk]),
        )
        for row in rows
    ]


def _cells(row: Enrolment, standing: Cell) -> list[Cell]:
    texts: list[Cell] = [
        {
            "text": localised(row.person, "name"),
            "url": reverse("enrolment", args=[row.pk]),
            "note": row.student_number,
        },
        {"text": localised(row.direction, "name"), "note": localised(row.unit, "name")},
        {"text": str(row.cohort), "is_number": True},
        {"text": supervisor_name(row) or "–"},
        {"text": row.get_state_display()},
        standing,
    ]
    for cell, column in zip(texts, COLUMNS, strict=True):
        cell["label"] = column["title"]
    return texts


def whole_cell(row: Enrolment, findings: list[Finding], ahead: frozenset[str]) -> Cell:
    """The standing as a whole: the worst verdict, and how many requirements are met.

    Who is no longer studying is judged no more.
    """
    whole = whole_of(own(findings), ahead)
    if whole is None:
        return {"text": _("not judged") if row.state in ENROLLED else "–"}
    note = _("%(met)s of %(all)s met") % {"met": whole.settled, "all": whole.total}
    return {"verdict": whole.verdict, "note": note}


def rule_cell(findings: list[Finding], rule: str) -> Cell:
    """What one rule says; of several records (panels) the first that is not met."""
    said = [shown(row) for row in findings if row.rule == rule]
    worst = next((name for name in WORST_FIRST if name in said), said[0] if said else None)
    return {"verdict": worst} if worst else {"text": _("not judged")}


def columns_of(rule_title: str | None) -> list[dict[str, Any]]:
    """The columns; with a rule its title stands over the verdicts."""
    if rule_title is None:
        return COLUMNS
    return [*COLUMNS[:-1], {"title": rule_title}]
