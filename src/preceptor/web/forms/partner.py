"""The forms of partners, of what they give and do, and of times abroad."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from preceptor.base.today import today
from preceptor.institutions.models import Unit
from preceptor.joint.access import visible_agreements, visible_partners
from preceptor.joint.choices import AbroadKind, ContributionKind, EventKind, PartnerKind
from preceptor.joint.models import Partner
from preceptor.web.countries import country_choices
from preceptor.web.forms.agreement import NONE, chosen_of, initial_of, offer
from preceptor.web.forms.body import NumberField
from preceptor.web.forms.change import DayField
from preceptor.web.localised import localised


class PartnerForm(forms.Form):
    """An organisation outside, as the institution knows it."""

    institution = forms.ChoiceField(label=pgettext_lazy("co-operation", "Institution"))
    code = forms.CharField(label=_("Code"), max_length=40, help_text=_("Short and lasting."))
    kind = forms.ChoiceField(label=_("Kind of partner"), choices=PartnerKind.choices)
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    country = forms.ChoiceField(label=_("Country"), choices=country_choices, initial="CN")
    peer = forms.ChoiceField(
        label=_("Its own records here"), required=False,
        help_text=_("The institution of this installation that is the same organisation."),
    )  # fmt: skip

    def __init__(
        self, roots: Sequence[Unit], peers: Sequence[Unit], data: Any = None,
        row: Partner | None = None,
    ) -> None:  # fmt: skip
        super().__init__(data, initial=None if row is None else initial_of(row, self.base_fields))
        self.roots, self.peers = roots, peers
        offer(self, "institution", roots)
        offer(self, "peer", peers, is_free=True)
        if row is not None:
            del self.fields["institution"], self.fields["code"]
        elif len(roots) == 1:
            self.fields["institution"].widget = forms.HiddenInput()
            self.initial["institution"] = str(roots[0].pk)

    def clean(self) -> dict[str, Any]:
        """The institutions that were chosen."""
        given: dict[str, Any] = super().clean() or {}
        given["peer"] = chosen_of(self.peers, given.get("peer", ""))
        if "institution" in self.fields:
            given["institution"] = chosen_of(self.roots, given.get("institution", ""))
        return given


class _WithAgreement(forms.Form):
    """A form that may name an agreement with the partner."""

    def __init__(self, row: Partner, user: Any, data: Any = None) -> None:
        super().__init__(data)
        rows = visible_agreements(user).filter(parties__partner=row).distinct()
        self.agreements = list(rows.order_by("-pk"))
        found = [
            (str(one.pk), f"{one.number} {localised(one, 'title')}") for one in self.agreements
        ]
        self.fields["agreement"].choices = [NONE, *found]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The agreement that was chosen."""
        given: dict[str, Any] = super().clean() or {}
        given["agreement"] = chosen_of(self.agreements, given.get("agreement", ""))
        return given


class ContributionForm(_WithAgreement):
    """What a partner gave."""

    kind = forms.ChoiceField(label=_("What was given"), choices=ContributionKind.choices)
    amount = forms.DecimalField(
        label=_("How much"), max_digits=14, decimal_places=2, min_value=0,
        help_text=_("In CNY, hours or square metres, as its kind says."),
    )  # fmt: skip
    given_on = DayField(label=_("Given on"), initial=today)
    agreement = forms.ChoiceField(label=_("Under the agreement"), required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class EventForm(_WithAgreement):
    """What was done together."""

    kind = forms.ChoiceField(label=_("Kind of event"), choices=EventKind.choices)
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=200)
    title_en = forms.CharField(label=_("Title in English"), max_length=200, required=False)
    first_on = DayField(label=_("First day"))
    last_on = DayField(label=_("Last day"), required=False)
    persons = forms.IntegerField(
        label=_("Persons"), required=False, min_value=0, max_value=1_000_000,
        help_text=_("Empty where it is not known."),
    )  # fmt: skip
    agreement = forms.ChoiceField(label=_("Under the agreement"), required=False)


class AbroadForm(forms.Form):
    """Whose time abroad, where and when."""

    number = NumberField(_("Staff or student number"))
    kind = forms.ChoiceField(label=_("As"), choices=AbroadKind.choices)
    country = forms.ChoiceField(label=_("Country"), choices=lambda: country_choices(abroad=True))
    host = forms.CharField(
        label=pgettext_lazy("abroad", "Host institution"), max_length=200, required=False
    )
    partner = forms.ChoiceField(label=_("Partner"), required=False)
    agreement = forms.ChoiceField(label=_("Under the agreement"), required=False)
    first_on = DayField(label=_("First day"), initial=today)
    last_on = DayField(label=_("Last day"), required=False, help_text=_("As planned."))

    def __init__(self, user: Any, data: Any = None) -> None:
        super().__init__(data)
        self.partners = list(visible_partners(user).order_by("code"))
        self.agreements = list(visible_agreements(user).order_by("-pk"))
        offer(self, "partner", self.partners, is_free=True)
        found = [
            (str(one.pk), f"{one.number} {localised(one, 'title')}") for one in self.agreements
        ]
        self.fields["agreement"].choices = [NONE, *found]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The rows that were chosen."""
        given: dict[str, Any] = super().clean() or {}
        given["partner"] = chosen_of(self.partners, given.get("partner", ""))
        given["agreement"] = chosen_of(self.agreements, given.get("agreement", ""))
        return given


class ReturnForm(forms.Form):
    """On which day somebody was back."""

    returned_on = DayField(label=_("Back on"), initial=today)
