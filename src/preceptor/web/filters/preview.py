"""The filters of a preview's persons: list and export narrow by these same functions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from preceptor.standing.models import PreviewFlip
from preceptor.standing.preview.counting import TO

Options = list[tuple[str, str]]


class PreviewFilter(forms.Form):
    """What the persons can be narrowed by; an unknown value is named and left out."""

    rule = forms.ChoiceField(label=_("Rule"), required=False)
    change = forms.ChoiceField(
        label=pgettext_lazy("what becomes of a verdict", "Change"), required=False
    )
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    cohort = forms.ChoiceField(label=_("Cohort"), required=False)

    def __init__(self, data: Any, offered: dict[str, Options]) -> None:
        super().__init__(data, auto_id="filter_%s")
        for name, options in offered.items():
            self.fields[name].choices = [("", _("Any")), *options]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, str]:
        """The filters that are set and valid, by name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def narrowed(rows: QuerySet[PreviewFlip], chosen: dict[str, str]) -> QuerySet[PreviewFlip]:
    """The rows that meet all the chosen filters."""
    if "rule" in chosen:
        rows = rows.filter(rule=chosen["rule"])
    if "change" in chosen:
        before, _to, after = chosen["change"].partition(TO)
        rows = rows.filter(before=before, after=after)
    if "unit" in chosen:
        rows = rows.filter(enrolment__unit=int(chosen["unit"]))
    if "cohort" in chosen:
        rows = rows.filter(enrolment__cohort=int(chosen["cohort"]))
    return rows
