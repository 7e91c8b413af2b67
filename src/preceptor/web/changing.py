"""One change of one record, asked for by a form: every noun with many small changes does it so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from preceptor.base.errors import InputRefused, Refusal
from preceptor.base.permits import Permit
from preceptor.cases.models import Case
from preceptor.people.models import Person
from preceptor.people.queries import numbered

Text = str | Promise
REFUSALS = (Refusal, PermissionDenied)


@dataclass(frozen=True)
class Change:
    """One thing that can be done to a record.

    `form` makes the form from record, reader and what was sent; `may` says whether the reader may;
    `act` does it from record, answers and reader. Where it gives a request, the reader goes there.
    """

    title: Text
    button: Text
    done: Text
    form: Callable[[Any, Any, Any], forms.Form]
    may: Callable[[Any, Any], Permit]
    act: Callable[[Any, dict[str, Any], Any], Any]
    intro: Text = ""
    #: Where what was made lies; without it the reader goes back to the record.
    goes_to: Callable[[Any], str] | None = None


@dataclass(frozen=True)
class Place:
    """Where the record lies: the pages above it (title and address), its name and its address."""

    above: Sequence[tuple[str, str]]
    name: str
    back: str


def change_page(request: HttpRequest, change: Change, row: Any, place: Place) -> HttpResponse:
    """The form of the change; or the change done, and on to the record or to the request made.

    What the rules refuse stands at the form, and nothing is written.
    """
    permit, is_sent = change.may(request.user, row), request.method == "POST"
    form = change.form(row, request.user, request.POST if is_sent else None)
    form.files = request.FILES
    if is_sent and permit and form.is_valid():
        try:
            made = change.act(row, form.cleaned_data, request.user)
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, str(change.done))
            return redirect(_next(change, place, made))
    context = {"form": form, "permit": permit, "change": change, "place": place}
    return render(
        request, "change/form.html", context, status=403 if is_sent and not permit else 200
    )


def _next(change: Change, place: Place, made: Any) -> str:
    if isinstance(made, Case):
        return reverse("case", args=[made.pk])
    return change.goes_to(made) if change.goes_to is not None else place.back


def whom(institution: int, number: str) -> Person:
    """The person whom a staff or student number names. Raises InputRefused when it names nobody."""
    found = numbered(institution, number)
    if found is None:
        raise InputRefused(_("No person has the number %(number)s.") % {"number": number.strip()})
    return found
