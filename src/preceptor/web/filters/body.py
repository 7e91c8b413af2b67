"""The filters of the list of standing bodies. List and export narrow by the same function."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from preceptor.base.today import today
from preceptor.cases.access.body import visible_bodies
from preceptor.cases.bodies import terms_ending, vacancies
from preceptor.cases.choices import AdviceState, BodyKind
from preceptor.cases.models import Body
from preceptor.institutions.access import visible_units
from preceptor.web.filters.select import Select
from preceptor.web.localised import localised

OPEN, CLOSED = "open", "closed"
ENDING, VACANT, OVERDUE = "ending", "vacant", "overdue"


class BodyFilter(forms.Form):
    """What the list of standing bodies can be narrowed by; an unknown value is left out."""

    kind = forms.ChoiceField(
        label=_("Kind of body"), required=False, choices=[("", _("Any")), *BodyKind.choices]
    )
    unit = forms.ChoiceField(label=_("Unit"), required=False, widget=Select)
    state = forms.ChoiceField(
        label=pgettext_lazy("of a body", "State"),
        required=False,
        choices=[("", _("Any")), (OPEN, _("set up today")), (CLOSED, _("closed"))],
    )
    needs = forms.ChoiceField(
        label=_("Needs attention"),
        required=False,
        choices=[
            ("", _("Any")),
            (ENDING, _("terms end within 90 days")),
            (VACANT, _("a seat is vacant")),
            (OVERDUE, _("advice is overdue")),
        ],
    )

    def __init__(self, data: Any, user: Any) -> None:
        super().__init__(data, auto_id="filter_%s")
        bodies = visible_bodies(user).order_by()
        units = visible_units(user).filter(pk__in=bodies.values("unit")).order_by("code")
        offered = [(unit.code, localised(unit, "name")) for unit in units]
        self.fields["unit"].choices = [("", _("Any")), *offered]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """The filters that are set and valid, by name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def filtered_bodies(user: Any, chosen: dict[str, Any]) -> QuerySet[Body]:
    """The bodies that the user may see and that meet all the chosen filters."""
    rows = visible_bodies(user)
    if "kind" in chosen:
        rows = rows.filter(kind=chosen["kind"])
    if "unit" in chosen:
        rows = rows.filter(unit__code=chosen["unit"])
    if "state" in chosen:
        gone = Q(closed_on__lt=today())
        rows = rows.filter(gone if chosen["state"] == CLOSED else ~gone | Q(closed_on=None))
    if chosen.get("needs") == ENDING:
        ending = terms_ending(visible_bodies(user), today()).order_by()
        rows = rows.filter(pk__in=[seat.body_id for seat in ending])
    if chosen.get("needs") == VACANT:
        vacant = vacancies(visible_bodies(user).filter(closed_on=None), today()).order_by()
        rows = rows.filter(pk__in=vacant.values("body"))
    if chosen.get("needs") == OVERDUE:
        rows = rows.filter(advice__state=AdviceState.OPEN, advice__due_on__lt=today()).distinct()
    return rows
