"""The form that asks for the freeze of a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from preceptor.base.today import today


def last_year_end() -> date:
    """31 December of the year before: what is frozen most often."""
    return date(today().year - 1, 12, 31)


class FreezeForm(forms.Form):
    """A day that has come; whether records reach back so far is for the action to say."""

    day = forms.DateField(
        label=_("Day"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("There is no such day. Write it as 2023-12-31.")},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"day": last_year_end()})

    def clean_day(self) -> date:
        """Refuse a day to come."""
        day: date = self.cleaned_data["day"]
        if day > today():
            raise forms.ValidationError(
                _("This day has not come yet. Choose today or a day before.")
            )
        return day
