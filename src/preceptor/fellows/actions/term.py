"""The term of a principal investigator ends without the verdict of an assessment: who holds it resigns,
moves, retires or dies, or both sides agree; and an end that was recorded by mistake is undone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import Deed, deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.today import today
from preceptor.cases.actions import drop_case
from preceptor.cases.models import Case

from ..access.appointment import may_end_appointment
from ..choices import AppointmentState, TermEndGround, TrancheState
from ..models import Appointment, ClosingCase, TermEnd, Tranche
from ..queries.appointment import TO_COME
from .appointment import IN_OFFICE, locked_appointment
from .closing import begin_closing
from .investment import move_tranche
from .laboratory import locked_laboratory
from .requests import ALIVE

A_DAY = timedelta(days=1)
REASON_LENGTH, PAPER_LENGTH = 2000, 200


def end_appointment(
    *, appointment: Appointment, ground: TermEndGround, on: date, reason: str, by: Actor,
    paper: str = "",
) -> Appointment:  # fmt: skip
    """End the term on the first day on which the office is not held any more, without a verdict.

    What follows is what follows a verdict of exit: the tranches to come are stopped, the laboratory
    begins to close, the authority of its head rests; a further term that has not begun ends too. An
    assessment that is under way is taken off, with the reason. The reason is kept encrypted and not
    journalled. The same again changes nothing.

    Raises NotPermitted; InputRefused without a reason, and for an agreed end without its paper;
    RuleBroken for a day that lies ahead or outside the term, for a term that has ended, and while
    the committee votes on an assessment.
    """
    may_end_appointment(by, appointment).demand()
    ground = TermEndGround(ground)
    _demand_words(ground, reason, paper)
    with deed(by) as act:
        _drop_assessments(appointment, by, ground)
        held, *further = _locked_terms(appointment)
        if _is_repeated(held, ground, on):
            return held
        _demand_open(held, on)
        _demand_quiet(held, further)
        for row in (held, *further):
            if row.state != AppointmentState.ENDED:
                _end(
                    act, row, TermEnd(ground=ground, paper=paper.strip(), reason=reason.strip()), on
                )
    return held


def _locked_terms(appointment: Appointment) -> list[Appointment]:
    """The term and those that follow it, locked; the last one first, as the start of a further term
    locks it before the one that it ends."""
    terms = [appointment]
    while (row := Appointment.objects.filter(follows=terms[-1]).first()) is not None:
        terms.append(row)
    return [locked_appointment(row) for row in reversed(terms)][::-1]


def _demand_quiet(held: Appointment, further: list[Appointment]) -> None:
    """What came in until the terms were locked is not passed over."""
    last = further[-1] if further else held
    if assessments_under_way(held).exists() or Appointment.objects.filter(follows=last).exists():
        raise RuleBroken(
            _("Somebody else changed this appointment in the same moment. Look at it again.")
        )
    begun = next((row for row in further if row.state in IN_OFFICE), None)
    if begun is not None:
        raise RuleBroken(
            _("The following term %(number)s has begun; record its end there.")
            % {"number": begun.number}
        )


def _demand_words(ground: TermEndGround, reason: str, paper: str) -> None:
    if not reason.strip():
        raise InputRefused(_("Say in a sentence how the term came to its end."))
    if len(reason.strip()) > REASON_LENGTH or len(paper.strip()) > PAPER_LENGTH:
        raise InputRefused(_("The reason or the paper is too long; name the paper by its number."))
    if ground == TermEndGround.AGREED and not paper.strip():
        raise InputRefused(
            _("A term that ends by agreement has a paper of both sides. Enter its number.")
        )


def assessments_under_way(appointment: Appointment) -> QuerySet[Case]:
    """The assessments of the term that are not decided, with drafts; each lets the vote go first."""
    rows = Case.objects.filter(assessment_case__appointment=appointment, state__in=ALIVE)
    return rows.order_by("pk")


def _drop_assessments(appointment: Appointment, by: Actor, ground: TermEndGround) -> None:
    """Before the appointment is locked: the steps of a case lock the case first."""
    if Appointment.objects.filter(pk=appointment.pk, state=AppointmentState.ENDED).exists():
        return
    for case in assessments_under_way(appointment):
        reason = _("The term ended without an assessment (%(ground)s).") % {"ground": ground.label}
        drop_case(case=case, by=by, reason=reason)


def _is_repeated(held: Appointment, ground: TermEndGround, on: date) -> bool:
    found = TermEnd.objects.filter(appointment=held, ground=ground).exists()
    return found and held.left_on == _left_on(held, on)


def _left_on(held: Appointment, on: date) -> date:
    """A term that has not begun ends on its first day: it has no day in office."""
    return max(on, held.starts_on)


def _demand_open(held: Appointment, on: date) -> None:
    if held.state == AppointmentState.ENDED:
        raise RuleBroken(
            _("This appointment has ended on %(day)s already.")
            % {"day": held.left_on or held.ends_on}
        )
    if on > today():
        raise RuleBroken(
            _("%(day)s lies ahead; the end of a term is recorded when it has come.") % {"day": on}
        )
    if held.state in IN_OFFICE and not held.starts_on <= on <= held.ends_on + A_DAY:
        raise RuleBroken(
            _("The term runs from %(first)s to %(last)s; it cannot end on %(day)s.")
            % {"first": held.starts_on, "last": held.ends_on, "day": on}
        )


def _end(act: Deed, held: Appointment, end: TermEnd, on: date) -> None:
    was_in_office = held.state in IN_OFFICE
    laboratory = held.laboratory if was_in_office else None
    if laboratory is not None and laboratory.head_id != held.person_id:
        laboratory = None
    tranches = list(held.tranches.filter(state__in=TO_COME).order_by("place"))
    closing_on = laboratory.closing_on if laboratory is not None else None
    end.pk, end.appointment = None, held
    end.restores = {
        "state": held.state,
        "tranches": [
            {
                "key": one.pk, "state": one.state, "reason": one.reason,
                "decided_on": one.decided_on.isoformat() if one.decided_on else None,
            }
            for one in tranches
        ],
        "closes": laboratory is not None and closing_on is None,
    }  # fmt: skip
    end.save()
    why = _("The term ended: %(ground)s") % {"ground": TermEndGround(end.ground).label}
    for tranche in tranches:
        move_tranche(act, tranche, TrancheState.STOPPED, why)
    before = {"state": held.state, "left_on": held.left_on}
    held.state, held.left_on = AppointmentState.ENDED, _left_on(held, on)
    held.save(update_fields=["state", "left_on"])
    after = {"state": held.state, "left_on": held.left_on, "ground": end.ground, "paper": end.paper}
    act.write("appointment.leave", "appointment", held.pk, before=before, after=after)
    act.touch("appointment", [held.pk])
    if laboratory is not None:
        begin_closing(act, laboratory)


def resume_appointment(*, appointment: Appointment, reason: str, by: Actor) -> Appointment:
    """Undo an end that was recorded by mistake: term, tranches and laboratory stand as before, and so
    does a further term that ended with it. An assessment that was taken off is asked for anew. Done
    once it is not done again.

    Raises NotPermitted; InputRefused without a reason; RuleBroken for a term that a verdict or a
    closing ended, for a further term whose former one ended, once the laboratory is closed or its
    closing is asked for.
    """
    may_end_appointment(by, appointment).demand()
    if not reason.strip():
        raise InputRefused(_("Say why the end does not hold."))
    with deed(by, reason.strip()) as act:
        held, *further = _locked_terms(appointment)
        ends = {one.appointment_id: one for one in TermEnd.objects.filter(appointment__in=further)}
        end = TermEnd.objects.filter(appointment=held).first()
        if end is None:
            if held.state != AppointmentState.ENDED:
                return held
            raise RuleBroken(_("No end of this term was recorded by hand; it cannot be undone."))
        _demand_undoable(held)
        _restore(act, held, end)
        for row in further:
            if row.pk in ends:
                _restore(act, row, ends[row.pk])
    return held


def _demand_undoable(held: Appointment) -> None:
    former = held.follows_id
    if former is not None and TermEnd.objects.filter(appointment=former).exists():
        raise RuleBroken(_("This term ended with the one before. Undo the end of that one."))
    if held.laboratory is None:
        return
    if held.laboratory.closed_on is not None:
        raise RuleBroken(
            _("The laboratory closed on %(day)s; what stood before cannot be restored any more.")
            % {"day": held.laboratory.closed_on}
        )
    asked = ClosingCase.objects.filter(laboratory=held.laboratory, case__state__in=ALIVE)
    running = asked.select_related("case").first()
    if running is not None:
        raise RuleBroken(
            _("The closing of the laboratory is asked for (%(number)s). Have it taken back first.")
            % {"number": running.case}
        )


def _restore(act: Deed, held: Appointment, end: TermEnd) -> None:
    kept: dict[str, Any] = end.restores
    before = {"state": held.state, "left_on": held.left_on}
    held.state, held.left_on = kept["state"], None
    held.save(update_fields=["state", "left_on"])
    end.delete()
    for one in kept["tranches"]:
        _restore_tranche(act, held, one)
    if kept["closes"] and held.laboratory is not None:
        _open_again(act, held)
    after = {"state": held.state, "left_on": None}
    act.write("appointment.resume", "appointment", held.pk, before=before, after=after)
    act.touch("appointment", [held.pk])


def _restore_tranche(act: Deed, held: Appointment, kept: dict[str, Any]) -> None:
    tranche = Tranche.objects.select_for_update(no_key=True, of=("self",)).get(pk=kept["key"])
    before = {"place": tranche.place, "state": tranche.state}
    day = kept["decided_on"]
    tranche.decided_on = date.fromisoformat(day) if day else None
    tranche.state, tranche.reason = kept["state"], kept["reason"]
    tranche.save(update_fields=["state", "decided_on", "reason"])
    after = {"place": tranche.place, "state": tranche.state}
    act.write("tranche.restore", "appointment", held.pk, before=before, after=after)


def _open_again(act: Deed, held: Appointment) -> None:
    if held.laboratory is None:
        return
    laboratory = locked_laboratory(held.laboratory)
    before = {"closing_on": laboratory.closing_on}
    laboratory.closing_on = None
    laboratory.save(update_fields=["closing_on"])
    act.write(
        "laboratory.stay_open", "laboratory", laboratory.pk, before=before,
        after={"closing_on": None},
    )  # fmt: skip
