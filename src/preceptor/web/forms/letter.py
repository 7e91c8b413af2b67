"""The forms of outside letters: asking for one, and giving it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from preceptor.cases.actions.letter import (
    AFFILIATION_LENGTH,
    EMAIL_LENGTH,
    NAME_LENGTH,
    TEXT_LENGTH,
)
from preceptor.web.forms.change import DayField


class AskLetterForm(forms.Form):
    """Who is asked, and until when."""

    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH)
    email = forms.EmailField(label=_("E-mail address"), max_length=EMAIL_LENGTH)
    affiliation = forms.CharField(
        label=_("Works at"), max_length=AFFILIATION_LENGTH, required=False
    )
    due_on = DayField(label=_("Wanted by"), help_text=_("That day included."))


class GiveLetterForm(forms.Form):
    """A grade, a text, a file: at least one of the last two."""

    grade = forms.TypedChoiceField(
        label=_("Grade"), required=False, coerce=int, empty_value=None,
        choices=[
            ("", _("no grade")), ("5", _("5 – outstanding")), ("4", _("4 – very good")),
            ("3", _("3 – good")), ("2", _("2 – weak")), ("1", _("1 – not recommended")),
        ],
    )  # fmt: skip
    text = forms.CharField(
        label=_("Your opinion"), required=False, max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 12}),
    )  # fmt: skip
    file = forms.FileField(
        label=_("Or a file"), required=False, max_length=255, help_text=_("PDF or Word."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.docx"}),
        error_messages={"empty": _("The file is empty.")},
    )  # fmt: skip

    def given(self) -> dict[str, Any]:
        """What the action takes."""
        file = self.cleaned_data["file"]
        return {
            "grade": self.cleaned_data["grade"],
            "text": self.cleaned_data["text"],
            "file": file.file if file else None,
            "file_name": file.name if file else "",
        }
