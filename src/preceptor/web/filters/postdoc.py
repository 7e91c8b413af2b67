"""The filters of the list of postdocs. List and export narrow by the same function."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from preceptor.base.keyset import Leg
from preceptor.base.today import today
from preceptor.cases.choices import CaseState
from preceptor.fellows.access import visible_postdocs, visible_stations
from preceptor.fellows.choices import IntakeSource, PostdocState, Track
from preceptor.fellows.models import Leave, Postdoc, PostdocCase
from preceptor.fellows.states import in_state, present
from preceptor.web.filters.select import Select
from preceptor.web.filters.station import offer

PRESENT_NOW = "present"
ENDING, LATE, ASKED, OVER = "ending", "late", "asked", "over"
SOON = timedelta(days=90)


class PostdocFilter(forms.Form):
    """What the list of postdocs can be narrowed by; an unknown value is left out."""

    q = forms.CharField(label=_("Name or number"), required=False, max_length=60)
    station = forms.ChoiceField(label=_("Station"), required=False, widget=Select)
    track = forms.ChoiceField(
        label=_("Track"), required=False, choices=[("", _("Any")), *Track.choices]
    )
    intake = forms.ChoiceField(
        label=pgettext_lazy("of a postdoc", "Source"),
        required=False,
        choices=[("", _("Any")), *IntakeSource.choices],
    )
    state = forms.ChoiceField(
        label=pgettext_lazy("of a postdoc", "State"),
        required=False,
        choices=[("", _("Any")), (PRESENT_NOW, _("in station or on leave")), *PostdocState.choices],
    )
    needs = forms.ChoiceField(
        label=_("Needs attention"),
        required=False,
        choices=[
            ("", _("Any")),
            (ENDING, _("the term ends within 90 days")),
            (OVER, _("the term is over, no exit")),
            (LATE, _("not back from leave")),
            (ASKED, _("a request is under way")),
        ],
    )

    def __init__(self, data: Any, user: Any) -> None:
        super().__init__(data, auto_id="filter_%s")
        offer(self, station=visible_stations(user).order_by("code"))

    def chosen(self) -> dict[str, Any]:
        """The filters that are set and valid, by name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def filtered_postdocs(user: Any, chosen: dict[str, Any]) -> QuerySet[Postdoc]:
    """The postdocs whom the user may see and that meet all the chosen filters."""
    rows = visible_postdocs(user)
    for name in ("track", "intake"):
        if name in chosen:
            rows = rows.filter(**{name: chosen[name]})
    if text := chosen.get("q"):
        named = Q(person__name_zh__icontains=text) | Q(person__name_en__icontains=text)
        rows = rows.filter(named | Q(number__icontains=text))
    if code := chosen.get("station"):
        rows = rows.filter(Q(station__code=code) | Q(workstation__code=code))
    if state := chosen.get("state"):
        rows = rows.filter(present(today()) if state == PRESENT_NOW else in_state(state, today()))
    return rows.filter(_needing(chosen["needs"])) if "needs" in chosen else rows


def legs_of(rows: QuerySet[Postdoc]) -> tuple[Leg, Leg]:
    """The postdocs in the order of the list: those whose end is not recorded, first the term that ends
    first, because it needs attention first; then those who leave or left, the latest first."""
    return (
        Leg(rows.filter(left_on=None), "term_ends_on"),
        Leg(rows.filter(left_on__isnull=False), "left_on", descends=True),
    )


def _needing(wanted: str) -> Q:
    """Postdocs in station for whom the time runs out, who are late, or about whom is asked."""
    day, here = today(), present(today())
    if wanted == ENDING:
        return here & Q(term_ends_on__gte=day, term_ends_on__lte=day + SOON)
    if wanted == OVER:
        return here & Q(term_ends_on__lt=day)
    if wanted == LATE:
        late = Leave.objects.filter(returned_on=None, last_on__lt=day).order_by()
        return here & Q(pk__in=late.values("postdoc"))
    asked = PostdocCase.objects.filter(case__state__in=(CaseState.RUNNING, CaseState.RETURNED))
    return Q(pk__in=asked.order_by().values("postdoc"))
