"""The forms of a postdoc's records and requests; they check shape only, the actions decide."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from preceptor.base.today import today
from preceptor.fellows.choices import (
    Grade,
    GroundKind,
    HostRole,
    IntakeSource,
    LeaveKind,
    Payer,
    PostdocStep,
    SupportKind,
    Track,
)
from preceptor.fellows.models import Postdoc
from preceptor.institutions.access import visible_platforms
from preceptor.institutions.models import Platform
from preceptor.web.filters.select import Select
from preceptor.web.forms.change import DayField, ReasonField
from preceptor.web.forms.station import RemarkField
from preceptor.web.localised import localised

Options = Mapping[str, str]
_KNOWN = [("", _("not known")), ("yes", _("yes")), ("no", _("no"))]


class AmountField(forms.DecimalField):
    """An amount in CNY, to the cent."""

    def __init__(self, label: Any, least: str = "0.01", **named: Any) -> None:
        super().__init__(
            label=label, min_value=Decimal(least), max_digits=12, decimal_places=2, **named
        )


class PersonField(forms.CharField):
    """The staff number of a person; whose it is, is looked up by the page."""

    def __init__(self, label: Any = "", **named: Any) -> None:
        super().__init__(label=label or _("Staff number"), max_length=120, **named)


class HostForm(forms.Form):
    """A further supervisor."""

    number = PersonField()
    role = forms.ChoiceField(label=_("As what"), choices=HostRole.choices)
    on = DayField(label=_("From the day"))
    is_outside = forms.BooleanField(label=_("From outside the institution"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"on": today()})


class PlatformForm(forms.Form):
    """On which platform of the institution the postdoc works."""

    platform: forms.ModelChoiceField[Platform] = forms.ModelChoiceField(
        label=_("Platform"), queryset=None, widget=Select
    )
    on = DayField(label=_("From the day"))

    def __init__(self, row: Postdoc, user: Any, data: Any = None) -> None:
        super().__init__(data, initial={"on": today()})
        rows = visible_platforms(user).filter(institution=row.institution_id).order_by("code")
        field: Any = self.fields["platform"]
        field.queryset = rows
        field.label_from_instance = lambda one: f"{one.code} {localised(one, 'name')}"


class HostEndForm(forms.Form):
    """The last day of a supervisor's part, or of the work on a platform."""

    last_on = DayField(label=_("Last day"))
    reason = ReasonField()

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"last_on": today()})


class LeaveForm(forms.Form):
    """A leave, both days included."""

    kind = forms.ChoiceField(label=_("Kind of leave"), choices=LeaveKind.choices)
    first_on = DayField(label=_("First day"))
    last_on = DayField(label=_("Last day"))
    note = RemarkField(
        _("Remark"), 1000, help_text=_("Kept ciphered; read by who keeps the records alone.")
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"first_on": today()})


class ReturnForm(forms.Form):
    """The first day back at the station."""

    returned_on = DayField(label=_("Back since"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"returned_on": today()})


class GroundForm(forms.Form):
    """What was found, with its days where it has some."""

    kind = forms.ChoiceField(label=_("What was found"), choices=GroundKind.choices)
    found_on = DayField(label=_("Found on"))
    first_on = DayField(
        label=_("First day"), required=False, help_text=_("Of an absence or a late return.")
    )
    days = forms.IntegerField(
        label=pgettext_lazy("how many", "Days"), required=False, min_value=1, max_value=3660
    )
    paper = forms.CharField(label=_("Paper"), required=False, max_length=200)
    note = RemarkField(
        _("Remark"), 1000, help_text=_("Kept ciphered; read by who keeps the records alone.")
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"found_on": today()})


class ReasonForm(forms.Form):
    """Why."""

    reason = ReasonField()

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)


class ContractForm(forms.Form):
    """A signed contract: its days, whose the results are, what follows a breach."""

    number = forms.CharField(label=_("Number of the contract"), max_length=60)
    signed_on = DayField(label=_("Signed on"))
    first_on = DayField(label=_("First day"))
    last_on = DayField(label=_("Last day"))
    ownership = forms.CharField(label=_("Whose the results are"), required=False, max_length=300)
    breach = forms.CharField(label=_("What follows a breach"), required=False, max_length=300)

    def __init__(self, row: Postdoc, data: Any = None) -> None:
        days = {"first_on": row.entered_on, "last_on": row.term_ends_on, "signed_on": today()}
        super().__init__(data, initial=days)


class FundingForm(forms.Form):
    """Who pays what a year, from a day on."""

    payer = forms.ChoiceField(label=_("Who pays"), choices=Payer.choices)
    payer_name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=200,
        help_text=_("Of a company or foundation; the host unit is known."),
    )
    purpose = forms.ChoiceField(label=_("For what"), choices=SupportKind.choices)
    amount_cny = AmountField(_("CNY a year"), "0", help_text=_("Zero ends the share."))
    since = DayField(label=_("From the day"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"since": today()})


class SupportForm(forms.Form):
    """What was paid or given once."""

    kind = forms.ChoiceField(label=_("For what"), choices=SupportKind.choices)
    payer = forms.ChoiceField(label=_("Who paid"), choices=Payer.choices)
    amount_cny = AmountField(_("Amount in CNY"))
    paid_on = DayField(label=_("Paid on"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"paid_on": today()})


class TrackForm(forms.Form):
    """Another track or source, from a day on."""

    track = forms.ChoiceField(label=_("Track"), choices=Track.choices)
    intake = forms.ChoiceField(
        label=pgettext_lazy("of a postdoc", "Source"), choices=IntakeSource.choices
    )
    on = DayField(label=_("From the day"))
    reason = RemarkField()

    def __init__(self, row: Postdoc, data: Any = None) -> None:
        now = {"track": row.track, "intake": row.intake, "on": today()}
        super().__init__(data, initial=now)


class NumberForm(forms.Form):
    """One number."""

    number = forms.CharField(label=_("Number"), max_length=40)

    def __init__(self, number: str, data: Any = None) -> None:
        super().__init__(data, initial={"number": number})


class GradeForm(forms.Form):
    """The grade that the board gives."""

    grade = forms.ChoiceField(label=_("Grade"), choices=Grade.choices)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)


class StepForm(forms.Form):
    """What a request about a postdoc needs: of an assessment the year, else the day; why."""

    year = forms.IntegerField(label=_("Year"), min_value=1985, max_value=2200)
    wished_on = DayField(label=_("Day"))
    to_station = forms.ChoiceField(
        label=_("To which station"),
        required=False,
        widget=Select,
        help_text=_("Left empty: a station of another institution."),
    )
    reason = ReasonField()

    def __init__(self, step: PostdocStep, row: Postdoc, goals: Options, data: Any = None) -> None:
        super().__init__(data, initial={"year": today().year})
        for name in set(self.fields) - {"reason"} - _ASKED[step]:
            del self.fields[name]
        if "wished_on" in self.fields:
            self.fields["wished_on"].label = _DAYS[step]
            if step == PostdocStep.EXIT:
                self.fields["wished_on"].initial = row.term_ends_on
        if "to_station" in self.fields:
            offered = [("", _("to another institution")), *goals.items()]
            self.fields["to_station"].choices = offered  # type: ignore[attr-defined]


#: What is asked besides the reason.
_ASKED = {
    PostdocStep.ANNUAL: {"year"},
    PostdocStep.MIDTERM: {"year"},
    PostdocStep.EXTENSION: {"wished_on"},
    PostdocStep.EXIT: {"wished_on"},
    PostdocStep.TRANSFER: {"wished_on", "to_station"},
    PostdocStep.WITHDRAWAL: set(),
}
_DAYS = {
    PostdocStep.EXTENSION: _("The term is to last until"),
    PostdocStep.EXIT: _("Day of exit"),
    PostdocStep.TRANSFER: _("Day of the move"),
}


class EntryForm(forms.Form):
    """A postdoc who entered: whom, where, on which track and for how long."""

    number = PersonField(_("Staff or student number"))
    station = forms.ChoiceField(label=_("Station"), widget=Select)
    postdoc_number = forms.CharField(
        label=_("Number of the postdoc"),
        max_length=40,
        help_text=_("The national one; a provisional one until it is known."),
    )
    track = forms.ChoiceField(label=_("Track"), choices=Track.choices)
    intake = forms.ChoiceField(
        label=pgettext_lazy("of a postdoc", "Source"), choices=IntakeSource.choices
    )
    workstation = forms.ChoiceField(
        label=_("Workstation"), required=False, widget=Select, help_text=_("Of a joint intake.")
    )
    agreement = forms.ChoiceField(
        label=_("Tripartite agreement"),
        required=False,
        widget=Select,
        help_text=_("A joint intake rests on one."),
    )
    entered_on = DayField(label=_("Entered on"))
    term_ends_on = DayField(label=_("Term ends on"))
    host = PersonField(_("Staff number of the co-operating supervisor"))
    doctorate_on = DayField(label=_("Doctorate awarded on"), required=False)
    doctorate_from = forms.CharField(
        label=_("Doctorate awarded by"), required=False, max_length=200
    )
    is_full_time = forms.ChoiceField(label=_("Full time"), required=False, choices=_KNOWN)
    is_own_doctor = forms.ChoiceField(
        label=_("Doctor of this institution"), required=False, choices=_KNOWN
    )

    def __init__(self, offered: Mapping[str, Options], data: Any = None) -> None:
        super().__init__(data, initial={"entered_on": today()})
        self.fields["station"].choices = list(offered["station"].items())  # type: ignore[attr-defined]
        for name in ("workstation", "agreement"):
            self.fields[name].choices = [("", _("none")), *offered[name].items()]  # type: ignore[attr-defined]
