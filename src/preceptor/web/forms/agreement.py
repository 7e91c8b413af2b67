"""The forms of agreements: drafting and changing, sides, papers, obligations, who is under one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from preceptor.base.today import today
from preceptor.institutions.access import visible_units
from preceptor.institutions.models import Unit
from preceptor.joint.access import visible_partners
from preceptor.joint.choices import AgreementKind, EvidenceKind, Noun
from preceptor.joint.models import Agreement, AgreementParty, Obligation
from preceptor.people.access import scope
from preceptor.web.forms.body import NumberField
from preceptor.web.forms.change import DayField, ReasonField
from preceptor.web.localised import localised

NONE = ("", _("none"))


def offer(form: forms.Form, field: str, rows: Iterable[Any], *, is_free: bool = False) -> None:
    """Let the field offer the rows by key and name, after none where the choice is free."""
    found = [(str(row.pk), localised(row, "name")) for row in rows]
    form.fields[field].choices = [NONE, *found] if is_free else found  # type: ignore[attr-defined]


def units_within(user: Any, institution: Unit) -> list[Unit]:
    """The institution and its units, by code; one query."""
    rows = visible_units(user).select_related("institution").order_by("code")
    return [row for row in rows if institution.pk in (row.pk, row.institution_id)]


def chosen_of(rows: Iterable[Any], key: str) -> Any:
    """The row that was chosen; None where nothing was."""
    return next((row for row in rows if str(row.pk) == key), None)


class AgreementForm(forms.Form):
    """What an agreement is about, by whom it is kept, and from when until when it holds."""

    unit = forms.ChoiceField(label=_("Unit that keeps it"))
    number = forms.CharField(label=_("Number"), max_length=60)
    kind = forms.ChoiceField(label=_("Kind of agreement"), choices=AgreementKind.choices)
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=300)
    title_en = forms.CharField(label=_("Title in English"), max_length=300, required=False)
    starts_on = DayField(label=_("In force from"), required=False)
    ends_on = DayField(label=pgettext_lazy("agreement", "Last day in force"), required=False)
    open_reason = forms.CharField(
        label=_("Why it has no end"), max_length=300, required=False,
        help_text=_("Only where the agreement names no last day."),
    )  # fmt: skip
    warns_days = forms.IntegerField(
        label=_("Warn so many days before the end"), min_value=0, max_value=3650, initial=180
    )
    data_clause = forms.CharField(
        label=_("Clause on personal data"), required=False, max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Without it a partner may see no records of persons."),
    )  # fmt: skip
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, units: Iterable[Unit], data: Any = None, row: Agreement | None = None
    ) -> None:
        super().__init__(data, initial=None if row is None else initial_of(row, self.base_fields))
        offer(self, "unit", units)


def initial_of(row: Any, names: Iterable[str]) -> dict[str, Any]:
    """The columns of the row as a form shows them: related rows by key."""
    values = {name: getattr(row, name, None) for name in names}
    return {
        name: str(value.pk) if isinstance(value, Model) else value for name, value in values.items()
    }


class RevisionForm(forms.Form):
    """Nothing but a yes, to the agreement as it was shown."""

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, row: Agreement, data: Any = None) -> None:
        super().__init__(data, initial={"revision": row.revision})


class TerminationForm(RevisionForm):
    """From which day on it is not in force any more, and why."""

    terminated_on = DayField(label=_("Not in force any more from"))
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class RenewalForm(forms.Form):
    """The number and the days of the agreement that renews this one."""

    number = forms.CharField(label=_("Number of the new agreement"), max_length=60)
    starts_on = DayField(label=_("In force from"))
    ends_on = DayField(label=pgettext_lazy("agreement", "Last day in force"), required=False)
    open_reason = forms.CharField(label=_("Why it has no end"), max_length=300, required=False)


class PartyForm(forms.Form):
    """A side: a partner, or a unit of the institution."""

    partner = forms.ChoiceField(label=_("Partner"), required=False)
    unit = forms.ChoiceField(label=_("Or a unit of the institution"), required=False)
    part = forms.CharField(
        label=_("Part in the agreement"), max_length=80, required=False,
        help_text=_("Such as party A, or host hospital."),
    )  # fmt: skip

    def __init__(self, row: Agreement, user: Any, data: Any = None) -> None:
        super().__init__(data)
        self.partners = list(visible_partners(user).filter(institution=row.institution_id))
        self.units = units_within(user, row.institution)
        offer(self, "partner", self.partners, is_free=True)
        offer(self, "unit", self.units, is_free=True)

    def clean(self) -> dict[str, Any]:
        """The rows that were chosen."""
        given: dict[str, Any] = super().clean() or {}
        given["partner"] = chosen_of(self.partners, given.get("partner", ""))
        given["unit"] = chosen_of(self.units, given.get("unit", ""))
        return given


class SignatureForm(forms.Form):
    """Who signed for a side, and when."""

    signatory = forms.CharField(label=_("Signed by"), max_length=80)
    signatory_post = forms.CharField(label=_("Post"), max_length=120, required=False)
    signed_on = DayField(label=_("Signed on"))

    def __init__(self, row: AgreementParty, data: Any = None) -> None:
        super().__init__(data, initial=initial_of(row, self.base_fields))


class PaperForm(forms.Form):
    """A paper of the agreement."""

    title = forms.CharField(label=_("What it is"), max_length=200)
    file = forms.FileField(label=_("File"), help_text=_("PDF, Word, JPEG or PNG, 20 MB at most."))


class ObligationForm(forms.Form):
    """What a clause obliges to: who, until when, how much, and by what it is shown."""

    clause = forms.CharField(
        label=_("Clause"), max_length=60, help_text=_("Its number alone, such as 3.1.")
    )
    title_zh = forms.CharField(label=_("Obligation in Chinese"), max_length=200)
    title_en = forms.CharField(label=_("Obligation in English"), max_length=200, required=False)
    owner_unit = forms.ChoiceField(label=_("Unit that is answerable"))
    owner = NumberField(_("Staff number of the person who is answerable"), required=False)
    evidence = forms.ChoiceField(label=_("Shown by"), choices=EvidenceKind.choices)
    target = forms.DecimalField(
        label=_("How much"), max_digits=12, decimal_places=2, min_value=0, initial=1,
        help_text=_("In the unit of what shows it: courses, degrees, persons, hours, events or CNY."),
    )  # fmt: skip
    counts_from = DayField(label=_("Counts from"))
    due_on = DayField(label=_("Due on"))

    def __init__(self, row: Any, user: Any, data: Any = None) -> None:
        agreement = row.agreement if isinstance(row, Obligation) else row
        self.units = units_within(user, agreement.institution)
        super().__init__(data, initial=self._initial(row))
        offer(self, "owner_unit", self.units)

    def _initial(self, row: Any) -> dict[str, Any]:
        if not isinstance(row, Obligation):
            return {
                "counts_from": row.starts_on,
                "due_on": row.ends_on,
                "owner_unit": str(row.unit_id),
            }
        numbers = row.owner.identifiers.all() if row.owner is not None else []
        number = next((one.value for one in numbers if one.scheme == "staff_number"), "")
        return {**initial_of(row, self.base_fields), "owner": number}

    def clean(self) -> dict[str, Any]:
        """The unit that was chosen."""
        given: dict[str, Any] = super().clean() or {}
        given["owner_unit"] = chosen_of(self.units, given.get("owner_unit", ""))
        return given


class EvidenceForm(forms.Form):
    """What was done for an obligation, and a paper that shows it."""

    done_on = DayField(label=_("Done on"))
    amount = forms.DecimalField(
        label=_("How much"), max_digits=12, decimal_places=2, min_value=0, initial=1
    )
    note = forms.CharField(label=_("What was done"), max_length=300)
    file = forms.FileField(label=_("File"), required=False)


class WhyForm(forms.Form):
    """Why; it is kept with the record."""

    reason = ReasonField()


class SightForm(forms.Form):
    """What a partner may see of the persons under the agreement."""

    partner = forms.ChoiceField(label=_("Partner"))
    noun = forms.ChoiceField(label=_("May see"), choices=Noun.choices)

    def __init__(self, row: Agreement, data: Any = None) -> None:
        super().__init__(data)
        self.partners = partners_of(row)
        offer(self, "partner", self.partners)

    def clean(self) -> dict[str, Any]:
        """The partner that was chosen."""
        given: dict[str, Any] = super().clean() or {}
        given["partner"] = chosen_of(self.partners, given.get("partner", ""))
        return given


def partners_of(row: Agreement) -> list[Any]:
    """The partners that are sides of the agreement; one query."""
    sides = row.parties.select_related("partner").exclude(partner=None)
    return [side.partner for side in sides]


class TraineeForm(forms.Form):
    """Which trainee is trained under the agreement, and on which days."""

    number = NumberField(_("Student number"))
    first_on = DayField(label=_("First day"), initial=today)
    last_on = DayField(label=_("Last day"), required=False)


class LastDayForm(forms.Form):
    """The last day, that day included, and why."""

    last_on = DayField(label=_("Last day"))
    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)


class SchoolForm(forms.Form):
    """At which unit a joint school is opened, with which partner."""

    unit = forms.ChoiceField(label=_("Unit of the joint school"))
    partner = forms.ChoiceField(label=_("Partner"))
    opened_on = DayField(label=pgettext_lazy("co-operation", "Opened on"))

    def __init__(self, row: Agreement, user: Any, data: Any = None) -> None:
        super().__init__(data, initial={"unit": str(row.unit_id), "opened_on": row.starts_on})
        reach = scope(user)
        self.units = [one for one in units_within(user, row.institution) if reach.keeps(one.pk)]
        self.partners = partners_of(row)
        offer(self, "unit", self.units)
        offer(self, "partner", self.partners)

    def clean(self) -> dict[str, Any]:
        """The rows that were chosen."""
        given: dict[str, Any] = super().clean() or {}
        given["unit"] = chosen_of(self.units, given.get("unit", ""))
        given["partner"] = chosen_of(self.partners, given.get("partner", ""))
        return given
