"""Every write to rotations, milestones and course results.

Each action takes rows not yet saved, one or many, whose enrolments lie in one institution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import RuleBroken
from preceptor.institutions.models import Unit
from preceptor.people.access import may_keep_institution, scope

from ..access import may_keep_training
from ..models import CourseRecord, Enrolment, Milestone, Rotation


def demand_own_trainees(institution: Unit, enrolments: Sequence[Enrolment]) -> None:
    """Raise RuleBroken unless all the trainees are of the institution."""
    for enrolment in enrolments:
        if enrolment.institution_id != institution.pk:
            raise RuleBroken(
                _("Trainee %(number)s is not of %(institution)s.")
                % {"number": enrolment.student_number, "institution": institution.name_zh}
            )


def demand_training(by: Actor, institution: Unit, enrolments: Sequence[Enrolment]) -> None:
    """Raise PermissionDenied unless the actor keeps the units of all the trainees.

    Raises RuleBroken for a trainee of another institution.
    """
    demand_own_trainees(institution, enrolments)
    if scope(by).keeps(institution.pk):
        return
    if not enrolments:
        may_keep_institution(by, institution).demand()
    for enrolment in enrolments:
        may_keep_training(by, enrolment).demand()


def record_rotations(*, institution: Unit, rotations: Sequence[Rotation], by: Actor) -> None:
    """Record clinical rotations in whole months. Raises PermissionDenied."""
    demand_training(by, institution, [row.enrolment for row in rotations])
    with deed(by) as act:
        Rotation.objects.bulk_create(rotations, batch_size=500)
        for row in rotations:
            after = {"from": row.start_month, "to": row.end_month, "kind": row.kind}
            act.write("rotation.record", "enrolment", row.enrolment_id, after=after)
        act.touch("enrolment", [row.enrolment_id for row in rotations])


def record_milestones(*, institution: Unit, milestones: Sequence[Milestone], by: Actor) -> None:
    """Record attempts at milestones, decided or planned. Raises PermissionDenied."""
    demand_training(by, institution, [row.enrolment for row in milestones])
    with deed(by) as act:
        Milestone.objects.bulk_create(milestones, batch_size=500)
        for row in milestones:
            after = {"kind": row.kind, "on": row.held_on, "outcome": row.outcome}
            act.write("milestone.record", "enrolment", row.enrolment_id, after=after)
        act.touch("enrolment", [row.enrolment_id for row in milestones])


def record_course_results(*, institution: Unit, results: Sequence[CourseRecord], by: Actor) -> None:
    """Record results in courses. Raises PermissionDenied."""
    demand_training(by, institution, [row.enrolment for row in results])
    with deed(by) as act:
        CourseRecord.objects.bulk_create(results, batch_size=500)
        for row in results:
            after = {"course": row.course_id, "outcome": row.outcome}
            act.write("course.record", "enrolment", row.enrolment_id, after=after)
        act.touch("enrolment", [row.enrolment_id for row in results])


@dataclass(frozen=True)
class Subject:
    """What a changed row says something of: whose standing may change, and who may write it."""

    kind: str
    key: int
    enrolment: Enrolment


def change(
    row: Model, verb: str, subject: Subject, by: Actor, reason: str, columns: dict[str, Any]
) -> None:
    """Write changed columns of a row, with what stood before; nothing when nothing differs.

    What stood before is read from the database, not from the row in hand, which may be stale.
    """
    may_keep_training(by, subject.enrolment).demand()
    with deed(by, reason) as act:
        held = type(row)._base_manager.select_for_update(no_key=True).get(pk=row.pk)
        before = {name: getattr(held, name) for name in columns}
        for name, value in columns.items():
            setattr(row, name, value)
        if before == columns:
            return
        row.save(update_fields=list(columns))
        act.write(verb, subject.kind, subject.key, before=before, after=columns, reason=reason)
        act.touch(subject.kind, [subject.key])


def of_trainee(enrolment: Enrolment) -> Subject:
    """The trainee as the subject of a change."""
    return Subject("enrolment", enrolment.pk, enrolment)


def change_rotation(*, rotation: Rotation, by: Actor, reason: str, **columns: Any) -> None:
    """Correct a rotation; nothing is written when nothing differs."""
    change(rotation, "rotation.change", of_trainee(rotation.enrolment), by, reason, columns)


def change_milestone(*, milestone: Milestone, by: Actor, reason: str, **columns: Any) -> None:
    """Correct or decide a milestone; nothing is written when nothing differs."""
    change(milestone, "milestone.change", of_trainee(milestone.enrolment), by, reason, columns)
