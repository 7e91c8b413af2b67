"""Units, directions and supervisors' qualifications, as they are told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ninja import Schema
from pydantic import Field

from .named import NamedDirection, NamedPerson, NamedUnit


class UnitLine(NamedUnit):
    """A unit; `institution` is the key of the root it belongs to, null for a root itself."""

    kind: str
    institution: int | None = Field(alias="institution_id")


class Relation(Schema):
    """How a unit hangs below another, from when to when (null: open)."""

    unit: NamedUnit
    kind: str
    valid_from: date
    valid_to: date | None


class People(Schema):
    """How many people the reader sees: enrolled now, all on record, doctoral supervisors, external
    ones among them."""

    enrolled: int
    trainees: int
    supervisors: int
    external: int


class Unit(Schema):
    """One unit with its relations in time and its people, those of units below included."""

    key: int
    code: str
    name_zh: str
    name_en: str
    kind: str
    institution: int | None
    above: list[Relation]
    below: list[Relation]
    people: People


class DirectionLine(NamedDirection):
    """A direction of the catalogue."""

    catalogue: str
    degree_type: str
    valid_from: date
    valid_to: date | None


class ProgrammeCourse(Schema):
    """A course within a programme version."""

    code: str = Field(alias="course.code")
    name_zh: str = Field(alias="course.name_zh")
    name_en: str = Field(alias="course.name_en")
    hours: int = Field(alias="course.hours")
    credits: Decimal = Field(alias="course.credits")
    kind: str
    module: str


class Programme(Schema):
    """A version of the training programme, for the cohorts from one to another (null: open)."""

    key: int = Field(alias="pk")
    title_zh: str
    title_en: str
    degree_level: str
    degree_type: str
    cohort_from: int
    cohort_to: int | None
    normal_years: int | None
    longest_years: int | None
    courses: list[ProgrammeCourse]


class Direction(Schema):
    """One direction with its goal, its programme versions and its people."""

    key: int
    code: str
    name_zh: str
    name_en: str
    catalogue: str
    degree_type: str
    valid_from: date
    valid_to: date | None
    goal_zh: str
    goal_en: str
    programmes: list[Programme]
    people: People


class Qualification(Schema):
    """The right of a supervisor to supervise in a direction at a level, held for a time."""

    key: int = Field(alias="pk")
    person: NamedPerson
    unit: NamedUnit
    direction: NamedDirection | None
    degree_level: str
    degree_type: str
    is_external: bool | None
    state: str
    engaged_on: date | None
    valid_from: date
    valid_to: date | None
