"""The name of a saved search; the action decides whether it can be given."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from preceptor.people.actions import SEARCH_NAME


class SearchForm(forms.Form):
    """Under what name the filters of a list are kept."""

    name = forms.CharField(
        label=_("Name of the search"),
        max_length=SEARCH_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
