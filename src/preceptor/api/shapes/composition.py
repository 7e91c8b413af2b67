"""A panel while it is being composed: ties, supposed verdicts and the repair, as they are told."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Schema
from pydantic import Field

from .named import NamedPerson, Words
from .panel import Seat
from .standing import Requirement


class Evidence(Schema):
    """The record that shows a tie; `noun` and `key` lead to it."""

    text: Words
    noun: str
    key: int


class Tie(Schema):
    """What ties a person to the trainee. `level`: block or warn; `since` null where no day is
    recorded; `is_final` where no reason lets the person sit in spite of it."""

    kind: str
    title: str
    level: str
    since: date | None
    is_final: bool
    evidence: list[Evidence]


class Conflict(Tie):
    """A tie in spite of which somebody may have seated the person (`is_overridden`), for a reason."""

    is_overridden: bool
    by_name: str | None
    reason: str | None


class Engagement(Schema):
    """What keeps a person from the sitting: absent (from a day to a day), sitting (another, from a time
    to a time), panel (another, planned for that day), declined (this very sitting)."""

    kind: str
    begins: datetime | date | None
    ends: datetime | date | None


class Member(Seat):
    """A person in a seat, or one who could be seated: other sittings of the year (`load`), whether
    busy at that time and by what, null where the person is no expert of the institution."""

    person: int
    load: int | None
    is_busy: bool | None
    engagements: list[Engagement]
    conflicts: list[Conflict]


class PossibleSubstitute(Schema):
    """Who could take a seat so that every rule still holds: other sittings of the year (`load`), and what
    ties the person to the trainee without keeping off."""

    person: int
    person_zh: str
    person_en: str
    load: int
    conflicts: list[Tie]


class Composition(Schema):
    """A composition and what the rules say of it on its day; `is_stopped`: a tie keeps somebody off."""

    planned_on: date | None
    judged_on: date
    verdict: str
    is_stopped: bool
    requirements: list[Requirement]
    members: list[Member]


class SeatChange(Schema):
    """One change that a repair proposes: replace, add, remove, role; `load` is how often the person who
    comes sits elsewhere this calendar year."""

    kind: str
    text: Words
    leaves: int | None
    person: int | None
    role: str | None
    load: int | None


class SeatedPerson(Schema):
    """A person in a role."""

    person: int
    role: str


class Repair(Schema):
    """A repair that was asked for, of the composition `of` which it was asked. `state`: queued, running,
    done, failed; all else is null or empty until it is done. `seats` is the composition after the
    changes, as it can be written; `conflicting` names what cannot hold together where none is
    feasible."""

    state: str
    asked_at: datetime
    planned_on: date | None
    of: list[SeatedPerson]
    seats: list[SeatedPerson] = []
    is_feasible: bool | None = None
    is_optimal: bool | None = None
    problem: Words | None = None
    changes: list[SeatChange] = []
    conflicting: list[Words] = []


class Override(Schema):
    """That a person sits in spite of a tie, by whom it was decided and why."""

    person: NamedPerson
    conflict: str
    reason: str
    by_name: str
    at: datetime


class Called(Schema):
    """The sitting that was called for a panel."""

    sitting: int = Field(alias="pk")
    number: str | None
    starts_at: datetime | None
    state: str
