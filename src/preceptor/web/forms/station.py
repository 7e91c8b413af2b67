"""The forms of stations; they check shape only, the actions decide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from preceptor.base.today import today
from preceptor.fellows.choices import StationKind, StationState
from preceptor.fellows.models import Station
from preceptor.fellows.states import following
from preceptor.web.filters.select import Select
from preceptor.web.forms.change import DayField, ReasonField

IS_OPEN, IS_NEEDED = "open", "needed"
Options = Mapping[str, str]


class RemarkField(forms.CharField):
    """A few words; they may be left out."""

    def __init__(self, label: Any = "", most: int = 500, **named: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 3})
        named = {"required": False, "max_length": most, "widget": widget, **named}
        super().__init__(label=label or _("Reason"), **named)


class PaperField(forms.CharField):
    """The document of what happened before the station was entered."""

    def __init__(self, **named: Any) -> None:
        words = _("Only for history: what was approved before the station was entered here.")
        given: dict[str, Any] = {
            "label": pgettext_lazy("of an approval", "Document"),
            "max_length": 200,
            "required": False,
            "help_text": words,
        }
        super().__init__(**(given | named))


class StationForm(forms.Form):
    """A station that is open already, or one that is needed."""

    now = forms.ChoiceField(
        label=_("What is recorded"),
        choices=[
            (IS_NEEDED, _("a station is needed: opening it is asked for later")),
            (IS_OPEN, _("a station that is open already")),
        ],
    )
    kind = forms.ChoiceField(label=_("Kind of station"), choices=StationKind.choices)
    discipline = forms.ChoiceField(
        label=_("Discipline"),
        required=False,
        widget=Select,
        help_text=_("A mobile station is one of a first-level discipline."),
    )
    unit = forms.ChoiceField(label=_("Unit"), widget=Select)
    code = forms.CharField(
        label=_("Code"), max_length=40, help_text=_("Short and lasting, such as LD-1002.")
    )
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200)
    since = DayField(label=_("Since"), help_text=_("The day of the opening, or of the need."))
    number = forms.CharField(
        label=_("National number"),
        max_length=40,
        required=False,
        help_text=_("Only for a station that is open."),
    )
    paper = PaperField()
    reason = RemarkField()
    first_office = forms.ChoiceField(label=_("First owning office"), required=False, widget=Select)
    second_office = forms.ChoiceField(
        label=_("Second owning office"), required=False, widget=Select
    )
    partner = forms.ChoiceField(
        label=_("Company or hospital"),
        required=False,
        widget=Select,
        help_text=_("Who holds a workstation."),
    )
    upper = forms.ChoiceField(
        label=_("Station above"), required=False, widget=Select, help_text=_("Of a branch.")
    )

    def __init__(self, offered: Mapping[str, Options], data: Any = None) -> None:
        super().__init__(data, initial={"since": today(), "now": IS_NEEDED})
        for name in ("discipline", "first_office", "second_office", "partner", "upper"):
            self.fields[name].choices = [("", _("none")), *offered[name].items()]  # type: ignore[attr-defined]
        self.fields["unit"].choices = list(offered["unit"].items())  # type: ignore[attr-defined]


class StateForm(forms.Form):
    """Another state of the station, from a day on."""

    to = forms.ChoiceField(label=pgettext_lazy("of a station", "New state"))
    on = DayField(label=_("From the day"))
    number = forms.CharField(
        label=_("National number"),
        max_length=40,
        required=False,
        help_text=_("A mobile station is opened with the number of its national approval."),
    )
    paper = PaperField()
    reason = RemarkField()

    def __init__(self, row: Station, data: Any = None) -> None:
        super().__init__(data, initial={"on": today(), "number": row.number})
        states = sorted(following(StationState(row.state)), key=list(StationState).index)
        self.fields["to"].choices = [(one.value, one.label) for one in states]  # type: ignore[attr-defined]


class TargetForm(forms.Form):
    """How many are to enter in a year, and to be in station at its end."""

    year = forms.IntegerField(label=_("Year"), min_value=1985, max_value=2200)
    entries = forms.IntegerField(label=_("Entries in the year"), required=False, min_value=0)
    in_station = forms.IntegerField(
        label=_("In station at the end of the year"), required=False, min_value=0
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"year": today().year})


class AskForm(forms.Form):
    """Why the opening or closing is asked for."""

    reason = ReasonField()

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)


class ApprovalForm(forms.Form):
    """The number of the national approval."""

    number = forms.CharField(label=_("National number"), max_length=40)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
