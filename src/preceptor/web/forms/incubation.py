"""The forms of incubations; they check shape only, the actions decide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from preceptor.base.today import today
from preceptor.web.filters.select import Select
from preceptor.web.forms.change import DayField, ReasonField
from preceptor.web.forms.postdoc import PersonField

Options = Mapping[str, str]


class IncubationForm(forms.Form):
    """A clinical need, and who owns it."""

    number = forms.CharField(label=_("Number"), max_length=40)
    unit = forms.ChoiceField(label=_("Unit"), widget=Select)
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=200)
    title_en = forms.CharField(label=_("Title in English"), max_length=200, required=False)
    need = forms.CharField(
        label=_("The clinical need"), max_length=5000, widget=forms.Textarea(attrs={"rows": 6})
    )
    owner = PersonField(_("Staff number of who owns the need"))
    partner = forms.ChoiceField(label=_("Company or hospital"), required=False, widget=Select)
    postdoc = forms.ChoiceField(label=_("Postdoc"), required=False, widget=Select)
    began_on = DayField(label=_("Began on"))

    def __init__(self, offered: Mapping[str, Options], data: Any = None) -> None:
        super().__init__(data, initial={"began_on": today()})
        self.fields["unit"].choices = list(offered["unit"].items())  # type: ignore[attr-defined]
        for name in ("partner", "postdoc"):
            self.fields[name].choices = [("", _("none")), *offered[name].items()]  # type: ignore[attr-defined]


class TeamForm(forms.Form):
    """A person of the team, and the part."""

    number = PersonField()
    part = forms.CharField(label=_("Part in the team"), max_length=80)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)


class StageForm(forms.Form):
    """Whose the next stage is, and until when."""

    owner = PersonField(_("Staff number of the owner"))
    on = DayField(label=_("Begins on"))
    due_on = DayField(label=_("Due on"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"on": today()})


class FinishForm(forms.Form):
    """When a stage was reached, and what proves it."""

    done_on = DayField(label=_("Reached on"))
    evidence = forms.CharField(label=_("What proves it"), max_length=300)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"done_on": today()})


class DropForm(forms.Form):
    """When it was given up, and why."""

    on = DayField(label=_("Given up on"))
    reason = ReasonField()

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"on": today()})
