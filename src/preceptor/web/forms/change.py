"""What every form asks that changes the record of a trainee: days and a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class DayField(forms.DateField):
    """A day as a date input writes it; one that does not exist is refused in words."""

    default_error_messages = {"invalid": _("There is no such day. Write it as 2023-12-31.")}

    def __init__(self, **named: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(input_formats=["%Y-%m-%d"], widget=widget, **named)


class ReasonField(forms.CharField):
    """Why; it cannot be left out."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Reason"),
            help_text=_("One sentence; it stands in the journal."),
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 3}),
        )
