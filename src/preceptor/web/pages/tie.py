"""Declared ties: seen, declared and withdrawn."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preceptor.base.errors import InputRefused, Refusal
from preceptor.people.access import institutions_of, scope, visible_persons, visible_ties
from preceptor.people.actions import declare_tie, withdraw_tie
from preceptor.people.models import Account, Person
from preceptor.people.queries import person_meant
from preceptor.web.forms.tie import TieForm
from preceptor.web.keyset import newest_of
from preceptor.web.listings.people import found_ties
from preceptor.web.shown.tie import HEADS, cells_of


def _reader(request: HttpRequest) -> Account:
    if not isinstance(request.user, Account):
        raise Http404
    return request.user


@require_safe
def ties(request: HttpRequest) -> HttpResponse:
    """The ties of the reader's own person; for the office those of the institution too, by name."""
    search = request.GET.get("q", "").strip()[:40]
    page = newest_of(found_ties(request.user, search), request.path, request.GET.dict())
    context = {
        "columns": HEADS,
        "rows": cells_of(page.rows, request.user),
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "search": search,
        "keeps": bool(scope(request.user).kept),
    }
    return render(request, "tie/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Declare a tie: the own, or, as who keeps the records, another's."""
    reader = _reader(request)
    for_others = bool(scope(reader).kept)
    form = TieForm(request.POST if request.method == "POST" else None, for_others=for_others)
    may_ask = for_others or reader.person is not None
    if may_ask and form.is_valid() and _declared(reader, form):
        messages.success(request, _("The tie is declared. Panels are composed around it."))
        return redirect("ties")
    return render(request, "tie/new.html", {"form": form, "may_ask": may_ask})


def _declared(reader: Account, form: TieForm) -> bool:
    """Whether it was declared; a refusal stands at the form, and nothing is written."""
    given = form.cleaned_data
    try:
        person = _named(reader, given["person"]) if "person" in given else reader.person
        if person is None:
            return False
        declare_tie(
            person=person, other=_named(reader, given["other"]), kind=given["kind"],
            note=given["note"], valid_from=given["valid_from"], by=reader,
        )  # fmt: skip
    except (Refusal, PermissionDenied) as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _named(reader: Account, text: str) -> Person:
    found = person_meant(institutions_of(reader), text, visible_persons(reader))
    if found is None:
        raise InputRefused(
            _("No one person of your institution has the number or name %(text)s.")
            % {"text": text[:60]}
        )
    return found


@require_POST
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """End a tie, or take back one that was declared by mistake."""
    related = visible_ties(request.user).select_related("person__institution")
    found: Any = get_object_or_404(related, pk=key)
    try:
        withdraw_tie(tie=found, by=_reader(request), is_mistaken="mistaken" in request.POST)
        messages.success(request, _("The tie is withdrawn."))
    except (Refusal, PermissionDenied) as refusal:
        messages.error(request, str(refusal))
    return redirect("ties")
