"""The comparison of the applications to a call, and the offers that follow from it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from preceptor.base.errors import Refusal
from preceptor.calls.access import may_keep_call, visible_offers
from preceptor.calls.actions import make_offer, rank_applications, withdraw_offer
from preceptor.people.access import scope
from preceptor.web.forms.application import OfferBackForm, OfferForm
from preceptor.web.localised import localised
from preceptor.web.pages.application import seen as seen_application
from preceptor.web.pages.call import seen
from preceptor.web.shown.ranking import page_of

asks = require_http_methods(["GET", "HEAD", "POST"])
REFUSALS = (Refusal, PermissionDenied)


@asks
def ranking(request: HttpRequest, key: int) -> HttpResponse:
    """Who applied, who was granted, in which place, and who was offered a place."""
    found = seen(request, key)
    if not scope(request.user).reads_fellows(found.unit_id):
        raise Http404
    if request.method == "POST":
        try:
            rank_applications(call=found, by=_actor(request))
            messages.success(request, _("The applications are compared; the applicants are told."))
        except REFUSALS as refusal:
            messages.error(request, str(refusal))
        return redirect("call_ranking", key=key)
    return render(request, "call/ranking.html", page_of(request.user, found))


@asks
def offer(request: HttpRequest, key: int) -> HttpResponse:
    """Offer an applicant a place, with the terms."""
    found = seen_application(request, key)
    form = OfferForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            make_offer(application=found, terms=form.cleaned_data["terms"], by=_actor(request))
            messages.success(request, _("The place is offered; the applicant is told by letter."))
            return redirect("call_ranking", key=found.call_id)
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
    context = {
        "call": found.call,
        "title": localised(found.call, "title"),
        "name": localised(found.person, "name"),
        "form": form,
        "permit": may_keep_call(request.user, found.call),
    }
    return render(request, "application/offer_make.html", context)


@asks
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Take an offer back that was not answered."""
    rows = visible_offers(request.user).select_related(
        "application__call__unit", "application__person"
    )
    found = get_object_or_404(rows, pk=key)
    call = found.application.call
    form = OfferBackForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            withdraw_offer(offer=found, reason=form.cleaned_data["reason"], by=_actor(request))
            messages.success(request, _("The offer is taken back; the applicant is told."))
            return redirect("call_ranking", key=call.pk)
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
    context = {
        "call": call,
        "title": localised(call, "title"),
        "name": localised(found.application.person, "name"),
        "form": form,
        "permit": may_keep_call(request.user, call),
        "is_back": True,
    }
    return render(request, "application/offer_make.html", context)


def _actor(request: HttpRequest) -> Any:
    return request.user
