"""The filters of the list of calls. List and export narrow by the same function."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from preceptor.calls.access import visible_calls
from preceptor.calls.choices import CallState
from preceptor.calls.models import Call
from preceptor.institutions.models import Unit
from preceptor.web.filters.select import Select
from preceptor.web.localised import localised

OPEN, AHEAD, OVER = "open", "ahead", "over"
POSTDOC, PI = "fellows.postdoc", "fellows.pi"


class CallFilter(forms.Form):
    """What the list of calls can be narrowed by; an unknown value is left out."""

    q = forms.CharField(label=_("Title or number"), required=False, max_length=60)
    purpose = forms.ChoiceField(
        label=_("For whom it looks"),
        required=False,
        choices=[
            ("", _("Any")),
            (POSTDOC, _("postdocs")),
            (PI, _("principal investigators")),
        ],
    )
    time = forms.ChoiceField(
        label=pgettext_lazy("to a call", "Applications"),
        required=False,
        choices=[
            ("", _("Any")),
            (OPEN, _("taken now")),
            (AHEAD, _("taken later")),
            (OVER, _("closed")),
        ],
    )
    state = forms.ChoiceField(
        label=pgettext_lazy("of a call", "State"),
        required=False,
        choices=[("", _("Any")), *CallState.choices],
    )
    institution = forms.ChoiceField(
        label=pgettext_lazy("of a call", "Institution"), required=False, widget=Select
    )

    def __init__(self, data: Any, user: Any) -> None:
        super().__init__(data, auto_id="filter_%s")
        roots = visible_calls(user).order_by().values("institution")
        units = Unit.objects.filter(pk__in=roots).order_by("code")
        offered = [(unit.code, localised(unit, "name")) for unit in units]
        self.fields["institution"].choices = [("", _("Any")), *offered]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """The filters that are set and valid, by name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def filtered_calls(user: Any, chosen: dict[str, Any]) -> QuerySet[Call]:
    """The calls that the user may see and that meet all the chosen filters."""
    rows = visible_calls(user)
    for name, column in (("purpose", "purpose"), ("state", "state"),
                         ("institution", "institution__code")):  # fmt: skip
        if name in chosen:
            rows = rows.filter(**{column: chosen[name]})
    if "time" in chosen:
        rows = rows.filter(_at(chosen["time"]))
    if text := chosen.get("q"):
        rows = rows.filter(
            Q(number__icontains=text) | Q(title_zh__icontains=text) | Q(title_en__icontains=text)
        )
    return rows


def _at(time: str) -> Q:
    now, public = timezone.now(), Q(state=CallState.PUBLISHED)
    if time == OPEN:
        return public & Q(opens_at__lte=now, closes_at__gt=now)
    if time == AHEAD:
        return public & Q(opens_at__gt=now)
    return Q(state=CallState.CLOSED) | public & Q(closes_at__lte=now)
