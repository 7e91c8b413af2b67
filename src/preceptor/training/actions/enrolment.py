"""Every write to enrolments: entry, state, place, supervisor, length of study."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.base.records import retract, supersede
from preceptor.institutions.models import Discipline, Unit
from preceptor.people.access import may_keep, may_keep_institution
from preceptor.people.models import Person

from ..access import may_change_state, may_keep_training
from ..choices import EnrolmentState, PeriodKind, SupervisionRole
from ..models import Enrolment, Placement, Programme, StateSpan, StudyPeriod, Supervision
from ..states import ENROLLED, following

Change = dict[str, Any]


@dataclass(frozen=True)
class NewEnrolment:
    """A trainee to be entered; `cohort_on` is the plan date that binds to a cohort's rules."""

    student_number: str
    person: Person
    unit: Unit
    direction: Discipline
    cohort: int
    cohort_on: date
    state: str
    mode: str
    degree_level: str = "doctor"
    degree_type: str = "professional"
    programme: Programme | None = None
    source: str = ""


def _row(institution: Unit, new: NewEnrolment) -> Enrolment:
    return Enrolment(
        institution=institution, student_number=new.student_number, person=new.person,
        unit=new.unit, direction=new.direction, programme=new.programme, cohort=new.cohort,
        cohort_on=new.cohort_on, state=new.state, mode=new.mode, degree_level=new.degree_level,
        degree_type=new.degree_type, source=new.source,
    )  # fmt: skip


def _refuse_known(institution: Unit, entries: Sequence[NewEnrolment]) -> None:
    numbers = [new.student_number for new in entries]
    known = Enrolment.objects.filter(institution=institution, student_number__in=numbers[:900])
    taken = known.values_list("student_number", flat=True).first()
    if taken:
        raise RuleBroken(_("Student number %(number)s is already enrolled.") % {"number": taken})


def enrol(*, institution: Unit, entries: Sequence[NewEnrolment], by: Actor) -> list[Enrolment]:
    """Enter trainees, each with its first state and place; in the order given.

    Raises PermissionDenied, and RuleBroken when a student number is already enrolled.
    """
    may_keep_institution(by, institution).demand()
    _refuse_known(institution, entries)
    with deed(by) as act:
        rows = [_row(institution, new) for new in entries]
        Enrolment.objects.bulk_create(rows, batch_size=500)
        StateSpan.objects.bulk_create(
            [StateSpan(enrolment=row, state=row.state, valid_from=row.cohort_on) for row in rows],
            batch_size=500,
        )
        Placement.objects.bulk_create(
            [
                Placement(
                    enrolment=row, unit=row.unit, direction=row.direction, valid_from=row.cohort_on
                )
                for row in rows
            ],
            batch_size=500,
        )
        for row in rows:
            after = {
                "student_number": row.student_number,
                "cohort": row.cohort,
                "unit": row.unit_id,
            }
            act.write("enrolment.enter", "enrolment", row.pk, after=after)
        act.touch("enrolment", [row.pk for row in rows])
    return rows


def _current_span(enrolment: Enrolment) -> StateSpan | None:
    return StateSpan.objects.known().filter(enrolment=enrolment, valid_to=None).last()


def state_before_suspension(enrolment: Enrolment) -> EnrolmentState | None:
    """The state that a suspended trainee returns to; None when no earlier state is recorded."""
    spans = StateSpan.objects.known().filter(enrolment=enrolment)
    earlier = spans.exclude(state=EnrolmentState.SUSPENDED).last()
    return EnrolmentState(earlier.state) if earlier else None


def _refuse_state(enrolment: Enrolment, to: EnrolmentState) -> None:
    state = EnrolmentState(enrolment.state)
    if to in following(state, state_before_suspension(enrolment)):
        return
    raise RuleBroken(
        _("From “%(state)s” an enrolment cannot go to “%(to)s”.")
        % {"state": state.label, "to": to.label}
    )


def _close_span(enrolment: Enrolment, on: date) -> None:
    span = _current_span(enrolment)
    if span is None:
        return
    if span.valid_from > on:
        raise RuleBroken(
            _("The present state began on %(day)s; the change cannot lie before it.")
            % {"day": span.valid_from}
        )
    if span.valid_from == on:
        retract(span)
    else:
        supersede(span, valid_to=on - timedelta(days=1))


def change_state(
    *, enrolment: Enrolment, to: EnrolmentState, on: date, reason: str, by: Actor
) -> Enrolment:
    """Move an enrolment to another state from the day on; asking twice does not do it twice.

    Raises PermissionDenied; RuleBroken when the state may not follow, the day lies before the
    present state began, or no reason is given.
    """
    with deed(by, reason) as act:
        held = Enrolment.objects.select_for_update().select_related("unit").get(pk=enrolment.pk)
        may_change_state(by, held).demand()
        if held.state == to:
            return held
        if not reason.strip():
            raise RuleBroken(_("Say why: a change of state needs a reason."))
        _refuse_state(held, to)
        _close_span(held, on)
        StateSpan.objects.create(enrolment=held, state=to, valid_from=on, reason=reason)
        if to == EnrolmentState.SUSPENDED:
            StudyPeriod.objects.create(
                enrolment=held, kind=PeriodKind.SUSPENSION, valid_from=on, reason=reason
            )
        if held.state == EnrolmentState.SUSPENDED:
            _end_suspension(held, on)
        before = {"state": held.state}
        held.state = to
        held.awarded_on = on if to == EnrolmentState.AWARDED else held.awarded_on
        held.save(update_fields=["state", "awarded_on"])
        act.write("enrolment.state", "enrolment", held.pk, before=before, after={"state": to.value})
        act.touch("enrolment", [held.pk])
    return held


def award(*, enrolment: Enrolment, on: date, reason: str, by: Actor) -> Enrolment:
    """Record that the degree was awarded on the day."""
    return change_state(enrolment=enrolment, to=EnrolmentState.AWARDED, on=on, reason=reason, by=by)


def _end_suspension(enrolment: Enrolment, on: date) -> None:
    open_periods = StudyPeriod.objects.known().filter(
        enrolment=enrolment, kind=PeriodKind.SUSPENSION, valid_to=None
    )
    for period in open_periods:
        last = max(period.valid_from, on - timedelta(days=1))
        supersede(period, valid_to=last)


def grant_period(
    *, enrolment: Enrolment, kind: PeriodKind, first: date, last: date | None, reason: str,
    by: Actor,
) -> StudyPeriod:  # fmt: skip
    """Record an extension or a deferral from the first to the last day, both included.

    Raises RuleBroken when the days are the wrong way round or the enrolment has ended.
    """
    may_keep_training(by, enrolment).demand()
    if last is not None and last < first:
        raise RuleBroken(_("The last day lies before the first."))
    if kind == PeriodKind.EXTENSION and EnrolmentState(enrolment.state) not in ENROLLED:
        raise RuleBroken(_("Only a trainee who is enrolled can be given more time."))
    with deed(by, reason) as act:
        period = StudyPeriod.objects.create(
            enrolment=enrolment, kind=kind, valid_from=first, valid_to=last, reason=reason
        )
        after = {"kind": kind.value, "from": first, "to": last}
        act.write("enrolment.period", "enrolment", enrolment.pk, after=after)
        act.touch("enrolment", [enrolment.pk])
    return period


def move(
    *, enrolment: Enrolment, unit: Unit, direction: Discipline, on: date, reason: str, by: Actor
) -> Enrolment:
    """Place a trainee in another unit or direction from the day on. Raises PermissionDenied."""
    may_keep_training(by, enrolment).demand()
    may_keep(by, unit).demand()
    with deed(by, reason) as act:
        held = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
        if (held.unit_id, held.direction_id) == (unit.pk, direction.pk):
            return held
        for place in Placement.objects.known().filter(enrolment=held, valid_to=None):
            if place.valid_from >= on:
                retract(place)
            else:
                supersede(place, valid_to=on - timedelta(days=1))
        Placement.objects.create(
            enrolment=held, unit=unit, direction=direction, valid_from=on, reason=reason
        )
        before = {"unit": held.unit_id, "direction": held.direction_id}
        held.unit, held.direction = unit, direction
        held.save(update_fields=["unit", "direction"])
        after = {"unit": unit.pk, "direction": direction.pk}
        act.write("enrolment.move", "enrolment", held.pk, before=before, after=after)
        act.touch("enrolment", [held.pk])
    return held


def correct_enrolment(*, enrolment: Enrolment, by: Actor, reason: str, **columns: Any) -> Enrolment:
    """Correct the cohort or mode of a trainee; both are journalled with what stood before."""
    may_keep_training(by, enrolment).demand()
    allowed = {"cohort", "cohort_on", "mode"}
    if not columns.keys() <= allowed:
        raise ValueError(f"correct_enrolment takes {sorted(allowed)}")
    with deed(by, reason) as act:
        before = {name: getattr(enrolment, name) for name in columns}
        for name, value in columns.items():
            setattr(enrolment, name, value)
        enrolment.save(update_fields=list(columns))
        act.write("enrolment.correct", "enrolment", enrolment.pk, before=before, after=columns)
        act.touch("enrolment", [enrolment.pk])
    return enrolment


def assign_supervisors(
    *, institution: Unit, pairs: Sequence[tuple[Enrolment, Person]], by: Actor,
    role: SupervisionRole = SupervisionRole.MAIN, on: date | None = None, source: str = "",
) -> None:  # fmt: skip
    """Give trainees a supervisor from the day on (their first day when none is given).

    A present supervisor of the same role ends the day before; the same one again changes nothing.
    """
    may_keep_institution(by, institution).demand()
    with deed(by) as act:
        present = _present_supervisors([enrolment.pk for enrolment, _person in pairs], role)
        fresh = []
        for enrolment, person in pairs:
            held = present.get(enrolment.pk)
            if held and held.person_id == person.pk:
                continue
            start = on or enrolment.cohort_on
            if held:
                _end_supervision(held, start)
            fresh.append(
                Supervision(
                    enrolment=enrolment, person=person, role=role, valid_from=start, source=source
                )
            )
            before = {"supervisor": held.person_id} if held else None
            act.write(
                "supervision.assign", "enrolment", enrolment.pk, before=before,
                after={"supervisor": person.pk, "role": role.value},
            )  # fmt: skip
        Supervision.objects.bulk_create(fresh, batch_size=500)


def _present_supervisors(enrolments: list[int], role: str) -> dict[int, Supervision]:
    rows = Supervision.objects.known().filter(role=role, valid_to=None)
    wanted = set(enrolments)
    if len(wanted) <= 900:
        rows = rows.filter(enrolment__in=wanted)
    return {row.enrolment_id: row for row in rows if row.enrolment_id in wanted}


def _end_supervision(held: Supervision, start: date) -> None:
    if held.valid_from >= start:
        retract(held)
    else:
        supersede(held, valid_to=start - timedelta(days=1))
