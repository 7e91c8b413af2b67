"""Supervisors: their titles, capacities and qualifications, and the roll they are chosen from.

Source of the numbers: domain specification 8.3.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from random import Random

from preceptor.institutions.choices import DegreeLevel, DegreeType
from preceptor.people.choices import CapacityKind, IdentifierScheme, TitleLevel, TitleSeries
from preceptor.supervisors.choices import QualificationState
from preceptor.supervisors.models import SupervisorQualification

from .catalogue import SPLIT_ON, described
from .distribution import ORTHOPAEDICS, SURGERY
from .institution import Institution
from .persons import write_capacity, write_person, write_title
from .units import BASE_NAMES, LATE_BASES

CHUNK = 4000
COMMITTEE_SEATS = 31
COMMITTEE_SINCE = date(2016, 4, 1)
LAST_DAY_OF_SURGERY = date(2023, 6, 30)
IN_POST_SINCE = date(2005, 7, 1)
_SERIES = (
    *(TitleSeries.PHYSICIAN,) * 7,
    *(TitleSeries.TEACHER,) * 2,
    TitleSeries.RESEARCHER,
)


@dataclass
class SupervisorRoll:
    """The doctoral supervisors in compact columns; a place on the roll names one of them.

    Those of a direction stand together, so that `starts[d]` to `starts[d + 1]` are its places.
    """

    first_person: int
    starts: list[int] = field(default_factory=list)
    units: array[int] = field(default_factory=lambda: array("q"))
    since: array[int] = field(default_factory=lambda: array("H"))
    full: bytearray = field(default_factory=bytearray)
    physician: bytearray = field(default_factory=bytearray)
    load: array[int] = field(default_factory=lambda: array("H"))
    committee: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.units)

    def person(self, place: int) -> int:
        """The key of the person at the place."""
        return self.first_person + place

    def direction(self, place: int) -> int:
        """The direction, by its place in the catalogue, in which the one at the place guides."""
        return bisect_right(self.starts, place) - 1

    def places(self, direction: int) -> range:
        """The places of a direction."""
        return range(self.starts[direction], self.starts[direction + 1])

    def choose(
        self, random: Random, direction: int, year: int, unit: int | None = None
    ) -> int | None:
        """One of the direction who was engaged by the summer of the year, else of any direction.

        With `unit` one of that unit is preferred. None where there is nobody at all.
        """
        everyone = range(len(self))
        for places, only in ((self.places(direction), unit), (self.places(direction), None)):
            found = next(self._willing(random, places, year, only), None)
            if found is not None:
                return found
        return next(self._willing(random, everyone, year, None), None)

    def _willing(self, random: Random, places: range, year: int, unit: int | None) -> Iterator[int]:
        """Places from a random one on, round to it again."""
        if not places:
            return
        start = random.randrange(len(places))
        for step in range(len(places)):
            place = places[(start + step) % len(places)]
            if self.since[place] <= year and unit in (None, self.units[place]):
                yield place

    def experts(
        self,
        random: Random,
        direction: int,
        year: int,
        without: Collection[int],
        in_practice: bool = False,
    ) -> Iterator[int]:
        """Full professors for a panel of the year: of the direction, then of its group."""
        for place in self._near(random, direction, year - 1):
            fit = self.full[place] and (self.physician[place] or not in_practice)
            if fit and place not in without:
                yield place

    def _near(self, random: Random, direction: int, year: int) -> Iterator[int]:
        yield from self._willing(random, self.places(direction), year, None)
        for other in related(direction):
            yield from self._willing(random, self.places(other), year, None)


@cache
def related(direction: int) -> list[int]:
    """The other directions of the same group."""
    rows = described()
    group = rows[direction].group
    return [place for place, row in enumerate(rows) if row.group == group and place != direction]


def write_supervisors(institution: Institution) -> SupervisorRoll:
    """All doctoral supervisors, numbered from T0001 in the order of the directions."""
    batch = institution.batch
    random = institution.stream("supervisors")
    roll = SupervisorRoll(_next_person(institution))
    external = 0
    for direction in range(len(institution.directions)):
        roll.starts.append(len(roll))
        for unit in _in_house_units(institution, direction):
            _write_supervisor(institution, roll, random, direction, unit, False)
        for _ in range(institution.distribution.external[direction]):
            base = institution.units.bases[external % len(BASE_NAMES)]
            _write_supervisor(institution, roll, random, direction, base, True)
            external += 1
    roll.starts.append(len(roll))
    _seat_committee(institution, roll)
    batch.write("supervisors")
    return roll


def _next_person(institution: Institution) -> int:
    from preceptor.people.models import Person

    return institution.batch.next_key(Person)


def _in_house_units(institution: Institution, direction: int) -> Iterator[int]:
    shares = institution.distribution.in_house[direction]
    for hospital, number in zip(institution.units.hospitals, shares, strict=True):
        yield from (hospital for _ in range(number))


def _engaged_in(institution: Institution, random: Random, unit: int, is_first: bool) -> int:
    """The year of engagement: the first of a direction early, those of a late base in 2023."""
    if unit in institution.units.bases[-LATE_BASES:]:
        return 2023
    if is_first:
        return 2012
    return random.choices((random.randint(2009, 2017), random.randint(2018, 2022)), (7, 3))[0]


def _write_supervisor(
    institution: Institution,
    roll: SupervisorRoll,
    random: Random,
    direction: int,
    unit: int,
    is_external: bool,
) -> None:
    batch, place = institution.batch, len(roll)
    since = _engaged_in(institution, random, unit, place == roll.starts[direction])
    series, is_full = random.choice(_SERIES), random.random() < 0.93
    number = staff_number(place + 1)
    person, _ = write_person(
        batch,
        institution.root,
        random,
        (1962, since - 37),
        [(IdentifierScheme.STAFF_NUMBER, number)],
    )
    _write_titles(institution, random, person, series, is_full, since)
    trained = date(since, 5, random.randint(6, 25))
    engaged = date(since, 9, 1) if since == 2023 else date(since, 7, 1)
    _write_capacities(institution, person, unit, series, engaged if is_external else None)
    if place == PLANTED_PLACE:
        trained = date(since, 11, 8)
        institution.plant("engaged_before_training", number)
    _write_qualifications(institution, person, unit, direction, is_external, trained, engaged)
    roll.units.append(unit)
    roll.since.append(since)
    roll.load.append(0)
    if len(roll) % CHUNK == 0:
        batch.write("supervisors")
    roll.full.append(is_full)
    roll.physician.append(series is not TitleSeries.RESEARCHER)


#: The supervisor, by place on the roll, whose training was recorded after the engagement.
PLANTED_PLACE = 6


def staff_number(number: int) -> str:
    """A staff number in the institution's form."""
    return f"T{number:04}"


def _write_titles(
    institution: Institution,
    random: Random,
    person: int,
    series: TitleSeries,
    is_full: bool,
    since: int,
) -> None:
    """An associate title, and for most the full one that followed, both before engagement."""
    batch = institution.batch
    promoted = date(since - random.randint(1, 5), 12, 1)
    earlier = date(promoted.year - random.randint(5, 8), 12, 1)
    if not is_full:
        write_title(batch, person, series, TitleLevel.ASSOCIATE, promoted)
        return
    write_title(
        batch, person, series, TitleLevel.ASSOCIATE, earlier, promoted.replace(month=11, day=30)
    )
    write_title(batch, person, series, TitleLevel.FULL, promoted)
    if series is TitleSeries.PHYSICIAN and random.random() < 0.3:
        write_title(batch, person, TitleSeries.TEACHER, TitleLevel.FULL, promoted)


def _write_capacities(
    institution: Institution, person: int, unit: int, series: TitleSeries, engaged: date | None
) -> None:
    """Staff of the unit for long, or external there since the engagement; most practise."""
    batch = institution.batch
    kind = CapacityKind.EXTERNAL if engaged else CapacityKind.STAFF
    write_capacity(batch, person, unit, kind, engaged or IN_POST_SINCE)
    if series is not TitleSeries.RESEARCHER:
        write_capacity(batch, person, unit, CapacityKind.PHYSICIAN, engaged or IN_POST_SINCE)


def _write_qualifications(
    institution: Institution,
    person: int,
    unit: int,
    direction: int,
    is_external: bool,
    trained: date,
    engaged: date,
) -> None:
    """The right to supervise doctors; those of orthopaedics held it in surgery before."""

    def write(place: int, since: date, until: date | None = None) -> None:
        institution.batch.add(
            SupervisorQualification,
            person_id=person,
            unit_id=unit,
            direction_id=institution.directions[place],
            degree_level=DegreeLevel.DOCTOR,
            degree_type=DegreeType.PROFESSIONAL,
            is_external=is_external,
            state=QualificationState.ENGAGED,
            trained_on=trained,
            engaged_on=engaged,
            valid_from=since,
            valid_to=until,
        )

    if direction == ORTHOPAEDICS and engaged < SPLIT_ON:
        write(SURGERY, engaged, LAST_DAY_OF_SURGERY)
        write(direction, SPLIT_ON)
    else:
        write(direction, engaged)


def _seat_committee(institution: Institution, roll: SupervisorRoll) -> None:
    """Seats on the degree committee, spread over the directions; full professors in house."""
    fit = [
        place
        for place in range(len(roll))
        if roll.full[place]
        and roll.physician[place]
        and roll.units[place] in institution.units.hospitals
        and roll.since[place] <= 2016
    ]
    step = max(1, len(fit) // COMMITTEE_SEATS)
    roll.committee = fit[::step][:COMMITTEE_SEATS]
    for place in roll.committee:
        write_capacity(
            institution.batch,
            roll.person(place),
            institution.root,
            CapacityKind.DEGREE_COMMITTEE,
            COMMITTEE_SINCE,
        )


def write_master_only(institution: Institution, already: int) -> int:
    """External supervisors of masters alone, numbered after the doctoral ones; how many."""
    random = institution.stream("master-only")
    total = institution.distribution.master_only
    for place in range(total):
        base = institution.units.bases[place % (len(BASE_NAMES) - LATE_BASES)]
        person, _ = write_person(
            institution.batch,
            institution.root,
            random,
            (1966, 1982),
            [(IdentifierScheme.STAFF_NUMBER, staff_number(already + place + 1))],
        )
        since = random.randint(2014, 2021)
        write_title(
            institution.batch,
            person,
            TitleSeries.PHYSICIAN,
            TitleLevel.ASSOCIATE,
            date(since - 2, 12, 1),
        )
        _write_capacities(institution, person, base, TitleSeries.PHYSICIAN, date(since, 7, 1))
        institution.batch.add(
            SupervisorQualification,
            person_id=person,
            unit_id=base,
            direction_id=institution.directions[place % 3],
            degree_level=DegreeLevel.MASTER,
            degree_type=DegreeType.PROFESSIONAL,
            is_external=True,
            state=QualificationState.ENGAGED,
            trained_on=date(since, 5, 20),
            engaged_on=date(since, 7, 1),
            valid_from=date(since, 7, 1),
        )
    institution.batch.write("external supervisors of masters")
    return total
