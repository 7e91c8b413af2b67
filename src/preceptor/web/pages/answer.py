"""What somebody without an account does by an answer link: answer an invitation, cast a ballot."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from preceptor.base.errors import Refusal
from preceptor.cases.access import agenda_for
from preceptor.cases.actions import answer_invitation, cast_vote
from preceptor.cases.calendar_file import CONTENT_TYPE, calendar_of
from preceptor.cases.choices import ItemState, LinkPurpose
from preceptor.cases.links import LinkState, link_of, state_of
from preceptor.cases.models import AnswerLink
from preceptor.web.forms.sitting import AnswerForm
from preceptor.web.guessing import few_guesses
from preceptor.web.shown.answer import form_for, page_of_link, ties_of

#: The answer by which htmx ends what a page asks for again and again.
STOP_ASKING = 286


def _alive(token: str) -> AnswerLink | None:
    """The link, unless it is mistyped, expired or revoked: these are answered alike."""
    link = link_of(token)
    return None if link is None or state_of(link) is LinkState.DEAD else link


@never_cache
@login_not_required
@few_guesses
@sensitive_post_parameters("choice", "reason", "note", "tie")
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The task of the link; a link that serves no more says so, and not whose it was."""
    link = _alive(token)
    if link is None and request.headers.get("HX-Request"):
        # A ballot that was open while the sitting ended: it keeps what it shows and asks no more.
        return HttpResponse(status=STOP_ASKING, headers={"HX-Reswap": "none"})
    if link is None:
        return render(request, "answer/dead.html", status=404)
    if link.purpose == LinkPurpose.BALLOT:
        return _ballot(request, link, token)
    form = form_for(link.seat, request.POST or None)
    if request.method == "POST" and form.is_valid() and _answered(request, link, form):
        return redirect("answer", token=token)
    return render(request, "answer/invitation.html", page_of_link(link, token) | {"form": form})


def _answered(request: HttpRequest, link: AnswerLink, form: AnswerForm) -> bool:
    """Whether the answer was taken; a refusal stands at the form, and nothing is written."""
    given = form.cleaned_data
    try:
        answer_invitation(
            seat=link.seat, answer=given["answer"], reason=given["reason"], link=link,
            ties=ties_of(link.seat, given),
        )  # fmt: skip
    except (Refusal, PermissionDenied) as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Thank you. Your answer is recorded."))
    return True


def _ballot(request: HttpRequest, link: AnswerLink, token: str) -> HttpResponse:
    """The ballot of the vote that is open now; after voting, the page that waits for the result."""
    if request.method == "POST":
        try:
            _cast(link, request.POST.get("item", ""), request.POST)
            messages.success(request, _("Your ballot is taken."))
        except (Refusal, PermissionDenied) as refusal:
            messages.error(request, str(refusal))
        return redirect("answer", token=token)
    return render(request, "answer/ballot.html", page_of_link(link, token))


def _cast(link: AnswerLink, item: str, given: object) -> None:
    """Take the ballot for the item that the page showed."""
    shown = {str(one.pk): one for one in agenda_for(link.seat).items if one.voting is not None}
    found = shown.get(item)
    if found is None or found.state == ItemState.NOTED:
        raise Http404
    choice, reason = (str(given.get(name, "")) for name in ("choice", "reason"))  # type: ignore[attr-defined]
    cast_vote(item=found, seat=link.seat, choice=choice, reason=reason, link=link)


@never_cache
@login_not_required
@few_guesses
@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The sitting to which the link invites, as a calendar file."""
    link = _alive(token)
    if link is None:
        return render(request, "answer/dead.html", status=404)
    name = "attachment; filename=sitting.ics"
    return HttpResponse(
        calendar_of([link.seat.sitting]), content_type=CONTENT_TYPE,
        headers={"Content-Disposition": name},
    )  # fmt: skip
