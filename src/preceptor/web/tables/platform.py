"""The list of platforms: the cells of each row, and the same as lines of a workbook."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from preceptor.institutions.choices import PlatformKind, PlatformLevel, PlatformState
from preceptor.institutions.models import CoBuilder, Platform, PlatformSpan
from preceptor.web.listings.listing import in_chunks
from preceptor.web.localised import localised

TITLES = (
    gettext_lazy("Platform"), gettext_lazy("Kind of platform"), gettext_lazy("Level"),
    gettext_lazy("Unit"), pgettext_lazy("co-operation", "State"), gettext_lazy("Co-builders"),
)  # fmt: skip
COLUMNS: list[dict[str, Any]] = [{"title": title} for title in TITLES]
RELATED = ("unit", "upper", "discipline")


@dataclass(frozen=True)
class Line:
    """What the list says of one platform on the day."""

    platform: Platform
    span: PlatformSpan
    builders: tuple[str, ...]


def builder_name(row: CoBuilder) -> str:
    """The name of a co-builder."""
    return localised(row.unit, "name") if row.unit is not None else row.name


def lines_of(platforms: Sequence[Platform], day: date) -> list[Line]:
    """State and co-builders of each platform on the day; two queries."""
    keys = [row.pk for row in platforms]
    spans = {row.platform_id: row for row in PlatformSpan.objects.on(day).filter(platform__in=keys)}
    builders: dict[int, list[str]] = defaultdict(list)
    known = CoBuilder.objects.on(day).filter(platform__in=keys).select_related("unit")
    for row in known.order_by("pk"):
        builders[row.platform_id].append(builder_name(row))
    return [Line(row, spans[row.pk], tuple(builders[row.pk])) for row in platforms]


def cells_of(lines: Sequence[Line]) -> list[list[dict[str, Any]]]:
    """The cells of each row."""
    return [_cells(line) for line in lines]


def _cells(line: Line) -> list[dict[str, Any]]:
    row = line.platform
    upper = (
        _("branch of %(platform)s") % {"platform": localised(row.upper, "name")}
        if row.upper
        else ""
    )
    cells: list[dict[str, Any]] = [
        {
            "text": localised(row, "name"),
            "url": reverse("platform", args=[row.pk]),
            "note": " · ".join(text for text in (row.code, upper) if text),
        },
        {"text": PlatformKind(row.kind).label},
        {"text": PlatformLevel(row.level).label},
        {"text": localised(row.unit, "name")},
        {
            "text": PlatformState(line.span.state).label,
            "note": _("since %(day)s") % {"day": line.span.valid_from},
        },
        {"text": pgettext("between names", ", ").join(line.builders) or "–"},
    ]
    for cell, column in zip(cells, COLUMNS, strict=True):
        cell["label"] = column["title"]
    return cells


def heads() -> list[Any]:
    """The titles of the workbook's columns."""
    return [
        gettext_lazy("Code"), *TITLES[:4], gettext_lazy("Discipline"), gettext_lazy("Branch of"),
        TITLES[4], gettext_lazy("In this state since"), gettext_lazy("Approved on"),
        gettext_lazy("Paper of the approval"), TITLES[5],
    ]  # fmt: skip


def workbook_lines(platforms: QuerySet[Platform], day: date) -> Iterator[list[Any]]:
    """A line of the workbook for each platform on the day, in the order of the list."""
    for chunk in in_chunks(platforms.select_related(*RELATED).order_by("code", "pk")):
        for line in lines_of(chunk, day):
            row = line.platform
            yield [
                row.code, localised(row, "name"), PlatformKind(row.kind).label,
                PlatformLevel(row.level).label, localised(row.unit, "name"),
                localised(row.discipline, "name") if row.discipline else None,
                localised(row.upper, "name") if row.upper else None,
                PlatformState(line.span.state).label, line.span.valid_from, row.approved_on,
                row.approval or None, "; ".join(line.builders) or None,
            ]  # fmt: skip
