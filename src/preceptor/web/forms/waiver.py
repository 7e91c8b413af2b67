"""The forms of waivers; they check shape only, the actions decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from preceptor.base.today import today
from preceptor.standing.actions.waiver import MOST_YEARS, PAPER_LENGTH, longest
from preceptor.standing.candidates import Candidate
from preceptor.web.forms.change import DayField

YEAR = timedelta(days=365)


class PrivateReasonField(forms.CharField):
    """Why; it is kept ciphered, and cannot be left out."""

    def __init__(self, help_text: Any) -> None:
        super().__init__(
            label=_("Reason"),
            help_text=help_text,
            max_length=1000,
            widget=forms.Textarea(attrs={"rows": 3}),
        )


class WaiverForm(forms.Form):
    """Which rule is to be waived, on which days, on what paper, and why."""

    rule = forms.ChoiceField(label=_("Requirement"))
    valid_from = DayField(label=_("Holds from"))
    valid_to = DayField(
        label=_("Holds until"),
        help_text=_("Both days included, and %(years)s years at most.") % {"years": MOST_YEARS},
    )
    paper = forms.CharField(
        label=_("Paper"),
        max_length=PAPER_LENGTH,
        help_text=_("Number or title of the document on which the waiver rests; it is printed."),
    )
    reason = PrivateReasonField(
        _("Read by the officers of the unit and the supervisor only, and kept ciphered.")
    )

    def __init__(self, offered: Sequence[Candidate], rule: str, data: Any = None) -> None:
        chosen = next((one for one in offered if one.known.rule == rule), None)
        first, last = days_for(chosen)
        super().__init__(data, initial={"rule": rule, "valid_from": first, "valid_to": last})
        choices = dict.fromkeys((one.known.rule, one.known.title) for one in offered)
        self.fields["rule"].choices = list(choices)  # type: ignore[attr-defined]


def days_for(chosen: Candidate | None) -> tuple[date, date]:
    """Days to begin with: from today or an earlier event, for a year, and up to a planned event."""
    if chosen is None:
        return today(), today() + YEAR
    first = min(chosen.event_on, today())
    return first, min(max(first + YEAR, chosen.event_on), longest(first))


class DecisionForm(forms.Form):
    """Why a waiver is refused or withdrawn."""

    reason = PrivateReasonField(
        _("Kept ciphered with the waiver, for the officers of the unit and the supervisor.")
    )
