"""The forms of platforms: entering one, another state, co-builders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from preceptor.base.today import today
from preceptor.institutions.access import visible_disciplines, visible_platforms
from preceptor.institutions.actions.platform import FOLLOWING
from preceptor.institutions.choices import PlatformKind, PlatformLevel, PlatformState
from preceptor.institutions.models import Platform, Unit
from preceptor.web.forms.agreement import chosen_of, offer, units_within
from preceptor.web.forms.change import DayField


class PlatformForm(forms.Form):
    """A platform at a unit of an institution."""

    unit = forms.ChoiceField(label=_("Unit"))
    code = forms.CharField(label=_("Code"), max_length=40, help_text=_("Short and lasting."))
    kind = forms.ChoiceField(label=_("Kind of platform"), choices=PlatformKind.choices)
    level = forms.ChoiceField(label=_("Level"), choices=PlatformLevel.choices)
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    state = forms.ChoiceField(
        label=pgettext_lazy("co-operation", "State"),
        choices=PlatformState.choices,
        initial=PlatformState.OPERATING,
    )
    valid_from = DayField(label=_("In this state since"), initial=today)
    discipline = forms.ChoiceField(label=_("Discipline"), required=False)
    upper = forms.ChoiceField(label=_("Branch of"), required=False)
    approved_on = DayField(label=_("Approved on"), required=False)
    approval = forms.CharField(label=_("Paper of the approval"), max_length=120, required=False)

    def __init__(self, units: Sequence[Unit], user: Any, data: Any = None) -> None:
        super().__init__(data)
        self.units = units
        roots = {unit.institution_id or unit.pk for unit in units}
        self.disciplines = list(visible_disciplines(user).order_by("code"))
        self.uppers = list(visible_platforms(user).filter(institution__in=roots).order_by("code"))
        offer(self, "unit", units)
        offer(self, "discipline", self.disciplines, is_free=True)
        offer(self, "upper", self.uppers, is_free=True)

    def clean(self) -> dict[str, Any]:
        """The rows that were chosen."""
        given: dict[str, Any] = super().clean() or {}
        for name, rows in (
            ("unit", self.units), ("discipline", self.disciplines), ("upper", self.uppers),
        ):  # fmt: skip
            given[name] = chosen_of(rows, given.get(name, ""))
        return given


class StateForm(forms.Form):
    """Another state from a day on, and why."""

    state = forms.ChoiceField(label=pgettext_lazy("co-operation", "State"))
    valid_from = DayField(label=pgettext_lazy("co-operation", "From"), initial=today)
    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)

    def __init__(self, state: str, data: Any = None) -> None:
        super().__init__(data)
        follow = FOLLOWING[PlatformState(state)] if state else frozenset(PlatformState)
        found = [(one.value, one.label) for one in PlatformState if one in follow]
        self.fields["state"].choices = found  # type: ignore[attr-defined]


class BuilderForm(forms.Form):
    """Who builds the platform together with its unit."""

    unit = forms.ChoiceField(label=_("Unit of the institution"), required=False)
    name = forms.CharField(
        label=_("Or the name of somebody outside"), max_length=200, required=False
    )
    valid_from = DayField(label=pgettext_lazy("co-operation", "From"), initial=today)
    valid_to = DayField(label=pgettext_lazy("co-operation", "Until"), required=False)

    def __init__(self, row: Platform, user: Any, data: Any = None) -> None:
        super().__init__(data)
        self.units = units_within(user, row.institution)
        offer(self, "unit", self.units, is_free=True)

    def clean(self) -> dict[str, Any]:
        """The unit that was chosen."""
        given: dict[str, Any] = super().clean() or {}
        given["unit"] = chosen_of(self.units, given.get("unit", ""))
        return given
