"""The forms of declared ties and of contacts; they check shape only, the actions decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from preceptor.base.today import today
from preceptor.people.choices import TieKind
from preceptor.web.forms.change import DayField


class TieForm(forms.Form):
    """With whom, of what kind, since when; who keeps records says also whose tie it is."""

    person = forms.CharField(
        label=_("Whose tie"), max_length=120, help_text=_("Staff number, student number or name.")
    )
    other = forms.CharField(
        label=pgettext_lazy("tie", "With whom"),
        max_length=120,
        help_text=_("Staff number, student number or name."),
    )
    kind = forms.ChoiceField(label=_("Kind of tie"), choices=TieKind.choices)
    valid_from = DayField(label=_("From the day"))
    note = forms.CharField(
        label=_("Remark"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Read by who declared it and by the graduate school office alone."),
    )

    def __init__(self, data: Any = None, *, for_others: bool = False) -> None:
        super().__init__(data, initial={"valid_from": today()})
        if not for_others:
            del self.fields["person"]
            self.fields["other"].help_text = _("Staff number or student number.")
