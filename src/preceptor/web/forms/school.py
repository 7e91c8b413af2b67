"""The forms of joint schools: programmes, recognised courses, shares, costs, dual trainees."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from preceptor.base.today import today
from preceptor.joint.choices import AwardKind
from preceptor.joint.models import CostShare, DualEnrolment, JointSchool
from preceptor.training.models import Course, Programme
from preceptor.web.forms.agreement import NONE, chosen_of, offer
from preceptor.web.forms.body import NumberField
from preceptor.web.forms.change import DayField, ReasonField
from preceptor.web.localised import localised

#: Hundredths of a per cent in a per cent.
E4 = 100


def _titled(form: forms.Form, field: str, rows: Iterable[Any], *, is_free: bool = False) -> None:
    found = [(str(row.pk), localised(row, "title") + f" ({row.cohort_from})") for row in rows]
    form.fields[field].choices = [NONE, *found] if is_free else found  # type: ignore[attr-defined]


class ProgrammeForm(forms.Form):
    """A joint programme: the training programme of each side and what it leads to."""

    code = forms.CharField(label=_("Code"), max_length=40)
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200)
    home_programme = forms.ChoiceField(label=_("Our training programme"))
    partner_programme = forms.ChoiceField(
        label=_("The partner's training programme"), required=False,
        help_text=_("None where the partner keeps no records here."),
    )  # fmt: skip
    award_kind = forms.ChoiceField(label=_("Leads to"), choices=AwardKind.choices)
    valid_from = DayField(label=pgettext_lazy("co-operation", "From"))
    valid_to = DayField(label=pgettext_lazy("co-operation", "Until"), required=False)

    def __init__(self, row: JointSchool, data: Any = None) -> None:
        super().__init__(data, initial={"valid_from": row.opened_on})
        rows = Programme.objects.order_by("title_zh", "cohort_from", "pk")
        self.home = list(rows.filter(point__institution=row.agreement.institution_id))
        peer = row.partner.peer_id
        self.other = list(rows.filter(point__institution=peer)) if peer else []
        _titled(self, "home_programme", self.home)
        _titled(self, "partner_programme", self.other, is_free=True)

    def clean(self) -> dict[str, Any]:
        """The programmes that were chosen."""
        given: dict[str, Any] = super().clean() or {}
        given["home_programme"] = chosen_of(self.home, given.get("home_programme", ""))
        given["partner_programme"] = chosen_of(self.other, given.get("partner_programme", ""))
        return given


class RecognitionForm(forms.Form):
    """A course of one side that counts as a course of the other."""

    programme = forms.ChoiceField(label=_("Joint programme"))
    taken = forms.ChoiceField(label=_("Course that is taken"))
    counts_as = forms.ChoiceField(label=_("Counts as the course of the other side"))
    credits = forms.DecimalField(label=_("Credits"), max_digits=4, decimal_places=1, min_value=0)
    valid_from = DayField(label=pgettext_lazy("co-operation", "From"), initial=today)
    valid_to = DayField(label=pgettext_lazy("co-operation", "Until"), required=False)

    def __init__(self, row: JointSchool, data: Any = None) -> None:
        super().__init__(data)
        self.programmes = list(row.programmes.select_related("school"))
        sides = {row.agreement.institution_id: row.agreement.institution}
        if row.partner.peer is not None:
            sides[row.partner.peer_id or 0] = row.partner.peer
        self.courses = list(
            Course.objects.filter(institution__in=sides).order_by("institution", "code")
        )
        offer(self, "programme", self.programmes)
        groups = [
            (localised(side, "name"), [
                (str(one.pk), f"{one.code} {localised(one, 'name')}")
                for one in self.courses if one.institution_id == key
            ])
            for key, side in sides.items()
        ]  # fmt: skip
        for name in ("taken", "counts_as"):
            self.fields[name].choices = groups  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The rows that were chosen."""
        given: dict[str, Any] = super().clean() or {}
        given["programme"] = chosen_of(self.programmes, given.get("programme", ""))
        for name in ("taken", "counts_as"):
            given[name] = chosen_of(self.courses, given.get(name, ""))
        return given


class ShareForm(forms.Form):
    """Which part of the costs for a purpose each side bears, in per cent: together 100."""

    purpose = forms.CharField(label=_("Purpose"), max_length=80)

    def __init__(self, row: JointSchool, data: Any = None) -> None:
        super().__init__(data)
        self.parties = list(row.agreement.parties.select_related("partner", "unit"))
        for party in self.parties:
            self.fields[f"side_{party.pk}"] = forms.DecimalField(
                label=_("%(side)s bears, in per cent")
                % {"side": localised(party.partner or party.unit, "name")},
                max_digits=5, decimal_places=2, min_value=0, max_value=100,
            )  # fmt: skip
        self.fields["valid_from"] = DayField(
            label=pgettext_lazy("co-operation", "From"), initial=today
        )
        self.fields["valid_to"] = DayField(
            label=pgettext_lazy("co-operation", "Until"), required=False
        )

    def shares(self) -> dict[Any, int]:
        """The share of each side in hundredths of a per cent."""
        given = self.cleaned_data
        return {party: int(given[f"side_{party.pk}"] * E4) for party in self.parties}

    def clean(self) -> dict[str, Any]:
        """The shares by side, where all are there."""
        given: dict[str, Any] = super().clean() or {}
        if not self.errors:
            given["shares"] = self.shares()
        return given


class CostForm(forms.Form):
    """What was spent, for what, and which side paid it."""

    purpose = forms.ChoiceField(label=_("Purpose"))
    party = forms.ChoiceField(label=_("Paid by"))
    amount_cny = forms.DecimalField(
        label=_("Amount in CNY"), max_digits=14, decimal_places=2, min_value=Decimal("0.01")
    )
    spent_on = DayField(label=_("Spent on"), initial=today)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, row: JointSchool, data: Any = None) -> None:
        super().__init__(data)
        self.parties = list(row.agreement.parties.select_related("partner", "unit"))
        known = CostShare.objects.known().filter(school=row).order_by()
        purposes = sorted(set(known.values_list("purpose", flat=True)))
        found = [(str(one.pk), localised(one.partner or one.unit, "name")) for one in self.parties]
        self.fields["purpose"].choices = [(one, one) for one in purposes]  # type: ignore[attr-defined]
        self.fields["party"].choices = found  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The side that was chosen."""
        given: dict[str, Any] = super().clean() or {}
        given["party"] = chosen_of(self.parties, given.get("party", ""))
        return given


class DualForm(forms.Form):
    """Which trainee enters which joint programme."""

    programme = forms.ChoiceField(label=_("Joint programme"))
    number = NumberField(_("Student number on our side"))
    partner_number = NumberField(
        _("Student number at the partner"), required=False,
        help_text=_("May follow; the partner's office can enter it too."),
    )  # fmt: skip
    starts_on = DayField(label=pgettext_lazy("co-operation", "From"), initial=today)
    reason = forms.CharField(
        label=_("How it is known that both are one person"), max_length=500, required=False,
        help_text=_("Only where the two sides name the trainee differently."),
    )  # fmt: skip

    def __init__(self, row: JointSchool, data: Any = None) -> None:
        super().__init__(data)
        self.programmes = list(
            row.programmes.select_related("school__partner", "school__agreement")
        )
        offer(self, "programme", self.programmes)

    def clean(self) -> dict[str, Any]:
        """The programme that was chosen."""
        given: dict[str, Any] = super().clean() or {}
        given["programme"] = chosen_of(self.programmes, given.get("programme", ""))
        return given


class PartnerSideForm(forms.Form):
    """The enrolment of the partner's side."""

    partner_number = NumberField(_("Student number at the partner"))
    reason = forms.CharField(
        label=_("How it is known that both are one person"), max_length=500, required=False
    )


class LeaveForm(forms.Form):
    """From which day on each side stands alone, and why."""

    left_on = DayField(label=pgettext_lazy("co-operation", "Left on"), initial=today)
    reason = ReasonField()

    def __init__(self, _row: DualEnrolment, data: Any = None) -> None:
        super().__init__(data)
