"""What an account is: its roles and where they hold."""

from __future__ import annotations

from datetime import date
from typing import Any

from preceptor.cases.feeds import live_feed
from preceptor.cases.models import CalendarFeed
from preceptor.people.access import visible_keys
from preceptor.people.models import AccessKey, Account
from preceptor.web.localised import localised


def roles_of(account: Any, on: date) -> list[dict[str, Any]]:
    """The roles held on the day: kind, unit, since, until (None: open); one query."""
    if not isinstance(account, Account):
        return []
    held = account.roles.on(on).select_related("unit").order_by("kind", "unit__code")
    return [
        {
            "title": role.get_kind_display(),
            "unit": localised(role.unit, "name"),
            "since": role.valid_from,
            "until": role.valid_to,
        }
        for role in held
    ]


def keys_of(account: Any, on: date) -> list[AccessKey]:
    """The access keys of the account that are in force on the day, the newest first; one query."""
    return list(visible_keys(account).filter(revoked_at=None, expires_on__gte=on))


def feed_of_account(account: Any) -> CalendarFeed | None:
    """The calendar address of the account that serves now; one query."""
    return live_feed(account) if isinstance(account, Account) else None
