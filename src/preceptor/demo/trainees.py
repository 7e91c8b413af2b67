"""Trainees of the demo institution, made chunk by chunk, each with the whole of their record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from random import Random
from typing import NamedTuple

from preceptor.people.choices import IdentifierScheme

from . import applications, enrolments, progress, studies, theses
from .careers import Career
from .catalogue import SPLIT_ON, described
from .distribution import ORTHOPAEDICS, SURGERY, Cohort
from .institution import Institution
from .names import Name
from .panels import PanelBook
from .persons import write_person
from .rotations import ClinicalMonths, write_rotations
from .stories import STORIES, Story, Turn
from .supervisors import SupervisorRoll

CHUNK = 1000


class Fate(IntEnum):
    """What had become of a trainee on the census day."""

    ENROLLED = 0
    AWARDED = 1
    AWARDED_BEFORE = 2
    WITHDRAWN = 3
    IN_SERVICE = 4


class Lot(NamedTuple):
    """The place of a trainee in the cohort before anything else is known."""

    cohort: int
    number: str
    direction: int
    fate: Fate
    ordinal: int


@dataclass
class Trainee:
    """One trainee while the record is being written."""

    lot: Lot
    person: int
    name: Name
    enrolment: int
    unit: int
    supervisor: int | None
    co_supervisor: int | None
    former_supervisor: int | None
    made: Career
    months: ClinicalMonths
    available: int
    story: Story | None

    @property
    def is_in_service(self) -> bool:
        return self.lot.fate is Fate.IN_SERVICE

    @property
    def directions(self) -> list[tuple[int, date, str]]:
        """Directions with the first day in each, and why: orthopaedics began in surgery."""
        start = self.made.started_on
        if self.lot.direction == ORTHOPAEDICS and start < SPLIT_ON:
            reason = "骨科学自外科学中分设，按学科目录调整专业方向"
            return [(SURGERY, start, ""), (ORTHOPAEDICS, SPLIT_ON, reason)]
        return [(self.lot.direction, start, "")]


def write_trainees(institution: Institution, roll: SupervisorRoll, book: PanelBook) -> None:
    """All cohorts, the youngest first."""
    for cohort in institution.distribution.cohorts:
        _write_cohort(institution, roll, book, cohort)


def _write_cohort(
    institution: Institution, roll: SupervisorRoll, book: PanelBook, cohort: Cohort
) -> None:
    random = institution.stream(f"cohort {cohort.year}")
    intake = applications.Intake(institution, cohort.year)
    for written, lot in enumerate(_lots(random, cohort), 1):
        trainee = _draw(institution, roll, random, lot)
        _write(institution, roll, book, random, trainee)
        if not trainee.is_in_service:
            intake.admit(trainee.name.zh, lot.direction, trainee.unit)
        if written % CHUNK == 0:
            institution.batch.write(f"trainees of cohort {cohort.year}")
    intake.turn_away()
    institution.batch.write(f"trainees and applicants of cohort {cohort.year}")


def _lots(random: Random, cohort: Cohort) -> Iterator[Lot]:
    """The cohort's trainees in the order of their student numbers, in-service ones last."""
    full_time = (cohort.enrolled, cohort.awarded, cohort.awarded_before, cohort.withdrawn)
    order = _shuffled(random, full_time, 0) + _shuffled(
        random, (cohort.in_service,), Fate.IN_SERVICE
    )
    width = max(3, len(str(len(order))))
    seen = [0] * len(Fate)
    for serial, code in enumerate(order, 1):
        direction, fate = divmod(code, len(Fate))
        number = f"{cohort.year}1051{serial:0{width}}"
        yield Lot(cohort.year, number, direction, Fate(fate), seen[fate])
        seen[fate] += 1


def _shuffled(random: Random, shares: tuple[tuple[int, ...], ...], first_fate: int) -> bytearray:
    """One byte for each trainee, naming direction and fate, in an order of chance."""
    order = bytearray()
    for fate, by_direction in enumerate(shares, first_fate):
        for direction, number in enumerate(by_direction):
            order.extend(bytes([direction * len(Fate) + fate]) * number)
    random.shuffle(order)
    return order


def _career(random: Random, lot: Lot, story: Story | None) -> Career:
    if lot.fate is Fate.ENROLLED:
        return studies.enrolled(random, lot.cohort, story)
    if lot.fate is Fate.WITHDRAWN:
        return studies.withdrawn(random, lot.cohort)
    year = 2022 if lot.fate is Fate.AWARDED_BEFORE else 2023
    is_deferred = lot.fate is Fate.AWARDED and lot.cohort == 2020 and lot.ordinal == 0
    return studies.awarded(random, lot.cohort, year, is_deferred)


def _draw(institution: Institution, roll: SupervisorRoll, random: Random, lot: Lot) -> Trainee:
    story = STORIES.get((lot.cohort, lot.ordinal)) if lot.fate is Fate.ENROLLED else None
    born = (lot.cohort - 45, lot.cohort - 33) if lot.fate is Fate.IN_SERVICE else (
        lot.cohort - 34, lot.cohort - 25)  # fmt: skip
    person, name = write_person(
        institution.batch,
        institution.root,
        random,
        born,
        [(IdentifierScheme.STUDENT_NUMBER, lot.number)],
    )
    wanted = institution.units.hospitals[0] if story and story.in_general_hospital else None
    main = roll.choose(random, lot.direction, lot.cohort, wanted)
    made = _career(random, lot, story)
    available, months = studies.clinical_months(random, made, story)
    return Trainee(
        lot=lot,
        person=person,
        name=name,
        enrolment=0,
        unit=institution.units.hospitals[0] if main is None else roll.units[main],
        supervisor=main,
        co_supervisor=_second(roll, random, lot, main, 0.15),
        former_supervisor=_second(roll, random, lot, main, 1)
        if story and story.turn is Turn.NEW_SUPERVISOR
        else None,
        made=made,
        months=months,
        available=available,
        story=story,
    )


def _second(
    roll: SupervisorRoll, random: Random, lot: Lot, main: int | None, share: float
) -> int | None:
    """Another supervisor of the direction for this share of the trainees; None if there is none."""
    if main is None or random.random() >= share:
        return None
    other = roll.choose(random, lot.direction, lot.cohort)
    return None if other == main else other


def _write(
    institution: Institution,
    roll: SupervisorRoll,
    book: PanelBook,
    random: Random,
    trainee: Trainee,
) -> None:
    batch = institution.batch
    trainee.enrolment = enrolments.write_enrolment(institution, roll, trainee)
    row = described()[trainee.lot.direction]
    write_rotations(
        batch,
        random,
        trainee.enrolment,
        trainee.unit,
        row.departments,
        trainee.made.started_on,
        trainee.available,
        trainee.months,
    )
    progress.write_courses(institution, random, trainee)
    progress.write_milestones(batch, trainee)
    theses.write_thesis(batch, random, trainee)
    book.convene_for(trainee)
    if trainee.story and trainee.story.plant:
        institution.plant(trainee.story.plant, trainee.lot.number)
