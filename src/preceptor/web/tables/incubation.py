"""The list of incubations: the cells of each row, and the same as lines of a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from preceptor.base.today import today
from preceptor.fellows.choices import StageKind
from preceptor.fellows.models import Incubation, IncubationStage
from preceptor.web.listings.listing import in_chunks
from preceptor.web.localised import localised

TITLES = (
    gettext_lazy("Incubation"), gettext_lazy("Unit"), gettext_lazy("Stage"),
    gettext_lazy("Owner of the stage"), gettext_lazy("Due on"),
    pgettext_lazy("of an incubation", "State"),
)  # fmt: skip
COLUMNS: list[dict[str, Any]] = [{"title": title} for title in TITLES]


def with_stages(rows: QuerySet[Incubation]) -> QuerySet[Incubation]:
    """The rows with unit, partner and stages with their owners; one query more for the stages."""
    return rows.select_related("unit", "partner").prefetch_related("stages__owner")


def stage_now(row: Incubation) -> IncubationStage | None:
    """The stage under way, else the last one; None without stages."""
    order = list(StageKind.values)
    stages = sorted(row.stages.all(), key=lambda one: order.index(one.kind))
    return next((one for one in stages if one.done_on is None), stages[-1] if stages else None)


def is_late(row: Incubation, stage: IncubationStage | None) -> bool:
    """Whether the stage under way is overdue."""
    if stage is None or row.dropped_on is not None or stage.done_on is not None:
        return False
    return stage.due_on is not None and stage.due_on < today()


def state_text(row: Incubation) -> str:
    """Where the incubation stands, in a word."""
    if row.dropped_on is not None:
        return pgettext("incubation", "given up")
    stage = stage_now(row)
    if stage is not None and stage.kind == StageKind.TRANSLATION and stage.done_on is not None:
        return pgettext("incubation", "translated")
    late = is_late(row, stage)
    return pgettext("incubation", "overdue") if late else pgettext("incubation", "under way")


def cells_of(rows: Sequence[Incubation]) -> list[list[dict[str, Any]]]:
    """The cells of each row; rows come as `with_stages` gives them."""
    return [_cells(row) for row in rows]


def _cells(row: Incubation) -> list[dict[str, Any]]:
    stage = stage_now(row)
    cells: list[dict[str, Any]] = [
        {
            "text": localised(row, "title"),
            "url": reverse("incubation", args=[row.pk]),
            "note": row.number,
        },
        {
            "text": localised(row.unit, "name"),
            "note": localised(row.partner, "name") if row.partner else "",
        },
        {
            "text": StageKind(stage.kind).label if stage else "–",
            "note": _("since %(day)s") % {"day": stage.began_on} if stage else "",
        },
        {"text": localised(stage.owner, "name") if stage else "–"},
        {"text": stage.due_on.isoformat() if stage and stage.due_on else "–"},
        {"text": state_text(row)},
    ]
    for cell, column in zip(cells, COLUMNS, strict=True):
        cell["label"] = column["title"]
    return cells


def heads() -> list[Any]:
    """The titles of the workbook's columns."""
    return [
        gettext_lazy("Number"), TITLES[0], TITLES[1], gettext_lazy("Company or hospital"),
        gettext_lazy("Began on"), *TITLES[2:], gettext_lazy("Given up on"),
        gettext_lazy("Why it was given up"),
    ]  # fmt: skip


def workbook_lines(incubations: QuerySet[Incubation]) -> Iterator[list[Any]]:
    """A line of the workbook for each incubation, in the order of the list."""
    for chunk in in_chunks(with_stages(incubations).order_by("number", "pk")):
        for row in chunk:
            stage = stage_now(row)
            yield [
                row.number, localised(row, "title"), localised(row.unit, "name"),
                localised(row.partner, "name") if row.partner else None, row.began_on,
                StageKind(stage.kind).label if stage else None,
                localised(stage.owner, "name") if stage else None,
                stage.due_on if stage else None, state_text(row), row.dropped_on,
                row.drop_reason or None,
            ]  # fmt: skip
