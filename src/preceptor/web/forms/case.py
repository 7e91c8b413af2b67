"""The forms of the steps of a request; they check shape only, the actions decide.

Each carries the revision that the reader saw and a token that makes two clicks one step.
"""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from preceptor.cases.choices import AppealGround
from preceptor.web.forms.change import DayField

MOST_TEXT = 5000
OUTDATED = _("This form is incomplete. Load the page again.")


def _text(
    label: Any, help_text: Any = "", *, required: bool = False, rows: int = 3
) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class StepForm(forms.Form):
    """What every step carries."""

    revision = forms.IntegerField(
        widget=forms.HiddenInput, error_messages={"required": OUTDATED, "invalid": OUTDATED}
    )
    token = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def unsent(self) -> str:
        """What the reader wrote, so that it is not lost when the step is refused."""
        texts = (
            str(self.data.get(name, ""))
            for name in ("reason", "statement", "facts", "record", "answer")
        )
        return next((text for text in texts if text.strip()), "")


class SubmitForm(StepForm):
    """Handing in, with the reason for passing over what the rules warn of."""

    passing_over = _text(
        _("Why a warning of the rules is passed over"),
        _("Needed only where a rule warns; what holds the request back cannot be passed over."),
    )


class DecisionForm(SubmitForm):
    """Agreeing or refusing."""

    outcome = forms.ChoiceField(
        choices=[("agreed", _("agree")), ("refused", _("refuse"))], widget=forms.HiddenInput
    )
    reason = _text(_("Reason"), _("Needed when the request is refused or returned."))


class ReturnForm(StepForm):
    """Giving the request back for correction."""

    reason = _text(_("What has to be corrected"), required=True)


class WithdrawForm(StepForm):
    """Taking the request back."""

    reason = _text(_("Reason"))


class DocumentForm(StepForm):
    """One document under a name of the kind."""

    name = forms.CharField(widget=forms.HiddenInput, max_length=40)
    file = forms.FileField(
        label=_("File"),
        max_length=255,
        error_messages={"required": _("Choose a file first."), "empty": _("The file is empty.")},
    )


class ViewForm(StepForm):
    """What the person concerned says at a hearing."""

    statement = _text(_("My view"), required=True, rows=6)
    wants_hearing = forms.BooleanField(label=_("I ask to be heard in person"), required=False)


class FactsForm(StepForm):
    """What the person concerned is told before being heard."""

    facts = _text(
        _("Facts, grounds and basis"),
        _("What was found, what is intended for that reason, and which articles it rests on."),
        required=True,
        rows=8,
    )


class HearingForm(StepForm):
    """What comes of a hearing."""

    outcome = forms.ChoiceField(
        choices=[("confirmed", _("confirm")), ("changed", _("change"))], widget=forms.HiddenInput
    )
    heard_on = DayField(label=_("Day of the hearing"), required=False)
    record = _text(
        _("Record of the hearing, or the reason"),
        _("Where a hearing was asked for, its day and record are needed."),
        rows=5,
    )


class ObjectionAnswerForm(StepForm):
    """The answer to an objection."""

    objection = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    verdict = forms.ChoiceField(
        choices=[("upheld", _("uphold")), ("dismissed", _("dismiss"))], widget=forms.HiddenInput
    )
    answer = _text(_("Answer"), required=True)


class AppealForm(forms.Form):
    """Against what, and why."""

    ground = forms.ChoiceField(label=_("Against"), widget=forms.RadioSelect)
    reason = _text(_("Why"), _("It is what is examined."), required=True, rows=6)

    def __init__(self, grounds: list[str], data: Any = None) -> None:
        super().__init__(data, initial={"ground": grounds[0] if grounds else ""})
        labels = dict(AppealGround.choices)
        self.fields["ground"].choices = [(one, labels[one]) for one in grounds]  # type: ignore[attr-defined]


class ObjectionForm(forms.Form):
    """What somebody objects to a public notice; nobody has to be signed in."""

    name = forms.CharField(label=_("Your name"), max_length=80)
    contact = forms.CharField(
        label=_("How you can be reached"),
        max_length=200,
        help_text=_("Telephone or e-mail. Only those who examine the objection read it."),
    )
    text = _text(_("What you object to, and the facts"), required=True, rows=6)


def fresh(revision: int) -> dict[str, Any]:
    """The hidden values of a form on a page that shows this revision."""
    return {"revision": revision, "token": secrets.token_hex(16)}
