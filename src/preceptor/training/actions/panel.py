"""Every write to panels and their seats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from .progress import demand_training


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
    """Compose panels with their seats. Raises PermissionDenied.

    A panel that breaks its rules is recorded all the same: standing shows what is wrong, and the
    gate of the step holds it back.
    """
    demand_training(by, institution, [panel.enrolment for panel, _seats in panels])
    with deed(by) as act:
        Panel.objects.bulk_create([panel for panel, _seats in panels], batch_size=500)
        seats = [_seat(panel, new) for panel, seated in panels for new in seated]
        PanelSeat.objects.bulk_create(seats, batch_size=500)
        for panel, seated in panels:
            after = {"number": panel.number, "stage": panel.stage, "seats": len(seated)}
            act.write("panel.compose", "panel", panel.pk, after=after)
        act.touch("panel", [panel.pk for panel, _seats in panels])


def take_seat(*, panel: Panel, seat: NewSeat, by: Actor) -> PanelSeat:
    """Seat one more person. Raises RuleBroken when the person already sits there."""
    may_keep_training(by, panel.enrolment).demand()
    if panel.seats.filter(person=seat.person).exists():
        raise RuleBroken(
            _("%(name)s already sits on panel %(number)s.")
            % {"name": seat.person.name_zh, "number": panel.number}
        )
    with deed(by) as act:
        row = _seat(panel, seat)
        row.save()
        after = {"person": seat.person.pk, "role": seat.role}
        act.write("panel.seat", "panel", panel.pk, after=after)
        act.touch("panel", [panel.pk])
    return row


def change_seat(*, seat: PanelSeat, by: Actor, reason: str, **columns: Any) -> None:
    """Correct what is stated of a seat; nothing is written when nothing differs."""
    may_keep_training(by, seat.panel.enrolment).demand()
    before = {name: getattr(seat, name) for name in columns}
    if before == columns:
        return
    with deed(by, reason) as act:
        for name, value in columns.items():
            setattr(seat, name, value)
        seat.save(update_fields=list(columns))
        act.write("panel.change", "panel", seat.panel_id, before=before, after=columns)
        act.touch("panel", [seat.panel_id])


def reschedule_panel(
    *, panel: Panel, sits_on: date, precision: str, by: Actor, reason: str
) -> None:
    """Set another day of sitting; the titles of that day then count."""
    may_keep_training(by, panel.enrolment).demand()
    before = {"sits_on": panel.sits_on, "sits_precision": panel.sits_precision}
    after = {"sits_on": sits_on, "sits_precision": precision}
    if before == after:
        return
    with deed(by, reason) as act:
        panel.sits_on, panel.sits_precision = sits_on, precision
        panel.save(update_fields=["sits_on", "sits_precision"])
        act.write("panel.reschedule", "panel", panel.pk, before=before, after=after)
        act.touch("panel", [panel.pk])
