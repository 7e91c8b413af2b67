"""The list of panels: the cells of each row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from preceptor.training.models import Panel
from preceptor.web.localised import localised
from preceptor.web.shown.panel import day_text
from preceptor.web.shown.verdicts import panel_findings, whole_of

COLUMNS: list[dict[str, Any]] = [
    {"title": gettext_lazy("Panel"), "direction": "ascending"},
    {"title": gettext_lazy("Step")},
    {"title": gettext_lazy("Trainee")},
    {"title": gettext_lazy("Unit")},
    {"title": gettext_lazy("Day of the sitting")},
    {"title": gettext_lazy("Members"), "is_number": True},
    {"title": gettext_lazy("Verdict")},
]


def panel_cells(panels: Sequence[Any]) -> list[list[dict[str, Any]]]:
    """The cells of each panel; `panels` come with enrolment, person, unit and `members`. One query."""
    findings = panel_findings(row.pk for row in panels)
    return [_cells(row, row.members, whole_of(findings[row.pk])) for row in panels]


def _cells(panel: Panel, members: int, whole: Any) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = [
        {"text": panel.number, "url": reverse("panel", args=[panel.pk])},
        {"text": panel.get_stage_display()},
        {
            "text": localised(panel.enrolment.person, "name"),
            "url": reverse("enrolment", args=[panel.enrolment_id]),
        },
        {"text": localised(panel.enrolment.unit, "name")},
        {"text": day_text(panel) or _("no day set")},
        {"text": members, "is_number": True},
        _verdict(whole),
    ]
    for cell, column in zip(cells, COLUMNS, strict=True):
        cell["label"] = column["title"]
    return cells


def _verdict(whole: Any) -> dict[str, Any]:
    if whole is None:
        return {"text": _("not judged")}
    left = whole.total - whole.settled
    note = ngettext("%(count)s rule open", "%(count)s rules open", left) % {"count": left}
    return {"verdict": whole.verdict, "note": note if left else ""}
