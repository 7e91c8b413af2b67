"""Advice of standing bodies: recording it, and saying what came of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from preceptor.base.errors import InputRefused
from preceptor.cases.access.body import may_advise, may_report_on_advice, visible_advice
from preceptor.cases.access.case import visible_cases
from preceptor.cases.access.sitting import visible_sittings
from preceptor.cases.actions import advise, report_on_advice
from preceptor.cases.models import Body, Case
from preceptor.institutions.access import visible_units
from preceptor.institutions.models import Unit
from preceptor.web.forms.body import AdviceForm, ReportForm
from preceptor.web.localised import localised
from preceptor.web.pages.body import seen
from preceptor.web.pages.body_change import REFUSALS, asks, person_of
from preceptor.web.shown.body import advice_line, reports_of


def _case(request: HttpRequest, number: str) -> Case | None:
    if not number.strip():
        return None
    found = visible_cases(request.user).filter(number=number.strip()).first()
    if found is None:
        raise InputRefused(_("No request has the number %(number)s.") % {"number": number.strip()})
    return found


def _units(request: HttpRequest, body: Body) -> list[Unit]:
    root = body.institution_id
    rows = visible_units(request.user)
    return list((rows.filter(pk=root) | rows.filter(institution=root)).order_by("code"))


@asks
def new(request: HttpRequest, key: int) -> HttpResponse:
    """Record an advice of the body."""
    body = seen(request, key)
    units = _units(request, body)
    sittings = list(visible_sittings(request.user).filter(body=body).defer("record")[:50])
    form = AdviceForm(units, sittings, request.POST or None)
    if request.method == "POST" and form.is_valid():
        chosen: dict[str, Any] = dict(form.cleaned_data)
        try:
            root = body.institution_id
            chosen["sitting"] = next((x for x in sittings if str(x.pk) == chosen["sitting"]), None)
            chosen["owner_unit"] = next(
                (x for x in units if str(x.pk) == chosen["owner_unit"]), None
            )
            chosen["case"] = _case(request, chosen["case"])
            chosen |= {name: person_of(root, chosen[name]) for name in ("person", "owner")}
            advise(body=body, by=request.user, **chosen)  # type: ignore[arg-type]
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The advice is recorded."))
            return redirect("body", key=key)
    context = {
        "form": form, "permit": may_advise(request.user, body), "body": body,
        "name": localised(body, "name"), "title": _("Record an advice"),
        "button": _("Record the advice"), "back": reverse("body", args=[key]),
    }  # fmt: skip
    return render(request, "body/form.html", context)


@asks
def advice(request: HttpRequest, key: int) -> HttpResponse:
    """One advice, what was done about it, and the form of who follows it up."""
    rows = visible_advice(request.user).select_related(
        "body__unit", "owner", "owner_unit", "person", "case", "sitting"
    )
    found = get_object_or_404(rows, pk=key)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            report_on_advice(advice=found, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("What came of the advice is recorded."))
            return redirect("advice", key=key)
    context = {
        "advice": found,
        "line": advice_line(found),
        "body_name": localised(found.body, "name"),
        "entries": reports_of(found, list(found.reports.all())),
        "permit": may_report_on_advice(request.user, found),
        "form": form,
    }
    return render(request, "body/advice.html", context)
