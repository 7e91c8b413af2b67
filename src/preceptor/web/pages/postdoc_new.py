"""Entering a postdoc by hand, for who keeps the records; most enter through a call."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from preceptor.base.permits import GRANTED
from preceptor.fellows.access import visible_stations
from preceptor.fellows.actions import EntryFacts, NewHost, enter_postdoc
from preceptor.fellows.choices import IntakeSource, StationKind, StationState, Track
from preceptor.fellows.models import Station
from preceptor.joint.access import visible_agreements
from preceptor.joint.choices import AgreementKind, AgreementState
from preceptor.people.access import scope
from preceptor.web.changing import Change, Place, change_page, whom
from preceptor.web.forms.postdoc import EntryForm
from preceptor.web.localised import localised

Given = dict[str, Any]
Offered = dict[str, QuerySet[Any]]


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Let a person enter a station."""
    if not scope(request.user).fellows:
        raise Http404
    offered = _offered(request.user)
    names = {name: _names(name, rows) for name, rows in offered.items()}
    change = Change(
        _("Enter a postdoc"), _("Enter the postdoc"), _("The postdoc is entered."),
        lambda _row, _user, data: EntryForm(names, data), lambda _user, _row: GRANTED,
        lambda _row, given, by: _entered(offered, given, by),
        _("Whoever is chosen in a call enters by accepting the offer; here you enter others."),
    )  # fmt: skip
    place = Place([(_("Postdocs"), reverse("postdocs"))], "", reverse("postdocs"))
    return change_page(request, change, None, place)


def _offered(user: Any) -> Offered:
    kept = visible_stations(user).filter(unit__in=scope(user).fellows, state=StationState.OPEN)
    kept = kept.select_related("unit", "institution").order_by("code")
    agreements = visible_agreements(user).filter(
        kind=AgreementKind.TRIPARTITE, state=AgreementState.SIGNED, postdocs=None
    )
    return {
        "station": kept,
        "workstation": kept.exclude(kind=StationKind.MOBILE),
        "agreement": agreements.order_by("number"),
    }


def _names(name: str, rows: QuerySet[Any]) -> dict[str, str]:
    column = "title" if name == "agreement" else "name"
    return {
        str(
            row.pk
        ): f"{getattr(row, 'number' if column == 'title' else 'code')} {localised(row, column)}"
        for row in rows
    }


def _entered(offered: Offered, given: Given, by: Any) -> object:
    station: Station = offered["station"].get(pk=int(given["station"]))
    others = {
        name: offered[name].get(pk=int(given[name])) if given[name] else None
        for name in ("workstation", "agreement")
    }
    known = {"yes": True, "no": False}
    facts = EntryFacts(
        doctorate_on=given["doctorate_on"], doctorate_from=given["doctorate_from"],
        is_full_time=known.get(given["is_full_time"]),
        is_own_doctor=known.get(given["is_own_doctor"]),
    )  # fmt: skip
    root = station.institution_id
    return enter_postdoc(
        person=whom(root, given["number"]), station=station, number=given["postdoc_number"],
        track=Track(given["track"]), intake=IntakeSource(given["intake"]),
        entered_on=given["entered_on"], term_ends_on=given["term_ends_on"],
        hosts=[NewHost(whom(root, given["host"]))], facts=facts, by=by, **others,
    )  # fmt: skip
