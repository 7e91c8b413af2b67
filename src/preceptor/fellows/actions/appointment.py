"""Appointments of principal investigators: made, signed, begun, and what they report."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import Deed, deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.today import today
from preceptor.calls.models import CallApplication
from preceptor.institutions.models import Unit
from preceptor.people.models import Person

from ..access.appointment import (
    may_appoint,
    may_keep_appointment,
    may_move_investment,
    may_report,
)
from ..asking import months_later
from ..choices import AppointmentState, EntryKind, GoalKind, LabRole
from ..models import (
    Appointment,
    LabAsset,
    LabMember,
    Laboratory,
    PiGoal,
    PiProgramme,
    RepresentativeWork,
    Teaching,
)
from .investment import NewTranche, write_tranches
from .laboratory import (
    NewUnit,
    demand_money,
    demand_thing,
    found_laboratory,
    locked_laboratory,
    open_laboratory,
    write_entry,
)

A_DAY = timedelta(days=1)
#: In these states somebody holds the office.
IN_OFFICE = (AppointmentState.STARTED, AppointmentState.PROBATION, AppointmentState.STOPPED)
MOST_HOURS, MOST_TRAINEES = 2000, 10_000
#: What fits into the columns of targets, and is more than anybody reaches.
MOST_MEASURE = Decimal(10) ** 10


@dataclass(frozen=True)
class NewAsset:
    """A thing that comes with the start package; a value that is not known is None."""

    number: str
    name: str
    value_cny: Decimal | None = None


@dataclass(frozen=True)
class StartPackage:
    """What a laboratory begins with: money in CNY, things, and the tranches planned."""

    money_cny: Decimal | None = None
    assets: tuple[NewAsset, ...] = ()
    tranches: tuple[NewTranche, ...] = ()
    members: tuple[tuple[Person, LabRole], ...] = field(default=())


def locked_appointment(appointment: Appointment) -> Appointment:
    """The appointment as it stands now; nobody else moves it until the transaction ends."""
    rows = Appointment.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related(
        "person", "institution", "programme__unit", "programme__director",
        "programme__institution", "laboratory__unit",
    ).get(pk=appointment.pk)  # fmt: skip


def appoint(
    *, programme: PiProgramme, person: Person, number: str, starts_on: date, ends_on: date,
    by: Actor, application: CallApplication | None = None, country: str = "",
    follows: Appointment | None = None,
) -> Appointment:  # fmt: skip
    """Appoint a person as principal investigator for a term; contract and start follow.

    `country` is the ISO code of where the person comes from, empty when not known. The same number
    again gives the appointment that is there. Raises PermissionDenied; RuleBroken for days the wrong
    way round, a term that overlaps another one of the person, or one before the programme began.
    """
    may_appoint(by, programme, person).demand()
    number = number.strip()
    with deed(by) as act:
        # Of two programmes that appoint one person at once, the second finds the first.
        Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=person.pk)
        PiProgramme.objects.select_for_update(no_key=True, of=("self",)).get(pk=programme.pk)
        rows = Appointment.objects.filter(institution=programme.institution_id, number=number)
        held = rows.filter(person=person).first()
        if held is not None:
            return held
        if not number or rows.exists():
            raise RuleBroken(_("The number %(number)s is taken or empty.") % {"number": number})
        refuse_term(programme, person, starts_on, ends_on)
        made = Appointment.objects.create(
            number=number, person=person, institution=programme.institution,
            programme=programme, application=application, country=country.upper()[:2],
            follows=follows, laboratory=follows.laboratory if follows else None,
            starts_on=starts_on, ends_on=ends_on,
        )  # fmt: skip
        after = {"number": made.number, "from": starts_on, "to": ends_on}
        act.write("appointment.make", "appointment", made.pk, after=after)
        act.touch("appointment", [made.pk])
    return made


def refuse_term(
    programme: PiProgramme, person: Person, first: date, last: date, besides: int | None = None
) -> None:
    """Raise RuleBroken for days the wrong way round, before the programme, or within another term of
    the person but `besides`; the caller holds the person."""
    if last <= first:
        raise RuleBroken(_("The last day of the term lies before the first."))
    if first < programme.opened_on:
        raise RuleBroken(
            _("The programme began on %(day)s; no term of it is older.")
            % {"day": programme.opened_on}
        )
    rows = Appointment.objects.filter(person=person, starts_on__lte=last, ends_on__gte=first)
    for other in rows:
        if other.pk == besides:
            continue
        if other.left_on is None or other.left_on >= first:
            raise RuleBroken(
                _("%(name)s holds the appointment %(number)s from %(first)s to %(last)s already.")
                % {
                    "name": person.name_zh, "number": other.number, "first": other.starts_on,
                    "last": other.ends_on,
                }
            )  # fmt: skip


def sign_appointment(
    *, appointment: Appointment, contract_number: str, contracted_on: date, by: Actor,
    starts_on: date | None = None, ends_on: date | None = None,
) -> Appointment:  # fmt: skip
    """Record the contract: its number, its day, and the days of the term where it names others.

    The same again changes nothing. Raises PermissionDenied; RuleBroken without a number, once the
    term began, or for days that do not fit.
    """
    may_keep_appointment(by, appointment).demand()
    if not contract_number.strip():
        raise RuleBroken(_("A contract has a number."))
    with deed(by) as act:
        held = locked_appointment(appointment)
        first, last = starts_on or held.starts_on, ends_on or held.ends_on
        wanted = (contract_number.strip(), contracted_on, first, last)
        before = (held.contract_number, held.contracted_on, held.starts_on, held.ends_on)
        if wanted == before:
            return held
        if held.state != AppointmentState.CONTRACTED:
            raise RuleBroken(_("The term began already; its contract does not change any more."))
        Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=held.person_id)
        refuse_term(held.programme, held.person, first, last, besides=held.pk)
        held.contract_number, held.contracted_on, held.starts_on, held.ends_on = wanted
        held.save(update_fields=["contract_number", "contracted_on", "starts_on", "ends_on"])
        names = ("contract_number", "contracted_on", "starts_on", "ends_on")
        act.write(
            "appointment.sign", "appointment", held.pk,
            before=dict(zip(names, before, strict=True)),
            after=dict(zip(names, wanted, strict=True)),
        )  # fmt: skip
        act.touch("appointment", [held.pk])
    return held


def start_appointment(
    *, appointment: Appointment, on: date, by: Actor, unit: Unit | None = None,
    new_unit: NewUnit | None = None, package: StartPackage | None = None,
) -> Appointment:  # fmt: skip
    """Let the term begin: the laboratory is opened in the unit, or with a new one below that of the
    programme, and gets its start package; the tranches are planned. A further term takes the
    laboratory over and ends the one before.

    Money and tranches of the package are decided by who may move the investment, as any other part of
    it. Twice does not do it twice. Raises PermissionDenied; RuleBroken without a signed contract,
    before the first day of the term, or without a unit for a new laboratory; InputRefused for a
    package that cannot be booked. A day that lies ahead is refused: until it comes the former term
    would be over and the new one not begun.
    """
    may_keep_appointment(by, appointment).demand()
    with deed(by) as act:
        held = locked_appointment(appointment)
        if held.state in IN_OFFICE:
            return held
        if package is not None and (package.money_cny is not None or package.tranches):
            may_move_investment(by, held).demand()
        _refuse_start(held, on)
        held.laboratory = held.laboratory or _new_laboratory(held, unit or new_unit, on, by)
        before = {"state": held.state}
        held.state = AppointmentState.STARTED
        held.save(update_fields=["state", "laboratory"])
        after = {"state": held.state, "laboratory": held.laboratory.pk, "on": on}
        act.write("appointment.start", "appointment", held.pk, before=before, after=after)
        act.touch("appointment", [held.pk])
        if package is not None:
            _hand_over(act, held, held.laboratory, package, on)
        if held.follows is not None:
            _end_former(act, held.follows)
    return held


def _refuse_start(held: Appointment, on: date) -> None:
    if held.state == AppointmentState.ENDED:
        raise RuleBroken(_("This appointment has ended."))
    if on > today():
        raise RuleBroken(_("%(day)s lies ahead; record what has happened.") % {"day": on})
    if held.follows is not None and held.follows.left_on is not None:
        raise RuleBroken(
            _("The term before, %(number)s, was ended on %(day)s; no further one begins.")
            % {"number": held.follows.number, "day": held.follows.left_on}
        )
    if not held.contract_number or held.contracted_on is None:
        raise RuleBroken(_("The contract is not signed yet; record it first."))
    if not held.starts_on <= on <= held.ends_on:
        raise RuleBroken(
            _("The term runs from %(first)s to %(last)s; it cannot begin on %(day)s.")
            % {"first": held.starts_on, "last": held.ends_on, "day": on}
        )


def _new_laboratory(
    held: Appointment, unit: Unit | NewUnit | None, on: date, by: Actor
) -> Laboratory:
    if unit is None:
        raise RuleBroken(_("Name the unit in which the laboratory is opened."))
    programme, head = held.programme, held.person
    if isinstance(unit, NewUnit):
        return found_laboratory(programme=programme, new_unit=unit, head=head, opened_on=on, by=by)
    return open_laboratory(programme=programme, unit=unit, head=head, opened_on=on, by=by)


def _hand_over(
    act: Deed, held: Appointment, laboratory: Laboratory, package: StartPackage, on: date
) -> None:
    lab = locked_laboratory(laboratory)
    if package.money_cny is not None:
        amount = demand_money(package.money_cny)
        write_entry(act, lab, EntryKind.PACKAGE, amount, on, held.number)
    for asset in package.assets:
        demand_thing(asset.number, asset.name, asset.value_cny)
        LabAsset.objects.create(
            laboratory=lab, number=asset.number.strip(), name=asset.name.strip(),
            value_cny=asset.value_cny, valid_from=on,
        )  # fmt: skip
        act.write("laboratory.hold", "laboratory", lab.pk, after={"number": asset.number})
    for person, role in package.members:
        LabMember.objects.create(laboratory=lab, person=person, role=role, valid_from=on)
        act.write("laboratory.join", "laboratory", lab.pk, after={"person": person.pk})
    write_tranches(act, held, package.tranches)


def _end_former(act: Deed, former: Appointment) -> None:
    row = locked_appointment(former)
    if row.state == AppointmentState.ENDED:
        return
    before = {"state": row.state}
    row.state = AppointmentState.ENDED
    row.save(update_fields=["state"])
    act.write("appointment.end", "appointment", row.pk, before=before, after={"state": row.state})
    act.touch("appointment", [row.pk])


def set_pi_goal(
    *, appointment: Appointment, kind: GoalKind, text: str, target: Decimal, due_on: date,
    by: Actor,
) -> PiGoal:  # fmt: skip
    """Write a target of the contract. The same again gives the one that is there. Raises
    PermissionDenied; InputRefused for an empty text or a target that is not positive."""
    may_keep_appointment(by, appointment).demand()
    if not text.strip() or not target.is_finite() or not 0 < target < MOST_MEASURE:
        raise InputRefused(_("A target says what is to be reached, and how much, above 0."))
    with deed(by) as act:
        locked_appointment(appointment)
        columns: dict[str, Any] = {
            "kind": kind, "text": text.strip()[:300], "target": target, "due_on": due_on
        }  # fmt: skip
        goal, is_new = PiGoal.objects.get_or_create(appointment=appointment, **columns)
        if is_new:
            after = {"goal": goal.pk, **columns}
            act.write("appointment.goal", "appointment", appointment.pk, after=after)
            act.touch("appointment", [appointment.pk])
    return goal


def report_pi_goal(*, goal: PiGoal, reached: Decimal | None, evidence: str, by: Actor) -> PiGoal:
    """Report what was reached of a target, and by what it is shown; None takes the report back.

    Raises PermissionDenied; InputRefused for a negative number or a report without evidence.
    """
    may_report(by, goal.appointment).demand()
    if reached is not None and (not reached.is_finite() or not 0 <= reached < MOST_MEASURE):
        raise InputRefused(_("What was reached is a number from 0; leave it empty if unknown."))
    if reached is not None and not evidence.strip():
        raise InputRefused(_("Name the evidence: a paper, a project number, a contract."))
    with deed(by) as act:
        held = PiGoal.objects.select_for_update(no_key=True, of=("self",)).get(pk=goal.pk)
        before = {"reached": held.reached, "evidence": held.evidence}
        after = {"reached": reached, "evidence": evidence.strip()[:300]}
        if before == after:
            return held
        held.reached, held.evidence = reached, evidence.strip()[:300]
        held.save(update_fields=["reached", "evidence"])
        said = {"goal": held.pk, **after}
        act.write(
            "appointment.report", "appointment", held.appointment_id, before=before, after=said
        )
        act.touch("appointment", [held.appointment_id])
    return held


def add_representative_work(
    *, appointment: Appointment, title: str, year: int, meaning: str, by: Actor, doi: str = ""
) -> RepresentativeWork:
    """Name a work by which the principal investigator wants to be judged, and why it matters.

    The same title and year again gives the work that is there. Raises PermissionDenied;
    InputRefused without title or meaning.
    """
    may_report(by, appointment).demand()
    if not title.strip() or not meaning.strip():
        raise InputRefused(_("A representative work has a title, and says why it matters."))
    with deed(by) as act:
        locked_appointment(appointment)
        work, is_new = RepresentativeWork.objects.get_or_create(
            appointment=appointment, title=title.strip()[:500], year=year,
            defaults={"meaning": meaning.strip()[:500], "doi": doi.strip()[:200]},
        )  # fmt: skip
        if is_new:
            after = {"work": work.pk, "title": work.title, "year": year}
            act.write("appointment.work", "appointment", appointment.pk, after=after)
            act.touch("appointment", [appointment.pk])
    return work


def drop_representative_work(*, work: RepresentativeWork, by: Actor) -> None:
    """Take a work out of those that represent the principal investigator. Raises PermissionDenied."""
    may_report(by, work.appointment).demand()
    with deed(by) as act:
        gone, _by_model = RepresentativeWork.objects.filter(pk=work.pk).delete()
        if gone:
            before = {"work": work.pk, "title": work.title, "year": work.year}
            act.write("appointment.work_drop", "appointment", work.appointment_id, before=before)
            act.touch("appointment", [work.appointment_id])


def record_teaching(
    *, appointment: Appointment, year: int, course: str, hours: int, by: Actor,
    trainees: int | None = None,
) -> Teaching:  # fmt: skip
    """Record what the principal investigator taught in a year, in contact hours; a number of
    trainees that is not known is None. The same course and year again takes the new hours, and the
    same hours again change nothing.

    Raises PermissionDenied; InputRefused for an empty course, or hours that cannot be.
    """
    may_report(by, appointment).demand()
    if not course.strip() or not 0 < hours <= MOST_HOURS:
        raise InputRefused(
            _("A course has a name and 1 to %(most)s contact hours.") % {"most": MOST_HOURS}
        )
    if trainees is not None and not 0 <= trainees <= MOST_TRAINEES:
        raise InputRefused(_("A number of trainees cannot be %(count)s.") % {"count": trainees})
    with deed(by) as act:
        locked_appointment(appointment)
        named = {"appointment": appointment, "year": year, "course": course.strip()[:200]}
        row = Teaching.objects.filter(**named).first() or Teaching(**named)
        was, now = (row.hours, row.trainees), (hours, trainees)
        if row.pk is not None and was == now:
            return row
        before = None if row.pk is None else {"hours": was[0], "trainees": was[1]}
        row.hours, row.trainees = now
        row.save()
        after = {"year": year, "course": row.course, "hours": hours, "trainees": trainees}
        act.write("appointment.teaching", "appointment", appointment.pk, before=before, after=after)
        act.touch("appointment", [appointment.pk])
    return row


def appoint_from(
    *, application: CallApplication, programme: PiProgramme, months: int, starts_on: date,
    number: str, by: Actor, country: str = "",
) -> Appointment:  # fmt: skip
    """Appoint who accepted an offer, for the months that the call says; the contract settles the
    days. Raises as `appoint` does."""
    return appoint(
        programme=programme, person=application.person, number=number, starts_on=starts_on,
        ends_on=months_later(starts_on, months) - A_DAY, application=application,
        country=country, by=by,
    )  # fmt: skip


def following_term(
    starts_on: date, ends_on: date, agreed_end: date | None = None
) -> tuple[date, date]:
    """The term that follows, as long as the first one was agreed to be (until `agreed_end` where a
    probation lengthened it): whole months where the first one has whole months, else as many days."""
    first, agreed = ends_on + A_DAY, agreed_end or ends_on
    after = agreed + A_DAY
    months = (after.year - starts_on.year) * 12 + after.month - starts_on.month
    if months_later(starts_on, months) == after:
        return first, months_later(first, months) - A_DAY
    return first, first + (agreed - starts_on)
