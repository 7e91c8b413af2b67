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


class FlowForm(forms.Form):
    """Between which days, of which station, grouped how."""

    first = DayField(label=pgettext_lazy("first day", "From"), required=False)
    last = DayField(label=pgettext_lazy("last day", "To"), required=False)
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
        super().__init__(_with_days(data), auto_id="filter_%s")
        offered = [("", _("All stations")), *stations]
        self.fields["station"].choices = offered  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """The days (this year up to today without them), the grouping and the code of a station."""
        self.is_valid()
        given = self.cleaned_data
        last = given.get("last") or today()
        return {
            "first": given.get("first") or date(last.year, 1, 1),
            "last": last,
            "by": given.get("by") or "",
            "station": given.get("station") or "",
        }

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        given: dict[str, Any] = super().clean() or {}
        first, last = given.get("first"), given.get("last") or today()
        if first is not None and first > last:
            given.pop("first")
            self.add_error("first", _("The first day lies after the last."))
        return given
