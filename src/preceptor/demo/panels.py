"""Panels with their seats, drawn from real qualifications; and those planned with a fault.

Nothing is stated of persons whom the registers know; what is stated of outside experts is what
the office knows of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from random import Random
from typing import TYPE_CHECKING

from preceptor.people.choices import CapacityKind, TitleLevel, TitleSeries
from preceptor.training.choices import FieldRelation, MilestoneKind, SeatRole
from preceptor.training.models import Panel, PanelSeat

from .institution import Institution
from .persons import write_capacity, write_person
from .staff import Staff
from .stories import Fault
from .supervisors import SupervisorRoll, related

if TYPE_CHECKING:
    from .trainees import Trainee

FIRST_RECORDED = date(2023, 1, 1)
#: The share of sittings whose panel is on record; all defences are (invented).
RECORDED = {
    MilestoneKind.PROPOSAL: 0.4,
    MilestoneKind.MIDTERM: 0.5,
    MilestoneKind.CLINICAL_EXAM: 0.8,
    MilestoneKind.PREDEFENCE: 0.6,
    MilestoneKind.DEFENCE: 1.0,
}
SIZES = {
    MilestoneKind.PROPOSAL: (5, 5, 5, 7),
    MilestoneKind.MIDTERM: (3, 3, 5),
    MilestoneKind.CLINICAL_EXAM: (5, 5, 7),
    MilestoneKind.PREDEFENCE: (3, 5),
    MilestoneKind.DEFENCE: (5, 5, 7),
}
SOLEMN = (MilestoneKind.DEFENCE, MilestoneKind.CLINICAL_EXAM)
NO_SUPERVISOR_SHARE = 0.1


@dataclass(frozen=True)
class Seat:
    """One person on a panel; an outside expert of unknown title bears no title anywhere."""

    person: int
    field: FieldRelation
    is_outside: bool = False
    is_title_known: bool = True


@dataclass
class PanelBook:
    """Calls panels together and numbers them by year."""

    institution: Institution
    roll: SupervisorRoll
    staff: Staff
    random: Random = field(init=False)
    numbers: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.random = self.institution.stream("panels")

    def convene_for(self, trainee: Trainee) -> None:
        """The panels of a trainee's sittings since 2023, and the one that is planned."""
        for attempt in trainee.made.attempts:
            held = attempt.held_on
            if held is None and attempt.planned_on:
                fault = trainee.story.fault if trainee.story else None
                self._convene(trainee, attempt.kind, attempt.planned_on, False, fault)
            elif held and held >= FIRST_RECORDED and self._is_recorded(attempt.kind):
                self._convene(trainee, attempt.kind, held, True, None)

    def _is_recorded(self, kind: MilestoneKind) -> bool:
        return RECORDED[kind] == 1 or self.random.random() < RECORDED[kind]

    def _convene(
        self, trainee: Trainee, stage: MilestoneKind, day: date, held: bool, fault: Fault | None
    ) -> None:
        """One panel; none where the institution is too small to fill it."""
        size = 5 if not held else self.random.choice(SIZES[stage])
        seats = self._seats(trainee, stage, day, size, fault)
        if len(seats) < size:
            return
        if fault is Fault.FOUR_MEMBERS:
            seats.pop()
        self.numbers[day.year] += 1
        number = f"P-{day.year}-{self.numbers[day.year]:04}"
        panel = self.institution.batch.add(
            Panel,
            number=number,
            institution_id=self.institution.root,
            enrolment_id=trainee.enrolment,
            stage=stage,
            planned_on=day,
            sits_on=day if held else None,
        )
        for place, seat in enumerate(seats):
            self._write_seat(panel, seat, SeatRole.MEMBER if place else SeatRole.CHAIR)
        if fault:
            self.institution.plant(fault.value, number)

    def _seats(
        self, trainee: Trainee, stage: MilestoneKind, day: date, size: int, fault: Fault | None
    ) -> list[Seat]:
        """Chair first: from outside for a defence, with a member of the degree committee."""
        own = {trainee.supervisor, trainee.co_supervisor}
        without = {place for place in own if place is not None}
        seats: list[Seat] = []
        if stage in SOLEMN:
            if fault is not Fault.INSIDE_CHAIR:
                seats.append(self._outside_chair())
            seats.extend(self._committee_member(trainee, without))
            seats.extend(self._exception(stage, fault))
        wanted = size - len(seats)
        places = self.roll.experts(
            self.random, trainee.lot.direction, day.year, without, stage in SOLEMN
        )
        seats.extend(self._seat_of(trainee, place) for place in islice(_once(places), wanted))
        return seats

    def _outside_chair(self) -> Seat:
        return Seat(self.random.choice(self.staff.outside), FieldRelation.SAME, is_outside=True)

    def _committee_member(self, trainee: Trainee, without: set[int]) -> Iterator[Seat]:
        """A member of the degree committee, of a near direction if there is one."""
        near = {trainee.lot.direction, *related(trainee.lot.direction)}
        fit = [place for place in self.roll.committee if place not in without]
        close = [place for place in fit if self.roll.direction(place) in near]
        if fit:
            place = self.random.choice(close or fit)
            without.add(place)
            yield self._seat_of(trainee, place)

    def _exception(self, stage: MilestoneKind, fault: Fault | None) -> Iterator[Seat]:
        """A member of unknown title, or now and then a professor who supervises no doctors."""
        if fault is Fault.UNKNOWN_TITLE:
            yield self._unknown_expert()
        elif (
            fault is None
            and stage is MilestoneKind.DEFENCE
            and self.staff.seniors
            and self.random.random() < NO_SUPERVISOR_SHARE
        ):
            yield Seat(self.random.choice(self.staff.seniors), FieldRelation.RELATED)

    def _unknown_expert(self) -> Seat:
        """An expert from outside of whom neither the registers nor the office know the title."""
        batch, units = self.institution.batch, self.institution.units
        person, _ = write_person(batch, units.root, self.random, (1965, 1975))
        write_capacity(batch, person, units.outside[0], CapacityKind.EXTERNAL, date(2023, 9, 1))
        return Seat(person, FieldRelation.SAME, is_outside=True, is_title_known=False)

    def _seat_of(self, trainee: Trainee, place: int) -> Seat:
        direction = self.roll.direction(place)
        if direction == trainee.lot.direction:
            nearness = FieldRelation.SAME
        elif direction in related(trainee.lot.direction):
            nearness = FieldRelation.RELATED
        else:
            nearness = FieldRelation.UNRELATED
        return Seat(self.roll.person(place), nearness)

    def _write_seat(self, panel: int, seat: Seat, role: SeatRole) -> None:
        self.institution.batch.add(
            PanelSeat,
            panel_id=panel,
            person_id=seat.person,
            role=role,
            field=seat.field,
            **(_stated(seat) if seat.is_outside else {}),
        )


def _stated(seat: Seat) -> dict[str, object]:
    """What the office states of an expert whom the registers do not keep."""
    stated: dict[str, object] = {
        "stated_outside_unit": True,
        "stated_outside_institution": True,
        "stated_degree_committee": False,
        "stated_clinical_work": True,
        "stated_doctoral_supervisor": True,
    }
    if seat.is_title_known:
        stated |= {
            "stated_title": "教授",
            "stated_series": TitleSeries.TEACHER,
            "stated_level": TitleLevel.FULL,
        }
    return stated


def _once(places: Iterator[int]) -> Iterator[int]:
    """Each place once, in the order in which it first comes."""
    seen: set[int] = set()
    for place in places:
        if place not in seen:
            seen.add(place)
            yield place
