"""The form to sign in with a local account."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class SignInForm(AuthenticationForm):
    """Sign-in name and password; what is wrong is said without telling which of the two."""

    error_messages = {
        "invalid_login": _("Sign-in name or password is wrong. Capitals count in both."),
        "inactive": _("This account is closed. Ask the graduate school office."),
    }

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["username"].label = _("Sign-in name")
        self.fields["password"].label = _("Password")
