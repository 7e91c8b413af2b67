"""The forms of sittings and invitations; they check shape only, the actions decide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from preceptor.cases.actions.chairing import PLACE_LENGTH, TITLE_LENGTH
from preceptor.cases.actions.invitation import REASON_LENGTH
from preceptor.cases.choices import Answer
from preceptor.people.choices import TieKind
from preceptor.people.models import Person
from preceptor.web.localised import localised
from preceptor.web.shown.sitting import roles


def _moment(label: Any, *, required: bool = True) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=required, widget=widget)


def _text(label: Any, *, required: bool = True, most: int = REASON_LENGTH) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, required=required, max_length=most, widget=widget)


class TimeForm(forms.Form):
    """When and where."""

    starts_at = _moment(_("Starts"))
    ends_at = _moment(_("Ends"), required=False)
    place = forms.CharField(label=_("Place"), required=False, max_length=PLACE_LENGTH)


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = _text(_("Reason"))


class RecordForm(forms.Form):
    """What is recorded of the sitting when it closes."""

    record = _text(_("Record of the sitting"), required=False, most=20_000)


class ItemForm(forms.Form):
    """An item that is discussed; at a meeting of a standing body it can be put to the vote too. A
    panel votes on its request alone."""

    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=TITLE_LENGTH)
    title_en = forms.CharField(label=_("Title in English"), required=False, max_length=TITLE_LENGTH)
    is_voted = forms.BooleanField(label=_("Put to the vote, as the body votes"), required=False)

    def __init__(self, data: Any = None, *, is_of_body: bool) -> None:
        super().__init__(data)
        if not is_of_body:
            del self.fields["is_voted"]


class SeatForm(forms.Form):
    """Who is to be seated; as a substitute the role is that of the seat."""

    person = forms.CharField(
        label=_("Number or full name of the person"), max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    role = forms.ChoiceField(label=_("Seat"))

    def __init__(self, data: Any = None, *, is_voting: bool | None = None) -> None:
        super().__init__(data)
        self.fields["role"].choices = list(roles(is_voting))  # type: ignore[attr-defined]


class RecusalForm(forms.Form):
    """From which item a member is taken out, and why."""

    item = forms.TypedChoiceField(label=_("Item"), coerce=int)
    reason = _text(_("Reason"))

    def __init__(self, items: Sequence[Any], data: Any = None) -> None:
        super().__init__(data)
        self.fields["item"].choices = [  # type: ignore[attr-defined]
            (item.pk, localised(item, "title")) for item in items
        ]


class AnswerForm(forms.Form):
    """The answer to an invitation, and a tie to somebody whom an item is about."""

    answer = forms.ChoiceField(
        label=_("Your answer"), choices=Answer.choices, widget=forms.RadioSelect
    )
    reason = _text(_("Reason, if you cannot come"), required=False)
    tie = forms.ChoiceField(label=_("Are you tied to the person concerned?"), required=False)
    note = forms.CharField(
        label=_("What the tie is"), required=False, max_length=REASON_LENGTH,
        help_text=_("Kept ciphered; read by those who keep the records of the person."),
    )  # fmt: skip

    def __init__(self, subjects: Sequence[Person], data: Any = None) -> None:
        super().__init__(data)
        if not subjects:
            del self.fields["tie"], self.fields["note"]
            return
        several = len(subjects) > 1
        kinds = [
            (f"{person.pk}:{kind}", f"{localised(person, 'name')}: {title}" if several else title)
            for person in subjects
            for kind, title in TieKind.choices
        ]
        self.fields["tie"].choices = [("", _("No tie")), *kinds]  # type: ignore[attr-defined]
