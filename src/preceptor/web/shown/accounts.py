"""The accounts of an institution, and one with its roles in time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from preceptor.people.models import Account, Role
from preceptor.people.queries import matches_name
from preceptor.web.localised import localised

Shown = dict[str, Any]


def found_by(rows: QuerySet[Account], text: str) -> QuerySet[Account]:
    """Accounts whose sign-in name begins with the text, or whose name or person has it."""
    text = text.strip()
    if not text:
        return rows
    return rows.filter(
        Q(login__istartswith=text) | Q(name__contains=text) | Q(person__in=matches_name(text))
    )


def with_roles(rows: QuerySet[Account], on: date) -> QuerySet[Account]:
    """The accounts with the roles that they hold on the day; two queries."""
    held = Role.objects.on(on).select_related("unit").order_by("kind", "unit__code")
    return rows.prefetch_related(Prefetch("roles", queryset=held, to_attr="held"))


def columns() -> list[Shown]:
    """The heads of the list."""
    return [
        {"title": _("Name")},
        {"title": _("Sign-in name")},
        {"title": _("Roles today")},
        {"title": _("Last sign-in")},
        {"title": _("Account")},
    ]


def line_of(account: Any) -> list[Shown]:
    """The cells of an account that was read `with_roles`."""
    roles = "；".join(_role(role) for role in account.held)
    seen = account.last_login
    titles = [str(column["title"]) for column in columns()]
    return [
        {"text": account.name, "url": reverse("account_of", args=[account.pk])},
        {"text": account.login, "label": titles[1]},
        {"text": roles or _("none"), "label": titles[2]},
        {"text": f"{seen:%Y-%m-%d}" if seen else _("never"), "label": titles[3]},
        {"text": _("open") if account.is_active else _("closed"), "label": titles[4]},
    ]


def _role(role: Role) -> str:
    return _("%(role)s (%(unit)s)") % {
        "role": role.get_kind_display(),
        "unit": localised(role.unit, "name"),
    }


def history_of(account: Account, on: date) -> Sequence[Shown]:
    """All roles that the account has or had, those held on the day first; one query."""
    rows = account.roles.known().select_related("unit").order_by("-valid_from", "pk")
    shown = [
        {
            "key": role.pk,
            "title": role.get_kind_display(),
            "unit": localised(role.unit, "name"),
            "since": role.valid_from,
            "until": role.valid_to,
            "is_held": role.is_true_on(on),
            "may_end": role.valid_to is None or role.valid_to >= on,
        }
        for role in rows
    ]
    return sorted(shown, key=lambda role: not role["is_held"])
