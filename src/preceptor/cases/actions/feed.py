"""Addresses at which a calendar programme reads the own sittings and deadlines."""

from __future__ import annotations

import secrets

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import Deed, deed
from preceptor.base.errors import RuleBroken
from preceptor.people.access import may_keep_keys
from preceptor.people.models import Account

from ..links import TOKEN_BYTES, digest_of
from ..models import CalendarFeed


def make_feed(*, account: Account, by: Actor, language: str = "") -> tuple[CalendarFeed, str]:
    """A new secret address for the calendar of the account, in the language, by default that of who
    asks, and its token, which is told only here. The one there was opens nothing any more.

    Raises PermissionDenied unless the account itself or the operator asks; RuleBroken for a closed
    account.
    """
    may_keep_keys(by, account).demand()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with deed(by) as act:
        held = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        if not held.is_active:
            raise RuleBroken(_("The account is closed; the address would open nothing."))
        _revoke(act, held)
        made = CalendarFeed.objects.create(
            account=held, digest=digest_of(token), language=language or get_language() or ""
        )
        act.write("feed.make", "account", held.pk, after={"feed": made.pk})
    return made, token


def revoke_feed(*, account: Account, by: Actor) -> None:
    """Let the calendar address of the account open nothing any more; without one nothing is changed.

    Raises PermissionDenied unless the account itself or the operator asks.
    """
    may_keep_keys(by, account).demand()
    with deed(by) as act:
        held = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        _revoke(act, held)


def _revoke(act: Deed, account: Account) -> None:
    for feed in CalendarFeed.objects.filter(account=account, revoked_at=None):
        feed.revoked_at = timezone.now()
        feed.save(update_fields=["revoked_at"])
        act.write("feed.revoke", "account", account.pk, after={"feed": feed.pk})
