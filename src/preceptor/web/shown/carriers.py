"""Who carries the postdocs and what came of it, as a table and as lines of a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from preceptor.fellows.models import Laboratory
from preceptor.institutions.models import Platform
from preceptor.standing.carriers import Carrier
from preceptor.web.localised import localised
from preceptor.web.shown.postdoc_records import money

Shown = dict[str, Any]
#: Who is listed on the page; the workbook has all.
MOST = 100
#: So many names stand in a cell; the others are folded beneath them.
NAMED = 12
HEADS = (
    pgettext_lazy("of postdocs", "Carried by"), gettext_lazy("Number of postdocs"),
    gettext_lazy("Postdocs"), gettext_lazy("Papers"), gettext_lazy("Projects"),
    gettext_lazy("Patents"), gettext_lazy("Translated money, CNY"),
    gettext_lazy("Translated money per postdoc, CNY"),
    gettext_lazy("Mean days to the first project"),
)  # fmt: skip


def name_of(one: Carrier) -> str:
    """What the carrier is called: a laboratory by its unit."""
    return localised(one.row.unit if isinstance(one.row, Laboratory) else one.row, "name")


def table_of(found: Sequence[Carrier]) -> Shown:
    """The first rows, and how many there are in all."""
    return {
        "heads": HEADS,
        "lines": [_line(one) for one in found[:MOST]],
        "count": len(found),
        "is_cut": len(found) > MOST,
    }


def _line(one: Carrier) -> Shown:
    nodes = [
        {"text": localised(head, "name"), "url": reverse("postdoc", args=[head.key])}
        for head in one.postdocs
    ]
    return {
        "name": name_of(one),
        "url": _url(one),
        "nodes": nodes[:NAMED],
        "folded": nodes[NAMED:],
        "count": len(one.postdocs),
        "cells": list(zip(HEADS[3:], _numbers(one), strict=True)),
    }


def _url(one: Carrier) -> str:
    if isinstance(one.row, Laboratory):
        return reverse("laboratory", args=[one.row.pk])
    return reverse("platform", args=[one.row.pk]) if isinstance(one.row, Platform) else ""


def _numbers(one: Carrier) -> list[Any]:
    """What came of it, as a reader sees it; nobody with a project is a dash."""
    return [
        one.papers, one.projects, one.patents, money(one.translated_cny),
        money(one.translated_per_head), "–" if one.days_to_project is None else one.days_to_project,
    ]  # fmt: skip


def sheet_of(found: Sequence[Carrier]) -> tuple[list[Any], list[list[Any]]]:
    """Heads and lines of the workbook."""
    lines = [
        [
            name_of(one), len(one.postdocs),
            ", ".join(localised(head, "name") for head in one.postdocs), one.papers, one.projects,
            one.patents, one.translated_cny, one.translated_per_head, one.days_to_project,
        ]
        for one in found
    ]  # fmt: skip
    return list(HEADS), lines
