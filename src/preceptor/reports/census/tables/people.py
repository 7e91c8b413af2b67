"""Persons by key alone, what they are on the day, and who may supervise.

Names, sex and birth dates never leave the database: no figure needs them.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from preceptor.people.choices import IdentifierScheme
from preceptor.people.models import Capacity, Identifier, Person, Title
from preceptor.supervisors.models import SupervisorQualification

from ..moment import Moment
from ..table import CensusTable, columns
from .progress import seats
from .trainees import enrolments


def _titles(moment: Moment) -> QuerySet[Title]:
    return Title.objects.on(moment.day).filter(person__institution=moment.institution)


def _capacities(moment: Moment) -> QuerySet[Capacity]:
    return Capacity.objects.on(moment.day).filter(person__institution=moment.institution)


def _qualifications(moment: Moment) -> QuerySet[SupervisorQualification]:
    return SupervisorQualification.objects.on(moment.day).filter(
        person__institution=moment.institution
    )


def _persons(moment: Moment) -> QuerySet[Person]:
    """The persons whom a row of the day speaks of; a person as such has no dates."""
    person = {"person": OuterRef("pk")}
    return Person.objects.filter(
        Exists(enrolments(moment).filter(**person))
        | Exists(_titles(moment).filter(**person))
        | Exists(_capacities(moment).filter(**person))
        | Exists(_qualifications(moment).filter(**person))
        | Exists(seats(moment).filter(**person)),
        institution=moment.institution,
    )


def _staff_numbers(moment: Moment) -> QuerySet[Identifier]:
    """That a person has a staff number, not which."""
    return Identifier.objects.filter(
        scheme=IdentifierScheme.STAFF_NUMBER, institution=moment.institution
    )


TABLES = (
    CensusTable("persons", Person, columns(institution_id="key"), _persons),
    CensusTable("staff_numbers", Identifier, columns(person_id="key"), _staff_numbers),
    CensusTable(
        "titles",
        Title,
        columns(person_id="key", series="text", level="text", valid_from="day", valid_to="day"),
        _titles,
    ),
    CensusTable(
        "capacities",
        Capacity,
        columns(person_id="key", unit_id="key", kind="text", valid_from="day", valid_to="day"),
        _capacities,
    ),
    CensusTable(
        "supervisor_qualifications",
        SupervisorQualification,
        columns(
            person_id="key",
            unit_id="key",
            direction_id="key",
            degree_level="text",
            degree_type="text",
            is_external="flag",
            state="text",
            trained_on="day",
            engaged_on="day",
            valid_from="day",
            valid_to="day",
        ),
        _qualifications,
    ),
)
