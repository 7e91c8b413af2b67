"""Trainee rows: who is new, who differs, and how the difference is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from preceptor.base.actors import Actor
from preceptor.base.today import today
from preceptor.people.actions import NewPerson, change_person, register_persons
from preceptor.people.choices import IdentifierScheme
from preceptor.people.models import Person
from preceptor.training.actions import (
    NewEnrolment,
    assign_supervisors,
    change_state,
    correct_enrolment,
    enrol,
    move,
)
from preceptor.training.actions.enrolment import state_before_suspension
from preceptor.training.choices import EnrolmentState, StudyMode
from preceptor.training.models import Enrolment
from preceptor.training.states import ENROLLED, following

from .decision import Decision, Status, compared, refusal
from .known import Known
from .refusals import Kind, Refusal, say
from .rows import TraineeRow

SOURCE = "roster"


def cohort_on(cohort: int) -> date:
    """The plan date of a cohort: the first of September, when the academic year begins."""
    return date(cohort, 9, 1)


def decide_trainees(
    rows: Sequence[TraineeRow], known: Known
) -> tuple[list[Decision[TraineeRow]], list[Refusal]]:
    """For each row whether it is new, changed or unchanged; rows that cannot be taken."""
    decisions, refusals = [], []
    for row in rows:
        found = _refused(row, known)
        if found:
            refusals.append(found)
            continue
        record = known.enrolments.get(row.student_number)
        decisions.append(
            Decision(row, Status.NEW) if record is None else _compared(row, record, known)
        )
    return decisions, refusals


def _refused(row: TraineeRow, known: Known) -> Refusal | None:
    if row.unit_name not in known.units:
        return refusal(row, "unit_name", Kind.UNKNOWN_UNIT, say(gettext_lazy(
            "The unit “%(unit)s” is not in the register. Correct its name, or have it registered."
        ), unit=row.unit_name))  # fmt: skip
    record = known.enrolments.get(row.student_number)
    wanted = _state(row, record)
    if record is None or wanted is None or wanted == record.state:
        return None
    if wanted in following(EnrolmentState(record.state), state_before_suspension(record)):
        return None
    return refusal(row, "state", Kind.IMPOSSIBLE_STATE, say(
        gettext_lazy(
            "The record says “%(state)s”; “%(wanted)s” cannot follow. Check the state of study."
        ),
        state=EnrolmentState(record.state).label, wanted=wanted.label,
    ))  # fmt: skip


def _state(row: TraineeRow, record: Enrolment | None) -> EnrolmentState | None:
    """The state that the row asks for; None where the records already say as much.

    The office's word for "enrolled" covers every state of study, so it changes nothing of a
    trainee who studies, and brings a suspended one back to the state left behind.
    """
    if row.state is None:
        return None
    wanted = EnrolmentState(row.state)
    if record is None or wanted != EnrolmentState.TRAINING:
        return wanted
    if record.state == EnrolmentState.SUSPENDED:
        return state_before_suspension(record)
    return None if record.state in ENROLLED else wanted


def _compared(row: TraineeRow, record: Enrolment, known: Known) -> Decision[TraineeRow]:
    guide = known.supervisors.get(record.pk)
    named = known.persons_by_staff_number.get(row.supervisor_number or "")
    before = row.supervisor_number if guide and guide == named else guide and guide.name_zh
    return compared(row, record, {
        "name": (record.person.name_zh, row.name),
        "sex": (record.person.sex, row.sex),
        "birth_on": (record.person.birth_on, row.birth_on),
        "cohort": (record.cohort, row.cohort),
        "direction_code": (record.direction.code, row.direction_code),
        "unit_name": (record.unit.name_zh, row.unit_name),
        "supervisor_number": (before, row.supervisor_number),
        "state": (record.state, _state(row, record)),
    })  # fmt: skip


def _supervisors(rows: Sequence[TraineeRow], known: Known, by: Actor) -> dict[str, Person]:
    """The supervisors by staff number; those not known yet are created from the sheet."""
    found = known.persons_by_staff_number
    unknown = {
        row.supervisor_number: row.supervisor_name or row.supervisor_number
        for row in rows
        if row.supervisor_number and row.supervisor_number not in found
    }
    created = register_persons(
        institution=known.institution, by=by,
        persons=[
            NewPerson(IdentifierScheme.STAFF_NUMBER, number, name, source=SOURCE)
            for number, name in unknown.items()
        ],
    )  # fmt: skip
    return found | created


def write_trainees(decisions: Sequence[Decision[TraineeRow]], known: Known, by: Actor) -> None:
    """Write what is new and what changed; afterwards `known` has every trainee."""
    new = [decision for decision in decisions if decision.status == Status.NEW]
    changed = [decision for decision in decisions if decision.status == Status.CHANGED]
    supervisors = _supervisors([decision.row for decision in decisions], known, by)
    _write_new(new, known, by)
    pairs = [
        (known.enrolments[decision.row.student_number], supervisors[number])
        for decision in new + changed
        if (number := decision.row.supervisor_number)
        and (decision.status == Status.NEW or "supervisor_number" in decision.changes)
    ]
    changed_keys = {decision.record.pk for decision in changed}
    fresh = [pair for pair in pairs if pair[0].pk not in changed_keys]
    others = [pair for pair in pairs if pair[0].pk in changed_keys]
    place = known.institution
    assign_supervisors(institution=place, pairs=fresh, by=by, source=SOURCE)
    assign_supervisors(institution=place, pairs=others, by=by, on=today(), source=SOURCE)
    for decision in changed:
        _write_change(decision, known, by)


def _write_new(decisions: Sequence[Decision[TraineeRow]], known: Known, by: Actor) -> None:
    rows = [decision.row for decision in decisions]
    known_persons = known.persons(
        IdentifierScheme.STUDENT_NUMBER, [row.student_number for row in rows]
    )
    persons = known_persons | register_persons(
        institution=known.institution, by=by,
        persons=[
            NewPerson(
                IdentifierScheme.STUDENT_NUMBER, row.student_number, row.name, sex=row.sex,
                birth_on=row.birth_on, source=SOURCE,
            )
            for row in rows
            if row.student_number not in known_persons
        ],
    )  # fmt: skip
    entries = [_entry(row, persons[row.student_number], known) for row in rows]
    for record in enrol(institution=known.institution, entries=entries, by=by):
        known.enrolments[record.student_number] = record


def _entry(row: TraineeRow, person: Person, known: Known) -> NewEnrolment:
    return NewEnrolment(
        student_number=row.student_number,
        person=person,
        unit=known.units[row.unit_name],
        direction=known.directions[row.direction_code],
        programme=known.programme(row.direction_code, row.cohort),
        cohort=row.cohort,
        cohort_on=cohort_on(row.cohort),
        state=row.state or EnrolmentState.TRAINING,
        mode=StudyMode.FULL_TIME,
        source=SOURCE,
    )


def _write_change(decision: Decision[TraineeRow], known: Known, by: Actor) -> None:
    row, record, changes = decision.row, decision.record, decision.changes
    reason = _("Workbook, sheet %(sheet)s, row %(row)s") % {"sheet": row.sheet, "row": row.row}
    personal: dict[str, Any] = {
        column: decision.after[name]
        for name, column in (("name", "name_zh"), ("sex", "sex"), ("birth_on", "birth_on"))
        if name in changes
    }
    if personal:
        change_person(person=record.person, by=by, reason=reason, **personal)
    if "cohort" in changes:
        correct_enrolment(
            enrolment=record, by=by, reason=reason, cohort=row.cohort,
            cohort_on=cohort_on(row.cohort),
        )  # fmt: skip
    if "direction_code" in changes or "unit_name" in changes:
        move(
            enrolment=record, unit=known.units[row.unit_name],
            direction=known.directions[row.direction_code], on=today(), reason=reason, by=by,
        )  # fmt: skip
    if "state" in changes:
        wanted = decision.after["state"]
        change_state(enrolment=record, to=wanted, on=today(), reason=reason, by=by)
