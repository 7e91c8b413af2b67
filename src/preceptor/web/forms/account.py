"""The forms that open an account, grant a role, and end one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from preceptor.base.today import today
from preceptor.institutions.models import Unit
from preceptor.people.choices import RoleKind
from preceptor.web.forms.change import DayField, ReasonField
from preceptor.web.localised import localised

#: The operator is named at the command line, never on a page.
OFFERED = [choice for choice in RoleKind.choices if choice[0] != RoleKind.OPERATOR]


class RoleForm(forms.Form):
    """What an account may do, where, and from which day."""

    kind = forms.ChoiceField(label=_("Role"), choices=OFFERED)
    unit = forms.TypedChoiceField(label=_("Unit and everything below it"), coerce=int)
    valid_from = DayField(label=_("From the day"))

    def __init__(self, units: Sequence[Unit], data: Any = None) -> None:
        super().__init__(data, initial={"valid_from": today()})
        self.units = {unit.pk: unit for unit in units}
        offered = [(unit.pk, localised(unit, "name")) for unit in units]
        self.fields["unit"].choices = offered  # type: ignore[attr-defined]


class AccountForm(RoleForm):
    """A new account: its sign-in name, whom it belongs to, and its first role."""

    login = forms.RegexField(
        label=_("Sign-in name"),
        regex=r"^[\w.@-]+$",
        max_length=80,
        error_messages={"invalid": _("Use letters, digits and . _ - @ only.")},
    )
    number = forms.CharField(
        label=_("Staff or student number"),
        max_length=120,
        help_text=_("The account belongs to the person with this number."),
    )
    email = forms.EmailField(label=_("E-mail"), required=False)

    field_order = ("login", "number", "email", "kind", "unit", "valid_from")


class EndForm(forms.Form):
    """The last day, and why."""

    last_day = DayField(label=_("Last day"))
    reason = ReasonField()

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"last_day": today()})
