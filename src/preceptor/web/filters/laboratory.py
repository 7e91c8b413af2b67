"""The filters of the list of laboratories. List and export narrow by the same function."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from preceptor.fellows.access import visible_laboratories, visible_programmes
from preceptor.fellows.models import Laboratory
from preceptor.web.localised import localised

OPEN, CLOSING, CLOSED = "open", "closing", "closed"


class LaboratoryFilter(forms.Form):
    """What the list of laboratories can be narrowed by; an unknown value is left out."""

    q = forms.CharField(label=_("Name of the laboratory or of its head"), required=False,
                        max_length=60)  # fmt: skip
    programme = forms.ChoiceField(
        label=pgettext_lazy("of principal investigators", "Programme"), required=False
    )
    state = forms.ChoiceField(
        label=pgettext_lazy("of a laboratory", "State"),
        required=False,
        choices=[
            ("", _("Any")),
            (OPEN, pgettext_lazy("laboratory", "open")),
            (CLOSING, pgettext_lazy("laboratory", "about to close")),
            (CLOSED, pgettext_lazy("laboratory", "closed")),
        ],
    )

    def __init__(self, data: Any, user: Any) -> None:
        super().__init__(data, auto_id="filter_%s")
        self.programmes = list(visible_programmes(user).order_by("code"))
        offered = {row.code: localised(row, "name") for row in self.programmes}
        self.fields["programme"].choices = [("", _("Any")), *offered.items()]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """The filters that are set and valid, by name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def filtered_laboratories(user: Any, chosen: dict[str, Any]) -> QuerySet[Laboratory]:
    """The laboratories that the user may see and that meet all the chosen filters."""
    rows = visible_laboratories(user)
    if text := chosen.get("q"):
        unit = Q(unit__name_zh__icontains=text) | Q(unit__name_en__icontains=text)
        head = Q(head__name_zh__icontains=text) | Q(head__name_en__icontains=text)
        rows = rows.filter(unit | head)
    if "programme" in chosen:
        rows = rows.filter(programme__code=chosen["programme"])
    states = {
        OPEN: Q(closed_on=None, closing_on=None),
        CLOSING: Q(closed_on=None, closing_on__isnull=False),
        CLOSED: Q(closed_on__isnull=False),
    }
    return rows.filter(states[chosen["state"]]) if "state" in chosen else rows
