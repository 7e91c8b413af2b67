"""The filters of the list of agreements. List and export narrow by the same function."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from preceptor.base.today import today
from preceptor.institutions.access import visible_units
from preceptor.joint.access import ended_under, visible_agreements, visible_partners
from preceptor.joint.choices import AgreementKind, Standing
from preceptor.joint.models import Agreement
from preceptor.joint.queries import with_standing
from preceptor.web.filters.select import Select
from preceptor.web.filters.station import offer

#: Ended, with nothing in force after it, and somebody still under it.
PEOPLE = "people"
ENDS = (("90", _("within 90 days")), ("180", _("within 180 days")), ("365", _("within a year")))


class AgreementFilter(forms.Form):
    """What the list of agreements can be narrowed by; an unknown value is left out."""

    q = forms.CharField(label=_("Number or title"), required=False, max_length=60)
    standing = forms.ChoiceField(
        label=pgettext_lazy("of an agreement", "Standing"),
        required=False,
        choices=[
            ("", _("Any")),
            (PEOPLE, _("ended, with people still under it")),
            *Standing.choices,
        ],
    )
    kind = forms.ChoiceField(
        label=_("Kind of agreement"),
        required=False,
        choices=[("", _("Any")), *AgreementKind.choices],
    )
    partner = forms.ChoiceField(label=_("Partner"), required=False, widget=Select)
    unit = forms.ChoiceField(label=_("Unit"), required=False, widget=Select)
    ends = forms.ChoiceField(label=_("Ends"), required=False, choices=[("", _("Any")), *ENDS])

    def __init__(self, data: Any, user: Any) -> None:
        super().__init__(data, auto_id="filter_%s")
        rows = visible_agreements(user).order_by()
        units = visible_units(user).filter(pk__in=rows.values("unit"))
        partners = visible_partners(user)
        offer(self, partner=partners.order_by("code"), unit=units.order_by("code"))

    def chosen(self) -> dict[str, Any]:
        """The filters that are set and valid, by name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def filtered_agreements(user: Any, chosen: dict[str, Any]) -> QuerySet[Agreement]:
    """The agreements that the user may see and that meet all the chosen filters, each with where it
    stands today (`stands`)."""
    rows = with_standing(visible_agreements(user), today())
    if text := chosen.get("q"):
        named = Q(title_zh__icontains=text) | Q(title_en__icontains=text)
        rows = rows.filter(named | Q(number__icontains=text))
    if "kind" in chosen:
        rows = rows.filter(kind=chosen["kind"])
    if "unit" in chosen:
        rows = rows.filter(unit__code=chosen["unit"])
    if "partner" in chosen:
        partners = visible_partners(user).filter(code=chosen["partner"]).order_by()
        rows = rows.filter(parties__partner__in=partners.values("pk")).distinct()
    if "ends" in chosen:
        last = today() + timedelta(days=int(chosen["ends"]))
        rows = rows.filter(ends_on__gte=today(), ends_on__lte=last)
    return _standing(user, rows, chosen.get("standing", ""))


def _standing(user: Any, rows: QuerySet[Any], word: str) -> QuerySet[Any]:
    if word == PEOPLE:
        return rows.filter(pk__in=[one.agreement.pk for one in ended_under(user)])
    return rows.filter(stands=word) if word else rows
