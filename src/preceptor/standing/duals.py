"""Trainees of joint programmes as each side sees the own degree, in the shape of the subject schema."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from django.utils.translation import get_language

from preceptor.base.together import answer, together
from preceptor.institutions.models import Unit
from preceptor.joint.models import DualEnrolment, Recognition
from preceptor.training.choices import CourseKind, MilestoneKind, Outcome
from preceptor.training.models import (
    Course,
    CourseRecord,
    Enrolment,
    Milestone,
    Programme,
    ProgrammeCourse,
)

from .records import Record, rows_asked

SideName = Literal["home", "partner"]
#: Courses with whether they were ever passed, by key.
Results = dict[int, tuple[Course, bool | None]]
#: What must be read with a trainee of a joint programme.
RELATIONS = (
    "home__programme",
    "partner__programme",
    "programme__home_programme__point__institution",
    "programme__partner_programme__point__institution",
    "programme__school__unit__institution",
    "programme__school__partner__peer",
)


@dataclass(frozen=True)
class DualSide:
    """One side of a trainee in a joint programme: what the rules of that side judge."""

    dual: DualEnrolment
    name: SideName

    @property
    def pk(self) -> int:
        """The key of the trainee in the joint programme; both sides have the same."""
        found: int = self.dual.pk
        return found

    @property
    def enrolment(self) -> Enrolment | None:
        """The enrolment at this side; None where there is none yet, or none is kept here."""
        return self.dual.home if self.name == "home" else self.dual.partner

    @property
    def other(self) -> Enrolment | None:
        """The enrolment at the other side."""
        return self.dual.partner if self.name == "home" else self.dual.home

    @property
    def programme(self) -> Programme | None:
        """The training programme of this side; None where the side keeps no records here."""
        joint = self.dual.programme
        return joint.home_programme if self.name == "home" else joint.partner_programme

    @property
    def institution(self) -> Unit | None:
        """The institution that grants the degree of this side; None where it keeps no records
        here."""
        if self.programme is not None:
            return self.programme.point.institution
        school = self.dual.programme.school
        if self.name == "partner":
            return school.partner.peer
        return school.unit.institution or school.unit

    @property
    def unit(self) -> int | None:
        """The unit whose rules bind this side: where the trainee is placed, else the institution."""
        if self.enrolment is not None:
            return self.enrolment.unit_id
        return None if self.institution is None else self.institution.pk


def sides_of(dual: DualEnrolment) -> tuple[DualSide, DualSide]:
    """The home side and the partner side."""
    return DualSide(dual, "home"), DualSide(dual, "partner")


def dual_records(sides: Sequence[DualSide], on: date) -> list[Record]:
    """Records of the subject `dual` on the day, in the order given; the trainees come with
    `RELATIONS`. One query."""
    known = _Known(sides, on)
    return [_record(side, known, on) for side in sides]


class _Known:
    """The courses, steps and recognitions of some trainees at both sides."""

    def __init__(self, sides: Sequence[DualSide], on: date) -> None:
        pairs = [row for side in sides for row in (side.enrolment, side.other) if row is not None]
        enrolments = {row.pk: row for row in pairs}.values()
        joint = {side.dual.programme for side in sides}
        programmes = [side.programme for side in sides if side.programme is not None]
        recognised = Recognition.objects.on(on).select_related("counts_as").order_by("pk")
        plan = ProgrammeCourse.objects.select_related("course").order_by("pk")
        courses = CourseRecord.objects.select_related("course")
        self.courses, self.milestones, self.recognitions, planned = answer(
            together(
                rows_asked(enrolments, "courses", courses, "enrolment"),
                rows_asked(enrolments, "milestones", Milestone.objects.all(), "enrolment"),
                rows_asked(joint, "recognitions", recognised, "programme"),
                rows_asked(programmes, "courses", plan, "programme"),
            )
        )
        self.plan: dict[int, dict[int, ProgrammeCourse]] = {
            key: {one.course_id: one for one in rows} for key, rows in planned.items()
        }


def _record(side: DualSide, known: _Known, on: date) -> Record:
    own, dual = side.enrolment, side.dual
    return {
        "key": f"{dual.pk}:{side.name}",
        "cohort_on": None if own is None else own.cohort_on,
        "event_on": None if own is None else own.awarded_on,
        "side": side.name,
        "award_kind": dual.programme.award_kind,
        "is_enrolled": _is_enrolled(side),
        "is_enrolled_there": _is_enrolled(DualSide(dual, _other(side.name))),
        "home_state": dual.home.state,
        "partner_state": None if dual.partner is None else dual.partner.state,
        "has_left": dual.left_on is not None and dual.left_on <= on,
        "courses": [] if own is None else _courses(side, known),
        "milestones": [] if own is None else _steps(known.milestones[own.pk], on),
    }


def _other(name: SideName) -> SideName:
    return "partner" if name == "home" else "home"


def _is_enrolled(side: DualSide) -> bool | None:
    """Whether the side has enrolled the trainee; None where it keeps no records here."""
    if side.enrolment is not None:
        return True
    return None if side.programme is None else False


class _Taken(NamedTuple):
    """A course that counts at a side, or that the side demands."""

    course: Course
    credits: Decimal
    passed: bool | None
    is_recognised: bool = False


def _courses(side: DualSide, known: _Known) -> list[Record]:
    """The courses taken at this side; those of the other side that count here; and the required
    ones that neither has."""
    assert side.enrolment is not None
    own = _passed(known.courses[side.enrolment.pk])
    taken = [_Taken(course, course.credits, passed) for course, passed in own.values()]
    taken += _recognised(side, known, own)
    programme = 0 if side.programme is None else side.programme.pk
    plan = known.plan.get(programme, {})
    have = {one.course.pk for one in taken}
    taken += [
        _Taken(row.course, row.course.credits, passed=False)
        for key, row in plan.items()
        if key not in have and row.kind == CourseKind.REQUIRED
    ]
    return [_course(one, plan.get(one.course.pk)) for one in taken]


def _recognised(side: DualSide, known: _Known, own: Results) -> list[_Taken]:
    """The courses taken at the other side that count here on the day, each course that they count
    as once, unless it was passed here."""
    if side.other is None or side.institution is None:
        return []
    there = _passed(known.courses[side.other.pk])
    counted = {key for key, (_course, passed) in own.items() if passed}
    found: dict[int, _Taken] = {}
    for row in known.recognitions[side.dual.programme_id]:
        is_here = row.counts_as.institution_id == side.institution.pk
        if is_here and row.taken_id in there and row.counts_as_id not in counted:
            passed = there[row.taken_id][1]
            held = found.get(row.counts_as_id)
            if held is None or not held.passed:
                found[row.counts_as_id] = _Taken(row.counts_as, row.credits, passed, True)
    return list(found.values())


def _passed(rows: Iterable[CourseRecord]) -> Results:
    """Each course with whether it was ever passed; None where a result is not known."""
    outcomes: Mapping[int, list[CourseRecord]] = defaultdict(list)
    for row in rows:
        outcomes[row.course_id].append(row)
    return {key: (own[0].course, _is_passed(own)) for key, own in outcomes.items()}


def _is_passed(rows: Sequence[CourseRecord]) -> bool | None:
    found = {row.outcome for row in rows}
    if Outcome.PASS in found:
        return True
    return None if None in found else False


def _course(one: _Taken, plan: ProgrammeCourse | None) -> Record:
    return {
        "name": _name(one.course),
        "module": "" if plan is None else plan.module,
        "credits": one.credits,
        "passed": one.passed,
        "is_required": plan is not None and plan.kind == CourseKind.REQUIRED,
        "is_recognised": one.is_recognised,
    }


def _name(course: Course) -> str:
    return course.name_en if get_language() == "en" and course.name_en else course.name_zh


def _steps(rows: Iterable[Milestone], on: date) -> list[Record]:
    return [
        {
            "name": f"{MilestoneKind(row.kind).label} {row.attempt}",
            "kind": row.kind,
            "outcome": row.outcome,
            "day": row.held_on,
        }
        for row in rows
        if row.held_on is not None and row.held_on <= on
    ]
