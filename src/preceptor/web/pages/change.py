"""Changes of a trainee's record: another state, more time, another place. The actions decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from preceptor.base.errors import RuleBroken
from preceptor.training.models import Enrolment
from preceptor.web.pages.enrolment import seen
from preceptor.web.shown.change import CHANGES, Change
from preceptor.web.shown.enrolment import frame_of

asks = require_http_methods(["GET", "HEAD", "POST"])


@asks
def state(request: HttpRequest, key: int) -> HttpResponse:
    """Another state, from a day on."""
    return _asked(request, key, CHANGES["state"])


@asks
def period(request: HttpRequest, key: int) -> HttpResponse:
    """More time to study, or a later award."""
    return _asked(request, key, CHANGES["period"])


@asks
def placement(request: HttpRequest, key: int) -> HttpResponse:
    """Another unit or direction, from a day on."""
    return _asked(request, key, CHANGES["placement"])


def _asked(request: HttpRequest, key: int, change: Change) -> HttpResponse:
    """The form with the permit; after a change that was made, the trainee."""
    found = seen(request, key)
    permit = change.may(request.user, found)
    given = request.POST if request.method == "POST" else None
    form = change.form(found, request.user, given)
    if given is not None and form.is_valid() and _made(request, change, found, form):
        return redirect("enrolment", key=key)
    context: dict[str, Any] = frame_of(request, found, "")
    context |= {"form": form, "permit": permit, "change": change}
    refused = given is not None and not permit
    return render(request, "enrolment/change.html", context, status=403 if refused else 200)


def _made(request: HttpRequest, change: Change, found: Enrolment, form: forms.Form) -> bool:
    """Whether the change was made; a refusal stands at the form, and nothing is written."""
    try:
        said = change.make(found, form.cleaned_data, request.user)
    except (RuleBroken, PermissionDenied) as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, said)
    return True
