"""Standing bodies, sittings and minutes, as they are told."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Schema
from pydantic import Field

from .named import NamedPerson, NamedUnit


class SittingLine(Schema):
    """A sitting of a panel or of a standing body."""

    key: int = Field(alias="pk")
    number: str | None
    unit: NamedUnit
    body: int | None = Field(alias="body_id")
    title_zh: str
    title_en: str
    starts_at: datetime | None
    ends_at: datetime | None
    place: str
    is_public: bool
    state: str


class SittingSeat(Schema):
    """A person at a sitting; `answer_reason` is null for who does not run it."""

    key: int
    person: NamedPerson
    role: str
    is_head: bool
    answer: str
    is_present: bool | None
    released_at: datetime | None
    answer_reason: str | None


class Result(Schema):
    """What a closed vote decided, with its counts."""

    result: str
    members: int | None
    present: int | None
    votes_cast: int | None
    votes_for: int | None
    votes_against: int | None
    abstentions: int | None
    decided_at: datetime | None


class OpenVote(Schema):
    """How the holder of a seat voted in an open vote."""

    seat: int = Field(alias="seat_id")
    choice: str
    reason: str


class Item(Schema):
    """An item of the agenda; `result` is null until its vote is closed, whoever asks. `voted`: how
    many did; `recused`: the seats taken out. `votes` only of open votes that are closed: how anybody
    voted in a secret one is told nowhere."""

    key: int
    place: int
    case: int | None
    title_zh: str
    title_en: str
    summary: str
    voting: dict[str, Any] | None
    state: str
    recused: list[int]
    voted: int
    votes: list[OpenVote]
    result: Result | None


class Sitting(Schema):
    """One sitting with seats and agenda. `withheld` counts the items that judge who competes with the
    reader: they are not shown. `record` is null for who neither runs the sitting nor sits there, and
    where an item is withheld."""

    key: int
    number: str | None
    unit: NamedUnit
    body: int | None
    title_zh: str
    title_en: str
    starts_at: datetime | None
    ends_at: datetime | None
    place: str
    is_public: bool
    state: str
    revision: int
    record: str | None
    seats: list[SittingSeat]
    items: list[Item]
    withheld: int


class MinutesSignature(Schema):
    """A signature under a version of the minutes."""

    by_name: str
    sha256: str
    at: datetime


class Minutes(Schema):
    """A version of the minutes of a sitting."""

    key: int = Field(alias="pk")
    version: int
    language: str
    made_at: datetime
    made_by: str
    signatures: list[MinutesSignature]


class BodyLine(Schema):
    """A standing body."""

    key: int = Field(alias="pk")
    code: str
    kind: str
    name_zh: str
    name_en: str
    unit: NamedUnit
    person: NamedPerson | None
    opened_on: date
    closed_on: date | None


class BodySeat(Schema):
    """A seat in a body for a term."""

    key: int = Field(alias="pk")
    person: NamedPerson
    role: str
    is_head: bool
    term: int
    valid_from: date
    valid_to: date | None


class YearItem(Schema):
    """An item of a meeting; `result` is null where no vote was closed."""

    key: int
    case: int | None
    title_zh: str
    title_en: str
    state: str
    result: Result | None


class YearMeeting(Schema):
    """A meeting of the year. `members` and `came` count seats with a vote; of `unknown` nobody said
    whether they came. `minutes` is the newest version, null where the reader may read none."""

    key: int
    number: str | None
    title_zh: str
    title_en: str
    on: date
    state: str
    members: int
    came: int
    unknown: int
    minutes: int | None
    signatures: int
    items: list[YearItem]


class Attended(Schema):
    """To how many meetings of the year a person was called and came; `replaced`: sent a substitute;
    `recused`: from so many items."""

    person: NamedPerson
    role: str
    is_substitute: bool
    called: int
    came: int
    missed: int
    replaced: int
    unknown: int
    recused: int


class Charter(Schema):
    """A version of the charter."""

    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    valid_from: date
    valid_to: date | None


class AdviceReport(Schema):
    """What was done about an advice."""

    text: str
    at: datetime
    by_name: str
    state: str


class Advice(Schema):
    """What a body advised, and what came of it."""

    key: int = Field(alias="pk")
    body: int = Field(alias="body_id")
    sitting: int | None = Field(alias="sitting_id")
    case: int | None = Field(alias="case_id")
    person: NamedPerson | None
    text: str
    given_on: date
    owner: NamedPerson | None
    owner_unit: NamedUnit | None
    due_on: date | None
    state: str
    reports: list[AdviceReport]


class BodyDay(Schema):
    """The day of a meeting, and its state; what was discussed is in the sitting."""

    sitting: int
    on: date
    state: str


class Body(Schema):
    """One standing body with its seats today, its charters, and the days of its meetings, the newest
    first."""

    key: int
    code: str
    kind: str
    name_zh: str
    name_en: str
    unit: NamedUnit
    person: NamedPerson | None
    opened_on: date
    closed_on: date | None
    term_years: int | None
    meetings_a_year: int | None
    voting: dict[str, Any]
    seats: list[BodySeat]
    charters: list[Charter]
    days: list[BodyDay]


class BodyYear(Schema):
    """A standing body's year as far as the reader may see its meetings, items and advice; `begun` and
    `ended` are the seats that began and ended in it, `unread` counts meetings held or planned that
    are not told."""

    body: int
    year: int
    held: int
    unread: int
    meetings_a_year: int | None
    is_short: bool
    meetings: list[YearMeeting]
    people: list[Attended]
    advice: list[Advice]
    begun: list[BodySeat]
    ended: list[BodySeat]
