"""The filters of the list of panels."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from preceptor.standing.panels import matching_panels, panels_said
from preceptor.training.access import visible_panels
from preceptor.training.choices import MilestoneKind
from preceptor.training.models import Panel
from preceptor.web.filters.enrolment import VERDICT_CHOICES


class PanelFilter(forms.Form):
    """What the list of panels can be narrowed by."""

    q = forms.CharField(
        label=_("Panel number or trainee"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    stage = forms.ChoiceField(
        label=_("Step"), required=False, choices=[("", _("Any")), *MilestoneKind.choices]
    )
    verdict = forms.ChoiceField(
        label=_("Verdict"),
        required=False,
        choices=[row for row in VERDICT_CHOICES if row[0] not in ("open", "waived")],
    )

    def chosen(self) -> dict[str, Any]:
        """The filters that are set and valid, by name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def filtered_panels(user: Any, chosen: dict[str, Any]) -> QuerySet[Panel]:
    """The panels that the user may see and that meet all the chosen filters."""
    rows = visible_panels(user)
    if "stage" in chosen:
        rows = rows.filter(stage=chosen["stage"])
    if "q" in chosen:
        rows = matching_panels(rows, chosen["q"].strip())
    return rows.filter(panels_said(chosen["verdict"])) if "verdict" in chosen else rows
