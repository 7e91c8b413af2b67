"""Every write to panels and their seats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.institutions.models import Unit
from preceptor.people.models import Person

from ..access import may_keep_training
from ..models import Panel, PanelSeat
from .enrolment import SLICE, demand_unit_of
from .progress import Subject, change, demand_training


@dataclass(frozen=True)
class NewSeat:
    """A person to be seated, with what is stated of the person for this sitting."""

    person: Person
    role: str | None
    stated: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""


def _seat(panel: Panel, new: NewSeat) -> PanelSeat:
    return PanelSeat(panel=panel, person=new.person, role=new.role, source=new.source, **new.stated)


def compose_panels(
    *, institution: Unit, panels: Sequence[tuple[Panel, Sequence[NewSeat]]], by: Actor
) -> None:
    """Compose panels with their seats. Raises PermissionDenied, and RuleBroken when a panel's
    number is taken, one person sits on it twice, or it is of another institution.

    A panel that breaks its rules is recorded all the same: standing shows what is wrong, and the
    gate of the step holds it back.
    """
    demand_training(by, institution, [panel.enrolment for panel, _seats in panels])
    _refuse_numbers(institution, [panel for panel, _seats in panels])
    for panel, seated in panels:
        _refuse_seated(panel, [seat.person for seat in seated])
    with deed(by) as act:
        Panel.objects.bulk_create([panel for panel, _seats in panels], batch_size=500)
        seats = [_seat(panel, new) for panel, seated in panels for new in seated]
        PanelSeat.objects.bulk_create(seats, batch_size=500)
        for panel, seated in panels:
            after = {"number": panel.number, "stage": panel.stage, "seats": len(seated)}
            act.write("panel.compose", "panel", panel.pk, after=after)
        act.touch("panel", [panel.pk for panel, _seats in panels])


def _refuse_numbers(institution: Unit, panels: Sequence[Panel]) -> None:
    taken: set[str] = set()
    for start in range(0, len(panels), SLICE):
        numbers = [panel.number for panel in panels[start : start + SLICE]]
        known = Panel.objects.filter(institution=institution, number__in=numbers)
        taken.update(known.values_list("number", flat=True))
    for panel in panels:
        demand_unit_of(institution, panel.institution)
        if panel.number in taken:
            raise RuleBroken(_("Panel number %(number)s is taken.") % {"number": panel.number})
        taken.add(panel.number)


def _refuse_seated(panel: Panel, persons: Sequence[Person], seated: Iterable[int] = ()) -> None:
    seen = set(seated)
    for person in persons:
        if person.pk in seen:
            raise RuleBroken(
                _("%(name)s already sits on panel %(number)s.")
                % {"name": person.name_zh, "number": panel.number}
            )
        seen.add(person.pk)


def take_seat(*, panel: Panel, seat: NewSeat, by: Actor) -> PanelSeat:
    """Seat one more person. Raises RuleBroken when the person already sits there."""
    may_keep_training(by, panel.enrolment).demand()
    with deed(by) as act:
        locked = Panel.objects.select_for_update(no_key=True).filter(pk=panel.pk)
        seated = PanelSeat.objects.filter(panel__in=list(locked)).values_list(
            "person_id", flat=True
        )
        _refuse_seated(panel, [seat.person], seated)
        row = _seat(panel, seat)
        row.save()
        after = {"person": seat.person.pk, "role": seat.role}
        act.write("panel.seat", "panel", panel.pk, after=after)
        act.touch("panel", [panel.pk])
    return row


def change_seat(*, seat: PanelSeat, by: Actor, reason: str, **columns: Any) -> None:
    """Correct what is stated of a seat; nothing is written when nothing differs."""
    subject = Subject("panel", seat.panel_id, seat.panel.enrolment)
    change(seat, "panel.change", subject, by, reason, columns)


def reschedule_panel(
    *, panel: Panel, sits_on: date | None, precision: str, by: Actor, reason: str
) -> None:
    """Set another day of sitting, or none; the titles of that day then count."""
    day = {"sits_on": sits_on, "sits_precision": precision}
    subject = Subject("panel", panel.pk, panel.enrolment)
    change(panel, "panel.reschedule", subject, by, reason, day)
