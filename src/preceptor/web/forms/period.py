"""The form that extends the study or defers the award; the action says whether it may be."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from preceptor.base.today import today
from preceptor.training.choices import PeriodKind
from preceptor.training.models import Enrolment
from preceptor.web.forms.change import DayField, ReasonField

#: A suspension is a change of state.
KINDS = (PeriodKind.EXTENSION, PeriodKind.DEFERRAL)


class PeriodForm(forms.Form):
    """An extension or a deferral, its first and last day, and why."""

    kind = forms.ChoiceField(label=_("What"), choices=[(kind.value, kind.label) for kind in KINDS])
    first = DayField(label=_("First day"))
    last = DayField(
        label=_("Last day"),
        required=False,
        help_text=_("The last day that still counts. Empty: no end is set yet."),
    )
    reason = ReasonField()

    def __init__(self, enrolment: Enrolment, user: Any, data: Any = None) -> None:
        super().__init__(data, initial={"first": today()})
