"""The filters of the list of panels."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from preceptor.standing.models import Finding
from preceptor.training.access import visible_panels
from preceptor.training.choices import MilestoneKind
from preceptor.training.models import Panel
from preceptor.web.filters.enrolment import VERDICT_CHOICES
from preceptor.web.filters.text import matches_name


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


def matching_panels(rows: QuerySet[Panel], text: str) -> QuerySet[Panel]:
    """Panels whose number begins with the text, or of a trainee so named or numbered."""
    number = Q(number__gte=text, number__lt=text + "\uffff")
    student = Q(enrolment__student_number__gte=text, enrolment__student_number__lt=text + "\uffff")
    found = number | student
    return rows.filter(
        found if text.isdecimal() else found | Q(enrolment__person__in=matches_name(text))
    )


def filtered_panels(user: Any, chosen: dict[str, Any]) -> QuerySet[Panel]:
    """The panels that the user may see and that meet all the chosen filters."""
    rows = visible_panels(user)
    if "stage" in chosen:
        rows = rows.filter(stage=chosen["stage"])
    if "q" in chosen:
        rows = matching_panels(rows, chosen["q"].strip())
    return rows.filter(_whole(chosen["verdict"])) if "verdict" in chosen else rows


def _whole(verdict: str) -> Q:
    """Panels whose verdict as a whole is this: the worst of their rules."""
    found = Finding.objects.filter(panel=OuterRef("pk"))
    fails = Q(Exists(found.filter(verdict="fail", kind="block")))
    waits = Q(Exists(found.filter(verdict="pending").exclude(kind="inform")))
    warns = Q(Exists(found.filter(verdict="fail", kind="warn")))
    wanted = {
        "fail": fails,
        "pending": ~fails & waits,
        "warn": ~fails & ~waits & warns,
        "pass": ~fails & ~waits & ~warns & Q(Exists(found)),
    }
    return wanted[verdict]
