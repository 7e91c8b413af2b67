"""Who may see, keep and move appointments of principal investigators."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from preceptor.base.permits import GRANTED, Permit, refused
from preceptor.people.access import scope
from preceptor.people.models import Person

from ..models import Appointment, PiProgramme
from .programme import directs, may_decide_above, may_keep_programme


def visible_appointments(user: Any) -> QuerySet[Appointment]:
    """Appointments of programmes in units where the user reads fellows, or that the user directs;
    and the user's own."""
    reach = scope(user)
    rows = Appointment.objects.all()
    if reach.everything:
        return rows
    seen = Q(programme__unit__in=reach.fellows_read)
    if reach.person is not None:
        seen |= Q(person=reach.person) | Q(programme__director=reach.person)
    return rows.filter(seen)


def may_view_appointment(user: Any, appointment: Appointment) -> Permit:
    """Whether the user may see the appointment; the same answer as `visible_appointments`."""
    if visible_appointments(user).filter(pk=appointment.pk).exists():
        return GRANTED
    return refused(_("This appointment is outside what you may see."))


def is_own(user: Any, appointment: Appointment) -> bool:
    """Whether the appointment is the user's."""
    person = scope(user).person
    return person is not None and person == appointment.person_id


def may_keep_appointment(user: Any, appointment: Appointment) -> Permit:
    """Whether the user may keep contract, targets and days of the appointment: who keeps the
    programme, and nobody the own."""
    if is_own(user, appointment):
        return refused(_("Nobody keeps the own appointment; the personnel office does."))
    return may_keep_programme(user, appointment.programme)


def may_appoint(user: Any, programme: PiProgramme, person: Person) -> Permit:
    """Whether the user may appoint the person in the programme: who keeps it, and nobody oneself."""
    if scope(user).person == person.pk:
        return refused(_("Nobody keeps the own appointment; the personnel office does."))
    return may_keep_programme(user, programme)


def may_end_appointment(user: Any, appointment: Appointment) -> Permit:
    """Whether the user may record that the term ended without a verdict, or undo that: who keeps the
    appointment, the director among them, and nobody the own."""
    return may_keep_appointment(user, appointment)


def may_read_end(user: Any, appointment: Appointment) -> bool:
    """Whether the user reads the reason for which the term ended: who may record it, and whose term it
    was."""
    return is_own(user, appointment) or bool(may_end_appointment(user, appointment))


def may_report(user: Any, appointment: Appointment) -> Permit:
    """Whether the user may report what was reached, works and teaching: the principal investigator,
    or who keeps the appointment."""
    if is_own(user, appointment):
        return GRANTED
    return may_keep_programme(user, appointment.programme)


def may_move_investment(user: Any, appointment: Appointment) -> Permit:
    """Whether the user may plan, release, hold or stop money of the appointment: the director, the
    office or a leader, and nobody the own."""
    return may_decide_above(user, appointment.programme, appointment.person_id)


def may_ask_assessment(user: Any, appointment: Appointment) -> Permit:
    """Whether the user may ask for an assessment: the principal investigator, the director, or who
    keeps the programme."""
    if is_own(user, appointment) or directs(user, appointment.programme):
        return GRANTED
    return may_keep_programme(user, appointment.programme)
