"""The new experts of an appeal: chosen, called to a sitting and invited."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from preceptor.base.errors import Refusal
from preceptor.cases.access import may_compose
from preceptor.cases.actions import call_experts
from preceptor.cases.models import Case
from preceptor.people.models import Person
from preceptor.training.access import visible_experts
from preceptor.web.forms.expert import ExpertsForm
from preceptor.web.pages.case import seen
from preceptor.web.pages.composition import offered
from preceptor.web.shown.expert import lines_of


@require_http_methods(["GET", "HEAD", "POST"])
def experts(request: HttpRequest, key: int) -> HttpResponse:
    """Who decides the appeal, when and where; nothing is written before they are called."""
    case = seen(request, key)
    form = ExpertsForm(case.revision, request.POST or None)
    keys, search = form.persons(), request.POST.get("q", "")[:40]
    known = {one.pk: one for one in visible_experts(request.user).filter(pk__in=keys)}
    chosen = [known[one] for one in keys if one in known]
    # Whether it may be done is asked where it is done, so that a second click finds it done.
    if form.is_bound and form.is_valid() and _called(request, case, chosen, form):
        return redirect("case", key=key)
    permit = may_compose(request.user, case) if case.appeal_of_id else None
    context: dict[str, Any] = {"case": case, "permit": permit, "form": form, "search": search}
    if not permit:
        status = 403 if request.method == "POST" else 200
        return render(request, "case/experts.html", context, status=status)
    found = [one for one in offered(request, search) if one.pk not in known]
    lines = lines_of(case, [*chosen, *found])
    context |= {"chosen": lines[: len(chosen)], "found": lines[len(chosen) :]}
    return render(request, "case/experts.html", context)


def _called(request: HttpRequest, case: Case, persons: list[Person], form: ExpertsForm) -> bool:
    """Whether they were called; a refusal stands at the form, and nothing is written."""
    if len(persons) < len(form.persons()):
        form.add_error(
            None, _("Somebody chosen cannot be seated any more and is off the list. Look again.")
        )
        return False
    try:
        call_experts(case=case, persons=persons, by=_actor(request), **form.called())
    except (Refusal, PermissionDenied) as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("The new experts are called and invited."))
    return True


def _actor(request: HttpRequest) -> Any:
    return request.user
