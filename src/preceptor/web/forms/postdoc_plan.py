"""The forms of the individual development plan: goals, and months of the track."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from preceptor.base.today import today
from preceptor.fellows.choices import GoalKind, MonthKind
from preceptor.fellows.models import PlanGoal
from preceptor.web.forms.change import DayField


class GoalForm(forms.Form):
    """A goal of the plan."""

    kind = forms.ChoiceField(label=_("What it aims at"), choices=GoalKind.choices)
    text = forms.CharField(label=_("The goal in words"), max_length=300)
    target = forms.DecimalField(
        label=_("How many"),
        required=False,
        min_value=0,
        max_digits=10,
        decimal_places=2,
        help_text=_("Left empty where it is not counted."),
    )
    due_on = DayField(label=_("Due on"))
    agreed_on = DayField(
        label=_("Agreed with the supervisor on"), required=False, help_text=_("Empty: not yet.")
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)


class GoalReportForm(forms.Form):
    """What was reached of a goal, and what proves it."""

    reached = forms.DecimalField(
        label=_("Reached"), min_value=0, max_digits=10, decimal_places=2,
        help_text=_("A goal that is not counted: 1 when it is reached."),
    )  # fmt: skip
    reached_on = DayField(label=_("Reached on"))
    evidence = forms.CharField(label=_("What proves it"), required=False, max_length=300)

    def __init__(self, goal: PlanGoal, data: Any = None) -> None:
        now = {"reached": goal.reached, "reached_on": today(), "evidence": goal.evidence}
        super().__init__(data, initial=now)


class MonthField(DayField):
    """A calendar month as a month input writes it."""

    def __init__(self, **named: Any) -> None:
        super().__init__(**named)
        self.input_formats = ["%Y-%m", "%Y-%m-%d"]
        self.widget = forms.DateInput(attrs={"type": "month"}, format="%Y-%m")


class MonthsForm(forms.Form):
    """Months of clinical work or in the laboratory, planned or spent, both included."""

    kind = forms.ChoiceField(label=_("Kind of months"), choices=MonthKind.choices)
    is_planned = forms.BooleanField(label=_("They are planned, not spent yet"), required=False)
    place = forms.CharField(label=_("Where"), max_length=120)
    first_month = MonthField(label=_("First month"))
    last_month = MonthField(label=_("Last month"))
    share_e2 = forms.IntegerField(label=_("Share in per cent"), min_value=1, max_value=100)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"share_e2": 100})
