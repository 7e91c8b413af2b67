"""The form that says how a person is reached; it checks shape only, the action decides."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ContactForm(forms.Form):
    """How a person is reached, and where somebody from outside works; empty for unknown."""

    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    telephone = forms.CharField(label=_("Telephone"), max_length=60, required=False)
    employer_zh = forms.CharField(
        label=_("Employer, in Chinese"),
        max_length=200,
        required=False,
        help_text=_("For somebody from outside: the seats for outsiders count by it."),
    )
    employer_en = forms.CharField(label=_("Employer, in English"), max_length=200, required=False)
    country = forms.RegexField(
        label=_("Country or region"),
        regex=r"^[A-Za-z]{2}$",
        required=False,
        help_text=_("The two letters of ISO 3166-1, as CN."),
    )
