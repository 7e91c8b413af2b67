"""The filters of the list of stations. List and export narrow by the same function."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from preceptor.base.together import Set, read_together
from preceptor.fellows.access import visible_stations
from preceptor.fellows.choices import StationKind, StationState
from preceptor.fellows.models import Station
from preceptor.fellows.states import PLANNED, RUNNING
from preceptor.institutions.access import visible_disciplines, visible_units
from preceptor.web.filters.select import Select
from preceptor.web.localised import localised

RUNNING_NOW, PLANNED_NOW = "running", "planned"


class StationFilter(forms.Form):
    """What the list of stations can be narrowed by; an unknown value is left out."""

    q = forms.CharField(label=_("Name, code or number"), required=False, max_length=60)
    kind = forms.ChoiceField(
        label=_("Kind of station"), required=False, choices=[("", _("Any")), *StationKind.choices]
    )
    state = forms.ChoiceField(
        label=pgettext_lazy("of a station", "State"),
        required=False,
        choices=[
            ("", _("Any")),
            (RUNNING_NOW, _("taking part: open or to be rectified")),
            (PLANNED_NOW, _("on the way to opening")),
            *StationState.choices,
        ],
    )
    discipline = forms.ChoiceField(label=_("Discipline"), required=False, widget=Select)
    unit = forms.ChoiceField(label=_("Unit"), required=False, widget=Select)

    def __init__(self, data: Any, user: Any) -> None:
        super().__init__(data, auto_id="filter_%s")
        stations = visible_stations(user).order_by()
        disciplines = visible_disciplines(user).filter(pk__in=stations.values("discipline"))
        units = visible_units(user).filter(pk__in=stations.values("unit"))
        offer(self, discipline=disciplines.order_by("code"), unit=units.order_by("code"))

    def chosen(self) -> dict[str, Any]:
        """The filters that are set and valid, by name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def offer(form: forms.Form, **fields: QuerySet[Any]) -> None:
    """Let each field offer its rows by code and name, after the choice of any; codes that stand
    twice are offered once. One query."""
    read = read_together([Set(rows) for rows in fields.values()])
    for field, rows in zip(fields, read, strict=True):
        found = {row.code: localised(row, "name") for row in rows}
        form.fields[field].choices = [("", _("Any")), *found.items()]  # type: ignore[attr-defined]


def filtered_stations(user: Any, chosen: dict[str, Any]) -> QuerySet[Station]:
    """The stations that the user may see and that meet all the chosen filters."""
    rows = visible_stations(user)
    if text := chosen.get("q"):
        named = Q(name_zh__icontains=text) | Q(name_en__icontains=text)
        rows = rows.filter(named | Q(code__icontains=text) | Q(number__icontains=text))
    for name, column in (
        ("kind", "kind"), ("discipline", "discipline__code"), ("unit", "unit__code"),
    ):  # fmt: skip
        if name in chosen:
            rows = rows.filter(**{column: chosen[name]})
    if "state" in chosen:
        groups = {RUNNING_NOW: RUNNING, PLANNED_NOW: PLANNED}
        rows = rows.filter(state__in=groups.get(chosen["state"], [chosen["state"]]))
    return rows
