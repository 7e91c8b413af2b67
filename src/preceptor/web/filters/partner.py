"""The filters of the lists of partners and of times abroad."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from preceptor.base.today import today
from preceptor.joint.access import visible_abroad, visible_partners
from preceptor.joint.choices import AbroadKind, PartnerKind
from preceptor.joint.models import Abroad, Partner
from preceptor.joint.queries import partners_active, partners_ever
from preceptor.joint.under import away
from preceptor.web.countries import country_name
from preceptor.web.filters.select import Select
from preceptor.web.forms.change import DayField

EVER, ACTIVE = "ever", "active"


class PartnerFilter(forms.Form):
    """What the list of partners can be narrowed by; an unknown value is left out."""

    q = forms.CharField(label=_("Name or code"), required=False, max_length=60)
    country = forms.ChoiceField(label=_("Country"), required=False, widget=Select)
    kind = forms.ChoiceField(
        label=_("Kind of partner"), required=False, choices=[("", _("Any")), *PartnerKind.choices]
    )
    state = forms.ChoiceField(
        label=_("Agreements"),
        required=False,
        choices=[
            ("", _("Any")),
            (ACTIVE, _("one is in force today")),
            (EVER, _("one came into force ever")),
        ],
    )

    def __init__(self, data: Any, user: Any) -> None:
        super().__init__(data, auto_id="filter_%s")
        offer_countries(self, visible_partners(user))

    def chosen(self) -> dict[str, Any]:
        """The filters that are set and valid, by name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def offer_countries(form: forms.Form, rows: QuerySet[Any]) -> None:
    """Let the field offer the countries that occur in the rows; one query."""
    codes = sorted(set(rows.order_by().values_list("country", flat=True)))
    found = [(code, country_name(code)) for code in codes]
    form.fields["country"].choices = [("", _("Any")), *found]  # type: ignore[attr-defined]


def filtered_partners(user: Any, chosen: dict[str, Any]) -> QuerySet[Partner]:
    """The partners that the user may see and that meet all the chosen filters."""
    rows = visible_partners(user)
    if text := chosen.get("q"):
        named = Q(name_zh__icontains=text) | Q(name_en__icontains=text)
        rows = rows.filter(named | Q(code__icontains=text))
    for name in ("country", "kind"):
        if name in chosen:
            rows = rows.filter(**{name: chosen[name]})
    if "state" in chosen:
        asked = partners_active if chosen["state"] == ACTIVE else partners_ever
        rows = rows.filter(pk__in=asked(None, today()).order_by().values("pk"))
    return rows


class AbroadFilter(forms.Form):
    """On which day who is abroad, as what and where; an unknown value is left out."""

    on = DayField(label=_("On the day"), required=False)
    country = forms.ChoiceField(label=_("Country"), required=False, widget=Select)
    kind = forms.ChoiceField(
        label=_("As"), required=False, choices=[("", _("Any")), *AbroadKind.choices]
    )

    def __init__(self, data: Any, user: Any) -> None:
        super().__init__(data, auto_id="filter_%s")
        offer_countries(self, visible_abroad(user))

    def chosen(self) -> dict[str, Any]:
        """The filters that are set and valid, by name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def filtered_abroad(user: Any, chosen: dict[str, Any]) -> QuerySet[Abroad]:
    """The times abroad that the user may see, that last on the day (today without one) and that meet
    the other filters."""
    rows = visible_abroad(user).filter(away(day_of(chosen)))
    for name in ("country", "kind"):
        if name in chosen:
            rows = rows.filter(**{name: chosen[name]})
    return rows


def day_of(chosen: dict[str, Any]) -> date:
    """The day that was chosen, else today."""
    found: date | None = chosen.get("on")
    return found or today()
