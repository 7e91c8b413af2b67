"""Course results and attempts at milestones."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from preceptor.training.choices import Outcome
from preceptor.training.models import CourseRecord, Milestone

from .courses import REQUIRED
from .distribution import CENSUS_YEAR
from .insertion import Batch
from .institution import Institution

if TYPE_CHECKING:
    from .trainees import Trainee

FIRST_YEAR_COURSES = 4
FAILED_SHARE = 0.012
PASS_MARK = 60


def write_courses(institution: Institution, random: Random, trainee: Trainee) -> None:
    """The required courses of the years studied, and for some an elective one.

    Courses of the census year's own cohort are partly still running: score and outcome unknown.
    """
    left = trainee.made.left_on
    last_year = left.year if left else CENSUS_YEAR
    chosen = [*range(REQUIRED)]
    if random.random() < 0.4:
        chosen.append(random.choice((REQUIRED, REQUIRED + 1)))
    for place in chosen:
        year = trainee.lot.cohort + (0 if place < FIRST_YEAR_COURSES else 1)
        if year > last_year:
            continue
        is_running = year == CENSUS_YEAR and random.random() < _running(trainee, year)
        _write_course(institution, random, trainee, place, year, is_running)


def _running(trainee: Trainee, year: int) -> float:
    return 0.4 if trainee.lot.cohort == year else 0.05


def _write_course(
    institution: Institution,
    random: Random,
    trainee: Trainee,
    place: int,
    year: int,
    is_running: bool,
) -> None:
    """One result; a failed course is taken again, and passed, in the next year."""

    def write(in_year: int, score: Decimal | None) -> None:
        passed = score is not None and score >= PASS_MARK
        institution.batch.add(
            CourseRecord,
            enrolment_id=trainee.enrolment,
            course_id=institution.programmes.courses[place],
            year=in_year,
            score=score,
            outcome=None if score is None else (Outcome.PASS if passed else Outcome.FAIL),
        )

    if is_running:
        write(year, None)
        return
    if year < CENSUS_YEAR and not trainee.made.left_on and random.random() < FAILED_SHARE:
        write(year, Decimal(random.randint(420, 595)) / 10)
        year += 1
    write(year, Decimal(max(600, min(985, round(random.gauss(845, 60))))) / 10)


def write_milestones(batch: Batch, trainee: Trainee) -> None:
    """Every attempt, held or planned."""
    for row in trainee.made.attempts:
        batch.add(
            Milestone,
            enrolment_id=trainee.enrolment,
            kind=row.kind,
            attempt=row.number,
            planned_on=row.planned_on,
            held_on=row.held_on,
            outcome=row.outcome,
        )
