"""The forms of minutes: the password of who signs, and the institution's own template."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class SignForm(forms.Form):
    """The password of who signs, entered again."""

    password = forms.CharField(
        label=_("Your password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class TemplateForm(forms.Form):
    """A Word file, and for minutes in which language it is."""

    language = forms.ChoiceField(
        label=_("Minutes in"), choices=[("zh", _("Chinese")), ("en", _("English"))]
    )
    file = forms.FileField(label=_("Word file (.docx)"))
