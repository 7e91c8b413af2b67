"""Contacts: how persons are reached, seen and kept by who keeps the person."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from preceptor.people.access import (
    institutions_of,
    may_keep_contact,
    scope,
    visible_contacts,
    visible_persons,
)
from preceptor.people.actions import keep_contact
from preceptor.people.actions.tie import CONTACT
from preceptor.people.models import Account, Person
from preceptor.people.queries import person_meant
from preceptor.web.forms.contact import ContactForm
from preceptor.web.keyset import newest_of
from preceptor.web.listings.people import found_contacts
from preceptor.web.localised import localised
from preceptor.web.shown.contact import HEADS, cells_of


@require_safe
def contacts(request: HttpRequest) -> HttpResponse:
    """How the reader is reached, and those whose records the reader keeps, by name; a number or full
    name that means one of them leads to that person."""
    meant = _meant(request)
    if meant is not None and may_keep_contact(request.user, meant):
        return redirect("contact", key=meant.pk)
    search = request.GET.get("q", "").strip()[:40]
    page = newest_of(found_contacts(request.user, search), request.path, request.GET.dict())
    context = {
        "columns": HEADS,
        "rows": cells_of(page.rows),
        "previous_url": page.previous_url,
        "next_url": page.next_url,
        "search": search,
        "wanted": request.GET.get("person", "")[:120],
        "keeps": bool(scope(request.user).kept),
    }
    return render(request, "contact/list.html", context)


def _meant(request: HttpRequest) -> Person | None:
    text = request.GET.get("person", "").strip()[:120]
    if not text or not isinstance(request.user, Account):
        return None
    return person_meant(institutions_of(request.user), text, visible_persons(request.user))


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, key: int) -> HttpResponse:
    """How a person is reached: read and changed by the person and by who keeps the person."""
    person = get_object_or_404(visible_persons(request.user), pk=key)
    if not may_keep_contact(request.user, person):
        raise Http404
    held = visible_contacts(request.user).filter(person=person).first()
    initial = {name: getattr(held, name) for name in CONTACT} if held else None
    form = ContactForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid() and _kept(person, request.user, form):
        messages.success(request, _("The contact is recorded."))
        return redirect("contact", key=key)
    return render(request, "contact/one.html", {"form": form, "name": localised(person, "name")})


def _kept(person: Person, by: Any, form: ContactForm) -> bool:
    """Whether it was written; what the action finds wrong stands at the form."""
    try:
        keep_contact(person=person, by=by, **form.cleaned_data)
    except ValidationError as refusal:
        for text in refusal.messages:
            form.add_error(None, text)
        return False
    return True
