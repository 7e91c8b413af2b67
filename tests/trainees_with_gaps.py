"""A few hundred trainees whose records have every kind of gap, for tests of the ways to read them."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from preceptor.base.actors import OPERATOR
from preceptor.training.actions import (
    NewEnrolment,
    enrol,
    record_checks,
    record_milestones,
    record_reviews,
    record_rotations,
    record_theses,
)
from preceptor.training.choices import EnrolmentState, MilestoneKind, RotationKind
from preceptor.training.models import (
    Enrolment,
    Milestone,
    Rotation,
    SimilarityCheck,
    Thesis,
    ThesisReview,
)

if TYPE_CHECKING:
    from cast import Cast

KINDS: tuple[str | None, ...] = (*RotationKind.values, None)
STATES = ("registered", "training", "candidate", "midterm_passed", "withdrawn")


def months_after(year: int, month: int) -> date:
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def crowd(cast: Cast, count: int, seed: int = 7) -> list[Enrolment]:
    """So many trainees: rotations that overlap, of known and unknown kind, gone by and to come;
    steps held, failed, open and planned; theses with checks and reviews of known and unknown day."""
    chance = random.Random(seed)
    rows = enrol(
        institution=cast.institution, by=OPERATOR,
        entries=[
            NewEnrolment(
                student_number=f"B{number:05}", person=cast.persons["S1"], unit=cast.general,
                direction=cast.medicine, cohort=2020, cohort_on=date(2019 + number % 4, 9, 1),
                state=EnrolmentState(chance.choice(STATES)),
                mode=chance.choice(["full_time", "in_service"]),
            )
            for number in range(count)
        ],
    )  # fmt: skip
    place: dict[str, Any] = {"institution": cast.institution, "by": OPERATOR}
    record_rotations(rotations=[one for row in rows for one in _rotations(row, chance)], **place)
    record_milestones(milestones=[one for row in rows for one in _steps(row, chance)], **place)
    theses = [Thesis(enrolment=row, title_zh="题目") for row in rows if chance.random() < 0.8]
    record_theses(theses=theses, **place)
    record_checks(checks=[one for row in theses for one in _checks(row, chance)], **place)
    record_reviews(reviews=[one for row in theses for one in _reviews(row, chance)], **place)
    return rows


def _rotations(row: Enrolment, chance: random.Random) -> list[Rotation]:
    found = []
    for _number in range(chance.randrange(7)):
        first = chance.randrange(1, 90)
        found.append(
            Rotation(
                enrolment=row, department="内科", kind=chance.choice(KINDS),
                start_month=months_after(2020, first),
                end_month=months_after(2020, first + chance.randrange(9)),
            )
        )  # fmt: skip
    return found


def _day(chance: random.Random) -> date | None:
    if chance.random() < 0.25:
        return None
    return date(2020, 1, 1) + timedelta(days=chance.randrange(2700))


def _steps(row: Enrolment, chance: random.Random) -> list[Milestone]:
    return [
        Milestone(
            enrolment=row, kind=kind, attempt=attempt, planned_on=_day(chance),
            held_on=_day(chance), outcome=chance.choice(["pass", "fail", None]),
        )
        for kind in MilestoneKind.values
        for attempt in range(1, chance.choice([1, 2, 2, 3]))
    ]  # fmt: skip


def _checks(row: Thesis, chance: random.Random) -> list[SimilarityCheck]:
    return [
        SimilarityCheck(
            thesis=row, attempt=attempt, similarity_e4=chance.randrange(10_001),
            checked_on=_day(chance),
        )
        for attempt in range(1, chance.randrange(1, 4))
    ]  # fmt: skip


def _reviews(row: Thesis, chance: random.Random) -> list[ThesisReview]:
    return [
        ThesisReview(
            thesis=row, number=number, is_blind=chance.choice([True, False, None]),
            returned_on=_day(chance), outcome=chance.choice(["pass", "fail", None]),
        )
        for number in range(1, chance.randrange(1, 6))
    ]  # fmt: skip
