"""The forms of an application: one for each section, so that what is sent is kept; points and offers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from preceptor.calls.actions.application import STATEMENT_LENGTH
from preceptor.calls.actions.offer import REASON_LENGTH, TERMS_LENGTH
from preceptor.calls.actions.score import COMMENT_LENGTH
from preceptor.calls.choices import WorkKind
from preceptor.calls.models import CallApplication, Criterion
from preceptor.institutions.models import Discipline
from preceptor.people.models import Person
from preceptor.web.countries import COUNTRIES, country_choices
from preceptor.web.filters.select import Select
from preceptor.web.forms.change import DayField
from preceptor.web.localised import localised

UNKNOWN, YES, NO = "", "yes", "no"
TRUTHS = {YES: True, NO: False}


class TruthField(forms.TypedChoiceField):
    """Yes, no, or not said yet, which is None."""

    def __init__(self, label: Any, help_text: Any = "") -> None:
        super().__init__(
            label=label, help_text=help_text, required=False, empty_value=None,
            coerce=TRUTHS.__getitem__,
            choices=[(UNKNOWN, _("not said yet")), (YES, _("yes")), (NO, _("no"))],
        )  # fmt: skip

    def prepare_value(self, value: Any) -> Any:
        """The word of a truth."""
        return {True: YES, False: NO, None: UNKNOWN}.get(value, value)


class BeginForm(forms.Form):
    """The name of who applies; not asked where it is known."""

    name_zh = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("In Chinese characters where you have them.")
    )
    name_en = forms.CharField(label=_("Name in Latin letters"), max_length=120, required=False)

    def __init__(self, is_known: bool, data: Any = None) -> None:
        super().__init__(data)
        if is_known:
            self.fields.clear()

    def names(self) -> dict[str, str]:
        """What the action takes; empty names for somebody known."""
        return {name: self.cleaned_data.get(name, "") for name in ("name_zh", "name_en")}


class SectionForm(forms.Form):
    """A section of an application: what it asks may stay empty, and is kept as far as it is filled."""

    #: What the rules need when it is handed in is not optional, though it may be empty until then.
    is_partial = True
    use_required_attribute = False

    def columns(self) -> dict[str, Any]:
        """What the action keeps."""
        return dict(self.cleaned_data)


class PersonForm(SectionForm):
    """Who applies."""

    born_on = DayField(label=_("Day of birth"), required=False)
    country = forms.ChoiceField(label=_("Nationality"), required=False, widget=Select)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        offered = country_choices()
        kept = self.initial.get("country")
        if kept and kept not in COUNTRIES:
            offered.insert(0, (kept, kept))
        self.fields["country"].choices = [("", _("not said yet")), *offered]  # type: ignore[attr-defined]


class DoctorateForm(SectionForm):
    """The doctorate."""

    doctorate_on = DayField(
        label=_("Day of the doctorate"), required=False,
        help_text=_("As on the certificate; an expected day where it lies ahead."),
    )  # fmt: skip
    doctorate_from = forms.CharField(
        label=_("University that gave it"), required=False, max_length=200
    )
    doctorate_discipline = forms.ChoiceField(label=_("Discipline"), required=False, widget=Select)
    is_own_doctor = TruthField(_("I took the doctorate at this institution"))

    def __init__(self, disciplines: Sequence[Discipline], *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.disciplines = {str(one.pk): one for one in disciplines}
        offered = [
            (key, f"{one.code} {localised(one, 'name')}") for key, one in self.disciplines.items()
        ]
        self.fields["doctorate_discipline"].choices = [("", _("not said yet")), *offered]  # type: ignore[attr-defined]

    def columns(self) -> dict[str, Any]:
        """The discipline itself instead of its key."""
        chosen = self.disciplines.get(self.cleaned_data["doctorate_discipline"])
        return {**self.cleaned_data, "doctorate_discipline": chosen}


class EmploymentForm(SectionForm):
    """Where the applicant works, and whether the place would be taken in full."""

    employer = forms.CharField(label=_("Present employer"), required=False, max_length=200)
    is_full_time = TruthField(_("I would work full time"))
    earlier_months = forms.IntegerField(
        label=_("Months in postdoctoral stations so far"), required=False, min_value=0,
        max_value=600, help_text=_("0 where there were none."),
    )  # fmt: skip
    has_special_approval = TruthField(
        _("There is a special approval"),
        _("Where a rule allows an exception by approval and you have it on paper."),
    )


class HostForm(SectionForm):
    """With whom the applicant would work."""

    host = forms.ChoiceField(label=_("Co-operating supervisor"), required=False, widget=Select)

    def __init__(self, hosts: Sequence[Person], *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.hosts = {str(one.pk): one for one in hosts}
        offered = [(key, localised(one, "name")) for key, one in self.hosts.items()]
        self.fields["host"].choices = [("", _("not chosen yet")), *offered]  # type: ignore[attr-defined]

    def columns(self) -> dict[str, Any]:
        """The person instead of the key."""
        return {"host": self.hosts.get(self.cleaned_data["host"])}


class StatementForm(SectionForm):
    """Why, in the applicant's own words."""

    statement = forms.CharField(
        label=_("Statement"), required=False, max_length=STATEMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("What you did, what you want to do here, and why here. Kept ciphered."),
    )  # fmt: skip


class WorkForm(forms.Form):
    """One more work."""

    kind = forms.ChoiceField(label=_("Kind"), choices=WorkKind.choices)
    title = forms.CharField(label=_("Title"), max_length=500)
    year = forms.IntegerField(label=_("Year"), min_value=1900, max_value=2200)
    part = forms.CharField(
        label=_("My part"), required=False, max_length=120,
        help_text=_("Such as first author, or head of the project."),
    )  # fmt: skip
    doi = forms.CharField(label="DOI", required=False, max_length=200)
    is_representative = forms.BooleanField(label=_("A representative work"), required=False)


def section_forms(
    application: CallApplication,
    disciplines: Sequence[Discipline],
    hosts: Sequence[Person],
    bound: str = "",
    data: Any = None,
) -> dict[str, SectionForm]:
    """The form of each section; the one of the name `bound` with what was sent."""

    def named(section: str, *columns: str) -> dict[str, Any]:
        kept = {name: getattr(application, name) for name in columns}
        sent = data if section == bound else None
        return {"data": sent, "initial": kept, "auto_id": f"{section}_%s"}

    doctorate = named(
        "doctorate", "doctorate_on", "doctorate_from", "is_own_doctor"
    )  # fmt: skip
    doctorate["initial"]["doctorate_discipline"] = application.doctorate_discipline_id or ""
    employment = ("employer", "is_full_time", "earlier_months", "has_special_approval")
    forms_: dict[str, SectionForm] = {
        "person": PersonForm(**named("person", "born_on", "country")),
        "doctorate": DoctorateForm(disciplines, **doctorate),
        "employment": EmploymentForm(**named("employment", *employment)),
    }
    if hosts:
        chosen = named("host") | {"initial": {"host": application.host_id or ""}}
        forms_["host"] = HostForm(hosts, **chosen)
    forms_["statement"] = StatementForm(**named("statement", "statement"))
    return forms_


class PointsForm(forms.Form):
    """The points of one member of the board, a field for each criterion, and one comment."""

    comment = forms.CharField(
        label=_("Comment"), required=False, max_length=COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("On all of them. The applicant does not read it."),
    )  # fmt: skip

    def __init__(
        self, criteria: Sequence[Criterion], data: Any = None, initial: Any = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.criteria = criteria
        rows = {
            f"c{one.pk}": forms.DecimalField(
                label=localised(one, "name"), required=False, min_value=0, max_value=one.most,
                decimal_places=2,
                help_text=_("0 to %(most)s points.") % {"most": one.most},
            )
            for one in criteria
        }  # fmt: skip
        self.fields = {**rows, **self.fields}

    def points(self) -> dict[int, Decimal]:
        """The points by the key of the criterion; criteria left empty are left out."""
        given = {one.pk: self.cleaned_data.get(f"c{one.pk}") for one in self.criteria}
        return {key: value for key, value in given.items() if value is not None}


class AsideForm(forms.Form):
    """Why a member takes no part."""

    reason = forms.CharField(
        label=_("Why you take no part"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class OfferForm(forms.Form):
    """The terms of an offer."""

    terms = forms.CharField(
        label=_("Terms"), required=False, max_length=TERMS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What the applicant reads with the offer: beginning, pay, housing. Kept ciphered."),
    )  # fmt: skip


class OfferAnswerForm(forms.Form):
    """The answer to an offer."""

    answer = forms.ChoiceField(choices=[("accept", _("accept")), ("decline", _("decline"))])
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class OfferBackForm(forms.Form):
    """Why an offer is taken back."""

    reason = forms.CharField(
        label=_("Reason"), max_length=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The applicant is told."),
    )  # fmt: skip
