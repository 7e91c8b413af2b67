"""The write that places a trainee in another unit or direction."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.base.records import retract, supersede
from preceptor.base.today import today
from preceptor.institutions.models import Discipline, Unit
from preceptor.people.access import may_keep

from ..access import may_keep_training
from ..models import Enrolment, Placement, Programme
from .enrolment import demand_unit_of


def move(
    *, enrolment: Enrolment, unit: Unit, direction: Discipline, on: date, reason: str, by: Actor
) -> Enrolment:
    """Place a trainee in another unit or direction from the day on; the same again does nothing.

    What was recorded of the place from that day on is taken back; a move before the plan date
    holds from the plan date on. In another direction the programme is that direction's for the
    trainee's cohort, unknown where there is none. Raises PermissionDenied unless both units are
    kept; RuleBroken when the unit is of another institution or the day lies ahead.
    """
    with deed(by, reason) as act:
        rows = Enrolment.objects.select_for_update(no_key=True, of=("self",))
        held = rows.select_related("unit", "institution", "programme").get(pk=enrolment.pk)
        may_keep_training(by, held).demand()
        may_keep(by, unit).demand()
        before = {"unit": held.unit_id, "direction": held.direction_id}
        after = {"unit": unit.pk, "direction": direction.pk}
        if before == after:
            return held
        demand_unit_of(held.institution, unit)
        if on > today():
            raise RuleBroken(
                _("%(day)s lies ahead; record the move when the day has come.") % {"day": on}
            )
        since = max(on, held.cohort_on)
        _leave(held, since)
        Placement.objects.create(
            enrolment=held, unit=unit, direction=direction, valid_from=since, reason=reason
        )
        if held.programme is not None and held.direction_id != direction.pk:
            held.programme = _programme(held, direction)
        held.unit, held.direction = unit, direction
        held.save(update_fields=["unit", "direction", "programme"])
        act.write(
            "enrolment.move", "enrolment", held.pk, before=before, after=after | {"on": since},
            reason=reason,
        )  # fmt: skip
        act.touch("enrolment", [held.pk])
    return held


def _leave(held: Enrolment, on: date) -> None:
    """End every placement that reaches the day; one that begins later is taken back."""
    for place in Placement.objects.known().filter(enrolment=held):
        if place.valid_from >= on:
            retract(place)
        elif place.valid_to is None or place.valid_to >= on:
            supersede(place, valid_to=on - timedelta(days=1))


def _programme(held: Enrolment, direction: Discipline) -> Programme | None:
    """The latest version of the direction's programme that is open to the trainee's cohort."""
    versions = Programme.objects.filter(
        direction=direction, degree_level=held.degree_level, degree_type=held.degree_type,
        point__institution=held.institution_id, cohort_from__lte=held.cohort,
    )  # fmt: skip
    fitting = [row for row in versions if row.cohort_to is None or row.cohort_to >= held.cohort]
    return max(fitting, key=lambda row: row.cohort_from, default=None)
