"""Signing in by a link sent by mail: for applicants from outside, who have no password."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preceptor.base.actors import Actor
from preceptor.base.addresses import public_url
from preceptor.base.deeds import Deed, deed
from preceptor.base.errors import InputRefused, NotPermitted, RuleBroken
from preceptor.base.mail import write_mail
from preceptor.base.today import today
from preceptor.institutions.models import Unit

from ..models import Account, Person, Role, SignInLink
from ..names import pinyin
from ..queries import digest_of

#: How long a link serves, and how many are sent to one address within that time.
HOLDS = timedelta(hours=1)
MOST_LINKS = 5
TOKEN_BYTES = 32
#: As long as a sign-in name may be.
EMAIL_LENGTH = 80
GOES_TO_LENGTH = 200
NAME_LENGTH, NAME_EN_LENGTH = 80, 120


@dataclass(frozen=True)
class Visitor:
    """Somebody who has not signed in."""

    actor_key: str = "visitor"
    actor_name: str = "visitor"


VISITOR = Visitor()


def address_of(email: str) -> str:
    """The address as it is kept: without blanks, in small letters. Raises InputRefused for one that
    is none, or longer than a sign-in name may be."""
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise InputRefused(_("Enter a complete e-mail address.")) from None
    if len(address) > EMAIL_LENGTH:
        raise InputRefused(
            _("The e-mail address has %(most)s characters at most.") % {"most": EMAIL_LENGTH}
        )
    return address


def send_sign_in_link(*, email: str, goes_to: str = "", by: Actor | None = None) -> None:
    """Send a link that signs in once, within an hour; the first one opens an account of that name.

    The answer is the same whether there is an account or not, and when nothing is sent: after five
    links within the hour, to a closed account, and to one that holds a role, whose holder signs in
    otherwise. `goes_to` is a page of this site; any other is left out. Raises InputRefused for an
    address that is none.
    """
    address = address_of(email)
    with deed(by or VISITOR) as act:
        if _is_served(address):
            _send(act, address, _own_page(goes_to))


def _is_served(address: str) -> bool:
    """Whether a link is sent to the address now."""
    since = timezone.now() - HOLDS
    if SignInLink.objects.filter(email=address, made_at__gt=since).count() >= MOST_LINKS:
        return False
    account = Account.objects.filter(login=address).first()
    return account is None or _may_use_links(account)


def _may_use_links(account: Account) -> bool:
    """A mailbox alone opens no account that acts for an institution."""
    return account.is_active and not Role.objects.on(today()).filter(account=account).exists()


def _own_page(goes_to: str) -> str:
    """The page if it is one of this site, else nothing."""
    is_path = goes_to.startswith("/") and len(goes_to) <= GOES_TO_LENGTH
    return goes_to if is_path and url_has_allowed_host_and_scheme(goes_to, None) else ""


def _send(act: Deed, address: str, goes_to: str) -> None:
    now, token = timezone.now(), secrets.token_urlsafe(TOKEN_BYTES)
    link = SignInLink.objects.create(
        digest=digest_of(token), email=address, goes_to=goes_to, made_at=now, expires_at=now + HOLDS,
        account=Account.objects.filter(login=address).first(),
    )  # fmt: skip
    body = _(
        "Sign in here; the link serves once, for one hour:\n"
        "%(address)s\n\n"
        "If you did not ask for it, leave this letter alone: nothing happens.\n"
    ) % {"address": public_url("sign_in_use", token)}
    write_mail(
        to=address, subject=_("Your link to sign in"), body=body, holds_secret=True,
        unique_key=f"sign-in:{link.pk}",
    )  # fmt: skip
    act.write("sign_in.send", "sign_in_link", link.pk)


def use_sign_in_link(*, token: str) -> Account:
    """The account that the link signs in, opened with the first link to its address: the sign-in
    name is the address, there is no password, and no person yet.

    It serves once: of two at once one wins. Raises RuleBroken for a link that is unknown, used or
    expired, or whose account was closed since, always in the same words.
    """
    with deed(VISITOR) as act:
        rows = SignInLink.objects.select_for_update(no_key=True, of=("self",))
        link = rows.filter(digest=digest_of(token)).first()
        if link is None or link.used_at is not None or link.expires_at <= timezone.now():
            raise _dead()
        account = Account.objects.filter(login=link.email).first() or _opened(act, link.email)
        if not _may_use_links(account):
            raise _dead()
        link.used_at, link.account = timezone.now(), account
        link.save(update_fields=["used_at", "account"])
        act.write("sign_in.use", "account", account.pk, after={"link": link.pk})
    return account


def _dead() -> RuleBroken:
    return RuleBroken(
        gettext_lazy("This link does not serve any more. Have a new one sent to you.")
    )


def _opened(act: Deed, address: str) -> Account:
    """A new account; of two links used at once the second finds what the first opened."""
    fresh = Account(login=address, name=address, email=address)
    fresh.set_unusable_password()
    Account.objects.bulk_create([fresh], ignore_conflicts=True)
    account = Account.objects.get(login=address)
    act.write("account.open", "account", account.pk, after={"login": address})
    return account


def enter_own_person(
    *, account: Account, institution: Unit, name_zh: str, name_en: str = "", by: Account
) -> Person:
    """The person of the account; entered by its holder, under the institution to which he or she
    applies, where there is none yet. A person that is known is given unchanged.

    Raises PermissionDenied for another's account; InputRefused without a name, or for one that is too
    long.
    """
    if by.pk != account.pk:
        raise NotPermitted(gettext_lazy("Everybody enters only the own name."))
    names = {"name_zh": name_zh.strip(), "name_en": name_en.strip()}
    with deed(by) as act:
        held = Account.objects.select_for_update(no_key=True, of=("self",)).get(pk=account.pk)
        if held.person is not None:
            return held.person
        _refuse_names(**names)
        person = Person.objects.create(
            institution=institution, name_pinyin=pinyin(names["name_zh"]), source="applicant",
            **names,
        )  # fmt: skip
        held.person, held.name = person, names["name_zh"]
        held.save(update_fields=["person", "name"])
        account.person, account.name = person, held.name
        for kept in ("_scope", "_holdings"):
            account.__dict__.pop(kept, None)
        act.write("person.enter", "person", person.pk, after={"account": held.pk})
    return person


def _refuse_names(name_zh: str, name_en: str) -> None:
    if not name_zh:
        raise InputRefused(_("Enter your name."))
    if len(name_zh) > NAME_LENGTH or len(name_en) > NAME_EN_LENGTH:
        raise InputRefused(_("The name is too long."))
