"""What a reader keeps of lists: the searches beside a list, and all of them on one page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from preceptor.people.access import visible_searches
from preceptor.people.models import SavedSearch
from preceptor.web.addresses import address
from preceptor.web.listings.listing import Listing
from preceptor.web.listings.registry import LISTINGS

Shown = dict[str, Any]


def tools_of(user: Any, listing: Listing, query: Mapping[str, str]) -> Shown:
    """What stands beside a list: the reader's searches of it, its export, and what a new search
    would keep. One query."""
    kept = listing.kept(query)
    page = reverse(listing.name)
    export = reverse("list_export", args=[listing.name])
    table = reverse("list_table", args=[listing.name])
    return {
        "searches": [
            {"name": one.name, "url": url_of(one), "is_current": one.query == kept}
            for one in visible_searches(user).filter(listing=listing.name)
        ],
        "save_url": reverse("search_save", args=[listing.name]),
        "query": kept,
        "may_save": bool(listing.fields),
        "export_url": address(export, query) if query else export,
        "table_url": f"{table}?{kept}" if kept else table,
        "page": page,
    }


def url_of(search: SavedSearch) -> str:
    """The list under the kept filters."""
    page = reverse(search.listing)
    return f"{page}?{search.query}" if search.query else page


def searches_of(user: Any) -> list[Shown]:
    """All searches of the reader by list, in the order of the lists; one query. A list that the
    product no longer has is left out."""
    rows = list(visible_searches(user))
    return [
        {
            "title": listing.title,
            "searches": [
                {"key": row.pk, "name": row.name, "url": url_of(row)}
                for row in rows
                if row.listing == listing.name
            ],
        }
        for listing in LISTINGS.values()
        if any(row.listing == listing.name for row in rows)
    ]
