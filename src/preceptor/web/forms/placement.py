"""The form that moves a trainee to another unit or direction."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from preceptor.base.today import today
from preceptor.institutions.access import visible_disciplines, visible_units
from preceptor.institutions.choices import DisciplineLevel, UnitKind
from preceptor.people.access import scope
from preceptor.training.models import Enrolment
from preceptor.web.forms.change import DayField, ReasonField
from preceptor.web.localised import localised

#: Trainees are placed where patients are, or in a college.
PLACES = (
    UnitKind.HOSPITAL, UnitKind.CLINICAL_COLLEGE, UnitKind.COLLEGE, UnitKind.TRAINING_BASE,
    UnitKind.INSTITUTE,
)  # fmt: skip

Options = list[tuple[int, str]]


class PlacementForm(forms.Form):
    """The unit and the direction, the day from which they hold, and why."""

    unit = forms.TypedChoiceField(
        label=_("Unit"), coerce=int, help_text=_("Only units that you keep are offered.")
    )
    direction = forms.TypedChoiceField(
        label=_("Direction"),
        coerce=int,
        help_text=_("Another direction brings its own programme."),
    )
    on = DayField(label=_("From the day"))
    reason = ReasonField()

    def __init__(self, enrolment: Enrolment, user: Any, data: Any = None) -> None:
        present = {"unit": enrolment.unit_id, "direction": enrolment.direction_id}
        super().__init__(data, initial={**present, "on": today()})
        self.present = present
        self.fields["unit"].choices = units_for(enrolment, user)  # type: ignore[attr-defined]
        self.fields["direction"].choices = directions_for(enrolment, user)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a move to where the trainee is."""
        given: dict[str, Any] = super().clean() or {}
        if {name: given.get(name) for name in self.present} == self.present:
            raise forms.ValidationError(
                _("This is the present unit and direction. Choose another unit or direction.")
            )
        return given


def units_for(enrolment: Enrolment, user: Any) -> Options:
    """The places that the user keeps in the trainee's institution; the present one is among them."""
    rows = visible_units(user).filter(institution=enrolment.institution_id, kind__in=PLACES)
    kept = [row for row in rows.order_by("code") if scope(user).keeps(row.pk)]
    if enrolment.unit_id not in {row.pk for row in kept}:
        kept.insert(0, enrolment.unit)
    return [(row.pk, localised(row, "name")) for row in kept]


def directions_for(enrolment: Enrolment, user: Any) -> Options:
    """The directions of today's catalogue, by code; the present one is among them."""
    rows = visible_disciplines(user).filter(
        level=DisciplineLevel.DIRECTION, catalogue=enrolment.direction.catalogue
    )
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=today()), valid_from__lte=today())
    open_now = {row.pk: row for row in rows.order_by("code")}
    open_now.setdefault(enrolment.direction_id, enrolment.direction)
    return [(row.pk, f"{localised(row, 'name')} {row.code}") for row in open_now.values()]
