"""A trainee and what hangs on the record, as it is told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ninja import Schema
from pydantic import Field

from .named import NamedDirection, NamedPerson, NamedUnit, Words


class EnrolmentLine(Schema):
    """A trainee of the list. `verdict` is the standing as a whole, or what the rule says that the
    list was narrowed to; null where nobody judged. `met` of `total` requirements are met."""

    key: int
    student_number: str
    person: NamedPerson
    unit: NamedUnit
    direction: NamedDirection
    cohort: int
    state: str
    supervisor: NamedPerson | None
    verdict: str | None
    met: int
    total: int


class Supervision(Schema):
    """Who guides the trainee, in what role, from when to when (null: open)."""

    person: NamedPerson
    role: str
    valid_from: date
    valid_to: date | None


class Enrolment(Schema):
    """The facts of an enrolment."""

    key: int
    student_number: str
    person: NamedPerson
    institution: NamedUnit
    unit: NamedUnit
    direction: NamedDirection
    programme: Words | None
    degree_level: str
    degree_type: str
    mode: str
    cohort: int
    cohort_on: date
    state: str
    awarded_on: date | None
    supervisors: list[Supervision]
    following: list[str]


class Milestone(Schema):
    """One attempt at a step."""

    key: int = Field(alias="pk")
    kind: str
    attempt: int
    planned_on: date | None
    held_on: date | None
    held_precision: str
    outcome: str | None


class Rotation(Schema):
    """Clinical training, in whole months, both included."""

    key: int = Field(alias="pk")
    department: str
    unit: NamedUnit | None
    start_month: date
    end_month: date
    kind: str | None
    result: str | None


class Course(Schema):
    """A course."""

    code: str
    name_zh: str
    name_en: str
    hours: int
    credits: Decimal


class CourseRecord(Schema):
    """A result in a course; a score that is not recorded is null."""

    key: int = Field(alias="pk")
    course: Course
    year: int
    score: Decimal | None
    outcome: str | None


class SimilarityCheck(Schema):
    """A similarity check; the rate is in ten-thousandths."""

    attempt: int
    similarity_e4: int
    checked_on: date | None
    checked_precision: str


class Review(Schema):
    """A review of the thesis; who wrote it is kept nowhere here."""

    number: int
    is_blind: bool | None
    returned_on: date | None
    outcome: str | None


class Thesis(Schema):
    """The thesis; all null and empty where none is recorded."""

    title_zh: str | None
    title_en: str | None
    similarity_checks: list[SimilarityCheck]
    reviews: list[Review]


class StateSpan(Schema):
    """A state for a time; `reason` is null for who may not read it."""

    state: str
    valid_from: date
    valid_to: date | None
    reason: str | None


class Period(Schema):
    """An extension, a deferral or a suspension; `reason` is null for who may not read it."""

    kind: str
    valid_from: date
    valid_to: date | None
    reason: str | None


class Placement(Schema):
    """Where the trainee was placed for a time."""

    unit: NamedUnit
    direction: NamedDirection
    valid_from: date
    valid_to: date | None


class Timeline(Schema):
    """The course of the enrolment in time."""

    states: list[StateSpan]
    periods: list[Period]
    placements: list[Placement]


class Cell(Schema):
    """A cell of a file from which a recorded value came."""

    header: str
    field: str
    file: str
    sheet: str
    cell: str


class Lineage(Schema):
    """The cells behind a record; `is_more` where there are more than are told."""

    cells: list[Cell]
    is_more: bool
