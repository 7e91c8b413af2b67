"""An application: filled in section by section, its works and documents, handing in, offers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from preceptor.base.errors import Refusal
from preceptor.calls.access import visible_applications, visible_offers
from preceptor.calls.actions import (
    add_work,
    answer_offer,
    remove_work,
    save_application,
    submit_application,
)
from preceptor.calls.models import CallApplication
from preceptor.cases.actions import attach_document
from preceptor.standing.population import with_relations
from preceptor.web.forms.application import OfferAnswerForm, WorkForm
from preceptor.web.forms.case import DocumentForm, SubmitForm
from preceptor.web.shown.application import forms_of, page_of, sections_of

REFUSALS = (Refusal, PermissionDenied)
WITH = (
    "call__unit", "call__institution", "call__station_call__station", "call__pi_call__programme",
    "person", "host", "doctorate_discipline", "case__kind", "case__person", "case__unit",
    "case__institution", "case__asked_by", "case__assessment_case__appointment",
)  # fmt: skip


def seen(request: HttpRequest, key: int) -> CallApplication:
    """The application with what its page shows; 404 for one that the reader may not see."""
    rows = with_relations(visible_applications(request.user), "applicant").defer(None)
    found: CallApplication = get_object_or_404(rows.select_related(*WITH), pk=key)
    return found


@require_safe
def application(request: HttpRequest, key: int) -> HttpResponse:
    """One application: what is told, what the rules say of it, where it is, and what comes next."""
    return _page(request, seen(request, key))


def _page(
    request: HttpRequest, found: CallApplication, section: str = "", data: Any = None, **more: Any
) -> HttpResponse:
    """The page; with what was sent to a section that was refused."""
    context = page_of(request.user, found)
    if context["change"]:
        forms = more.pop("forms", None) or forms_of(request.user, found, section, data)
        context["sections"] = sections_of(forms, found)
    return render(request, "application/page.html", context | more)


@require_POST
def save(request: HttpRequest, key: int, section: str) -> HttpResponse:
    """Keep one section; what is refused stays in its form, and the others stay as they are."""
    found = seen(request, key)
    if section in _PARTS:
        return _PARTS[section](request, found)
    forms = forms_of(request.user, found, section, request.POST)
    if section not in forms:
        raise Http404
    form = forms[section]
    if form.is_valid():
        try:
            save_application(application=found, by=_actor(request), **form.columns())
            messages.success(request, _("Kept. Go on when you like; nothing is handed in yet."))
            return _back(found, section)
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
    return _page(request, seen(request, key), forms=forms)


def _work(request: HttpRequest, found: CallApplication) -> HttpResponse:
    form = WorkForm(request.POST, auto_id="work_%s")
    if form.is_valid():
        try:
            add_work(application=found, by=_actor(request), **form.cleaned_data)
            return _back(found, "works")
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
    return _page(request, found, work_form=form)


def _without(request: HttpRequest, found: CallApplication) -> HttpResponse:
    """Take a work off."""
    key = request.POST.get("work", "")
    rows = found.works.filter(pk=int(key)) if key.isdecimal() and len(key) < 19 else []

    def remove() -> None:
        for row in rows:
            remove_work(work=row, by=_actor(request))

    return _done(request, found, "works", remove)


def _document(request: HttpRequest, found: CallApplication) -> HttpResponse:
    """Hand over one document; it is checked by type, size and content."""
    form = DocumentForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, refusal=_("Choose a file first."))
    given = form.cleaned_data

    def do() -> object:
        return attach_document(
            case=found.case, name=given["name"], content=given["file"].file,
            file_name=given["file"].name, by=_actor(request),
        )  # fmt: skip

    return _done(request, found, "documents", do)


def _submit(request: HttpRequest, found: CallApplication) -> HttpResponse:
    """Hand in; what holds it back is named."""
    form = SubmitForm(request.POST)
    if not form.is_valid():
        return _page(request, found, refusal=_("Load the page again, then hand in."))
    given = form.cleaned_data

    def do() -> object:
        return submit_application(
            application=found, by=_actor(request), token=given["token"],
            passing_over=given["passing_over"],
        )  # fmt: skip

    said = _("Your application is handed in. You follow its way on this page.")
    return _done(request, found, "", do, said)


def _done(
    request: HttpRequest, found: CallApplication, place: str, do: Callable[[], object], said: str = ""
) -> HttpResponse:  # fmt: skip
    """Do it and go back to its place on the page; a refusal is told there, and nothing is written."""
    try:
        do()
    except REFUSALS as refusal:
        status = 403 if isinstance(refusal, PermissionDenied) else 200
        page = _page(request, seen(request, found.pk), refusal=str(refusal))
        page.status_code = status
        return page
    if said:
        messages.success(request, said)
    return _back(found, place)


_PARTS = {
    "add-work": _work, "work-off": _without, "document": _document, "submit": _submit,
}  # fmt: skip


def _back(found: CallApplication, place: str) -> HttpResponse:
    page = redirect("application", key=found.pk)
    page["Location"] += f"#{place}" if place else ""
    return page


@require_POST
def answer(request: HttpRequest, key: int) -> HttpResponse:
    """Accept or decline an offer; only the applicant does."""
    offer = get_object_or_404(visible_offers(request.user).select_related("application"), pk=key)
    form = OfferAnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say whether you accept or decline."))
        return redirect("application", key=offer.application_id)
    accepts = form.cleaned_data["answer"] == "accept"
    try:
        answer_offer(
            offer=offer, accepts=accepts, reason=form.cleaned_data["reason"], by=_actor(request)
        )
        said = _("You accepted the offer.") if accepts else _("You declined the offer.")
        messages.success(request, said)
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    return redirect("application", key=offer.application_id)


def _actor(request: HttpRequest) -> Any:
    return request.user
