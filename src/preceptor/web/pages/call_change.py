"""Preparing a call, its criteria, publishing, closing and cancelling it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from preceptor.base.errors import Refusal
from preceptor.calls.access import may_keep_call
from preceptor.calls.actions import (
    cancel_call,
    change_call,
    close_call,
    open_call,
    publish_call,
    set_criteria,
)
from preceptor.calls.choices import CallState
from preceptor.calls.models import Call
from preceptor.people.access import scope
from preceptor.web.forms.call import CallForm, CallReasonForm, criterion_forms, initial_of
from preceptor.web.localised import localised
from preceptor.web.pages.call import seen
from preceptor.web.shown.aim import Aims, aims_of

asks = require_http_methods(["GET", "HEAD", "POST"])
REFUSALS = (Refusal, PermissionDenied)
STEPS = {
    "publish": (publish_call, _("The call is published; everybody reads it now.")),
    "close": (close_call, _("The call is closed.")),
}


@asks
def new(request: HttpRequest) -> HttpResponse:
    """Prepare a call; for who keeps the postdocs or principal investigators of some unit."""
    if not scope(request.user).fellows:
        raise Http404
    aims = aims_of(request.user)
    data = request.POST if request.method == "POST" else None
    form = CallForm(aims.choices, aims.workstations, aims.kinds, data)
    if form.is_bound and form.is_valid():
        try:
            made = _opened(request, aims, form)
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The call is prepared. Set its criteria, then publish it."))
            return redirect("call", key=made.pk)
    return render(request, "call/form.html", {"form": form, "permit": True, "has_aims": aims.any})


@transaction.atomic
def _opened(request: HttpRequest, aims: Aims, form: CallForm) -> Call:
    """The call and whom it looks for: both, or nothing."""
    aim = aims.named(form.cleaned_data["aim"])
    made = open_call(
        institution=aim.institution, unit=aim.unit, purpose=aim.purpose, by=_actor(request),
        **form.columns(),
    )  # fmt: skip
    aims.take(made, form.cleaned_data, _actor(request))
    return made


def _read(request: HttpRequest, key: int) -> Call:
    """The call, for who reads the applications of its unit; 404 for everybody else."""
    found = seen(request, key)
    if not scope(request.user).reads_fellows(found.unit_id):
        raise Http404
    return found


@asks
def edit(request: HttpRequest, key: int) -> HttpResponse:
    """Change a call; of a published one the words, and a later closing."""
    found = _read(request, key)
    permit = may_keep_call(request.user, found)
    is_public = found.state != CallState.DRAFT
    aims = aims_of(request.user)
    form = CallForm(
        aims.choices, aims.workstations, aims.kinds,
        request.POST if request.method == "POST" else None,
        initial=initial_of(found), is_public=is_public,
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            _changed(request, found, aims, form)
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The call is changed."))
            return redirect("call", key=key)
    context = {"call": found, "title": localised(found, "title"), "form": form, "permit": permit}
    return render(request, "call/form.html", context | {"has_aims": True, "is_public": is_public})


@transaction.atomic
def _changed(request: HttpRequest, call: Call, aims: Aims, form: CallForm) -> None:
    columns = form.columns()
    if "aim" in form.cleaned_data:
        columns["purpose"] = aims.named(form.cleaned_data["aim"]).purpose
    changed = change_call(
        call=call, by=_actor(request), revision=form.cleaned_data["revision"], **columns
    )
    if "aim" in form.cleaned_data:
        aims.take(changed, form.cleaned_data, _actor(request))


@asks
def criteria(request: HttpRequest, key: int) -> HttpResponse:
    """By what the board gives points, until the call is published."""
    found = _read(request, key)
    rows = criterion_forms(
        list(found.criteria.all()), request.POST if request.method == "POST" else None
    )
    refusal = ""
    faulty = [row for row in rows if not row.is_valid()]
    if request.method == "POST" and not faulty:
        wanted = [one for row in rows if (one := row.criterion()) is not None]
        try:
            set_criteria(call=found, criteria=wanted, by=_actor(request))
        except REFUSALS as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("The criteria are kept."))
            return redirect("call", key=key)
    permit = may_keep_call(request.user, found)
    context = {"call": found, "title": localised(found, "title"), "rows": rows, "permit": permit}
    return render(request, "call/criteria.html", context | {"refusal": refusal})


@require_POST
def step(request: HttpRequest, key: int, verb: str) -> HttpResponse:
    """Publish or close the call; a refusal stands on its page."""
    found = _read(request, key)
    if verb not in STEPS:
        raise Http404
    act, said = STEPS[verb]
    try:
        act(call=found, by=_actor(request))
        messages.success(request, str(said))
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    return redirect("call", key=key)


@asks
def cancel(request: HttpRequest, key: int) -> HttpResponse:
    """Cancel the call with a reason, of which every applicant is told."""
    found = _read(request, key)
    form = CallReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            cancel_call(call=found, by=_actor(request), reason=form.cleaned_data["reason"])
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The call is cancelled; the applicants are told."))
            return redirect("call", key=key)
    permit = may_keep_call(request.user, found)
    context = {"call": found, "title": localised(found, "title"), "form": form, "permit": permit}
    return render(request, "call/cancel.html", context)


def _actor(request: HttpRequest) -> Any:
    return request.user
