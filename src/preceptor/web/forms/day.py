"""The form that asks for the day on which a register is shown."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from preceptor.base.today import today


class DayForm(forms.Form):
    """A day; today when none is given. A day that does not exist is named, and today is shown."""

    on = forms.DateField(
        label=_("On the day"),
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("There is no such day. Write it as 2023-12-31.")},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, query: Any) -> None:
        given = {"on": query.get("on") or today().isoformat()}
        super().__init__(given, auto_id="filter_%s")

    def day(self) -> date:
        """The day asked for, else today."""
        return self.cleaned_data["on"] if self.is_valid() else today()
