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
from preceptor.web.forms.change import DayField, ReasonField


class StateForm(forms.Form):
    """The next state, the day from which it holds, and why."""

    to = forms.ChoiceField(label=_("New state"))
    on = DayField(label=_("From the day"))
    reason = ReasonField()

    def __init__(self, enrolment: Enrolment, user: Any, data: Any = None) -> None:
        super().__init__(data, initial={"on": today()})
        self.fields["to"].choices = states_after(enrolment)  # type: ignore[attr-defined]


def states_after(enrolment: Enrolment) -> list[tuple[str, str]]:
    """The states that may follow the present one, in the order of a course of training."""
    state = EnrolmentState(enrolment.state)
    allowed = following(state, state_before_suspension(enrolment))
    return [(one.value, str(one.label)) for one in EnrolmentState if one in allowed]
