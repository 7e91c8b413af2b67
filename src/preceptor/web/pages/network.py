"""The network of stations, disciplines, platforms, supervisors and enterprises."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from preceptor.web.filters.network import NetworkFilter
from preceptor.web.localised import localised
from preceptor.web.pages.station import institution_for
from preceptor.web.shown.coverage import others_of
from preceptor.web.shown.network import network_of


@require_safe
def network(request: HttpRequest) -> HttpResponse:
    """A drawing in columns to read and print, and the same as a table."""
    institution = institution_for(request)
    form = NetworkFilter(request.GET, request.user, institution)
    context = {
        "form": form,
        "hidden": [("institution", institution.code)],
        "institution": localised(institution, "name"),
        "others": others_of(request.user, institution, "network"),
        **network_of(request.user, institution, form.chosen()),
    }
    return render(request, "station/network.html", context)
