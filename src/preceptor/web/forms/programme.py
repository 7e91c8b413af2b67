"""The forms of a programme of independent principal investigators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from preceptor.base.today import today
from preceptor.fellows.actions.programme import COMMITTEES
from preceptor.institutions.choices import DegreeLevel
from preceptor.web.countries import country_choices
from preceptor.web.filters.select import Select
from preceptor.web.forms.change import DayField
from preceptor.web.forms.laboratory import NumberField

Choices = Sequence[tuple[str, Any]]


class ProgrammeForm(forms.Form):
    """Who directs the programme, its committees, and the paper that leaves it rules of its own."""

    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200)
    director = NumberField(_("Staff number of the director"), required=False)
    academic_committee = forms.ChoiceField(label=_("Academic committee"), required=False)
    training_committee = forms.ChoiceField(label=_("Committee on talent training"), required=False)
    education_committee = forms.ChoiceField(label=_("Committee on education"), required=False)
    instrument_committee = forms.ChoiceField(label=_("Committee on instruments"), required=False)
    delegation = forms.ChoiceField(
        label=_("Delegation by the university"), required=False, widget=Select,
        help_text=_("The paper that leaves the programme rules and a quota line of its own."),
    )  # fmt: skip

    def __init__(
        self, bodies: Mapping[str, Choices], papers: Choices, data: Any = None, initial: Any = None
    ) -> None:
        super().__init__(data, initial=initial)
        for name in COMMITTEES:
            self._offer(name, bodies.get(name, ()))
        self._offer("delegation", papers)

    def _offer(self, field: str, choices: Choices) -> None:
        self.fields[field].choices = [("", _("none")), *choices]  # type: ignore[attr-defined]


class NewProgrammeForm(ProgrammeForm):
    """The same, with unit, code and first day."""

    unit = forms.ChoiceField(
        label=_("Unit"), help_text=_("A unit of the kind “programme” that holds none yet.")
    )
    code = forms.CharField(label=_("Code"), max_length=40)
    opened_on = DayField(label=_("First day"))
    field_order = ("unit", "code", "opened_on")

    def __init__(
        self, units: Choices, bodies: Mapping[str, Choices], papers: Choices, data: Any = None
    ) -> None:
        super().__init__(bodies, papers, data, initial={"opened_on": today()})
        self.fields["unit"].choices = units  # type: ignore[attr-defined]


class QuotaForm(forms.Form):
    """How many places in a year; which layer decides follows from the delegation."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    degree_level = forms.ChoiceField(
        label=_("Degree"), choices=DegreeLevel.choices, initial=DegreeLevel.DOCTOR
    )
    places = forms.IntegerField(
        label=pgettext_lazy("of a quota line", "Places"), min_value=0, max_value=10_000
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, data: Any = None) -> None:
        initial = {"year": today().year, "degree_level": DegreeLevel.DOCTOR}
        super().__init__(data, initial=initial)


class OpenForm(forms.Form):
    """A laboratory that is opened together with its unit."""

    code = forms.CharField(label=_("Code of the unit"), max_length=40)
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=120)
    name_en = forms.CharField(label=_("Name in English"), max_length=200)
    head = NumberField(_("Staff number of the head"))
    opened_on = DayField(label=_("Opens on"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"opened_on": today()})


class AppointForm(forms.Form):
    """Who is appointed for which term; contract and start follow."""

    person = NumberField()
    number = forms.CharField(label=_("Number of the appointment"), max_length=40)
    starts_on = DayField(label=_("Begins on"))
    ends_on = DayField(label=_("Ends on"))
    country = forms.ChoiceField(
        label=_("Comes from the country"), required=False, widget=Select,
        help_text=_("Left empty where it is not known."),
    )  # fmt: skip

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"starts_on": today()})
        self.fields["country"].choices = [("", "–"), *country_choices()]  # type: ignore[attr-defined]
