"""The filters of the list of sittings. List and export narrow by the same function."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from preceptor.base.today import today
from preceptor.cases.access import own_seats, visible_bodies, visible_sittings
from preceptor.cases.choices import SittingState
from preceptor.cases.models import Sitting
from preceptor.institutions.access import visible_units
from preceptor.people.access import below, scope
from preceptor.web.filters.select import Select
from preceptor.web.localised import localised


class SittingFilter(forms.Form):
    """What the list of sittings can be narrowed by; an unknown value is left out."""

    whose = forms.ChoiceField(
        label=_("Whose"),
        required=False,
        choices=[("", _("Anybody's")), ("mine", _("with my seat"))],
    )
    state = forms.ChoiceField(
        label=pgettext_lazy("of a sitting", "State"),
        required=False,
        choices=[("", _("Any")), *SittingState.choices],
    )
    when = forms.ChoiceField(
        label=pgettext_lazy("sitting", "Time"),
        required=False,
        choices=[
            ("", _("Any day")),
            ("today", _("today")),
            ("coming", _("today and later")),
            ("past", _("before today")),
            ("open", _("no day set")),
        ],
    )
    unit = forms.TypedChoiceField(
        label=_("Unit and everything below it"), required=False, coerce=int, empty_value=None,
        widget=Select,
    )  # fmt: skip
    body = forms.TypedChoiceField(
        label=_("Standing body"), required=False, coerce=int, empty_value=None, widget=Select
    )

    def __init__(self, data: Any, user: Any) -> None:
        super().__init__(data, auto_id="filter_%s")
        reach = scope(user)
        units = [row for row in visible_units(user).order_by("code") if reach.reads(row.pk)]
        for name, offered in (("unit", units), ("body", visible_bodies(user).order_by("code"))):
            rows = [(row.pk, localised(row, "name")) for row in offered]
            self.fields[name].choices = [("", _("Any")), *rows]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """The filters that are set and valid, by name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def filtered_sittings(user: Any, chosen: dict[str, Any]) -> QuerySet[Sitting]:
    """The sittings that the user may see and that meet all the chosen filters, without records."""
    rows = visible_sittings(user).defer("record")
    if "whose" in chosen:
        rows = rows.filter(pk__in=own_seats(user).values("sitting"))
    if "state" in chosen:
        rows = rows.filter(state=chosen["state"])
    if "unit" in chosen:
        rows = rows.filter(unit__in=below(user, chosen["unit"]))
    if "body" in chosen:
        rows = rows.filter(body=chosen["body"])
    return rows.filter(_when(chosen["when"])) if "when" in chosen else rows


def _when(wanted: str) -> Q:
    start = timezone.make_aware(datetime.combine(today(), time.min))
    end = timezone.make_aware(datetime.combine(today(), time.max))
    return {
        "today": Q(starts_at__gte=start, starts_at__lte=end),
        "coming": Q(starts_at__gte=start),
        "past": Q(starts_at__lt=start),
        "open": Q(starts_at=None),
    }[wanted]


def own_coming(user: Any, most: int = 10) -> list[Sitting]:
    """The reader's own sittings that are not over, soonest first; one query."""
    states = (SittingState.PLANNED, SittingState.CALLED, SittingState.OPEN)
    rows = visible_sittings(user).filter(pk__in=own_seats(user).values("sitting"), state__in=states)
    return list(
        rows.select_related("unit", "body").defer("record").order_by("starts_at", "pk")[:most]
    )
