"""Writes to enrolments: entry, correction, length of study."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.base.records import supersede
from preceptor.institutions.models import Discipline, Unit
from preceptor.people.access import may_keep_institution
from preceptor.people.models import Person

from ..access import may_keep_training
from ..choices import EnrolmentState, PeriodKind
from ..models import Enrolment, Placement, Programme, StateSpan, StudyPeriod
from ..states import DEFERRABLE, ENROLLED
from .state import award, change_state, state_before_suspension

__all__ = [
    "NewEnrolment",
    "award",
    "change_state",
    "correct_enrolment",
    "enrol",
    "grant_period",
    "state_before_suspension",
]

#: So many keys are asked for in one query.
SLICE = 900
CORRECTABLE = frozenset({"cohort", "cohort_on", "mode"})


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


def _taken(institution: Unit, numbers: Sequence[str]) -> Iterator[str]:
    """The numbers that are enrolled already, and those that come twice."""
    for start in range(0, len(numbers), SLICE):
        some = numbers[start : start + SLICE]
        known = Enrolment.objects.filter(institution=institution, student_number__in=some)
        yield from known.values_list("student_number", flat=True).order_by("student_number")
    seen: set[str] = set()
    for number in numbers:
        if number in seen:
            yield number
        seen.add(number)


def _refuse_entries(institution: Unit, entries: Sequence[NewEnrolment]) -> None:
    taken = next(_taken(institution, [new.student_number for new in entries]), None)
    if taken:
        raise RuleBroken(_("Student number %(number)s is already enrolled.") % {"number": taken})
    for new in entries:
        demand_unit_of(institution, new.unit)
        if new.person.institution_id != institution.pk:
            raise RuleBroken(
                _("%(name)s is not a person of %(institution)s.")
                % {"name": new.person.name_zh, "institution": institution.name_zh}
            )


def demand_unit_of(institution: Unit, unit: Unit) -> None:
    """Raise RuleBroken unless the unit is the institution or one of its units."""
    if institution.pk not in (unit.pk, unit.institution_id):
        raise RuleBroken(
            _("%(unit)s is not a unit of %(institution)s.")
            % {"unit": unit.name_zh, "institution": institution.name_zh}
        )


def enrol(*, institution: Unit, entries: Sequence[NewEnrolment], by: Actor) -> list[Enrolment]:
    """Enter trainees, each with its first state and place; in the order given.

    Raises PermissionDenied; RuleBroken when a student number is already enrolled or comes twice,
    or a person or unit is of another institution. Then nobody is entered.
    """
    may_keep_institution(by, institution).demand()
    _refuse_entries(institution, entries)
    with deed(by) as act:
        rows = [_row(institution, new) for new in entries]
        Enrolment.objects.bulk_create(rows, batch_size=500)
        _begin(rows)
        for row in rows:
            after = {
                "student_number": row.student_number,
                "cohort": row.cohort,
                "unit": row.unit_id,
            }
            act.write("enrolment.enter", "enrolment", row.pk, after=after)
        act.touch("enrolment", [row.pk for row in rows])
    return rows


def _begin(rows: Sequence[Enrolment]) -> None:
    """The first state and the first place of each, from its plan date on."""
    states = [StateSpan(enrolment=row, state=row.state, valid_from=row.cohort_on) for row in rows]
    StateSpan.objects.bulk_create(states, batch_size=500)
    places = [
        Placement(enrolment=row, unit=row.unit, direction=row.direction, valid_from=row.cohort_on)
        for row in rows
    ]
    Placement.objects.bulk_create(places, batch_size=500)


def correct_enrolment(*, enrolment: Enrolment, by: Actor, reason: str, **columns: Any) -> Enrolment:
    """Correct the cohort or mode of a trainee; both are journalled with what stood before.

    With an earlier plan date the first state and the first place begin on it too; with a later
    one they stay, for a trainee may study before joining a later cohort. Nothing is written when
    nothing differs. Raises PermissionDenied, and ValueError for a column not corrected here.
    """
    may_keep_training(by, enrolment).demand()
    if not columns.keys() <= CORRECTABLE:
        raise ValueError(f"correct_enrolment takes {sorted(CORRECTABLE)}")
    with deed(by, reason) as act:
        held = Enrolment.objects.select_for_update(no_key=True).get(pk=enrolment.pk)
        before = {name: getattr(held, name) for name in columns}
        for name, value in columns.items():
            setattr(enrolment, name, value)
        if before == columns:
            return enrolment
        _begin_earlier(held, columns.get("cohort_on", held.cohort_on))
        enrolment.save(update_fields=list(columns))
        act.write(
            "enrolment.correct", "enrolment", held.pk, before=before, after=columns, reason=reason
        )
        act.touch("enrolment", [held.pk])
    return enrolment


def _begin_earlier(held: Enrolment, day: date) -> None:
    """Have the first state and place begin on the day, when they begin later."""
    for rows in (StateSpan.objects.known(), Placement.objects.known()):
        first = rows.filter(enrolment=held).first()
        if first is not None and first.valid_from > day:
            supersede(first, valid_from=day)


def grant_period(
    *, enrolment: Enrolment, kind: PeriodKind, first: date, last: date | None, reason: str,
    by: Actor,
) -> StudyPeriod:  # fmt: skip
    """Record an extension or a deferral from the first to the last day, both included.

    The same period again changes nothing. Raises PermissionDenied; RuleBroken when the days are
    the wrong way round, no reason is given, or the state of the enrolment does not allow it.
    """
    may_keep_training(by, enrolment).demand()
    if last is not None and last < first:
        raise RuleBroken(_("The last day lies before the first."))
    if not reason.strip():
        raise RuleBroken(_("Say why: more time needs a reason."))
    with deed(by, reason) as act:
        held = Enrolment.objects.select_for_update(no_key=True).get(pk=enrolment.pk)
        columns = {"enrolment": held, "kind": kind, "valid_from": first, "valid_to": last}
        same = StudyPeriod.objects.known().filter(**columns).first()
        if same is not None:
            return same
        _refuse_period(held, kind)
        _refuse_overlap(held, kind, first, last)
        period = StudyPeriod.objects.create(**columns, reason=reason)
        after = {"kind": kind.value, "from": first, "to": last}
        act.write("enrolment.period", "enrolment", held.pk, after=after, reason=reason)
        act.touch("enrolment", [held.pk])
    return period


def _refuse_overlap(held: Enrolment, kind: PeriodKind, first: date, last: date | None) -> None:
    """Refuse a period that shares a day with one of its kind: the days would count twice."""
    others = StudyPeriod.objects.known().filter(enrolment=held, kind=kind)
    others = others.filter(Q(valid_to=None) | Q(valid_to__gte=first))
    if last is not None:
        others = others.filter(valid_from__lte=last)
    if other := others.first():
        raise RuleBroken(
            _("There is one from %(first)s to %(last)s already. Begin after it, or end before it.")
            % {"first": other.valid_from, "last": other.valid_to or _("an open end")}
        )


def _refuse_period(held: Enrolment, kind: PeriodKind) -> None:
    state = EnrolmentState(held.state)
    if kind == PeriodKind.SUSPENSION:
        raise RuleBroken(_("A suspension is a change of state: record it as one."))
    if kind == PeriodKind.EXTENSION and state not in ENROLLED:
        raise RuleBroken(_("Only a trainee who is enrolled can be given more time."))
    if kind == PeriodKind.DEFERRAL and state not in DEFERRABLE:
        raise RuleBroken(_("The award can be deferred only while it is still to come."))
