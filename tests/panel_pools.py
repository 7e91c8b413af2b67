"""A defence panel of the fixed cast with its fault, and experts who could mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from preceptor.base.actors import OPERATOR
from preceptor.people.actions import NewPerson, give_capacities, give_titles, register_persons
from preceptor.people.models import Capacity, Person, Title
from preceptor.standing.actions import put_in_force
from preceptor.supervisors.actions import record_qualifications
from preceptor.supervisors.models import SupervisorQualification
from preceptor.training.actions import NewSeat, compose_panels
from preceptor.training.models import Panel

if TYPE_CHECKING:
    from cast import Cast

SITS_ON = date(2026, 12, 8)
LONG_AGO = date(2010, 1, 1)
OUTSIDE = {
    "stated_outside_institution": True, "stated_outside_unit": True, "stated_series": "teacher",
    "stated_level": "full", "stated_doctoral_supervisor": True, "stated_degree_committee": False,
    "field": "same",
}  # fmt: skip


@dataclass(frozen=True)
class Pool:
    """Professors of the Cancer Hospital H1 to H6 who supervise doctors (H1 and H2 sit on the degree
    committee), 茅 whose title nobody knows, and X1 to X3 from outside, known from an old panel."""

    persons: dict[str, Person]

    def __getitem__(self, key: str) -> Person:
        return self.persons[key]


def pool(cast: Cast) -> Pool:
    """Register everybody; the shipped law binds from 2025."""
    inside, outside = [f"H{n}" for n in range(1, 7)], [f"X{n}" for n in range(1, 4)]
    new = [NewPerson("staff_number", key, f"专家{key}", f"Expert {key}") for key in inside]
    new += [NewPerson("expert", key, f"专家{key}", f"Expert {key}") for key in outside]
    new.append(NewPerson("staff_number", "U1", "茅不知", "Mao Buzhi"))
    people = register_persons(institution=cast.institution, persons=new, by=OPERATOR)
    _employ(cast, [people[key] for key in inside], people["U1"])
    _committee(cast, [people["H1"], people["H2"]])
    old = Panel(
        number="P-2020-0001", institution=cast.institution, enrolment=cast.gu, stage="defence",
        sits_on=date(2020, 6, 1),
    )  # fmt: skip
    seats = [NewSeat(people[key], "member", OUTSIDE) for key in outside]
    compose_panels(institution=cast.institution, panels=[(old, seats)], by=OPERATOR)
    put_in_force(
        institution=cast.institution, pack="cn/degrees-law", valid_from=date(2025, 1, 1),
        by=OPERATOR,
    )  # fmt: skip
    return Pool(people)


def _employ(cast: Cast, professors: Sequence[Person], untitled: Person) -> None:
    titles = [
        Title(person=row, series="teacher", level="full", name="教授", valid_from=LONG_AGO)
        for row in professors
    ]
    give_titles(institution=cast.institution, titles=titles, by=OPERATOR)
    posts = [
        Capacity(person=row, unit=cast.cancer, kind="physician", valid_from=LONG_AGO)
        for row in (*professors, untitled)
    ]
    give_capacities(institution=cast.institution, capacities=posts, by=OPERATOR)
    guides = [
        SupervisorQualification(
            person=row, unit=cast.cancer, direction=cast.medicine, degree_level="doctor",
            degree_type="professional", state="engaged", valid_from=LONG_AGO,
        )
        for row in (*professors, untitled)
    ]  # fmt: skip
    record_qualifications(institution=cast.institution, qualifications=guides, by=OPERATOR)


def _committee(cast: Cast, members: Sequence[Person]) -> None:
    rows = [
        Capacity(person=row, unit=cast.cancer, kind="degree_committee", valid_from=LONG_AGO)
        for row in members
    ]
    give_capacities(institution=cast.institution, capacities=rows, by=OPERATOR)


def defence(
    cast: Cast, seats: Sequence[tuple[Person, str | None, dict[str, Any]]], **columns: Any
) -> Panel:
    """A planned defence panel of 林知远 with these seats: person, role, what is stated."""
    made = Panel(
        **{
            "number": "P-2026-0001", "institution": cast.institution, "enrolment": cast.lin,
            "stage": "defence", "planned_on": SITS_ON, **columns,
        }
    )  # fmt: skip
    given = [NewSeat(person, role, stated) for person, role, stated in seats]
    compose_panels(institution=cast.institution, panels=[(made, given)], by=OPERATOR)
    return Panel.objects.select_related("enrolment__person", "sitting").get(pk=made.pk)
