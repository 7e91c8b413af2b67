"""The filters of the list of platforms. List and export narrow by the same function."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from preceptor.base.today import today
from preceptor.institutions.access import visible_platforms, visible_units
from preceptor.institutions.choices import PlatformKind, PlatformLevel, PlatformState
from preceptor.institutions.models import Platform, PlatformSpan
from preceptor.web.filters.select import Select
from preceptor.web.filters.station import offer
from preceptor.web.forms.change import DayField


class PlatformFilter(forms.Form):
    """What the list of platforms can be narrowed by; an unknown value is left out."""

    q = forms.CharField(label=_("Name or code"), required=False, max_length=60)
    on = DayField(label=_("On the day"), required=False)
    level = forms.ChoiceField(
        label=_("Level"), required=False, choices=[("", _("Any")), *PlatformLevel.choices]
    )
    kind = forms.ChoiceField(
        label=_("Kind of platform"), required=False, choices=[("", _("Any")), *PlatformKind.choices]
    )
    state = forms.ChoiceField(
        label=pgettext_lazy("co-operation", "State"),
        required=False,
        choices=[("", _("Any")), *PlatformState.choices],
    )
    unit = forms.ChoiceField(label=_("Unit"), required=False, widget=Select)

    def __init__(self, data: Any, user: Any) -> None:
        super().__init__(data, auto_id="filter_%s")
        rows = visible_platforms(user).order_by()
        offer(self, unit=visible_units(user).filter(pk__in=rows.values("unit")).order_by("code"))

    def chosen(self) -> dict[str, Any]:
        """The filters that are set and valid, by name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def day_of(chosen: dict[str, Any]) -> date:
    """The day that was chosen, else today."""
    found: date | None = chosen.get("on")
    return found or today()


def filtered_platforms(user: Any, chosen: dict[str, Any]) -> QuerySet[Platform]:
    """The platforms that were begun by the day (today without one) and that meet the other filters."""
    spans = PlatformSpan.objects.on(day_of(chosen)).order_by()
    if "state" in chosen:
        spans = spans.filter(state=chosen["state"])
    rows = visible_platforms(user).filter(pk__in=spans.values("platform"))
    if text := chosen.get("q"):
        named = Q(name_zh__icontains=text) | Q(name_en__icontains=text)
        rows = rows.filter(named | Q(code__icontains=text))
    for name, column in (("level", "level"), ("kind", "kind"), ("unit", "unit__code")):
        if name in chosen:
            rows = rows.filter(**{column: chosen[name]})
    return rows
