"""The assessment of a principal investigator: its evidence taken together, its verdict proposed."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from preceptor.cases.models import Case
from preceptor.fellows.actions import freeze_scorecard, propose_verdict
from preceptor.fellows.ports.assessment import AssessmentPort
from preceptor.web.changing import REFUSALS
from preceptor.web.forms.appointment import VerdictForm
from preceptor.web.pages.case import seen


def _assessed(request: HttpRequest, key: int) -> Case:
    """The request, if it is an assessment; 404 for every other one."""
    found = seen(request, key)
    if found.kind.port != AssessmentPort.name:
        raise Http404
    return found


@require_POST
def freeze(request: HttpRequest, key: int) -> HttpResponse:
    """Take the evidence together anew, before the request is handed in."""
    found = _assessed(request, key)
    try:
        freeze_scorecard(case=found, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("The evidence is taken together as the records stand now."))
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    return redirect("case", key=key)


@require_POST
def propose(request: HttpRequest, key: int) -> HttpResponse:
    """Say on which verdict the committee votes."""
    found = _assessed(request, key)
    form = VerdictForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(one) for some in form.errors.values() for one in some))
        return redirect("case", key=key)
    try:
        propose_verdict(case=found, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        messages.success(request, _("The verdict is proposed; the committee votes on it."))
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    return redirect("case", key=key)
