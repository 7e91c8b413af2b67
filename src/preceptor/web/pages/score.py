"""Giving points to an application, reading those of the board, and stepping aside."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from preceptor.base.errors import Refusal
from preceptor.calls.access import is_applicant, may_read_scores, may_score
from preceptor.calls.actions import give_points
from preceptor.calls.models import CallApplication
from preceptor.cases.actions import step_aside
from preceptor.web.forms.application import AsideForm, PointsForm
from preceptor.web.pages.application import seen
from preceptor.web.shown.score import form_of, item_of, page_of

REFUSALS = (Refusal, PermissionDenied)


def _judged(request: HttpRequest, key: int) -> CallApplication:
    """The application; 404 for who neither gives points nor reads any, and for the applicant."""
    found = seen(request, key)
    user = request.user
    if is_applicant(user, found) or not (may_score(user, found) or may_read_scores(user, found)):
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def score(request: HttpRequest, key: int) -> HttpResponse:
    """The own points for each criterion, given and given anew until the vote is closed."""
    found = _judged(request, key)
    form = form_of(request.user, found, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _given(request, found, form):
        return redirect("application_score", key=key)
    return render(request, "application/score.html", page_of(request.user, found) | {"form": form})


def _given(request: HttpRequest, found: CallApplication, form: PointsForm) -> bool:
    """Whether the points were taken; a refusal stands at the form, and nothing is written."""
    try:
        give_points(
            application=found, points=form.points(), comment=form.cleaned_data["comment"],
            by=_actor(request),
        )  # fmt: skip
    except REFUSALS as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Your points are kept. You may change them until the vote ends."))
    return True


@require_POST
def aside(request: HttpRequest, key: int) -> HttpResponse:
    """Take no part in this application, and say why."""
    found = _judged(request, key)
    form, item = AsideForm(request.POST), item_of(request.user, found)
    if item is None or not form.is_valid():
        messages.error(request, _("Say why you take no part."))
        return redirect("application_score", key=key)
    try:
        step_aside(item=item, reason=form.cleaned_data["reason"], by=_actor(request))
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect("application_score", key=key)
    messages.success(request, _("You take no part in this application."))
    return redirect("sitting", key=item.sitting_id)


def _actor(request: HttpRequest) -> Any:
    return request.user
