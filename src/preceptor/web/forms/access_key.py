"""The form that makes an access key of the own account."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from preceptor.people.actions import MOST_DAYS


class KeyForm(forms.Form):
    """What the key is for, how long it holds, and whether it may write."""

    name = forms.CharField(label=_("What it is for"), max_length=80)
    days = forms.IntegerField(
        label=_("Holds for days"), min_value=1, max_value=MOST_DAYS, initial=90,
        help_text=_("At most a year."),
    )  # fmt: skip
    may_write = forms.BooleanField(
        label=_("May also change records"),
        required=False,
        help_text=_("It may do what you may do. Leave it out where a program only reads."),
    )
