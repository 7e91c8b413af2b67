"""The form that changes the state of an enrolment; it checks shape only, the action the rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from preceptor.base.today import today
from preceptor.training.actions.state import state_before_suspension
from preceptor.training.choices import EnrolmentState
from preceptor.training.models import Enrolment
from preceptor.training.states import following


class StateForm(forms.Form):
    """The next state, the day from which it holds, and why."""

    to = forms.ChoiceField(label=_("New state"))
    on = forms.DateField(
        label=_("From the day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("One sentence; it stands in the journal."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, enrolment: Enrolment, data: Any = None) -> None:
        super().__init__(data, initial={"on": today()})
        self.fields["to"].choices = states_after(enrolment)  # type: ignore[attr-defined]


def states_after(enrolment: Enrolment) -> list[tuple[str, str]]:
    """The states that may follow the present one, in the order of a course of training."""
    state = EnrolmentState(enrolment.state)
    allowed = following(state, state_before_suspension(enrolment))
    return [(one.value, str(one.label)) for one in EnrolmentState if one in allowed]
