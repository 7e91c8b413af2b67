"""The forms of a laboratory: requests under its charter, limits, members, things, money, closing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from preceptor.base.today import today
from preceptor.fellows.choices import EntryKind, LabRole, LimitKind, LimitPeriod
from preceptor.web.filters.select import Select
from preceptor.web.forms.change import DayField, ReasonField

STAFF_NUMBER = _("Staff number")
Choices = Sequence[tuple[str, Any]]
#: A tranche is booked by its release alone.
BOOKED = [(kind.value, kind.label) for kind in EntryKind if kind != EntryKind.TRANCHE]


class AmountField(forms.DecimalField):
    """An amount of money in CNY, or a number of persons, with two decimals at most."""

    def __init__(self, label: Any, **named: Any) -> None:
        super().__init__(label=label, max_digits=14, decimal_places=2, min_value=0, **named)


class NumberField(forms.CharField):
    """The staff or student number of a person; whose it is, is looked up by the page."""

    def __init__(self, label: Any = STAFF_NUMBER, **named: Any) -> None:
        super().__init__(label=label, max_length=120, **named)


class AskForm(forms.Form):
    """What the laboratory wants to do under its charter."""

    kind = forms.ChoiceField(label=_("What is asked for"), choices=LimitKind.choices)
    amount = AmountField(
        pgettext_lazy("asked for", "Amount"),
        help_text=_("Persons or CNY, as the kind says."),
    )
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=200)
    title_en = forms.CharField(
        label=_("Title in English"), max_length=200, required=False,
        help_text=_("Left empty: kind and amount in English."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class LimitForm(forms.Form):
    """A limit of the charter that is asked for."""

    kind = forms.ChoiceField(label=_("What the head may decide"), choices=LimitKind.choices)
    most = AmountField(
        pgettext_lazy("limit", "At most"),
        help_text=_("Persons or CNY, as the kind says; 0 leaves nothing to the head alone."),
    )
    period = forms.ChoiceField(label=_("Counted over"), choices=LimitPeriod.choices)
    valid_from = DayField(label=_("From the day"))
    valid_to = DayField(label=_("Last day"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"valid_from": today()})


class LimitAskForm(LimitForm):
    """The same, with why."""

    reason = ReasonField()


class LimitSetForm(LimitForm):
    """A limit that is set, with the paper by which the authority is given."""

    paper = forms.CharField(label=_("Paper"), max_length=200, help_text=_("Title and number."))


class JoinForm(forms.Form):
    """Who works in the laboratory, as what, for which days."""

    number = NumberField(_("Staff or student number"))
    role = forms.ChoiceField(
        label=pgettext_lazy("in a laboratory", "Role"), choices=LabRole.choices
    )
    valid_from = DayField(label=_("From the day"))
    valid_to = DayField(label=_("Last day"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"valid_from": today()})


class LeaveForm(forms.Form):
    """The last day of a member, and why."""

    last_day = DayField(label=_("Last day"))
    reason = ReasonField()

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"last_day": today()})


class HoldForm(forms.Form):
    """A thing that the laboratory holds."""

    number = forms.CharField(label=_("Number of the thing"), max_length=60)
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=200)
    value_cny = AmountField(
        _("What it cost (CNY)"), required=False, help_text=_("Left empty where it is not known.")
    )
    valid_from = DayField(label=_("From the day"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"valid_from": today()})


class PassForm(LeaveForm):
    """To which unit a thing goes; that unit has it from the day after."""

    goes_to = forms.ChoiceField(label=_("Goes to the unit"), widget=Select)
    field_order = ("goes_to", "last_day", "reason")

    def __init__(self, units: Choices, data: Any = None) -> None:
        super().__init__(data)
        self.fields["goes_to"].choices = units  # type: ignore[attr-defined]


class BookForm(forms.Form):
    """A movement of money; whether it comes in or goes out follows from the kind."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("of money", "Kind"), choices=BOOKED, initial=EntryKind.SPENT
    )
    amount_cny = AmountField(_("Amount (CNY)"))
    booked_on = DayField(label=_("Booked on"))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"booked_on": today(), "kind": EntryKind.SPENT})


class CounterForm(forms.Form):
    """The counter-entry of a wrong entry."""

    booked_on = DayField(label=_("Booked on"))
    reason = ReasonField()

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"booked_on": today()})


class ReturnForm(forms.Form):
    """What a decision used and is given back."""

    amount = AmountField(
        pgettext_lazy("given back", "Amount"), required=False,
        help_text=_("Left empty: all that is left of the decision."),
    )  # fmt: skip
    reason = ReasonField()


class CloseForm(forms.Form):
    """From which day the laboratory is closed."""

    closes_on = DayField(label=_("Closes on"))
    reason = ReasonField()

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"closes_on": today()})
