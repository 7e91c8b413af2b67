"""Requests, tasks and what surrounds them, as they are told."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Schema
from pydantic import Field

from .named import NamedPerson, NamedUnit, Words


class Holder(Schema):
    """With whom a request is: a person or account by name, or a role at a unit."""

    name_zh: str
    name_en: str
    role: str


class Whereabouts(Schema):
    """Where a request under way is, with whom since when and until when, and what can come next."""

    stage: Words
    holders: list[Holder]
    since: datetime | None
    due_on: date | None
    next_stages: list[Words]


class CaseLine(Schema):
    """A request; `place` is null where it is not under way, or where the kind tells the reader only
    the end."""

    key: int
    number: str | None
    kind: str
    version: str
    title_zh: str
    title_en: str
    person: NamedPerson | None
    unit: NamedUnit
    state: str
    revision: int
    submitted_at: datetime | None
    decided_at: datetime | None
    place: Whereabouts | None


class Stage(Schema):
    """A stage of the track: what it does (review, compose, sitting, notice, hearing), and whether it
    is done, now or ahead."""

    stage: str
    title: Words
    does: str
    state: str
    at: datetime | None


class Step(Schema):
    """A line of the history; `reason` is null for who may not read it, `stage` empty for the start."""

    revision: int
    verb: str
    stage: str
    by_name: str
    on_behalf_of: str
    at: datetime
    reason: str | None


class Document(Schema):
    """A document that the kind asks for; `key` and `file_name` null: not handed in yet."""

    name: str
    title: Words
    is_required: bool
    most_megabytes: int
    types: list[str]
    key: int | None
    file_name: str | None
    by_name: str | None
    at: datetime | None


class NextAttempt(Schema):
    """What may follow a step that was refused: how many attempts are used up, of how many; the day of the
    last; from when and until when the next may be asked for, null where no day is known, none is set or
    none is left; whether its panel must be new; by which regulation."""

    used: int
    most: int
    last: date | None
    first: date | None
    until: date | None
    needs_new_panel: bool
    source: Words


class Case(CaseLine):
    """One request with its track, history and documents; what the reader may do now: `may`."""

    asked_by: str | None
    reason: str | None
    round: int
    appeal_of: int | None
    ground: str
    track: list[Stage]
    steps: list[Step]
    documents: list[Document]
    may: list[str]
    next_attempt: NextAttempt | None


class TaskLine(Schema):
    """What waits on the reader, since when and until when; `for_name` for whom the reader acts."""

    source: str
    key: int
    noun: str
    noun_key: int
    number: str
    title_zh: str
    title_en: str
    stage_zh: str
    stage_en: str
    since: datetime
    due_on: date | None
    for_name: str
    kind: str


class Tasks(Schema):
    """What waits on the reader in the order in which it is due; `after` asks for the next page."""

    rows: list[TaskLine]
    after: str | None


class Notice(Schema):
    """What is on public display, and until when."""

    key: int = Field(alias="pk")
    institution: NamedUnit
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    first_on: date
    last_on: date


class KindLine(Schema):
    """A version of a case kind."""

    key: int = Field(alias="pk")
    name: str
    version: str
    title_zh: str
    title_en: str
    state: str
    valid_from: date | None
    valid_to: date | None
    hash: str


class Kind(KindLine):
    """A version of a case kind with its text."""

    content: str


class CalendarDay(Schema):
    """A weekday that is a holiday, or a day of the weekend that is worked."""

    day: date
    kind: str
    name_zh: str
    name_en: str


class CalendarYear(Schema):
    """A year whose official holidays are entered."""

    key: int = Field(alias="pk")
    institution: int = Field(alias="institution_id")
    year: int
    announcement: str
    days: list[CalendarDay]


class Delegation(Schema):
    """One account acts for another for a time."""

    key: int = Field(alias="pk")
    giver: str = Field(alias="giver.name")
    taker: str = Field(alias="taker.name")
    kind: str
    case_kind: str
    reason: str
    made_by: str
    valid_from: date
    valid_to: date | None


class SavedSearch(Schema):
    """A search that the reader kept."""

    key: int = Field(alias="pk")
    listing: str
    name: str
    query: str


class Reminder(Schema):
    """A reminder that was sent; one a day."""

    case: int = Field(alias="case_id")
    on: date
    by_name: str


class Hearing(Schema):
    """An intended refusal: the facts that were told, and the person's own view where one was stated.
    Without a view it is decided after `answer_until`; both times null: the facts are still to be told,
    and nothing is decided before."""

    facts: str
    told_at: datetime | None
    answer_until: date | None
    statement: str | None
    stated_at: datetime | None
    wants_hearing: bool


class Objection(Schema):
    """An objection to a notice, for who answers it or made it."""

    key: int = Field(alias="pk")
    name: str
    contact: str
    text: str
    made_at: datetime
    state: str
    answer: str
    answered_at: datetime | None


class Received(Schema):
    """That an objection was received."""

    made_at: datetime
    state: str


class Absence(Schema):
    """Days on which the reader cannot act; `valid_to` null: no last day is known."""

    key: int = Field(alias="pk")
    valid_from: date
    valid_to: date | None
