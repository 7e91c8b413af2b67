"""The searches that the reader kept."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import StringConstraints

from preceptor.people.access import visible_searches
from preceptor.people.actions import remove_search, rename_search, save_search

from ..fields import Key, Name, Readable
from ..guard import reader
from ..paging import one
from ..refusals import Made, answers
from ..shapes import case as shapes
from .change import Sent

router = Router(tags=["searches"])
#: The lists of the pages, by name, whose filters can be kept.
Listing = Literal[
    "cases", "tasks", "enrolments", "panels", "rules", "regulations", "waivers", "waivers_by_rule", "drafts", "units", "directions", "accounts", "censuses", "bodies", "calls", "stations", "postdocs", "incubations", "agreements", "partners", "abroad", "platforms", "laboratories", "appointments", "sittings", "kinds", "notices", "calendar", "contacts", "ties", "delegations", "schools",
]  # fmt: skip
#: More words than any list has filters.
MOST_WORDS = 40


class SearchFilter(Schema):
    """Of which list."""

    listing: Name | None = None


class NewSearch(Sent):
    """The list, the name, and the filters as they stand in the address of its page."""

    listing: Listing
    name: Annotated[str, StringConstraints(min_length=1, max_length=80), Readable]
    query: Annotated[str, StringConstraints(max_length=1000), Readable] = ""


@router.get("/searches", response=answers(list[shapes.SavedSearch]))
def searches(request: HttpRequest, narrowed: Query[SearchFilter]) -> list[Any]:
    """The searches that the reader kept."""
    rows = visible_searches(reader(request)).order_by("listing", "name", "pk")
    return list(rows.filter(listing=narrowed.listing) if narrowed.listing else rows)


@router.post("/searches", response=answers(shapes.SavedSearch, 201))
def keep_search(request: HttpRequest, sent: NewSearch) -> Made:
    """Keep the filters of a list under a name, which no other of the list has."""
    words = parse_qsl(sent.query)[:MOST_WORDS]
    user = reader(request)
    made: Any = save_search(
        account=user, listing=sent.listing, name=sent.name, query=urlencode(words), by=user
    )
    return Status(201, made)


class SearchName(Sent):
    """Another name."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=80), Readable]


@router.post("/searches/{int:key}/name", response=answers(shapes.SavedSearch))
def name_search(request: HttpRequest, key: Key, sent: SearchName) -> Any:
    """Give a kept search another name, which no other of its list has."""
    user = reader(request)
    row = one(visible_searches(user), pk=key)
    return rename_search(search=row, name=sent.name, by=user)


@router.post("/searches/{int:key}/remove", response=answers(shapes.SavedSearch))
def forget_search(request: HttpRequest, key: Key) -> dict[str, Any]:
    """Forget a kept search."""
    row = one(visible_searches(reader(request)), pk=key)
    told = {name: getattr(row, name) for name in ("pk", "listing", "name", "query")}
    remove_search(search=row, by=reader(request))
    return told
