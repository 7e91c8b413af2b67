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
    """Where a request under way is, with whom since when and until when, and what can come next;
    `may_end`: the decision itself."""

    stage: Words
    holders: list[Holder]
    since: datetime | None
    due_on: date | None
    next_stages: list[Words]
    may_end: bool


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


class GateFinding(Schema):
    """One rule that a request was asked by, and what it said; of a `block` only pass, waived and not
    applicable let the request through."""

    rule: str
    kind: str
    verdict: str
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    pack: str
    version: str
    hash: str


class Gate(Schema):
    """What the rules said of a request on a day, and whether they let it through."""

    on: date
    passed: bool
    findings: list[GateFinding]


class Step(Schema):
    """A line of the history; `reason` is null for who may not read it, `stage` empty for the start.
    `gate`: what the rules said at this step, null where they were not asked or for who reads no
    reasons."""

    revision: int
    verb: str
    stage: str
    by_name: str
    on_behalf_of: str
    at: datetime
    reason: str | None
    gate: Gate | None


class Document(Schema):
    """A document that the kind asks for; `key` and `file_name` null: not handed in yet."""

    name: str
    title: Words
    is_required: bool
    most_megabytes: int
    types: list[str]
    key: int | None
    file_name: str | None
    bytes: int | None
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


class Subject(Schema):
    """The record that a request is about: its noun and key."""

    noun: str
    key: int
    name_zh: str
    name_en: str


class Refused(Schema):
    """What the reader may not do now, and why not."""

    name: str
    reason: str


class AppealWay(Schema):
    """A ground on which the decision can be appealed, until when, and why not where it is too late or
    was done."""

    ground: str
    until: date
    refusal: str | None


class OnAgenda(Schema):
    """A sitting on whose agenda the request stands or stood."""

    item: int
    sitting: int
    number: str | None
    starts_at: datetime | None
    place: str
    state: str


class AwaitedBody(Schema):
    """The standing body that takes the request up at one of its meetings."""

    key: int = Field(alias="pk")
    code: str
    name_zh: str
    name_en: str


class Displayed(Schema):
    """The public notice on which the intended decision stands."""

    key: int = Field(alias="pk")
    first_on: date
    last_on: date


class Case(CaseLine):
    """One request with its track, history and documents; what the reader may do now: `may`, and why
    not the rest: `may_not`. `acts_for`: for whom the reader would act. `sittings`, `body`, `notice`
    and `panel` are where the present stage is worked on; `reminded`: who sent the reminder of today,
    for who may send one."""

    kind_title: Words
    about: Words
    subject: Subject | None
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
    may_not: list[Refused]
    acts_for: str | None
    appeals: list[AppealWay]
    sittings: list[OnAgenda]
    body: AwaitedBody | None
    notice: Displayed | None
    panel: int | None
    reminded: str | None


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


class KindFault(Schema):
    """What keeps a draft from being proposed, and where in its text."""

    place: str
    message: str


class Kind(KindLine):
    """A version of a case kind with its text; `faults` are told of a draft. `may_edit`, `may_approve`:
    what the reader may do with it."""

    content: str
    revision: int
    written_by: str
    approved_by: str
    faults: list[KindFault]
    may_edit: bool
    may_approve: bool


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


class ToldBefore(Schema):
    """Facts that were told before others took their place, with the view that was stated on them."""

    facts: str
    told_at: datetime | None
    answer_until: date | None
    statement: str | None
    stated_at: datetime | None


class Hearing(Schema):
    """An intended refusal: the facts that were told, and the person's own view where one was stated.
    Without a view it is decided after `answer_until`; both times null: the facts are still to be told,
    and nothing is decided before. `is_refusal` false: a decision about the person is intended.
    `earlier`: what was told before, the newest first."""

    facts: str
    told_at: datetime | None
    answer_until: date | None
    statement: str | None
    stated_at: datetime | None
    wants_hearing: bool
    is_refusal: bool
    may_be_decided: bool
    earlier: list[ToldBefore]


class Objection(Schema):
    """An objection to a notice, for who answers it or made it."""

    key: int = Field(alias="pk")
    name: str
    contact: str
    text: str
    made_at: datetime
    state: str
    answer: str
    answered_by: str
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
