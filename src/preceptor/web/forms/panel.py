"""The forms of a panel's workspace; they check shape only, the actions decide."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from preceptor.training.choices import SeatRole
from preceptor.web.forms.change import DayField
from preceptor.web.forms.waiver import PrivateReasonField

#: More persons than anybody seats; a longer list is no composition.
MOST_SEATS = 60
#: The largest key that both databases can compare with.
MOST_KEY = 2**63 - 1


class CompositionForm(forms.Form):
    """The composition as it stands in the page: who sits in which role, for which day, and the
    change that was asked for."""

    planned_on = DayField(label=_("Day of the sitting"), required=False)
    q = forms.CharField(required=False, max_length=40)
    add = forms.IntegerField(required=False, min_value=1, max_value=MOST_KEY)
    remove = forms.IntegerField(required=False, min_value=1, max_value=MOST_KEY)

    def roles(self) -> dict[int, str]:
        """The persons and their roles after the change; words that are no person are left out."""
        sent = self.data.getlist("seat") if isinstance(self.data, QueryDict) else []
        keys = [int(key) for key in sent if key.isdecimal() and len(key) < 19]
        found = {key: self._role(key) for key in keys[:MOST_SEATS]}
        if added := self.cleaned_data.get("add"):
            found.setdefault(added, SeatRole.MEMBER.value)
        found.pop(self.cleaned_data.get("remove") or 0, None)
        return found

    def _role(self, key: int) -> str:
        role = self.data.get(f"role_{key}", "")
        return role if role in SeatRole.values else SeatRole.MEMBER.value


class TimeField(forms.TimeField):
    """A time of day."""

    def __init__(self, **named: Any) -> None:
        super().__init__(widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **named)


class CallForm(forms.Form):
    """When and where the panel sits."""

    day = DayField(label=_("Day"))
    start = TimeField(label=_("Begins"))
    end = TimeField(label=_("Ends"))
    place = forms.CharField(label=_("Place"), max_length=200)

    def clean(self) -> dict[str, Any]:
        """Refuse an end that does not lie after the start."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("start") and given.get("end") and given["end"] <= given["start"]:
            self.add_error("end", _("It ends before it begins."))
        return given

    def at(self, name: str) -> datetime:
        """The instant of `start` or `end`."""
        day: date = self.cleaned_data["day"]
        return timezone.make_aware(datetime.combine(day, self.cleaned_data[name]))


class ReplaceForm(forms.Form):
    """Who takes a seat, and why."""

    person = forms.TypedChoiceField(label=pgettext_lazy("person", "Substitute"), coerce=int)
    reason = PrivateReasonField(_("It stands in the journal."))

    def __init__(self, persons: list[tuple[int, str]], data: Any = None) -> None:
        super().__init__(data)
        self.fields["person"].choices = persons  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why a person is seated in spite of a conflict, or leaves the panel."""

    reason = PrivateReasonField(_("Kept ciphered; read by those who compose the panel."))
