"""Access keys of the own account: made, shown once, and revoked."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from preceptor.base.errors import Refusal
from preceptor.people.access import visible_keys
from preceptor.people.actions import make_key, revoke_key
from preceptor.people.models import Account
from preceptor.web.forms.access_key import KeyForm


def _actor(request: HttpRequest) -> Account:
    assert isinstance(request.user, Account)
    return request.user


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make a key; its secret stands in this answer and nowhere else."""
    form = KeyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made, secret = make_key(
                account=_actor(request), by=_actor(request), **form.cleaned_data
            )
        except (Refusal, PermissionDenied) as refusal:
            form.add_error(None, str(refusal))
        else:
            answer = render(request, "account/key.html", {"key": made, "secret": secret})
            answer["Cache-Control"] = "no-store"
            return answer
    return render(request, "account/key_new.html", {"form": form})


@require_POST
def revoke(request: HttpRequest, key: int) -> HttpResponse:
    """Let a key of the own account open nothing any more."""
    found = get_object_or_404(visible_keys(request.user).select_related("account"), pk=key)
    revoke_key(key=found, by=_actor(request))
    messages.success(request, _("The key is revoked."))
    return redirect("account")
