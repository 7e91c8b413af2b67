"""One step in a draft, as every form of it is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.policy import PackError
from preceptor.standing.actions import change_draft
from preceptor.standing.editing.changes import Change
from preceptor.standing.editing.layering import fault_sentence
from preceptor.standing.models import PackDraft
from preceptor.web.shown.draft import may_write

REFUSALS = (RuleBroken, InputRefused, PermissionDenied, PackError)


def edition_in(request: HttpRequest) -> int:
    """The edition that the person saw; 0, which none has, where it was not sent."""
    text = request.POST.get("edition", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


def asking(request: HttpRequest) -> Any:
    """Who asks: an account, because no page of a draft is open to anybody else."""
    return request.user


def said_of(refusal: Exception) -> str:
    """A refusal in the reader's language."""
    return fault_sentence(refusal) if isinstance(refusal, PackError) else str(refusal)


def taken(request: HttpRequest, draft: PackDraft, form: forms.Form, change: Change) -> bool:
    """Whether the step was taken; a refusal stands at the form, and nothing is written."""
    try:
        change_draft(draft=draft, edition=edition_in(request), change=change, by=asking(request))
    except REFUSALS as refusal:
        form.add_error(None, said_of(refusal))
        return False
    messages.success(request, _("The draft was changed. Nothing is in force yet."))
    return True


def answered(
    request: HttpRequest,
    draft: PackDraft,
    form: forms.Form,
    make: Callable[[], Change],
    onward: str,
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    """The page with the form; after a step that was taken, the page that comes next."""
    is_sent = form.is_bound
    if is_sent and form.is_valid() and taken(request, draft, form, make()):
        return redirect(onward)
    refused = request.method == "POST" and not may_write(request.user, draft)
    return render(request, template, context | {"form": form}, status=403 if refused else 200)


def answered_post(
    request: HttpRequest, draft: PackDraft, change: Change, said: str, onward: str
) -> HttpResponse:
    """A step that a button alone asks for; whatever came of it is told on the next page."""
    try:
        change_draft(draft=draft, edition=edition_in(request), change=change, by=asking(request))
    except PermissionDenied:
        raise
    except REFUSALS as refusal:
        messages.error(request, said_of(refusal))
        return redirect(onward)
    messages.success(request, said)
    return redirect(onward)


def posted(request: HttpRequest, word: str = "") -> Any:
    """What was sent, to the form of that word; None where nothing was."""
    if request.method != "POST" or (word and request.POST.get("do") != word):
        return None
    return request.POST
