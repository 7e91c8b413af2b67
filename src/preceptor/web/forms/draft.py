"""The forms that begin a draft and carry it on: a pack from nothing, its head, its way to approval."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from preceptor.institutions.choices import RegulationLayer
from preceptor.institutions.models import Unit
from preceptor.standing.editing.changes import HeadChange
from preceptor.web.forms.change import DayField
from preceptor.web.forms.draft_fields import line, wanted
from preceptor.web.localised import localised

OWN_LAYERS = (RegulationLayer.UNIVERSITY, RegulationLayer.UNIT, RegulationLayer.PROGRAMME)


def _layers() -> list[tuple[str, Any]]:
    return [(layer.value, layer.label) for layer in OWN_LAYERS]


class NewPackForm(forms.Form):
    """A pack from nothing: its id, its title, for whom it holds."""

    title_zh = line(_("Title in Chinese"))
    title_en = line(_("Title in English"))
    pack = line(
        _("Id"), most=80,
        help_text=_("Institution/regulation in small letters, such as yunting/blind-review."),
    )  # fmt: skip
    layer = forms.ChoiceField(label=_("Whose rules they are"), choices=_layers)
    unit = forms.TypedChoiceField(
        label=_("Only for one unit and what lies below it"), coerce=int, empty_value=None,
        required=False,
    )  # fmt: skip

    def __init__(self, units: list[Unit], data: Any = None) -> None:
        super().__init__(data)
        named = [(unit.pk, localised(unit, "name")) for unit in units]
        self.fields["unit"].choices = [("", _("The whole institution")), *named]  # type: ignore[attr-defined]


class HeadForm(forms.Form):
    """The head of a draft."""

    title_zh = line(_("Title in Chinese"))
    title_en = line(_("Title in English"))
    version = line(_("Version"), most=40)
    layer = forms.ChoiceField(label=_("Whose rules they are"), choices=_layers)

    def change(self) -> HeadChange:
        """The step that the form describes."""
        given = self.cleaned_data
        return HeadChange(wanted(given, "title"), given["version"], given["layer"])


class ProposeForm(forms.Form):
    """The day from which the draft is to hold, and what the second person should know."""

    effective_from = DayField(
        label=_("To hold from the day"),
        help_text=_("A day to come, or a past day that the regulation itself names."),
    )
    regulation_on = DayField(
        label=_("Date of the regulation"), required=False,
        help_text=_("Needed where a day or a value lies in the past. Decisions taken stay."),
    )  # fmt: skip
    remark = forms.CharField(
        label=_("What the second person should know"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class ReturnForm(forms.Form):
    """What is to be corrected."""

    remark = forms.CharField(
        label=_("What is to be corrected"), max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
