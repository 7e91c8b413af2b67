"""The filters of the list of appointments. List and export narrow by the same function."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from preceptor.fellows.access import visible_appointments
from preceptor.fellows.choices import AppointmentState
from preceptor.fellows.models import Appointment
from preceptor.standing.investigators import (
    ANY,
    IN_OFFICE,
    OVER,
    SOON,
    UNJUDGED,
    YEAR,
    Found,
    Wanted,
    appointments_wanted,
)
from preceptor.web.filters.select import Select
from preceptor.web.localised import localised

NAMES = ("name_zh", "name_en")


class AppointmentFilter(forms.Form):
    """What the list of appointments can be narrowed by; an unknown value is left out."""

    q = forms.CharField(label=_("Name or number"), required=False, max_length=60)
    programme = forms.ChoiceField(
        label=pgettext_lazy("of principal investigators", "Programme"), required=False
    )
    laboratory = forms.ChoiceField(label=_("Laboratory"), required=False, widget=Select)
    state = forms.ChoiceField(
        label=pgettext_lazy("of an appointment", "State"),
        required=False,
        choices=[
            ("", _("Any")),
            (IN_OFFICE, _("holding the office")),
            *AppointmentState.choices,
        ],
    )
    ends = forms.ChoiceField(
        label=_("The term ends"),
        required=False,
        choices=[
            ("", _("Any")),
            (SOON, _("within 90 days")),
            (YEAR, _("within a year")),
            (OVER, _("is over, and nothing is decided")),
        ],
    )
    standing = forms.ChoiceField(
        label=_("What the rules say"),
        required=False,
        choices=[
            ("", pgettext_lazy("what the rules say", "not shown")),
            (ANY, pgettext_lazy("what the rules say", "shown of everybody")),
            ("fail", pgettext_lazy("of an appointment", "a rule is not met")),
            ("pending", pgettext_lazy("of an appointment", "something is not known")),
            ("warn", pgettext_lazy("of an appointment", "a rule gives notice")),
            ("pass", pgettext_lazy("of an appointment", "all rules are met")),
            (UNJUDGED, pgettext_lazy("of an appointment", "no rule speaks of it")),
        ],
    )

    def __init__(self, data: Any, user: Any) -> None:
        super().__init__(data, auto_id="filter_%s")
        self._offer(visible_appointments(user))

    def _offer(self, rows: QuerySet[Appointment]) -> None:
        """Offer the programmes and laboratories of the appointments by code; one query."""
        columns = ("programme", "laboratory__unit")
        names = [f"{column}__{name}" for column in columns for name in ("code", *NAMES)]
        found = list(rows.order_by().values_list(*names).distinct())
        for field, first in (("programme", 0), ("laboratory", len(names) // 2)):
            offered = {row[first]: _name(row[first + 1 : first + 3]) for row in found if row[first]}
            self.fields[field].choices = [("", _("Any")), *sorted(offered.items())]  # type: ignore[attr-defined]

    @property
    def is_judging(self) -> bool:
        """Whether it is asked what the rules say."""
        return bool(self.chosen().get("standing"))

    def chosen(self) -> dict[str, Any]:
        """The filters that are set and valid, by name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def _name(names: Sequence[str]) -> str:
    """The name in the reader's language, as `localised` gives it of a record."""
    return localised(SimpleNamespace(**dict(zip(NAMES, names, strict=True))), "name")


def filtered_appointments(user: Any, chosen: dict[str, Any]) -> Found:
    """The appointments that the user may see and that meet all the chosen filters."""
    named = {"text" if name == "q" else name: value for name, value in chosen.items()}
    return appointments_wanted(user, Wanted(**named), get_language() or "")
