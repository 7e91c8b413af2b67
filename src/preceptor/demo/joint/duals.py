"""The dual-degree trainees: an enrolment at each side, with courses and steps.

Source of the number: domain specification 8.6 (60, all enrolled on the census day); all else is invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from preceptor.institutions.choices import DegreeLevel, DegreeType
from preceptor.joint.models import AgreementTrainee, DualEnrolment
from preceptor.people.choices import IdentifierScheme
from preceptor.people.models import Identifier, Person
from preceptor.training.choices import EnrolmentState as State
from preceptor.training.choices import MilestoneKind, Outcome, StudyMode, SupervisionRole
from preceptor.training.models import (
    CourseRecord,
    Enrolment,
    Milestone,
    Placement,
    StateSpan,
    Supervision,
)

from ..fellows.catalogue import Academic
from ..names import Name
from ..persons import write_person
from ..stage import Stage
from .school import PLANS, Plan, School
from .tingnan import PROGRAMMES, Tingnan

TRAINEES = 60
COHORTS = (2021, 2022, 2023)
CHUNK = 500
_A_DAY = timedelta(days=1)
#: The state, the years after the cohort, month and day of reaching it, and the milestone passed.
_WAY = (
    (State.ADMITTED, 0, 7, 10, None),
    (State.REGISTERED, 0, 9, 1, None),
    (State.TRAINING, 0, 9, 11, None),
    (State.CANDIDATE, 1, 10, 20, MilestoneKind.PROPOSAL),
    (State.MIDTERM_PASSED, 2, 4, 18, MilestoneKind.MIDTERM),
    (State.PREDEFENCE_PASSED, 3, 3, 10, MilestoneKind.PREDEFENCE),
    (State.THESIS_IN_REVIEW, 3, 3, 25, None),
    (State.DEFENCE_READY, 3, 5, 8, None),
    (State.DEFENDED, 3, 5, 22, MilestoneKind.DEFENCE),
    (State.GRADUATED, 3, 6, 20, None),
    (State.AWARDED, 3, 6, 26, None),
)
_HELD_BACK = State.DEFENDED


@dataclass(frozen=True)
class Side:
    """What an enrolment of one side refers to."""

    institution: int
    unit: int
    direction: int
    programme: int
    supervisor: int
    number: str


@dataclass(frozen=True)
class Lot:
    """A trainee before anything is written; `lacks` is a course of the partner not passed yet, and
    `is_held_back` says that the degree waits."""

    plan: Plan
    cohort: int
    serial: int
    is_held_back: bool
    lacks: str


def write_duals(
    stage: Stage, academic: Academic, tingnan: Tingnan, school: School, professors: list[int]
) -> None:
    """All of them, programme by programme and cohort by cohort."""
    random = stage.stream("duals")
    weights = [1] * (len(COHORTS) * len(PLANS))
    shares = iter(stage.shares(TRAINEES, weights))
    serial = 0
    for cohort in COHORTS:
        for plan in PLANS:
            for place in range(next(shares)):
                serial += 1
                lot = _lot(plan, cohort, serial, place)
                _write(stage, random, academic, tingnan, school, professors, lot)
                if serial % CHUNK == 0:
                    stage.batch.write("dual-degree trainees")
    stage.batch.write("dual-degree trainees of both sides")


def _lot(plan: Plan, cohort: int, serial: int, place: int) -> Lot:
    """Of the last cohort every fourth is held back: the first of each programme by a course of the
    partner, the others by nothing but the next meeting of the committee."""
    is_held_back = cohort == COHORTS[-1] and place % 4 == 0
    lacks = PROGRAMMES[plan.partner][0] if is_held_back and place == 0 else ""
    return Lot(plan, cohort, serial, is_held_back, lacks)


def _write(
    stage: Stage, random: Random, academic: Academic, tingnan: Tingnan, school: School,
    professors: list[int], lot: Lot,
) -> None:  # fmt: skip
    programme, home, partner = school.programmes[lot.plan.code]
    own = Side(
        stage.root, school.unit, academic[lot.plan.home], home,
        professors[lot.serial % len(professors)], f"{lot.cohort}1001{lot.serial:03}",
    )  # fmt: skip
    other = Side(
        tingnan.root, tingnan.school, academic[lot.plan.partner], partner,
        tingnan.professors[lot.serial % len(tingnan.professors)], f"TN{lot.cohort}{lot.serial:04}",
    )  # fmt: skip
    person, name = write_person(
        stage.batch, stage.root, random, (lot.cohort - 26, lot.cohort - 22),
        [(IdentifierScheme.STUDENT_NUMBER, own.number)],
    )  # fmt: skip
    keys = [
        _write_enrolment(stage, lot, own, person),
        _write_enrolment(stage, lot, other, _as_known_there(stage, other, name)),
    ]
    key = stage.batch.add(
        DualEnrolment, programme_id=programme, home_id=keys[0], partner_id=keys[1],
        starts_on=date(lot.cohort, 9, 1),
    )  # fmt: skip
    _write_courses(stage, random, tingnan, school, lot, keys)
    for agreement, enrolment in ((school.agreement, keys[0]), (school.mirror, keys[1])):
        stage.batch.add(
            AgreementTrainee, agreement_id=agreement, enrolment_id=enrolment,
            first_on=date(lot.cohort, 9, 1), last_on=_awarded_on(stage, lot),
        )  # fmt: skip
    if lot.lacks:
        stage.plant("dual_meets_one_side", str(key))


def _as_known_there(stage: Stage, side: Side, name: Name) -> int:
    """The same trainee as a person of the other institution."""
    person = stage.batch.add(
        Person, institution_id=side.institution, name_zh=name.zh, name_en=name.en,
        name_pinyin=name.pinyin,
    )  # fmt: skip
    for scheme, value in (
        (IdentifierScheme.DEMO, f"DEMO-{person:07}"),
        (IdentifierScheme.STUDENT_NUMBER, side.number),
    ):
        stage.batch.add(
            Identifier, person_id=person, institution_id=side.institution, scheme=scheme,
            value=value,
        )  # fmt: skip
    return person


def _way(stage: Stage, lot: Lot) -> list[tuple[State, date, MilestoneKind | None]]:
    """The states reached until today; one who is held back stops after the defence."""
    found = []
    for state, years, month, day, milestone in _WAY:
        since = date(lot.cohort + years, month, day)
        if since <= stage.day:
            found.append((state, since, milestone))
        if lot.is_held_back and state is _HELD_BACK:
            break
    return found


def _awarded_on(stage: Stage, lot: Lot) -> date | None:
    state, since, _ = _way(stage, lot)[-1]
    return since if state is State.AWARDED else None


def _write_enrolment(stage: Stage, lot: Lot, side: Side, person: int) -> int:
    batch, way, awarded = stage.batch, _way(stage, lot), _awarded_on(stage, lot)
    start = date(lot.cohort, 9, 1)
    key = batch.add(
        Enrolment, student_number=side.number, person_id=person, institution_id=side.institution,
        unit_id=side.unit, direction_id=side.direction, programme_id=side.programme,
        degree_level=DegreeLevel.MASTER, degree_type=DegreeType.ACADEMIC,
        mode=StudyMode.FULL_TIME, cohort=lot.cohort, cohort_on=start, state=way[-1][0],
        awarded_on=awarded,
    )  # fmt: skip
    ends = [since - _A_DAY for _, since, _ in way[1:]]
    for (state, since, milestone), until in zip(way, [*ends, None], strict=True):
        batch.add(StateSpan, enrolment_id=key, state=state, valid_from=since, valid_to=until)
        if milestone is not None:
            batch.add(
                Milestone, enrolment_id=key, kind=milestone, attempt=1, planned_on=since,
                held_on=since, outcome=Outcome.PASS,
            )  # fmt: skip
    batch.add(
        Placement, enrolment_id=key, unit_id=side.unit, direction_id=side.direction,
        valid_from=start, valid_to=awarded,
    )  # fmt: skip
    batch.add(
        Supervision, enrolment_id=key, person_id=side.supervisor, role=SupervisionRole.MAIN,
        valid_from=start, valid_to=awarded,
    )  # fmt: skip
    return key


def _write_courses(
    stage: Stage, random: Random, tingnan: Tingnan, school: School, lot: Lot, keys: list[int]
) -> None:
    """What each side demands and no course of the other counts for; the one lacking failed once."""
    counted = {counts_as for _, counts_as, _ in lot.plan.recognised}
    rows = [(keys[0], school.courses[code], code) for code in lot.plan.courses]
    rows += [(keys[1], tingnan.courses[code], code) for code in PROGRAMMES[lot.plan.partner]]
    for enrolment, course, code in rows:
        if code in counted:
            continue
        is_failed = code == lot.lacks
        score = Decimal(random.randint(450, 580) if is_failed else random.randint(660, 960)) / 10
        stage.batch.add(
            CourseRecord, enrolment_id=enrolment, course_id=course, year=lot.cohort + 1,
            score=score, outcome=Outcome.FAIL if is_failed else Outcome.PASS,
        )  # fmt: skip
