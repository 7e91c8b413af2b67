"""Standing bodies, sittings and minutes, as they are told."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Schema
from pydantic import Field

from .named import NamedPerson, NamedUnit
from .standing import Requirement


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
    """A person at a sitting; `answer_reason` is null for who does not run it. `stands_in_for`: the seat
    that the person took over as a substitute. `has_voted`: on the item whose vote is open."""

    key: int
    person: NamedPerson
    role: str
    is_head: bool
    has_vote: bool
    has_voted: bool
    invited_at: datetime | None
    answer: str
    answered_at: datetime | None
    is_present: bool | None
    left_at: datetime | None
    released_at: datetime | None
    stands_in_for: int | None
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


class Quorum(Schema):
    """How many members with a vote there are for an item, how many are there and are needed."""

    members: int
    present: int
    needed: int
    is_met: bool


class Item(Schema):
    """An item of the agenda; `result` is null until its vote is closed, whoever asks. `voted`: how
    many did; `recused`: the seats taken out. `votes` only of open votes that are closed: how anybody
    voted in a secret one is told nowhere. `quorum` is as of now, null without a vote; `waits`: a rule
    held the case back, and its result is still to be carried out."""

    key: int
    place: int
    case: int | None
    case_number: str | None
    title_zh: str
    title_en: str
    summary: str
    voting: dict[str, Any] | None
    state: str
    recused: list[int]
    voted: int
    quorum: Quorum | None
    votes: list[OpenVote]
    result: Result | None
    waits: bool


class OwnBallot(Schema):
    """The reader's ballot on the item whose vote is open: what can be chosen; `refusal`: why the reader
    cannot vote."""

    item: int
    is_secret: bool
    is_cast: bool
    choices: list[str]
    refusal: str | None


class Clash(Schema):
    """Who cannot come at that time: another sitting then, or (null) an absence on the day."""

    person: NamedPerson
    sitting: int | None


class SeatedTie(Schema):
    """Two between whom a tie was declared: one is seated, an item is about the other."""

    one: NamedPerson = Field(alias="person")
    other: NamedPerson


class Warnings(Schema):
    """What whoever runs the sitting is told: who cannot come, who is tied, and to whom no letter could
    go, because no address is known."""

    clashes: list[Clash]
    ties: list[SeatedTie]
    unreached: list[NamedPerson]


class Sitting(Schema):
    """One sitting with seats and agenda. `panel`: whose sitting it is; `may_run`, `may_answer`: what the
    reader may do; `own_seat` and `ballot` are the reader's; `warnings` is null for who does not run it.
    `withheld` counts the items that judge who competes with the
    reader: they are not shown. `record` is null for who neither runs the sitting nor sits there, and
    where an item is withheld."""

    key: int
    number: str | None
    unit: NamedUnit
    body: int | None
    panel: int | None
    title_zh: str
    title_en: str
    starts_at: datetime | None
    ends_at: datetime | None
    place: str
    is_public: bool
    state: str
    revision: int
    may_run: bool
    may_answer: bool
    own_seat: int | None
    ballot: OwnBallot | None
    warnings: Warnings | None
    record: str | None
    seats: list[SittingSeat]
    items: list[Item]
    withheld: int


class NewLink(Schema):
    """A link for somebody without an account, told once: hand it over now."""

    address: str
    expires_at: datetime


class KeptTemplate(Schema):
    """A Word template of minutes that the institution handed in."""

    language: str
    made_at: datetime
    made_by: str


class MinutesTemplates(Schema):
    """The templates of an institution, the newest first, and the fields that one may name."""

    templates: list[KeptTemplate]
    fields: list[str]


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
    """A standing body; how many meetings it held this year, and when it meets next."""

    key: int
    code: str
    kind: str
    name_zh: str
    name_en: str
    unit: NamedUnit
    person: NamedPerson | None
    opened_on: date
    closed_on: date | None
    meetings_a_year: int | None
    held_this_year: int
    next_on: date | None


class SeatForTerm(Schema):
    """A seat in a body for a term."""

    key: int = Field(alias="pk")
    person: NamedPerson
    role: str
    is_head: bool
    term: int
    valid_from: date
    valid_to: date | None


class BodySeat(SeatForTerm):
    """A seat of today; `is_ending`: within 90 days, and no later one follows."""

    substitute: NamedPerson | None
    is_ending: bool


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
    """A version of the charter; `has_file`: it was handed in as a file."""

    key: int = Field(alias="pk")

    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    valid_from: date
    valid_to: date | None
    has_file: bool


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


class HeldInYear(Schema):
    """How many meetings a body held in a year, and how many its charter asks for."""

    year: int
    held: int
    wanted: int | None


class WaitingCase(Schema):
    """A request that waits for a meeting of the body."""

    key: int = Field(alias="pk")
    number: str | None
    title_zh: str
    title_en: str
    unit: NamedUnit
    since: datetime | None = Field(alias="stage_since")
    due_on: date | None


class BodyLaw(Schema):
    """What the rules say of the committee as it is composed today, and at its last decision, and which
    that was."""

    item: int | None
    sitting: int | None
    composition: list[Requirement]
    requirements: list[Requirement]


class Body(Schema):
    """One standing body with its seats today, charters, the days of its meetings, the newest first, how
    many were held in each year, and the requests that wait for one, as far as the reader may see them. `upper`: of which body it is a sub-committee."""

    key: int
    upper: int | None
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
    years: list[HeldInYear]
    waiting: list[WaitingCase]
    may_keep: bool
    may_advise: bool


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
    begun: list[SeatForTerm]
    ended: list[SeatForTerm]
