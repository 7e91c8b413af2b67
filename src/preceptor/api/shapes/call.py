"""What is told of calls, applications, points, offers and outside letters."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from ninja import Field, Schema

from .named import NamedPerson, NamedUnit
from .standing import Requirement


class Criterion(Schema):
    """What a board gives points for; `most` is the full mark, `weight` counts beside the others."""

    key: int = Field(alias="pk")
    name_zh: str
    name_en: str
    most: int
    weight: int


class CallLine(Schema):
    """A call in a list. Moments carry their offset."""

    key: int = Field(alias="pk")
    number: str
    institution: NamedUnit
    unit: NamedUnit
    purpose: str
    title_zh: str
    title_en: str
    places: int
    opens_at: datetime
    closes_at: datetime
    state: str


class Call(CallLine):
    """A call with its texts, and the rules for who may apply, each with its clause."""

    kind: str
    text_zh: str
    text_en: str
    reserves: int
    letters: int
    offer_days: int
    revision: int
    takes_applications: bool
    criteria: list[Criterion]
    rules: list[Requirement]


class Work(Schema):
    """A work that an applicant names."""

    key: int = Field(alias="pk")
    kind: str
    title: str
    year: int
    part: str
    doi: str
    is_representative: bool


class Offer(Schema):
    """A place offered to an applicant until a day, that day included."""

    key: int = Field(alias="pk")
    state: str
    terms: str
    made_at: datetime
    answer_by: date
    answered_at: datetime | None
    reason: str


class ApplicationLine(Schema):
    """An application in a list; `result` is null for who may not read it yet."""

    key: int
    case: int
    number: str
    call: int
    person: NamedPerson
    state: str
    result: str | None


class Application(ApplicationLine):
    """An application. What is not told yet is null or empty; `born_on` is null also for all but the
    applicant and who keeps the call. `may_change`: the reader may still write in it."""

    host: NamedPerson | None
    born_on: date | None
    country: str
    doctorate_on: date | None
    doctorate_from: str
    doctorate_discipline: str | None
    is_own_doctor: bool | None
    is_full_time: bool | None
    has_special_approval: bool | None
    employer: str
    earlier_months: int | None
    statement: str
    may_change: bool
    works: list[Work]
    requirements: list[Requirement]
    offers: list[Offer]


class Ranked(Schema):
    """An application in the comparison: `total` out of 100, null without points; `place` null while it
    is not granted."""

    application: int
    person: NamedPerson
    state: str
    total: Decimal | None
    members: int
    place: int | None
    rank: int | None
    result: str


class Points(Schema):
    """What a member of the board gave for a criterion."""

    criterion: int = Field(alias="criterion_id")
    person: NamedPerson
    points: Decimal
    comment: str


class Letter(Schema):
    """An outside letter; never told to whom it is about. `grade` is null where none was given."""

    key: int = Field(alias="pk")
    name: str
    affiliation: str
    due_on: date
    state: str
    answered_at: datetime | None
    grade: int | None
    text: str
