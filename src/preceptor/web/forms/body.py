"""The forms of standing bodies: setting one up, seats, charter, meetings, advice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from preceptor.base.today import today
from preceptor.cases.choices import AdviceState, BodyKind, BodyRole
from preceptor.cases.kinds.kind import Share, Voting
from preceptor.cases.models import Body, BodySeat, Sitting
from preceptor.institutions.models import Unit
from preceptor.web.forms.change import DayField, ReasonField
from preceptor.web.localised import localised

#: The majorities that are offered: the share, of whom, and whether more than it is needed.
PASSES = {
    "half_all": (_("more than half of all members"), Share(1, 2, of="all", more_than=True)),
    "two_thirds_all": (_("two thirds of all members"), Share(2, 3, of="all")),
    "half_present": (
        _("more than half of those present"),
        Share(1, 2, of="present", more_than=True),
    ),
    "two_thirds_present": (_("two thirds of those present"), Share(2, 3, of="present")),
}
QUORUMS = {
    "two_thirds": (_("two thirds of all members"), Share(2, 3)),
    "half": (_("more than half of all members"), Share(1, 2, more_than=True)),
}


class NumberField(forms.CharField):
    """The staff number of a person; whose it is, is looked up by the page."""

    def __init__(self, label: Any, **named: Any) -> None:
        super().__init__(label=label, max_length=120, **named)


def _offer(form: forms.Form, field: str, units: Sequence[Unit], *, any_title: Any = None) -> None:
    first = [] if any_title is None else [("", any_title)]
    offered = [(str(unit.pk), localised(unit, "name")) for unit in units]
    form.fields[field].choices = [*first, *offered]  # type: ignore[attr-defined]


class BodyForm(forms.Form):
    """A new body: what kind, of which unit, how often it meets and how it votes."""

    kind = forms.ChoiceField(label=_("Kind of body"), choices=BodyKind.choices)
    unit = forms.ChoiceField(label=_("Unit"))
    code = forms.CharField(
        label=_("Code"), max_length=40, help_text=_("Short and lasting, such as DEC or ATC-01.")
    )
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=120)
    name_en = forms.CharField(label=_("Name in English"), max_length=200)
    upper = forms.ChoiceField(
        label=_("Committee above"), required=False, help_text=_("For a sub-committee only.")
    )
    person = NumberField(
        _("Student number"), required=False, help_text=_("For a guidance committee only.")
    )
    term_years = forms.IntegerField(
        label=_("Term in years"), required=False, min_value=1, max_value=20
    )
    meetings_a_year = forms.IntegerField(
        label=_("Meetings a year, at least"), required=False, min_value=1, max_value=52
    )
    passes = forms.ChoiceField(
        label=_("A decision is carried by"),
        choices=[(key, pair[0]) for key, pair in PASSES.items()],
    )
    quorum = forms.ChoiceField(
        label=_("Quorum"), choices=[(key, pair[0]) for key, pair in QUORUMS.items()]
    )
    is_open = forms.BooleanField(
        label=_("Votes are open"),
        required=False,
        help_text=_("Otherwise by secret ballot: nobody sees who voted how."),
    )
    opened_on = DayField(label=_("Set up on"))

    def __init__(
        self, units: Sequence[Unit], uppers: Sequence[Body], data: Any = None, **known: str
    ) -> None:
        super().__init__(data, initial={"opened_on": today(), **known})
        _offer(self, "unit", units)
        above = [(str(body.pk), localised(body, "name")) for body in uppers]
        self.fields["upper"].choices = [("", _("none")), *above]  # type: ignore[attr-defined]

    def voting(self) -> Voting:
        """The voting rule that was chosen."""
        chosen = self.cleaned_data
        return Voting(
            passes=PASSES[chosen["passes"]][1], quorum=QUORUMS[chosen["quorum"]][1],
            is_secret=not chosen["is_open"],
        )  # fmt: skip


class SeatForm(forms.Form):
    """A seat: whose, what role, for which days."""

    number = NumberField(_("Staff number"))
    role = forms.ChoiceField(label=_("Role"), choices=BodyRole.choices, initial=BodyRole.MEMBER)
    is_head = forms.BooleanField(
        label=_("Heads the institution"),
        required=False,
        help_text=_("The Degrees Law (article 10) wants the head in the chair."),
    )
    substitute = NumberField(_("Staff number of the substitute"), required=False)
    valid_from = DayField(label=_("From the day"))
    valid_to = DayField(
        label=_("Last day"), required=False, help_text=_("Left empty: the body's own term.")
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"valid_from": today(), "role": BodyRole.MEMBER})


class NextTermForm(forms.Form):
    """The next term of who has or had a seat: the role, and the days."""

    role = forms.ChoiceField(label=_("Role"), choices=BodyRole.choices)
    is_head = forms.BooleanField(label=_("Heads the institution"), required=False)
    valid_from = DayField(label=_("From the day"))
    valid_to = DayField(
        label=_("Last day"), required=False, help_text=_("Left empty: the body's own term.")
    )

    def __init__(self, held: BodySeat, data: Any = None) -> None:
        last = held.valid_to
        first = last + timedelta(days=1) if last is not None else today()
        given = {"role": held.role, "is_head": held.is_head, "valid_from": first}
        super().__init__(data, initial=given)


class LastDayForm(forms.Form):
    """The last day of a seat or a body, and why."""

    last_on = DayField(label=_("Last day"))
    reason = ReasonField()

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"last_on": today()})


class CharterForm(forms.Form):
    """The next version of the charter: its text, its file, or both."""

    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=200)
    title_en = forms.CharField(label=_("Title in English"), max_length=200, required=False)
    valid_from = DayField(label=_("In force from"))
    text_zh = forms.CharField(
        label=_("Text in Chinese"), required=False, max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )  # fmt: skip
    text_en = forms.CharField(
        label=_("Text in English"), required=False, max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    file = forms.FileField(label=_("File (PDF or Word)"), required=False)

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, initial={"valid_from": today()})


class MomentField(forms.DateTimeField):
    """A day with its time as a browser's input writes it."""

    default_error_messages = {"invalid": _("There is no such time. Write it as 2023-12-31T14:00.")}

    def __init__(self, **named: Any) -> None:
        kept = "%Y-%m-%dT%H:%M"
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=kept)
        super().__init__(input_formats=[kept], widget=widget, **named)


class MeetingForm(forms.Form):
    """When and where the body meets."""

    starts_at = MomentField(label=_("Begins"))
    ends_at = MomentField(label=_("Ends"), required=False)
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    title_zh = forms.CharField(
        label=_("Title in Chinese"), max_length=300, required=False,
        help_text=_("Left empty, the meeting is numbered within its year."),
    )  # fmt: skip
    title_en = forms.CharField(label=_("Title in English"), max_length=300, required=False)


class TakeUpForm(forms.Form):
    """Which waiting cases go on the agenda of which meeting."""

    sitting = forms.TypedChoiceField(label=_("Meeting"), coerce=int)
    cases = forms.TypedMultipleChoiceField(coerce=int)

    def __init__(self, sittings: Sequence[Sitting], cases: Sequence[int], data: Any) -> None:
        super().__init__(data)
        self.fields["sitting"].choices = [(row.pk, row.pk) for row in sittings]  # type: ignore[attr-defined]
        self.fields["cases"].choices = [(key, key) for key in cases]  # type: ignore[attr-defined]


class AdviceForm(forms.Form):
    """An advice, about whom, and who follows it up until when."""

    text = forms.CharField(
        label=_("Advice"), max_length=5000, widget=forms.Textarea(attrs={"rows": 5})
    )
    given_on = DayField(label=_("Given on"))
    sitting = forms.ChoiceField(label=_("At the meeting"), required=False)
    case = forms.CharField(label=_("Number of the request"), max_length=40, required=False)
    person = NumberField(_("Number of the person it is about"), required=False)
    owner = NumberField(
        _("Number of who follows it up"), required=False,
        help_text=_("A staff or student number; or choose a unit."),
    )  # fmt: skip
    owner_unit = forms.ChoiceField(label=_("Unit that follows it up"), required=False)
    due_on = DayField(label=_("Due on"), required=False)

    def __init__(
        self, units: Sequence[Unit], sittings: Sequence[Sitting], data: Any = None
    ) -> None:
        super().__init__(data, initial={"given_on": today()})
        _offer(self, "owner_unit", units, any_title=_("none"))
        held = [(str(row.pk), localised(row, "title")) for row in sittings]
        self.fields["sitting"].choices = [("", _("none")), *held]  # type: ignore[attr-defined]


class ReportForm(forms.Form):
    """What came of an advice."""

    state = forms.ChoiceField(
        label=_("What came of it"), choices=AdviceState.choices, initial=AdviceState.DONE
    )
    text = forms.CharField(
        label=_("What was done, or why not"), max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
