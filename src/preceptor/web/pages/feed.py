"""The calendar that a reader subscribes to: its secret address is made, shown once, read and revoked."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from preceptor.base.addresses import public_url
from preceptor.base.errors import Refusal
from preceptor.cases.actions import make_feed, revoke_feed
from preceptor.cases.calendar_file import CONTENT_TYPE, calendar_to_read
from preceptor.cases.feeds import feed_of
from preceptor.people.models import Account
from preceptor.web.forms.feed import FeedForm


@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """Make an address; it stands in this answer and nowhere else. The one before it is revoked."""
    account, form = _actor(request), FeedForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose the language of the calendar."))
        return redirect("account")
    language = form.cleaned_data["language"]
    try:
        _made, token = make_feed(account=account, by=account, language=language)
    except (Refusal, PermissionDenied) as refusal:
        messages.error(request, str(refusal))
        return redirect("account")
    address = public_url("feed", token)
    shown = {"address": address, "webcal": f"webcal://{address.partition('://')[2]}"}
    answer = render(request, "account/feed.html", shown)
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """Let the address open nothing any more."""
    revoke_feed(account=_actor(request), by=_actor(request))
    messages.success(request, _("The calendar address is revoked."))
    return redirect("account")


@never_cache
@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar at the address, for a programme; 404 for an address that leads nowhere."""
    found = feed_of(token)
    if found is None:
        raise Http404
    return HttpResponse(calendar_to_read(found), content_type=CONTENT_TYPE)


def _actor(request: HttpRequest) -> Account:
    assert isinstance(request.user, Account)
    return request.user
