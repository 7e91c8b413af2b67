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
    recorded."""

    kind: str
    title: str
    level: str
    since: date | None
    evidence: list[Evidence]


class Conflict(Tie):
    """A tie in spite of which somebody may have seated the person (`is_overridden`), for a reason."""

    is_overridden: bool
    by_name: str | None
    reason: str | None


class Member(Seat):
    """A person in a seat, or one who could be seated: other sittings of the year (`load`), whether
    busy on the day, null where the person is no expert of the institution."""

    person: int
    load: int | None
    is_busy: bool | None
    conflicts: list[Conflict]


class Composition(Schema):
    """A composition and what the rules say of it on its day; `is_stopped`: a tie keeps somebody off."""

    planned_on: date | None
    judged_on: date
    verdict: str
    is_stopped: bool
    requirements: list[Requirement]
    members: list[Member]


class SeatChange(Schema):
    """One change that a repair proposes: replace, add, remove, role."""

    kind: str
    text: Words
    leaves: int | None
    person: int | None
    role: str | None


class Repair(Schema):
    """A repair that was asked for. `state`: queued, running, done, failed; all else is null or empty
    until it is done. `conflicting` names what cannot hold together where none is feasible."""

    state: str
    asked_at: datetime
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
