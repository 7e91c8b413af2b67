"""A list counted by its columns, as its page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from django.http import QueryDict
from django.urls import reverse

from preceptor.base.errors import RuleBroken
from preceptor.web.addresses import address
from preceptor.web.filters.crosstab import CrosstabFilter
from preceptor.web.listings.listing import Listing, Sheet
from preceptor.web.tables.crosstab import counted, heads_of, lines_of

Shown = dict[str, Any]


def table_of(user: Any, listing: Listing, query: QueryDict) -> Shown:
    """What the page shows: the columns to choose from, and the counts or why there are none. The lines
    are those of the export, so that nobody counts what he or she does not see."""
    sheet = listing.sheet(user, query)
    form = CrosstabFilter(query, sheet.heads)
    by, across = form.chosen()
    kept = dict(parse_qsl(listing.kept({name: query.get(name, "") for name in listing.fields})))
    heads, lines, refusal = _counted(sheet, by, across)
    page = reverse(listing.name)
    export = reverse("list_table_export", args=[listing.name])
    chosen = {"by": query.get("by", ""), "across": query.get("across", "")}
    return {
        "title": listing.title,
        "list_url": address(page, kept),
        "form": form,
        "hidden": list(kept.items()),
        "has_filters": bool(listing.fields),
        "export_url": address(export, kept, **chosen) if lines else "",
        "heads": heads,
        "lines": lines,
        "columns": [{"title": title, "is_number": place > 0} for place, title in enumerate(heads)],
        "rows": [_cells(heads, line) for line in lines],
        "refusal": refusal,
    }


def _counted(
    sheet: Sheet, by: int | None, across: int | None
) -> tuple[list[str], list[list[Any]], str]:
    if by is None:
        return [], [], ""
    try:
        table = counted(sheet, by, across)
    except RuleBroken as refusal:
        return [], [], str(refusal)
    return heads_of(table, sheet.heads[by]), lines_of(table), ""


def _cells(heads: Sequence[str], line: Sequence[Any]) -> list[Shown]:
    first, *counts = line
    cells = zip(heads[1:], counts, strict=True)
    numbers = [{"text": f"{count:,}", "is_number": True, "label": head} for head, count in cells]
    return [{"text": first}, *numbers]
