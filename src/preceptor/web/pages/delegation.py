"""Delegations: who acts for whom, made and ended; and the days on which the reader is absent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preceptor.base.errors import InputRefused, Refusal
from preceptor.people.access import (
    institutions_of,
    may_keep_institution,
    scope,
    visible_absences,
    visible_delegations,
)
from preceptor.people.actions import delegate, end_absence, end_delegation, record_absence
from preceptor.people.choices import DelegationKind
from preceptor.people.models import Absence, Account, Delegation, Person
from preceptor.people.queries import account_named
from preceptor.web.forms.delegation import AbsenceForm, DelegationForm
from preceptor.web.keyset import slice_of
from preceptor.web.listings.people import found_delegations, kinds_named
from preceptor.web.shown.delegation import HEADS, cells_of

asks = require_http_methods(["GET", "HEAD", "POST"])


def _reader(request: HttpRequest) -> Account:
    if not isinstance(request.user, Account):
        raise Http404
    return request.user


def _is_office(request: HttpRequest) -> bool:
    root = scope(request.user).institution
    return root is not None and bool(may_keep_institution(request.user, root))


@require_safe
def delegations(request: HttpRequest) -> HttpResponse:
    """The reader's delegations, given and taken; for the office those of the institution too."""
    search = request.GET.get("q", "").strip()[:40]
    query = _place(request) | ({"q": search} if search else {})
    page = slice_of(found_delegations(request.user, search), "valid_from", request.path, query)
    context = {
        "search": search,
        "columns": HEADS,
        "rows": cells_of(page.rows, request.user, kinds_named(request.user)),
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "is_office": _is_office(request),
    }
    return render(request, "delegation/list.html", context)


def _place(request: HttpRequest) -> dict[str, str]:
    """The place in the list that the address asks for; one that is no place is left out."""
    given = {name: request.GET.get(name, "") for name in ("after", "before")}
    return {name: place for name, place in given.items() if _is_place(place)}


def _is_place(text: str) -> bool:
    day, _mark, key = text.partition("~")
    try:
        return parse_date(day) is not None and key.isdecimal()
    except ValueError:
        return False


def _kinds(request: HttpRequest) -> list[tuple[str, str]]:
    """The kinds of case in force at the reader's institution, to choose from."""
    return list(kinds_named(request.user).items())


def _done(form: forms.Form, act: Callable[[], Any]) -> bool:
    """Whether it was done; a refusal stands at the form, and nothing is written."""
    try:
        act()
    except (Refusal, PermissionDenied) as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@asks
def new(request: HttpRequest) -> HttpResponse:
    """Delegate the own tasks."""
    return _asked(request, DelegationKind.DELEGATION)


@asks
def substitute(request: HttpRequest) -> HttpResponse:
    """Set a substitution for somebody who is absent; for the office."""
    if not _is_office(request):
        raise Http404
    return _asked(request, DelegationKind.SUBSTITUTION)


def _asked(request: HttpRequest, kind: DelegationKind) -> HttpResponse:
    """The form; after the deed, the list."""
    is_substitution = kind == DelegationKind.SUBSTITUTION
    given = request.POST if request.method == "POST" else None
    form = DelegationForm(_kinds(request), given, is_substitution=is_substitution)
    if form.is_valid() and _done(form, lambda: _given(_reader(request), form, kind)):
        messages.success(request, _("Recorded. Votes stay with the person who has the seat."))
        return redirect("delegations")
    context = {"form": form, "is_substitution": is_substitution}
    return render(request, "delegation/new.html", context)


def _given(reader: Account, form: DelegationForm, kind: DelegationKind) -> Delegation:
    given = form.cleaned_data
    giver = _named(reader, given["giver"]) if "giver" in given else reader
    return delegate(
        giver=giver, taker=_named(reader, given["taker"]), kind=kind,
        valid_from=given["valid_from"], valid_to=given["valid_to"],
        case_kind=given["case_kind"], reason=given["reason"], by=reader,
    )  # fmt: skip


def _named(reader: Account, text: str) -> Account:
    found = account_named(institutions_of(reader), text)
    if found is None:
        raise InputRefused(
            _("Nobody with the sign-in name or number %(text)s can act in your institution.")
            % {"text": text[:60]}
        )
    return found


@require_POST
def end(request: HttpRequest, key: int) -> HttpResponse:
    """End a delegation at once."""
    found = get_object_or_404(visible_delegations(request.user), pk=key)
    try:
        end_delegation(delegation=found, by=_reader(request))
        messages.success(request, _("The delegation is ended."))
    except (Refusal, PermissionDenied) as refusal:
        messages.error(request, str(refusal))
    return redirect("delegations")


@asks
def absent(request: HttpRequest) -> HttpResponse:
    """Record the days on which the reader cannot act; nothing for an account without a person."""
    person = _reader(request).person
    form = AbsenceForm(request.POST if request.method == "POST" and person else None)
    if (
        person is not None
        and form.is_valid()
        and _done(form, lambda: _recorded(_reader(request), person, form))
    ):
        messages.success(request, _("Recorded. Delegate your tasks for these days if need be."))
        return redirect("account")
    return render(request, "delegation/absence.html", {"form": form, "has_person": bool(person)})


def _recorded(reader: Account, person: Person, form: forms.Form) -> Absence:
    return record_absence(person=person, by=reader, **form.cleaned_data)


@require_POST
def present(request: HttpRequest, key: int) -> HttpResponse:
    """End one of the reader's absences at once."""
    own = visible_absences(request.user).filter(person=_reader(request).person_id)
    found = get_object_or_404(own.select_related("person"), pk=key)
    end_absence(absence=found, by=_reader(request))
    messages.success(request, _("The absence is ended."))
    return redirect("account")
