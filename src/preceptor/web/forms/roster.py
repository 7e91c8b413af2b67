"""The form that takes the office workbook; it checks the file's shape only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

MEGABYTE = 1024 * 1024


class RosterForm(forms.Form):
    """One workbook; whether it can be read is for the preview to say."""

    file = forms.FileField(
        label=_("Drop the office workbook here, or choose it"),
        allow_empty_file=False,
        error_messages={
            "required": _("Choose a workbook first."),
            "empty": _("The file is empty. Choose the workbook as it was saved."),
        },
        widget=forms.FileInput(
            attrs={
                "accept": ".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            }
        ),
    )

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.hint = _("One .xlsx file, at most %(size)s MB. Nothing is written yet.") % {
            "size": settings.ROSTER_MAX_BYTES // MEGABYTE
        }

    def clean_file(self) -> UploadedFile[Any]:
        """Refuse what is too large or is not named as a workbook."""
        given: UploadedFile[Any] = self.cleaned_data["file"]
        if (given.size or 0) > settings.ROSTER_MAX_BYTES:
            raise forms.ValidationError(
                _(
                    "The file is larger than %(size)s MB. Remove pictures and unused sheets, then upload it again."
                ),
                params={"size": settings.ROSTER_MAX_BYTES // MEGABYTE},
            )
        if not str(given.name).lower().endswith(".xlsx"):
            raise forms.ValidationError(
                _(
                    "This file is not an .xlsx workbook. Save it as .xlsx in Excel or WPS, then upload it again."
                )
            )
        return given
