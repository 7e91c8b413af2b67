"""Addresses of lists: the filters stay, the place in the list does not."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

PLACES = ("after", "before")


def address(path: str, query: Mapping[str, object], **changes: object) -> str:
    """The path with the filters of the query and the changes; empty values are left out."""
    kept = {name: value for name, value in query.items() if name not in PLACES}
    named = {name: value for name, value in (kept | changes).items() if value not in ("", None)}
    return f"{path}?{urlencode(named)}" if named else path
