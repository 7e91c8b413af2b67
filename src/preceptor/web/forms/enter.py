"""The form to ask for a link to sign in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class EnterForm(forms.Form):
    """An address; whether an account belongs to it is not told."""

    email = forms.CharField(
        label=_("E-mail address"), max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip
    next = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)
