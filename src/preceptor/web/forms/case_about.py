"""What is asked for besides the reason, by the port of the kind, and who opens the request.

A room that registers a port has its form here; the page of a new request knows no room.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.cases.kinds.kind import Kind
from preceptor.cases.models import Case
from preceptor.training.actions import ask_milestone, ask_other, ask_period, ask_state
from preceptor.training.choices import EnrolmentState, MilestoneKind, PeriodKind
from preceptor.training.models import Enrolment
from preceptor.web.forms.change import DayField

Given = Mapping[str, Any]


class AboutForm(forms.Form):
    """Why the request is made."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=5000,
        help_text=_("Read by those who decide, and kept ciphered."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class MilestoneForm(AboutForm):
    """A step of training, and the day that would suit."""

    wished_on = DayField(label=_("Day that would suit"), required=False)
    field_order = ("wished_on", "reason")


class PeriodForm(AboutForm):
    """More time: of which kind, and on which days."""

    kind = forms.ChoiceField(label=_("What is asked for"), choices=PeriodKind.choices)
    first_on = DayField(label=_("First day"))
    last_on = DayField(
        label=_("Last day"), required=False, help_text=_("May stay open for a suspension.")
    )
    field_order = ("kind", "first_on", "last_on", "reason")

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["reason"].required = True


@dataclass(frozen=True)
class About:
    """The form of a port, and the action that opens the request with what was given."""

    form: type[AboutForm]
    ask: Callable[[Kind, Enrolment, Given, Actor], Case]


def _milestone(kind: Kind, enrolment: Enrolment, given: Given, by: Actor) -> Case:
    step = MilestoneKind(kind.settings["milestone"])
    return ask_milestone(enrolment=enrolment, milestone=step, by=by, **given)


def _period(kind: Kind, enrolment: Enrolment, given: Given, by: Actor) -> Case:
    wanted = PeriodKind(given["kind"])
    return ask_period(
        enrolment=enrolment, kind=wanted, first_on=given["first_on"], last_on=given["last_on"],
        reason=given["reason"], by=by,
    )  # fmt: skip


def _state(kind: Kind, enrolment: Enrolment, given: Given, by: Actor) -> Case:
    to = EnrolmentState(kind.settings["to"])
    return ask_state(enrolment=enrolment, to=to, by=by, reason=given["reason"])


def _other(kind: Kind, enrolment: Enrolment, given: Given, by: Actor) -> Case:
    return ask_other(enrolment=enrolment, kind=kind.name, by=by, reason=given["reason"])


ABOUT: dict[str, About] = {
    "training.milestone": About(MilestoneForm, _milestone),
    "training.other": About(AboutForm, _other),
    "training.period": About(PeriodForm, _period),
    "training.state": About(AboutForm, _state),
}
