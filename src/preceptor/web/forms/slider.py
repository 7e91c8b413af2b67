"""The form that takes a value from the slider into a draft."""

from __future__ import annotations

from django import forms


class ValueForm(forms.Form):
    """The value chosen, and the edition of the draft that was on the page."""

    value = forms.DecimalField()
    edition = forms.IntegerField(min_value=1)
