"""The filters of the list of incubations. List and export narrow by the same function."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from preceptor.base.today import today
from preceptor.fellows.access import visible_incubations
from preceptor.fellows.choices import StageKind
from preceptor.fellows.models import Incubation, IncubationStage
from preceptor.institutions.access import visible_units
from preceptor.web.filters.select import Select
from preceptor.web.filters.station import offer

RUNNING, DONE, DROPPED, LATE = "running", "done", "dropped", "late"


class IncubationFilter(forms.Form):
    """What the list of incubations can be narrowed by; an unknown value is left out."""

    q = forms.CharField(label=_("Title or number"), required=False, max_length=60)
    unit = forms.ChoiceField(label=_("Unit"), required=False, widget=Select)
    stage = forms.ChoiceField(
        label=_("Stage under way"), required=False, choices=[("", _("Any")), *StageKind.choices]
    )
    state = forms.ChoiceField(
        label=pgettext_lazy("of an incubation", "State"),
        required=False,
        choices=[
            ("", _("Any")),
            (RUNNING, pgettext_lazy("incubation", "under way")),
            (LATE, pgettext_lazy("incubation", "a stage is overdue")),
            (DONE, pgettext_lazy("incubation", "translated")),
            (DROPPED, pgettext_lazy("incubation", "given up")),
        ],
    )

    def __init__(self, data: Any, user: Any) -> None:
        super().__init__(data, auto_id="filter_%s")
        placed = visible_incubations(user).order_by().values("unit")
        offer(self, unit=visible_units(user).filter(pk__in=placed).order_by("code"))

    def chosen(self) -> dict[str, Any]:
        """The filters that are set and valid, by name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def filtered_incubations(user: Any, chosen: dict[str, Any]) -> QuerySet[Incubation]:
    """The incubations that the user may see and that meet all the chosen filters."""
    rows = visible_incubations(user)
    if text := chosen.get("q"):
        named = Q(title_zh__icontains=text) | Q(title_en__icontains=text)
        rows = rows.filter(named | Q(number__icontains=text))
    if "unit" in chosen:
        rows = rows.filter(unit__code=chosen["unit"])
    if "stage" in chosen:
        now = IncubationStage.objects.filter(kind=chosen["stage"], done_on=None).order_by()
        rows = rows.filter(dropped_on=None, pk__in=now.values("incubation"))
    return rows.filter(_in_state(chosen["state"])) if "state" in chosen else rows


def _in_state(state: str) -> Q:
    stages = IncubationStage.objects.order_by()
    done = stages.filter(kind=StageKind.TRANSLATION, done_on__isnull=False)
    if state == DROPPED:
        return Q(dropped_on__isnull=False)
    if state == DONE:
        return Q(pk__in=done.values("incubation"))
    if state == LATE:
        late = stages.filter(done_on=None, due_on__lt=today())
        return Q(dropped_on=None, pk__in=late.values("incubation"))
    return Q(dropped_on=None) & ~Q(pk__in=done.values("incubation"))
