"""The forms of delegations and of the own absences; they check shape only, the actions decide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from preceptor.base.today import today
from preceptor.web.forms.change import DayField


class DelegationForm(forms.Form):
    """Who acts, on which days, for which tasks; the office says also for whom."""

    giver = forms.CharField(
        label=_("For whom"),
        max_length=120,
        help_text=_(
            "Sign-in name, staff number or student number of who is absent; the absence is recorded."
        ),
    )
    taker = forms.CharField(
        label=_("Who acts"),
        max_length=120,
        help_text=_("Sign-in name, staff number or student number."),
    )
    valid_from = DayField(label=_("From the day"))
    valid_to = DayField(label=_("Last day"))
    case_kind = forms.ChoiceField(label=_("For which tasks"), required=False)
    reason = forms.CharField(
        label=_("Remark"), max_length=200, required=False, help_text=_("Seen by both of you.")
    )

    def __init__(
        self, kinds: Sequence[tuple[str, str]], data: Any = None, *, is_substitution: bool = False
    ) -> None:
        super().__init__(data, initial={"valid_from": today(), "valid_to": today()})
        offered = [("", _("All tasks")), *kinds]
        self.fields["case_kind"].choices = offered  # type: ignore[attr-defined]
        if not is_substitution:
            del self.fields["giver"]


class AbsenceForm(forms.Form):
    """The days on which the reader cannot act."""

    first_on = DayField(label=_("From the day"))
    last_on = DayField(label=_("Last day"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"first_on": today(), "last_on": today()})
