"""So many trainees in a database, each with six rotations of four months and six steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from django.db.models import Model

from preceptor.institutions.models import Discipline, Unit
from preceptor.institutions.queries import institution
from preceptor.people.models import Person
from preceptor.training.models import Enrolment, Milestone, Rotation, StateSpan

AT_ONCE = 10_000
KINDS = ("specialty", "chief_resident", "equivalent_post", "other", "specialty", None)
STEPS = ("proposal", "midterm", "midterm", "clinical_exam", "predefence", "defence")
NOW = datetime(2024, 1, 1, tzinfo=UTC)


def fill(count: int) -> int:
    """Make the trainees of an institution that has none, unless they are there; gives how many."""
    if Enrolment.objects.count() >= count:
        return Enrolment.objects.count()
    place = institution()
    person = Person.objects.filter(institution=place).first() or Person.objects.create(
        institution=place, name_zh="基准", name_en="Benchmark"
    )
    direction = Discipline.objects.filter(level="direction").first()
    assert direction is not None
    _write(Enrolment, (_enrolment(n, place, person, direction) for n in range(count)))
    keys: Sequence[int] = list(Enrolment.objects.order_by("pk").values_list("pk", flat=True))
    _write(StateSpan, (_state(key) for key in keys))
    _write(Rotation, (_rotation(key, part) for key in keys for part in range(6)))
    _write(Milestone, (_milestone(key, part) for key in keys for part in range(6)))
    return len(keys)


def _write(model: type[Model], rows: Iterator[Any]) -> None:
    while chunk := list(islice(rows, AT_ONCE)):
        model._default_manager.bulk_create(chunk, batch_size=1000)


def _enrolment(number: int, place: Unit, person: Person, direction: Discipline) -> Enrolment:
    return Enrolment(
        student_number=f"X{number:08}", person=person, institution=place, unit=place,
        direction=direction, degree_level="doctor", degree_type="professional",
        mode="full_time" if number % 3 else "in_service", cohort=2019 + number % 4,
        cohort_on=date(2019 + number % 4, 9, 1), state="training",
    )  # fmt: skip


def _state(key: int) -> StateSpan:
    return StateSpan(
        enrolment_id=key, state="training", valid_from=date(2019, 9, 1), recorded_at=NOW
    )


def _rotation(key: int, part: int) -> Rotation:
    first = 9 + 4 * part
    return Rotation(
        enrolment_id=key, department="内科", kind=KINDS[(key + part) % len(KINDS)],
        start_month=_month(first), end_month=_month(first + 3 - (key % 7 == part)),
    )  # fmt: skip


def _month(number: int) -> date:
    return date(2019 + (number - 1) // 12, (number - 1) % 12 + 1, 1)


def _milestone(key: int, part: int) -> Milestone:
    held = None if (key + part) % 50 == 0 else date(2020 + part // 2, 1 + key % 12, 1 + part)
    return Milestone(
        enrolment_id=key, kind=STEPS[part], attempt=2 if part == 2 else 1, held_on=held,
        outcome=("pass", "pass", "fail", None)[(key + part) % 4] if held else None,
    )  # fmt: skip
