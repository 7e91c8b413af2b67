"""The filters of the network: one discipline, one unit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from preceptor.fellows.access import visible_stations
from preceptor.institutions.access import visible_disciplines, visible_units
from preceptor.institutions.models import Unit
from preceptor.web.filters.select import Select
from preceptor.web.filters.station import offer


class NetworkFilter(forms.Form):
    """What the network can be narrowed by; an unknown value is left out."""

    discipline = forms.ChoiceField(label=_("Discipline"), required=False, widget=Select)
    unit = forms.ChoiceField(label=_("Hospital or unit"), required=False, widget=Select)

    def __init__(self, data: Any, user: Any, institution: Unit) -> None:
        super().__init__(data, auto_id="filter_%s")
        stations = visible_stations(user).filter(institution=institution).order_by()
        disciplines = visible_disciplines(user).filter(pk__in=stations.values("discipline"))
        units = visible_units(user).filter(pk__in=stations.values("unit"))
        offer(self, discipline=disciplines.order_by("code"), unit=units.order_by("code"))

    def chosen(self) -> dict[str, Any]:
        """The filters that are set and valid, by name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
