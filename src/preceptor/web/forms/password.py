"""The form that changes the password of a local account."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.translation import gettext_lazy as _

from preceptor.people.actions import change_password
from preceptor.people.models import Account


class PasswordForm(PasswordChangeForm):
    """The present password, and the new one twice."""

    error_messages = {
        "password_mismatch": _("The two new passwords differ. Write the same one twice."),
        "password_incorrect": _("This is not your present password. Capitals count."),
    }

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["old_password"].label = _("Present password")
        self.fields["new_password1"].label = _("New password")
        self.fields["new_password2"].label = _("New password again")
        self.fields["new_password1"].help_text = " ".join(password_validators_help_texts())
        self.fields["new_password2"].help_text = ""

    def save(self, commit: bool = True) -> Account:
        """Write it through the action, which journals that it was changed."""
        password = self.cleaned_data["new_password1"]
        account: Account = self.user
        return change_password(account=account, password=password, by=account)
