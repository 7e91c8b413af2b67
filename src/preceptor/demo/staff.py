"""Staff who supervise nobody, and experts from outside."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random

from preceptor.people.choices import CapacityKind, IdentifierScheme, TitleLevel, TitleSeries
from preceptor.people.models import Identifier

from .apportionment import apportion
from .institution import Institution
from .persons import write_capacity, write_person, write_title
from .supervisors import staff_number

CHUNK = 4000
#: Staff by unit: the seven hospitals, then clinical, basic and public health college (invented).
WEIGHTS = (1100, 900, 600, 250, 250, 200, 200, 80, 80, 40)
COLLEGES = ("CM", "BM", "PH")
_HOSPITAL_SERIES = (
    *(TitleSeries.PHYSICIAN,) * 5,
    *(TitleSeries.NURSE,) * 4,
    TitleSeries.TECHNICIAN,
)
_LEVELS = (TitleLevel.FULL, TitleLevel.ASSOCIATE, TitleLevel.INTERMEDIATE, TitleLevel.JUNIOR)
_LEVEL_WEIGHTS = (12, 22, 40, 26)
FEWEST_NUMBER = 1000
SENIORS_KEPT = 400


@dataclass
class Staff:
    """Those of the staff and of the outside experts whom later records name."""

    seniors: list[int] = field(default_factory=list)
    outside: list[int] = field(default_factory=list)


def first_staff_number(supervisors: int) -> int:
    """The first number of the staff: 1000, or the next round one above all supervisors."""
    number = FEWEST_NUMBER
    while number <= supervisors:
        number *= 10
    return number


def write_staff(institution: Institution, supervisors: int) -> Staff:
    """Staff with one title and their capacities, in chunks; and the experts from outside."""
    staff = Staff()
    random = institution.stream("staff")
    number = first_staff_number(supervisors)
    colleges = [institution.units.colleges[code] for code in COLLEGES]
    units = [*institution.units.hospitals, *colleges]
    shares = apportion(institution.distribution.staff, WEIGHTS)
    for unit, share in zip(units, shares, strict=True):
        for place in range(share):
            _write_one(institution, staff, random, unit, staff_number(number))
            number += 1
            if place % CHUNK == CHUNK - 1:
                institution.batch.write("staff")
    _plant_second_number(institution, staff, number)
    _write_outside(institution, staff)
    institution.batch.write("staff and outside experts")
    return staff


def _write_one(
    institution: Institution, staff: Staff, random: Random, unit: int, number: str
) -> None:
    batch = institution.batch
    in_hospital = unit in institution.units.hospitals
    series = random.choice(_HOSPITAL_SERIES) if in_hospital else TitleSeries.TEACHER
    level = random.choices(_LEVELS, _LEVEL_WEIGHTS)[0]
    born = {"full": (1963, 1978), "associate": (1968, 1986)}.get(level, (1978, 1998))
    person, _ = write_person(
        batch, institution.root, random, born, [(IdentifierScheme.STAFF_NUMBER, number)]
    )
    since = date(random.randint(2012, 2022), 12, 1)
    write_title(batch, person, series, level, since)
    write_capacity(batch, person, unit, CapacityKind.STAFF, date(2011, 7, 1))
    if series is not TitleSeries.PHYSICIAN:
        return
    write_capacity(batch, person, unit, CapacityKind.PHYSICIAN, date(2011, 7, 1))
    if level is TitleLevel.FULL and since.year < 2022 and len(staff.seniors) < SENIORS_KEPT:
        staff.seniors.append(person)


def _plant_second_number(institution: Institution, staff: Staff, number: int) -> None:
    """One person bears two staff numbers: the second was given anew after a move."""
    if not staff.seniors:
        return
    person, second = staff.seniors[0], staff_number(number)
    institution.batch.add(
        Identifier,
        person_id=person,
        institution_id=institution.root,
        scheme=IdentifierScheme.STAFF_NUMBER,
        value=second,
    )
    institution.plant("person_with_two_staff_numbers", second)


def _write_outside(institution: Institution, staff: Staff) -> None:
    """Full professors of other institutions, who may chair a defence."""
    random = institution.stream("outside")
    for place in range(institution.distribution.outside_experts):
        unit = institution.units.outside[place % len(institution.units.outside)]
        person, _ = write_person(institution.batch, institution.root, random, (1960, 1975))
        series = random.choice((TitleSeries.PHYSICIAN, TitleSeries.TEACHER))
        write_title(institution.batch, person, series, TitleLevel.FULL, date(2014, 12, 1))
        write_capacity(institution.batch, person, unit, CapacityKind.EXTERNAL, date(2016, 9, 1))
        staff.outside.append(person)
