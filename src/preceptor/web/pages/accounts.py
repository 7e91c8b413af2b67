"""Who may sign in: the accounts of an institution, one account, and its roles."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preceptor.base.errors import InputRefused, Refusal
from preceptor.base.today import today
from preceptor.institutions.access import visible_units
from preceptor.institutions.models import Unit
from preceptor.people.access import may_keep_institution, scope, visible_accounts
from preceptor.people.actions import (
    close_account,
    end_role,
    grant_role,
    open_account_with_role,
    reopen_account,
)
from preceptor.people.choices import RoleKind
from preceptor.people.models import Account
from preceptor.people.queries import numbered
from preceptor.web.forms.account import AccountForm, EndForm, RoleForm
from preceptor.web.keyset import capped_count, count_as_text, slice_of
from preceptor.web.localised import localised
from preceptor.web.shown.accounts import columns, found_by, history_of, line_of, with_roles

asks = require_http_methods(["GET", "HEAD", "POST"])


def _institution(request: HttpRequest) -> Unit:
    """The institution whose accounts the reader keeps; 404 for everybody else."""
    found = scope(request.user).institution
    if found is None or not may_keep_institution(request.user, found):
        raise Http404
    return found


def _units(request: HttpRequest, root: Unit) -> list[Unit]:
    rows = visible_units(request.user)
    below = rows.filter(institution=root).order_by("code")
    return [root, *below]


def _seen(request: HttpRequest, key: int) -> Account:
    _institution(request)
    return get_object_or_404(visible_accounts(request.user).select_related("person"), pk=key)


@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """The accounts of the institution by sign-in name, with the roles that they hold today."""
    _institution(request)
    asked = request.GET.get("q", "")[:60]
    rows = found_by(visible_accounts(request.user), asked)
    page = slice_of(with_roles(rows, today()), "login", request.path, request.GET.dict())
    context = {
        "asked": asked,
        "count_text": count_as_text(capped_count(rows)),
        "columns": columns(),
        "rows": [line_of(account) for account in page.rows],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render(request, "accounts/list.html", context)


@asks
def open_one(request: HttpRequest) -> HttpResponse:
    """Open an account for a person, with a first role and a password shown once."""
    root = _institution(request)
    form = AccountForm(_units(request, root), request.POST or None)
    password = secrets.token_urlsafe(12)
    if form.is_valid() and (made := _opened(request, form, root, password)):
        # Shown once, in this very answer: a message would carry it through a cookie.
        answer = render(request, "accounts/opened.html", {"account": made, "password": password})
        answer["Cache-Control"] = "no-store"
        return answer
    return render(request, "accounts/open.html", {"form": form})


def _opened(request: HttpRequest, form: AccountForm, root: Unit, password: str) -> Account | None:
    given = form.cleaned_data
    try:
        person = numbered(root.pk, given["number"])
        if person is None:
            raise InputRefused(_("No person has the number %(number)s.") % given)
        return open_account_with_role(
            login=given["login"], name=person.name_zh, email=given["email"], password=password,
            person=person, kind=RoleKind(given["kind"]), unit=form.units[given["unit"]],
            valid_from=given["valid_from"], by=_actor(request),
        )  # fmt: skip
    except (Refusal, PermissionDenied) as refusal:
        form.add_error(None, str(refusal))
        return None


def _actor(request: HttpRequest) -> Account:
    assert isinstance(request.user, Account)
    return request.user


@asks
def account_of(request: HttpRequest, key: int) -> HttpResponse:
    """One account: whom it belongs to, its roles in time, and another role to grant."""
    found = _seen(request, key)
    form = RoleForm(_units(request, _institution(request)), request.POST or None)
    if form.is_valid() and _granted(request, form, found):
        return redirect("account_of", key=key)
    context: dict[str, Any] = {
        "account": found,
        "roles": history_of(found, today()),
        "form": form,
        "is_own": found == request.user,
    }
    return render(request, "accounts/page.html", context)


def _granted(request: HttpRequest, form: RoleForm, found: Account) -> bool:
    given = form.cleaned_data
    try:
        grant_role(
            account=found, kind=RoleKind(given["kind"]), unit=form.units[given["unit"]],
            valid_from=given["valid_from"], by=_actor(request),
        )  # fmt: skip
    except (Refusal, PermissionDenied) as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("The role is granted."))
    return True


@asks
def end_one(request: HttpRequest, key: int, role: int) -> HttpResponse:
    """End a role of an account on a day, with a reason."""
    found = _seen(request, key)
    held = get_object_or_404(found.roles.known().select_related("unit"), pk=role)
    form = EndForm(request.POST or None)
    if form.is_valid():
        try:
            end_role(role=held, by=_actor(request), **form.cleaned_data)
            messages.success(request, _("The role is ended."))
            return redirect("account_of", key=key)
        except (Refusal, PermissionDenied) as refusal:
            form.add_error(None, str(refusal))
    unit_name = localised(held.unit, "name")
    context = {"account": found, "role": held, "unit_name": unit_name, "form": form}
    return render(request, "accounts/end.html", context)


@require_POST
def switch(request: HttpRequest, key: int) -> HttpResponse:
    """Close an account, or open a closed one again."""
    found = _seen(request, key)
    try:
        if found.is_active:
            close_account(account=found, by=_actor(request))
            messages.success(request, _("The account is closed; what it did stays in the journal."))
        else:
            reopen_account(account=found, by=_actor(request))
            messages.success(request, _("The account is open again."))
    except (Refusal, PermissionDenied) as refusal:
        messages.error(request, str(refusal))
    return redirect("account_of", key=key)
