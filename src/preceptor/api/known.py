"""Whether what is written to lies before the writer, asked before what was sent is looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from preceptor.cases.access import visible_cases, visible_sittings
from preceptor.cases.access.body import visible_advice, visible_bodies
from preceptor.cases.access.time import visible_notices
from preceptor.people.access import visible_absences, visible_delegations, visible_searches
from preceptor.standing.access import visible_waivers
from preceptor.training.access import visible_enrolments, visible_panels

#: What may be seen of the noun with which an address begins.
BEHIND: dict[str, Callable[[Any], QuerySet[Any]]] = {
    "absences": visible_absences,
    "advice": visible_advice,
    "bodies": visible_bodies,
    "cases": visible_cases,
    "delegations": visible_delegations,
    "enrolments": visible_enrolments,
    "notices": visible_notices,
    "panels": visible_panels,
    "searches": visible_searches,
    "sittings": visible_sittings,
    "waivers": visible_waivers,
}


def demand_known(request: HttpRequest, user: Any) -> None:
    """Raises Http404 for a write to a record that the user may not see, whatever was sent: an answer
    about its shape would not tell that there is nothing. One query; none for other addresses."""
    match = request.resolver_match
    if match is None or "key" not in match.kwargs:
        return
    noun = request.path_info.split("/")[3]
    visible = BEHIND.get(noun)
    if visible is not None and not visible(user).filter(pk=match.kwargs["key"]).exists():
        raise Http404
