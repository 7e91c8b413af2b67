"""The forms of an appointment: contract, start, targets, works, teaching, money, assessment."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from preceptor.base.today import today
from preceptor.fellows.choices import GoalKind, ReviewKind, TermEndGround, Verdict
from preceptor.fellows.models import Appointment, PiGoal
from preceptor.web.forms.change import DayField, ReasonField
from preceptor.web.forms.laboratory import AmountField


class SignForm(forms.Form):
    """The contract: its number, its day, and the term that it names."""

    contract_number = forms.CharField(label=_("Number of the contract"), max_length=60)
    contracted_on = DayField(label=_("Signed on"))
    starts_on = DayField(label=_("Begins on"))
    ends_on = DayField(label=_("Ends on"))

    def __init__(self, row: Appointment, data: Any = None) -> None:
        initial = {
            "contract_number": row.contract_number, "contracted_on": row.contracted_on or today(),
            "starts_on": row.starts_on, "ends_on": row.ends_on,
        }  # fmt: skip
        super().__init__(data, initial=initial)


class StartForm(forms.Form):
    """The first day in office; a first term opens the laboratory with its unit."""

    on = DayField(label=_("First day in office"))
    code = forms.CharField(label=_("Code of the laboratory's unit"), max_length=40)
    name_zh = forms.CharField(label=_("Name of the laboratory in Chinese"), max_length=120)
    name_en = forms.CharField(label=_("Name of the laboratory in English"), max_length=200)
    money_cny = AmountField(
        _("Money of the start package (CNY)"), required=False,
        help_text=_("Left empty: no money comes with the start."),
    )  # fmt: skip

    def __init__(self, row: Appointment, data: Any = None) -> None:
        super().__init__(data, initial={"on": max(row.starts_on, min(today(), row.ends_on))})
        if row.laboratory_id is not None:
            for name in ("code", "name_zh", "name_en"):
                del self.fields[name]


class GoalForm(forms.Form):
    """A target of the contract."""

    kind = forms.ChoiceField(label=_("Kind of target"), choices=GoalKind.choices)
    text = forms.CharField(label=_("What is to be reached"), max_length=300)
    target = AmountField(_("How much"))
    due_on = DayField(label=_("Until the day"))

    def __init__(self, row: Appointment, data: Any = None) -> None:
        super().__init__(data, initial={"due_on": row.ends_on})


class ReportForm(forms.Form):
    """What was reached of a target, and by what it is shown."""

    reached = AmountField(
        _("Reached"), required=False, help_text=_("Left empty: the report is taken back.")
    )
    evidence = forms.CharField(
        label=pgettext_lazy("of a target", "Evidence"), max_length=300, required=False,
        help_text=_("A paper, a project number, a contract."),
    )  # fmt: skip

    def __init__(self, goal: PiGoal, data: Any = None) -> None:
        super().__init__(data, initial={"reached": goal.reached, "evidence": goal.evidence})


class WorkForm(forms.Form):
    """A representative work, and why it matters."""

    title = forms.CharField(label=_("Title of the work"), max_length=500)
    year = forms.IntegerField(label=_("Year"), min_value=1950, max_value=2100)
    doi = forms.CharField(label="DOI", max_length=200, required=False)
    meaning = forms.CharField(
        label=_("Why it matters"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"year": today().year})


class TeachingForm(forms.Form):
    """What was taught in a year."""

    year = forms.IntegerField(label=_("Year"), min_value=1950, max_value=2100)
    course = forms.CharField(label=_("Course"), max_length=200)
    hours = forms.IntegerField(label=_("Contact hours"), min_value=1, max_value=2000)
    trainees = forms.IntegerField(
        label=_("Trainees taught"), min_value=0, max_value=10_000, required=False,
        help_text=_("Left empty where it is not known."),
    )  # fmt: skip

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"year": today().year})


class TrancheForm(forms.Form):
    """A further part of the rolling investment."""

    amount_cny = AmountField(_("Amount (CNY)"))
    planned_on = DayField(label=_("Planned on"))


class WhyForm(forms.Form):
    """Why a tranche is released, held back or stopped."""

    reason = ReasonField()


class AssessForm(forms.Form):
    """Which assessment is asked for."""

    kind = forms.ChoiceField(label=_("Which assessment"), choices=ReviewKind.choices)
    reason = forms.CharField(
        label=_("Reason"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class EndForm(forms.Form):
    """Why and from which day on the office is not held any more, without an assessment."""

    ground = forms.ChoiceField(
        label=pgettext_lazy("end of an appointment", "Ground"), choices=TermEndGround.choices
    )
    on = DayField(
        label=_("Not in office from"), help_text=_("The first day after the last one in office.")
    )
    paper = forms.CharField(
        label=_("Number of the paper"), max_length=200, required=False,
        help_text=_("Where both sides agreed it cannot be left out."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept encrypted; read by who keeps appointments and by who held the office."),
    )  # fmt: skip

    def __init__(self, row: Appointment, data: Any = None) -> None:
        super().__init__(data, initial={"on": max(row.starts_on, today())})


class VerdictForm(forms.Form):
    """The verdict on which the committee votes."""

    # None of them is chosen beforehand: the verdict ends or continues an appointment.
    verdict = forms.ChoiceField(
        label=pgettext_lazy("assessment", "Proposed verdict"),
        choices=[
            ("", pgettext_lazy("verdict of an assessment", "Please choose")),
            *Verdict.choices,
        ],
    )
    probation_until = DayField(
        label=_("Probation until"), required=False, help_text=_("For an extended probation only.")
    )


class DropForm(forms.Form):
    """Nothing is asked before a work is taken out."""
