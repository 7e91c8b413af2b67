"""What is on public display, for everybody, and objections to it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from preceptor.base.errors import Refusal
from preceptor.cases.access import visible_notices
from preceptor.cases.actions import object_to
from preceptor.people.models import Account
from preceptor.web.forms.case import ObjectionForm
from preceptor.web.listings.engine import MOST_TEXT, PUBLIC, found_notices
from preceptor.web.localised import localised

MOST_SHOWN = 500


@login_not_required
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """All that is on display today, the newest first."""
    search = request.GET.get("q", "").strip()[:MOST_TEXT]
    lines = [
        {
            "notice": row,
            "title": localised(row, "title"),
            "institution": localised(row.institution, "name"),
        }
        for row in found_notices(request.user, search)[:MOST_SHOWN]
    ]
    return render(request, "notice/list.html", {"lines": lines, "search": search})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, key: int) -> HttpResponse:
    """One notice on display, and an objection to it."""
    rows = visible_notices(request.user).select_related("institution").only("case", *PUBLIC)
    found = get_object_or_404(rows, pk=key)
    form = ObjectionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        by = request.user if isinstance(request.user, Account) else None
        try:
            object_to(notice=found, by=by, **form.cleaned_data)
            messages.success(
                request, _("Your objection was received. It is examined and answered.")
            )
            return redirect("notice", key=key)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    context = {
        "notice": found,
        "title": localised(found, "title"),
        "text": localised(found, "text"),
        "institution": localised(found.institution, "name"),
        "form": form,
    }
    return render(request, "notice/page.html", context)
