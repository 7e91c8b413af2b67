"""The rolling investment: tranches are planned, and then released, held back or stopped; released
money is in the laboratory's account in the same step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import Deed, deed
from preceptor.base.errors import RuleBroken
from preceptor.base.today import today
from preceptor.cases.models import Case

from ..access.appointment import may_move_investment
from ..choices import AppointmentState, EntryKind, TrancheState
from ..models import Appointment, LabEntry, PiAssessment, Tranche
from .laboratory import demand_money, locked_laboratory, write_entry

#: What may become of a tranche.
FOLLOWS = {
    TrancheState.PLANNED: {TrancheState.RELEASED, TrancheState.HELD, TrancheState.STOPPED},
    TrancheState.HELD: {TrancheState.RELEASED, TrancheState.STOPPED},
    TrancheState.RELEASED: set[TrancheState](),
    TrancheState.STOPPED: set[TrancheState](),
}


@dataclass(frozen=True)
class NewTranche:
    """A part of the investment in CNY, and when it is planned."""

    amount_cny: Decimal
    planned_on: date


def plan_tranche(
    *, appointment: Appointment, amount_cny: Decimal, planned_on: date, by: Actor
) -> Tranche:
    """Plan a further tranche of an appointment, after those that are there.

    Raises NotPermitted for everybody but those above the laboratory, and for everybody's own;
    InputRefused for an amount that is not positive; RuleBroken for an appointment that has ended or
    whose investment was stopped, or a day outside its term.
    """
    may_move_investment(by, appointment).demand()
    with deed(by) as act:
        rows = Appointment.objects.select_for_update(no_key=True, of=("self",))
        held = rows.get(pk=appointment.pk)
        return write_tranches(act, held, [NewTranche(amount_cny, planned_on)])[0]


def write_tranches(
    act: Deed, appointment: Appointment, tranches: Iterable[NewTranche]
) -> list[Tranche]:
    """Plan the tranches inside the deed of a verb that locked the appointment."""
    wanted = list(tranches)
    if wanted and appointment.state in (AppointmentState.ENDED, AppointmentState.STOPPED):
        raise RuleBroken(_("The investment of this appointment was stopped; nothing is planned."))
    last = Tranche.objects.filter(appointment=appointment).aggregate(place=Max("place"))["place"]
    made = []
    for place, new in enumerate(wanted, start=(last or 0) + 1):
        if not appointment.starts_on <= new.planned_on <= appointment.ends_on:
            raise RuleBroken(
                _("%(day)s lies outside the term from %(first)s to %(last)s.")
                % {
                    "day": new.planned_on, "first": appointment.starts_on,
                    "last": appointment.ends_on,
                }
            )  # fmt: skip
        row = Tranche.objects.create(
            appointment=appointment, place=place, amount_cny=demand_money(new.amount_cny),
            planned_on=new.planned_on,
        )  # fmt: skip
        after = {"place": place, "amount_cny": row.amount_cny, "planned_on": new.planned_on}
        act.write("tranche.plan", "appointment", appointment.pk, after=after)
        made.append(row)
    act.touch("appointment", [appointment.pk])
    return made


def release_tranche(*, tranche: Tranche, by: Actor, reason: str) -> Tranche:
    """Release a tranche: its money is booked into the laboratory's account in the same step. Twice
    does not do it twice.

    Raises NotPermitted; RuleBroken without a reason, for a stopped tranche, before an earlier one is
    decided, or where there is no open laboratory.
    """
    return _decide(tranche, TrancheState.RELEASED, reason, by)


def hold_tranche(*, tranche: Tranche, by: Actor, reason: str) -> Tranche:
    """Hold a planned tranche back. Raises as `release_tranche` does."""
    return _decide(tranche, TrancheState.HELD, reason, by)


def stop_tranche(*, tranche: Tranche, by: Actor, reason: str) -> Tranche:
    """Stop a tranche that is to come; it is never released. Raises as `release_tranche` does."""
    return _decide(tranche, TrancheState.STOPPED, reason, by)


def _decide(tranche: Tranche, to: TrancheState, reason: str, by: Actor) -> Tranche:
    may_move_investment(by, tranche.appointment).demand()
    if not reason.strip():
        raise RuleBroken(_("Say why the tranche is released, held back or stopped."))
    with deed(by, reason.strip()) as act:
        move_tranche(act, tranche, to, reason.strip())
    return Tranche.objects.get(pk=tranche.pk)


def move_tranche(
    act: Deed, tranche: Tranche, to: TrancheState, reason: str, *,
    assessment: PiAssessment | None = None, case: Case | None = None,
) -> LabEntry | None:  # fmt: skip
    """Move a tranche inside the deed of a verb that has the permit; gives the entry that booked its
    money, None where none was booked. The same again changes nothing."""
    rows = Tranche.objects.select_for_update(no_key=True, of=("self",))
    held = rows.select_related("appointment__laboratory").get(pk=tranche.pk)
    if held.state == to:
        return None
    if to not in FOLLOWS[TrancheState(held.state)]:
        raise RuleBroken(
            _("Tranche %(place)s is %(state)s; it cannot be %(to)s any more.")
            % {"place": held.place, "state": held.get_state_display(), "to": to.label}
        )
    entry = _book(act, held, case) if to == TrancheState.RELEASED else None
    before = {"place": held.place, "state": held.state}
    held.state, held.decided_on, held.reason = to, today(), reason[:300]
    held.assessment = assessment or held.assessment
    held.save(update_fields=["state", "decided_on", "reason", "assessment"])
    after = {"place": held.place, "state": to, "amount_cny": held.amount_cny}
    act.write(f"tranche.{to}", "appointment", held.appointment_id, before=before, after=after)
    act.touch("appointment", [held.appointment_id])
    return entry


def _book(act: Deed, tranche: Tranche, case: Case | None) -> LabEntry:
    earlier = Tranche.objects.filter(
        appointment=tranche.appointment_id, place__lt=tranche.place,
        state__in=[TrancheState.PLANNED, TrancheState.HELD],
    ).first()  # fmt: skip
    if earlier is not None:
        raise RuleBroken(
            _("Tranche %(place)s comes first; it is not decided yet.") % {"place": earlier.place}
        )
    laboratory = tranche.appointment.laboratory
    if laboratory is None:
        raise RuleBroken(_("The laboratory is not open yet; there is no account to book into."))
    held = locked_laboratory(laboratory)
    if held.closed_on is not None:
        raise RuleBroken(_("The laboratory is closed; its records do not change any more."))
    note = str(_("Tranche %(place)s of %(number)s")) % {
        "place": tranche.place, "number": tranche.appointment.number
    }  # fmt: skip
    return write_entry(act, held, EntryKind.TRANCHE, tranche.amount_cny, today(), note, case)
