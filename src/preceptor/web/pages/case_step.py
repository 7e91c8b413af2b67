"""The steps of a request: handed in, decided, returned, withdrawn, reminded, heard, appealed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from preceptor.base.errors import Refusal
from preceptor.cases.access import may_appeal, visible_objections
from preceptor.cases.actions import (
    answer_objection,
    appeal,
    attach_document,
    decide_hearing,
    decide_stage,
    finish_composing,
    remind,
    return_case,
    state_facts,
    state_own_view,
    submit_case,
    withdraw_case,
)
from preceptor.cases.models import Case
from preceptor.web.forms.case import (
    AppealForm,
    DecisionForm,
    DocumentForm,
    FactsForm,
    HearingForm,
    ObjectionAnswerForm,
    ReturnForm,
    StepForm,
    SubmitForm,
    ViewForm,
    WithdrawForm,
)
from preceptor.web.pages.case import seen
from preceptor.web.shown.case import page_of
from preceptor.web.shown.case_acts import appeals_of

Given = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One thing that can be done to a request: its form, its action, and what is said then."""

    form: type[StepForm]
    act: Callable[[Case, Any, Given], Any]
    said: Any


def _without(given: Given, *names: str) -> Given:
    return {name: value for name, value in given.items() if name not in names}


def _submit(case: Case, by: Any, given: Given) -> None:
    submit_case(case=case, by=by, **_without(given, "revision"))


def _decide(case: Case, by: Any, given: Given) -> None:
    decide_stage(case=case, by=by, **given)


def _return(case: Case, by: Any, given: Given) -> None:
    return_case(case=case, by=by, **given)


def _composed(case: Case, by: Any, given: Given) -> None:
    finish_composing(case=case, by=by, **given)


def _withdraw(case: Case, by: Any, given: Given) -> None:
    withdraw_case(case=case, by=by, **_without(given, "revision"))


def _remind(case: Case, by: Any, given: Given) -> None:
    remind(case=case, by=by)


def _attach(case: Case, by: Any, given: Given) -> None:
    file = given["file"]
    attach_document(case=case, name=given["name"], content=file.file, file_name=file.name, by=by)


def _view(case: Case, by: Any, given: Given) -> None:
    state_own_view(case=case, by=by, **_without(given, "token"))


def _facts(case: Case, by: Any, given: Given) -> None:
    state_facts(case=case, by=by, **_without(given, "token"))


def _hear(case: Case, by: Any, given: Given) -> None:
    decide_hearing(case=case, by=by, **given)


def _answer(case: Case, by: Any, given: Given) -> None:
    objection = get_object_or_404(
        visible_objections(by).filter(notice__case=case), pk=given["objection"]
    )
    is_upheld = given["verdict"] == "upheld"
    answer_objection(objection=objection, is_upheld=is_upheld, answer=given["answer"], by=by)


STEPS = {
    "submit": Step(SubmitForm, _submit, _("The request is handed in.")),
    "decide": Step(DecisionForm, _decide, _("Your decision is recorded.")),
    "return": Step(ReturnForm, _return, _("The request went back for correction.")),
    "composed": Step(StepForm, _composed, _("The panel is composed.")),
    "withdraw": Step(WithdrawForm, _withdraw, _("The request is withdrawn.")),
    "remind": Step(StepForm, _remind, _("The reminder is sent.")),
    "attach": Step(DocumentForm, _attach, _("The document is added.")),
    "facts": Step(
        FactsForm, _facts, _("The person concerned is told. The time to answer runs from today.")
    ),
    "view": Step(ViewForm, _view, _("Your view is recorded.")),
    "hear": Step(HearingForm, _hear, _("What came of the hearing is recorded.")),
    "answer": Step(ObjectionAnswerForm, _answer, _("The objection is answered.")),
}


@require_POST
def step(request: HttpRequest, key: int, verb: str) -> HttpResponse:
    """Take a step; refused, the page as it stands now says why and keeps what was written."""
    found = seen(request, key)
    if verb not in STEPS:
        raise Http404
    taken = STEPS[verb]
    form = taken.form(request.POST, request.FILES)
    if not form.is_valid():
        return _refused(request, key, form, _faults(form), 200)
    try:
        taken.act(found, request.user, form.cleaned_data)
    except PermissionDenied as refusal:
        return _refused(request, key, form, str(refusal), 403)
    except Refusal as refusal:
        return _refused(request, key, form, str(refusal), 200)
    messages.success(request, str(taken.said))
    return redirect("case", key=key)


def _faults(form: StepForm) -> str:
    """What is wrong with the form, each field by its name."""
    return "\n".join(
        f"{form.fields[name].label or ''} {error}".strip()
        for name, errors in form.errors.items()
        for error in errors
    )


def _refused(request: HttpRequest, key: int, form: StepForm, why: str, status: int) -> HttpResponse:
    context = page_of(request.user, seen(request, key))
    context |= {"refusal": why, "unsent": form.unsent()}
    return render(request, "case/page.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def appeal_case(request: HttpRequest, key: int) -> HttpResponse:
    """Appeal a decision: on which ground, and why; then the appeal is a request of its own."""
    found = seen(request, key)
    permit = may_appeal(request.user, found)
    ways = appeals_of(request.user, found)
    grounds = [way["ground"] for way in ways if way["permit"]]
    form = AppealForm(grounds, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = appeal(case=found, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
            return redirect("case", key=made.pk)
        except (Refusal, PermissionDenied) as refusal:
            form.add_error(None, str(refusal))
    context = {"case": found, "form": form, "ways": ways, "permit": permit, "may": bool(grounds)}
    status = 403 if form.is_bound and not permit else 200
    return render(request, "case/appeal.html", context, status=status)
