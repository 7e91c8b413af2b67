"""Outside letters: asked for and taken back by who keeps a request, given or declined by a link."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preceptor.base.errors import Refusal
from preceptor.base.files import path_of
from preceptor.cases.access import visible_letters
from preceptor.cases.actions import answer_letter, ask_letter, decline_letter, revoke_letter
from preceptor.cases.choices import LetterState
from preceptor.cases.links import is_letter_open, letter_of
from preceptor.cases.models import Letter
from preceptor.web.forms.letter import AskLetterForm, GiveLetterForm
from preceptor.web.guessing import few_guesses
from preceptor.web.pages.case import seen
from preceptor.web.shown.case import page_of
from preceptor.web.shown.letter import asked_of

REFUSALS = (Refusal, PermissionDenied)


@require_POST
def ask(request: HttpRequest, key: int) -> HttpResponse:
    """Ask somebody outside for a letter about the request; the link goes there by mail."""
    case = seen(request, key)
    form = AskLetterForm(request.POST, auto_id="letter_%s")
    if form.is_valid():
        try:
            ask_letter(case=case, by=_actor(request), **form.cleaned_data)
            messages.success(request, _("The letter is asked for; the link went out by mail."))
            return redirect("case", key=key)
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
    return render(request, "case/page.html", page_of(request.user, case) | {"letter_form": form})


def _kept(request: HttpRequest, key: int, letter: int) -> Letter:
    rows = visible_letters(request.user).filter(case=seen(request, key))
    return get_object_or_404(rows.select_related("case", "file"), pk=letter)


@require_POST
def revoke(request: HttpRequest, key: int, letter: int) -> HttpResponse:
    """Take back that a letter was asked for; its link ends."""
    found = _kept(request, key, letter)
    try:
        revoke_letter(letter=found, by=_actor(request))
        messages.success(request, _("The letter is no longer asked for; its link has ended."))
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    return redirect("case", key=key)


@require_safe
def file(request: HttpRequest, key: int, letter: int) -> FileResponse:
    """The file of a letter."""
    found = _kept(request, key, letter)
    if found.file is None:
        raise Http404
    return FileResponse(
        path_of(found.file).open("rb"), as_attachment=True, filename=found.file.name,
        content_type="application/octet-stream",
    )  # fmt: skip


def _alive(token: str) -> Letter | None:
    """The letter behind the link, if it is waited for or was answered."""
    found = letter_of(token)
    if found is None or found.state in (LetterState.GIVEN, LetterState.DECLINED):
        return found
    return found if is_letter_open(found) else None


@never_cache
@login_not_required
@few_guesses
@sensitive_post_parameters("grade", "text")
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, token: str) -> HttpResponse:
    """What is asked behind the link; a letter that is not waited for is said to be so, a mistyped,
    revoked or late link is answered as one that never was."""
    found = _alive(token)
    if found is None:
        return render(request, "answer/dead.html", status=404)
    sent = request.method == "POST"
    form = GiveLetterForm(request.POST if sent else None, request.FILES if sent else None)
    is_declined = "decline" in request.POST
    if sent and (is_declined or form.is_valid()):
        try:
            if is_declined:
                decline_letter(token=token)
            else:
                answer_letter(token=token, **form.given())
            return redirect("letter", token=token)
        except Refusal as refusal:
            form.is_valid()
            form.add_error(None, str(refusal))
    return render(request, "letter/page.html", asked_of(found) | {"form": form})


def _actor(request: HttpRequest) -> Any:
    return request.user
