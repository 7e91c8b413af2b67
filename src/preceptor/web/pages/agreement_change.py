"""Drafting agreements, and all that is done to one and to its parts."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from preceptor.base.errors import InputRefused
from preceptor.base.permits import GRANTED
from preceptor.institutions.access import visible_units
from preceptor.institutions.models import Unit
from preceptor.joint.access import visible_evidences
from preceptor.joint.actions import draft_agreement
from preceptor.joint.models import Agreement
from preceptor.people.access import scope
from preceptor.web.changing import Change, Place, change_page
from preceptor.web.forms.agreement import AgreementForm, chosen_of
from preceptor.web.localised import localised
from preceptor.web.pages.agreement import seen
from preceptor.web.shown.agreement_acts import CHANGES, PARTS

asks = require_http_methods(["GET", "HEAD", "POST"])
OWNERS = ("agreement__unit", "agreement__institution")


def place_of(row: Agreement) -> Place:
    """Where the agreement lies."""
    above = [(_("Agreements"), reverse("agreements"))]
    return Place(above, localised(row, "title"), reverse("agreement", args=[row.pk]))


def units_drafting(user: Any) -> list[Unit]:
    """The units for which the reader may draft agreements of some kind, by code; 404 where there is
    none."""
    reach = scope(user)
    rows = visible_units(user).select_related("institution").order_by("code")
    found = [row for row in rows if reach.keeps(row.pk) or reach.keeps_fellows(row.pk)]
    if not found:
        raise Http404
    return found


@asks
def new(request: HttpRequest) -> HttpResponse:
    """Draft an agreement; for who keeps the records of some unit, or its postdocs."""
    units = units_drafting(request.user)

    def draft(_row: None, given: dict[str, Any], user: Any) -> Agreement:
        unit = chosen_of(units, given.pop("unit"))
        if unit is None:
            raise InputRefused(_("Choose the unit that keeps the agreement."))
        given.pop("revision")
        return draft_agreement(institution=unit.institution or unit, unit=unit, by=user, **given)

    change = Change(
        gettext_lazy("Draft an agreement"), gettext_lazy("Draft it"),
        gettext_lazy("The agreement is drafted. Enter its sides and send it to legal review."),
        lambda _row, _user, data: AgreementForm(units, data), lambda _user, _row: GRANTED, draft,
        goes_to=lambda made: reverse("agreement", args=[made.pk]),
    )  # fmt: skip
    place = Place([(_("Agreements"), reverse("agreements"))], "", reverse("agreements"))
    return change_page(request, change, None, place)


@asks
def change(request: HttpRequest, key: int, verb: str) -> HttpResponse:
    """One change of an agreement, by its word."""
    if verb not in CHANGES:
        raise Http404
    row = seen(request, key)
    return change_page(request, CHANGES[verb], row, place_of(row))


@asks
def part(request: HttpRequest, key: int, part: int, verb: str) -> HttpResponse:
    """One change of a side, an obligation, an evidence, a sight or a trainee under the agreement."""
    if verb not in PARTS:
        raise Http404
    row, (relation, done) = seen(request, key), PARTS[verb]
    if relation == "evidences":
        rows = visible_evidences(request.user).filter(obligation__agreement=row)
        rows = rows.select_related(*(f"obligation__{name}" for name in OWNERS))
    else:
        rows = getattr(row, relation).select_related(*OWNERS)
    return change_page(request, done, get_object_or_404(rows, pk=part), place_of(row))
