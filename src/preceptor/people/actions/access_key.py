"""Keys with which programs act for an account: made, used and revoked."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.today import today

from ..access import may_keep_keys
from ..models import AccessKey, Account
from ..queries import digest_of

#: No key holds longer; ours, so that a forgotten one ends by itself.
MOST_DAYS = 365
#: More open keys than these are no longer looked after.
MOST_KEYS = 20
NAME_LENGTH = 80


def make_key(
    *, account: Account, name: str, by: Actor, days: int = 90, may_write: bool = False
) -> tuple[AccessKey, str]:
    """A key with which a program acts for the account, and its secret, which is told only here.

    It holds today and `days` more. Raises PermissionDenied unless the account itself or the
    operator asks; InputRefused for a blank name or days outside 1 to 365; RuleBroken for a closed
    account or too many open keys.
    """
    may_keep_keys(by, account).demand()
    name = name.strip()
    if not name or len(name) > NAME_LENGTH:
        raise InputRefused(_("Give the key a name of at most 80 characters: what it is for."))
    if not 1 <= days <= MOST_DAYS:
        raise InputRefused(_("A key holds for 1 to %(most)s days.") % {"most": MOST_DAYS})
    secret = f"preceptor-{secrets.token_urlsafe(32)}"
    with deed(by) as act:
        held = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        _refuse(held)
        made = AccessKey.objects.create(
            account=held, name=name, digest=digest_of(secret), may_write=may_write,
            expires_on=today() + timedelta(days=days),
        )  # fmt: skip
        after = {"key": made.pk, "name": name, "writes": may_write, "until": made.expires_on}
        act.write("key.make", "account", held.pk, after=after)
    return made, secret


def _refuse(account: Account) -> None:
    if not account.is_active:
        raise RuleBroken(_("The account is closed; a key would open nothing."))
    held = AccessKey.objects.filter(account=account, revoked_at=None, expires_on__gte=today())
    if held.count() >= MOST_KEYS:
        raise RuleBroken(
            _("There are %(most)s keys in force already. Revoke one that is no longer used.")
            % {"most": MOST_KEYS}
        )


def revoke_key(*, key: AccessKey, by: Actor) -> AccessKey:
    """Let the key open nothing any more; revoking twice does not do it twice.

    Raises PermissionDenied unless the account of the key or the operator asks.
    """
    may_keep_keys(by, key.account).demand()
    with deed(by) as act:
        held = AccessKey.objects.select_for_update().get(pk=key.pk)
        if held.revoked_at is None:
            held.revoked_at = timezone.now()
            held.save(update_fields=["revoked_at"])
            act.write("key.revoke", "account", held.account_id, after={"key": held.pk})
    return held


def note_key_used(*, key: AccessKey) -> None:
    """Keep the day on which the key was last used; one write a day at most, and no journal line,
    because nothing was done by it."""
    day = today()
    if key.last_used_on != day:
        earlier = Q(last_used_on=None) | Q(last_used_on__lt=day)
        AccessKey.objects.filter(earlier, pk=key.pk).update(last_used_on=day)
