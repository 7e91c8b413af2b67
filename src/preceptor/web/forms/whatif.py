"""The form of “what if”: a rotation, a step passed, a similarity value; each may be left out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from preceptor.base.dates import months_between
from preceptor.standing.whatif import SupposedMilestone, SupposedRotation, Supposition
from preceptor.training.choices import MilestoneKind, RotationKind
from preceptor.web.forms.change import DayField

#: No training lasts longer: a form that asks for more has a slip in a year.
LENGTHS = range(1, 121)
FIRST, LAST = date(1950, 1, 1), date(2200, 12, 31)


class MonthField(forms.DateField):
    """A month as a month input writes it; its value is the first day."""

    default_error_messages = {"invalid": _("There is no such month. Write it as 2023-12.")}

    def __init__(self, **named: Any) -> None:
        widget = forms.DateInput(attrs={"type": "month", "placeholder": "2023-12"}, format="%Y-%m")
        super().__init__(input_formats=["%Y-%m"], widget=widget, required=False, **named)


class WhatIfForm(forms.Form):
    """What might be added to a trainee's record; the address holds it, nothing is kept."""

    rotation = forms.ChoiceField(
        label=_("Rotation"),
        required=False,
        choices=[("", _("none")), *((kind.value, kind.label) for kind in RotationKind)],
    )
    first = MonthField(label=_("From the month"))
    last = MonthField(label=_("To the month"))
    step = forms.ChoiceField(
        label=_("Step passed"),
        required=False,
        choices=[("", _("none")), *((kind.value, kind.label) for kind in MilestoneKind)],
    )
    passed_on = DayField(label=_("Passed on"), required=False)
    similarity = forms.DecimalField(
        label=_("Thesis similarity, in per cent"),
        required=False,
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.01", "inputmode": "decimal"}),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse half of a rotation or of a step, and months in the wrong order."""
        given: dict[str, Any] = super().clean() or {}
        self._demand_together(given, "rotation", "first", "last")
        self._demand_together(given, "step", "passed_on")
        first, last = given.get("first"), given.get("last")
        if first and last and not self.errors and len(months_between(first, last)) not in LENGTHS:
            self.add_error(
                "last", _("The last month lies before the first, or ten years after it.")
            )
        return given

    def _demand_together(self, given: dict[str, Any], *names: str) -> None:
        filled = [name for name in names if given.get(name)]
        for name in names:
            if filled and not given.get(name) and name not in self.errors:
                self.add_error(name, _("Fill this in too, or leave the others empty."))
            day = given.get(name)
            if isinstance(day, date) and not FIRST <= day <= LAST:
                self.add_error(name, _("There is no such day. Write it as 2023-12-31."))

    def supposition(self) -> Supposition:
        """What is supposed; nothing of a form that has an error."""
        if not self.is_bound or not self.is_valid():
            return Supposition()
        given = self.cleaned_data
        rotations: tuple[SupposedRotation, ...] = ()
        steps: tuple[SupposedMilestone, ...] = ()
        if given["rotation"]:
            rotations = (SupposedRotation(given["rotation"], given["first"], given["last"]),)
        if given["step"]:
            steps = (SupposedMilestone(given["step"], given["passed_on"]),)
        return Supposition(rotations, steps, _share(given["similarity"]))


def _share(percent: Decimal | None) -> Decimal | None:
    return None if percent is None else percent.scaleb(-2)
