"""Days and grouping of the pages that count postdocs; what cannot be falls back to what is usual."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from preceptor.base.today import today
from preceptor.web.filters.select import Select
from preceptor.web.forms.change import DayField


class DayForm(forms.Form):
    """One day; today without one."""

    on = DayField(label=_("On the day"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="filter_%s")

    def day(self) -> date:
        """The day that was chosen, else today."""
        self.is_valid()
        chosen: date | None = self.cleaned_data.get("on")
        return chosen or today()


def _with_days(data: Any) -> dict[str, Any]:
    """What was sent; where no day was, those of this year, so that the form says what the page counts."""
    given = {name: data.get(name) for name in data}
    if given.get("first") or given.get("last"):
        return given
    day = today()
    return given | {"first": date(day.year, 1, 1).isoformat(), "last": day.isoformat()}


class BetweenForm(forms.Form):
    """Between which days: this year up to today without them."""

    first = DayField(label=pgettext_lazy("first day", "From"), required=False)
    last = DayField(label=pgettext_lazy("last day", "To"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(_with_days(data), auto_id="filter_%s")

    def chosen(self) -> dict[str, Any]:
        """The days."""
        self.is_valid()
        last = self.cleaned_data.get("last") or today()
        return {"first": self.cleaned_data.get("first") or date(last.year, 1, 1), "last": last}

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        given: dict[str, Any] = super().clean() or {}
        first, last = given.get("first"), given.get("last") or today()
        if first is not None and first > last:
            given.pop("first")
            self.add_error("first", _("The first day lies after the last."))
        return given


class CarrierForm(BetweenForm):
    """Between which days, carried by whom."""

    by = forms.ChoiceField(
        label=pgettext_lazy("of postdocs", "Carried by"),
        required=False,
        choices=[
            ("host", pgettext_lazy("of postdocs", "supervisors")),
            ("laboratory", pgettext_lazy("of postdocs", "laboratories")),
            ("platform", pgettext_lazy("of postdocs", "platforms")),
        ],
    )

    def chosen(self) -> dict[str, Any]:
        """The days, and who carries: supervisors unless another kind is chosen."""
        return super().chosen() | {"by": self.cleaned_data.get("by") or "host"}


class FlowForm(BetweenForm):
    """Between which days, of which station, grouped how."""

    by = forms.ChoiceField(
        label=_("Grouped by"),
        required=False,
        choices=[
            ("", _("the whole institution")),
            ("station", _("station")),
            ("track", _("track")),
            ("intake", _("source")),
        ],
    )
    station = forms.ChoiceField(label=_("Station"), required=False, widget=Select)

    def __init__(self, data: Any, stations: list[tuple[str, str]]) -> None:
        super().__init__(data)
        offered = [("", _("All stations")), *stations]
        self.fields["station"].choices = offered  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """The days, the grouping and the code of a station."""
        days, given = super().chosen(), self.cleaned_data
        return days | {"by": given.get("by") or "", "station": given.get("station") or ""}
