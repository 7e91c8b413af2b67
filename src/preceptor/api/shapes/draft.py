"""Planned changes of rules and their effect, as they are told."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Schema
from pydantic import Field

from .named import NamedPerson, NamedUnit


class DraftLine(Schema):
    """A planned change of a pack, or a pack written from nothing."""

    key: int = Field(alias="pk")
    pack: str
    institution: NamedUnit
    unit: NamedUnit | None
    state: str
    edition: int
    effective_from: date | None
    author: str
    approver: str
    remark: str
    changed_at: datetime


class Change(Schema):
    """One thing that the draft changes, in the reader's language."""

    kind: str
    name: str
    sentence: str


class Draft(Schema):
    """One draft: its text, what it changes, and what keeps it from being proposed."""

    key: int
    pack: str
    institution: NamedUnit
    unit: NamedUnit | None
    state: str
    edition: int
    effective_from: date | None
    author: str
    approver: str
    remark: str
    changed_at: datetime
    text: str
    changes: list[Change]
    faults: list[str]


Counts = dict[str, int]


class Preview(Schema):
    """Whom the draft would concern, within the reader's scope: changed verdicts by change
    (`pass>fail`), and by change within each rule, unit (key) and cohort."""

    key: int
    on: date
    records: int
    persons: int
    changes: Counts
    rules: dict[str, Counts]
    units: dict[str, Counts]
    cohorts: dict[str, Counts]


class Flip(Schema):
    """A record on which a rule would give another verdict; with `decided_on` a decision that would
    have been otherwise."""

    key: int = Field(alias="pk")
    enrolment: int = Field(alias="enrolment_id")
    student_number: str
    person: NamedPerson = Field(alias="enrolment.person")
    unit: NamedUnit = Field(alias="enrolment.unit")
    panel: str | None = Field(None, alias="panel.number")
    subject: str
    rule: str
    before: str
    after: str
    decided_on: date | None
