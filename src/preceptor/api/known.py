"""Whether what is written to lies before the writer, asked before what was sent is looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from preceptor.calls.access import visible_applications, visible_calls, visible_offers
from preceptor.cases.access import visible_cases, visible_sittings
from preceptor.cases.access.body import visible_advice, visible_bodies
from preceptor.cases.access.time import visible_notices
from preceptor.fellows.access import (
    visible_appointments,
    visible_incubations,
    visible_laboratories,
    visible_postdocs,
    visible_programmes,
    visible_stations,
)
from preceptor.institutions.access import visible_platforms
from preceptor.joint.access import (
    visible_abroad,
    visible_agreements,
    visible_duals,
    visible_partners,
    visible_schools,
)
from preceptor.people.access import visible_absences, visible_delegations, visible_searches
from preceptor.standing.access import visible_waivers
from preceptor.training.access import visible_enrolments, visible_panels

#: What may be seen of the noun with which an address begins.
BEHIND: dict[str, Callable[[Any], QuerySet[Any]]] = {
    "absences": visible_absences,
    "advice": visible_advice,
    "agreements": visible_agreements,
    "abroad": visible_abroad,
    "applications": visible_applications,
    "appointments": visible_appointments,
    "bodies": visible_bodies,
    "calls": visible_calls,
    "duals": visible_duals,
    "laboratories": visible_laboratories,
    "partners": visible_partners,
    "programmes": visible_programmes,
    "platforms": visible_platforms,
    "schools": visible_schools,
    "cases": visible_cases,
    "delegations": visible_delegations,
    "enrolments": visible_enrolments,
    "incubations": visible_incubations,
    "notices": visible_notices,
    "offers": visible_offers,
    "panels": visible_panels,
    "postdocs": visible_postdocs,
    "searches": visible_searches,
    "sittings": visible_sittings,
    "stations": visible_stations,
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
