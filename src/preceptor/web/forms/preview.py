"""The form that asks for the effect of a draft to be worked out."""

from __future__ import annotations

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from preceptor.web.forms.change import DayField

#: Nobody is in training outside these years.
FIRST, LAST = date(1950, 1, 1), date(2200, 12, 31)


class PreviewForm(forms.Form):
    """The day as of which everybody is judged."""

    on = DayField(
        label=_("As of the day"),
        required=False,
        help_text=_("Empty: today, or the day from which the draft is to hold."),
    )

    def clean_on(self) -> date | None:
        """Refuse a day on which nobody can have been in training."""
        given: date | None = self.cleaned_data["on"]
        if given is not None and not FIRST <= given <= LAST:
            raise ValidationError(_("There is no such day. Write it as 2023-12-31."))
        return given
