"""The way of a draft: proposed with a day, returned or approved by a second person, withdrawn."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from preceptor.standing.actions import (
    approve_draft,
    propose_draft,
    renew_draft,
    return_draft,
    withdraw_draft,
)
from preceptor.web.forms.draft import ProposeForm, ReturnForm
from preceptor.web.pages.draft_change import REFUSALS, asking, edition_in, posted, said_of
from preceptor.web.shown.draft import changes_of, frame_of, may_decide, may_write, seen
from preceptor.web.shown.draft_steps import proposing_shown

asks = require_http_methods(["GET", "HEAD", "POST"])


@asks
def propose(request: HttpRequest, key: int) -> HttpResponse:
    """Hand the draft to a second person, with the day from which it is to hold."""
    draft = seen(request.user, key)
    initial = {"effective_from": draft.effective_from, "regulation_on": draft.regulation_on}
    form = ProposeForm(posted(request), initial=initial)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            propose_draft(draft=draft, edition=edition_in(request), by=asking(request), **given)
        except REFUSALS as refusal:
            form.add_error(None, said_of(refusal))
        else:
            messages.success(request, _("Proposed. A second person can now approve it."))
            return redirect("draft", key=key)
    frame = frame_of(request.user, draft)
    frame |= {"form": form} | proposing_shown(draft, frame["sight"])
    refused = form.is_bound and not may_write(request.user, draft)
    return render(request, "draft/propose.html", frame, status=403 if refused else 200)


@asks
def decide(request: HttpRequest, key: int) -> HttpResponse:
    """The second person reads what changes and whom it concerns, and approves or returns it."""
    draft = seen(request.user, key)
    permit = may_decide(request.user, draft)
    is_return = request.POST.get("do") == "return"
    form = ReturnForm(request.POST if is_return else None)
    if request.method == "POST" and (not is_return or form.is_valid()):
        try:
            said = _decided(request, draft, form.cleaned_data["remark"] if is_return else None)
        except REFUSALS as refusal:
            messages.error(request, said_of(refusal))
        else:
            messages.success(request, said)
            return redirect("draft", key=key)
    frame = frame_of(request.user, draft)
    frame |= {"form": form, "decide_permit": permit, "changes": changes_of(draft, frame["sight"])}
    frame |= proposing_shown(draft, frame["sight"])
    refused = request.method == "POST" and not permit
    return render(request, "draft/decide.html", frame, status=403 if refused else 200)


def _decided(request: HttpRequest, draft: Any, remark: str | None) -> str:
    """Return the draft with the remark, or approve it without one; gives what to tell."""
    edition = edition_in(request)
    if remark is not None:
        return_draft(draft=draft, edition=edition, remark=remark, by=asking(request))
        return _("Returned. The office corrects it and proposes it again.")
    approve_draft(draft=draft, edition=edition, by=asking(request))
    return _("Approved. It holds from its day; whoever it concerns is judged anew by then.")


@require_POST
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Take the draft back for good."""
    said = _("The draft was withdrawn.")
    return _stepped(request, key, withdraw_draft, said)


@require_POST
def renew(request: HttpRequest, key: int) -> HttpResponse:
    """Lay the draft over the content that was approved since it was begun."""
    said = _("The draft now begins from the present content. Look through what it changes.")
    return _stepped(request, key, renew_draft, said)


def _stepped(request: HttpRequest, key: int, step: Any, said: str) -> HttpResponse:
    draft = seen(request.user, key)
    try:
        step(draft=draft, edition=edition_in(request), by=asking(request))
    except PermissionDenied:
        raise
    except REFUSALS as refusal:
        messages.error(request, said_of(refusal))
    else:
        messages.success(request, said)
    return redirect(reverse("draft", args=[key]))
