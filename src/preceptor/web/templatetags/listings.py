"""What stands beside every list, whichever page shows it."""

from __future__ import annotations

from typing import Any

from django import template

from preceptor.web.listings.registry import LISTINGS
from preceptor.web.shown.search_kept import tools_of

register = template.Library()


@register.inclusion_tag("parts/list_tools.html", takes_context=True)
def list_tools(context: Any) -> dict[str, Any]:
    """Give the reader's saved searches of the present list, the form that saves one, and the export;
    nothing on a page that is no list."""
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    listing = LISTINGS.get(match.url_name or "") if match else None
    if listing is None:
        return {}
    shown = tools_of(request.user, listing, request.GET.dict())
    return {**shown, "csrf_token": context.get("csrf_token")}
