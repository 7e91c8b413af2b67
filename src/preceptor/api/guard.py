"""Who asks: the account of a session, or of an access key."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from preceptor.base.errors import NotPermitted
from preceptor.base.guessing import Guessed, note_guess, paused_until
from preceptor.people.actions import note_key_used
from preceptor.people.models import Account
from preceptor.people.queries import account_of_key

from .known import demand_known
from .refusals import TooMany

SAFE = ("GET", "HEAD", "OPTIONS")


class SessionOfAccount(APIKeyCookie):
    """Whoever is signed in; what writes must come from a page of ours."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Account | None:
        """The account; None where nobody is signed in or a key was sent."""
        user = request.user
        if "Authorization" in request.headers or not isinstance(user, Account):
            return None
        if request.method not in SAFE and check_csrf(request):
            raise PermissionDenied(_("Send the token of the page with it, as X-CSRFToken."))
        if not user.is_active:
            return None
        _demand_known(request, user)
        return user

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """Asked by nobody: `__call__` answers."""
        raise NotImplementedError


class KeyOfAccount(HttpBearer):
    """Whoever sends an access key that is in force; one that only reads does not write."""

    def authenticate(self, request: HttpRequest, token: str) -> Account | None:
        """The account of the key, as whom the request then is made; None for a wrong key. After too
        many wrong ones from an address none is looked up for some minutes."""
        address = request.META.get("REMOTE_ADDR", "")
        until = paused_until(Guessed.KEY, address)
        if until is not None:
            raise TooMany(until)
        found = account_of_key(token)
        if found is None:
            note_guess(Guessed.KEY, address)
            return None
        if request.method not in SAFE and not found.may_write:
            raise NotPermitted(_("This access key reads only. Make one that may write."))
        note_key_used(key=found)
        request.user = found.account
        _demand_known(request, found.account)
        return found.account


class Anybody:
    """Whoever sends no key and has no session, where a page is open to everybody too."""

    def __call__(self, request: HttpRequest) -> Any:
        """The anonymous user; None where a key was sent, which then is a wrong one."""
        if "Authorization" in request.headers:
            return None
        _demand_known(request, request.user)
        return request.user


def _demand_known(request: HttpRequest, user: Any) -> None:
    """Let nobody write to what lies out of sight. Raises Http404."""
    if request.method not in SAFE:
        demand_known(request, user)


WHO = [KeyOfAccount(), SessionOfAccount()]
ANYBODY = [*WHO, Anybody()]


def reader(request: HttpRequest) -> Account:
    """The account that asks."""
    assert isinstance(request.user, Account)
    return request.user
