"""The filters of the list of waivers. List and export narrow by the same function."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from preceptor.base.today import today
from preceptor.policy import Pack
from preceptor.standing.access import visible_waivers, waiting_waivers
from preceptor.standing.choices import WaiverState
from preceptor.standing.models import Waiver
from preceptor.web.filters.choices import Choices

SOON = timedelta(days=60)
#: The choices besides the states that are stored.
IN_FORCE, EXPIRED = "in_force", "expired"


class WaiverFilter(forms.Form):
    """What the list of waivers can be narrowed by; an unknown value is left out."""

    rule = forms.ChoiceField(label=_("Rule"), required=False)
    state = forms.ChoiceField(
        label=pgettext_lazy("of a waiver", "State"),
        required=False,
        choices=[
            ("", _("Any")),
            (IN_FORCE, _("granted, in force today")),
            (EXPIRED, _("granted, expired")),
            *WaiverState.choices,
        ],
    )
    ends = forms.ChoiceField(
        label=_("Ends"),
        required=False,
        choices=[("", _("Any day")), ("60", _("within 60 days"))],
    )
    waits = forms.ChoiceField(
        label=_("Waits for"),
        required=False,
        choices=[("", _("Anybody")), ("me", _("my signature"))],
    )

    def __init__(self, data: Any, packs: list[Pack]) -> None:
        super().__init__(data, auto_id="filter_%s")
        offered = Choices([], [], packs).rules
        self.fields["rule"].choices = [("", _("Any")), *offered]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """The filters that are set and valid, by name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def filtered_waivers(user: Any, chosen: dict[str, Any]) -> QuerySet[Waiver]:
    """The waivers that the user may see and that meet all the chosen filters, with the
    `student_number` to order by, and without the reasons."""
    rows = visible_waivers(user)
    if "waits" in chosen:
        rows = rows.filter(pk__in=waiting_waivers(user).values("pk"))
    if "rule" in chosen:
        rows = rows.filter(rule=chosen["rule"])
    if "state" in chosen:
        rows = in_state(rows, chosen["state"])
    if "ends" in chosen:
        rows = in_state(rows, IN_FORCE).filter(valid_to__lte=today() + SOON)
    return rows.defer("reason").annotate(student_number=F("enrolment__student_number"))


def in_state(rows: QuerySet[Waiver], state: str) -> QuerySet[Waiver]:
    """The waivers in a stored state, or granted and in force or expired today."""
    if state == IN_FORCE:
        granted = rows.filter(state=WaiverState.GRANTED)
        return granted.filter(valid_from__lte=today(), valid_to__gte=today())
    if state == EXPIRED:
        return rows.filter(state=WaiverState.GRANTED, valid_to__lt=today())
    return rows.filter(state=state)
